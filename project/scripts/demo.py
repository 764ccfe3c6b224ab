"""Correct a few sentences with the embedded model and show what was changed."""

import spacy

SENTENCES = [
    "我今天很高行，因为明天就放假了。",
    "请问去火车占怎么走？",
    "我们因该保护环境，节约用水。",
    "他每天坐公共气车去上班。",
    "我在 GitHub 上发布了一个新的 Python 项目，欢迎大家试用 😀。",
    "春天来了，公园里的花都开了。",
]


def main() -> None:
    """Print the sentences, their corrections and their scores."""
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    for doc in nlp.pipe(SENTENCES):
        print(doc.text)
        if not doc._.corrections:
            print("  left as it is")
            continue
        print(f"  → {doc._.corrected}")
        for each in doc._.corrections:
            print(
                f"    {each['start']:>3}  {each['source']} → {each['target']}"
                f"  ({each['score']:.2f})"
            )


if __name__ == "__main__":
    main()
