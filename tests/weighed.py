"""Texts that are weighed with the evidence of the embedded model, and what is found in them."""

import pytest
import spacy
from spacy.tokens import Doc
from tiny import PAIRS

from spacy_sdcl.model.weights import EMBEDDED_DIR

MODEL = "zh_sdcl_sm"
FOLDER = EMBEDDED_DIR / MODEL / "evidence"
# Low, so that there is much to compare.
THRESHOLD = 0.03

TEXTS = [
    *(pair.source for pair in PAIRS),
    "",
    " \n ",
    "abc 我门 def，他 门",
    "我",
    "天" * 150,
    "我门今天去北京。\n" * 12,
    "他门😀𠮷说：“老师好”！",
    "\u200b我\xad门在学笑\ufe0f学习中文。",
    "妈妈说他己经把帐单付清了，可是老板任然再等他的回答。",
    "今天我們去公圓看書，他門也再那裏。",
]


def make_nlp(language="zh", **config):
    nlp = spacy.blank(language)
    nlp.add_pipe("sdcl_corrector", config={"threshold": THRESHOLD, **config})
    return nlp


def corrector_of(nlp):
    return nlp.get_pipe("sdcl_corrector")


def each_alone(nlp):
    """The texts, each corrected on its own: many enough to compare."""
    docs = [nlp(text) for text in TEXTS]
    assert corrector_of(nlp).loaded_evidence is not None
    assert sum(len(doc._.corrections) for doc in docs) > 15
    return docs


def read(doc):
    return [(each["start"], each["source"], each["target"]) for each in doc._.corrections]


def check_same(docs, expected):
    docs = list(docs)
    assert [doc.text for doc in docs] == [doc.text for doc in expected]
    for doc, other in zip(docs, expected, strict=True):
        assert read(doc) == read(other)
        assert [each["score"] for each in doc._.corrections] == pytest.approx(
            [each["score"] for each in other._.corrections], abs=1e-4
        )


def predictions(corrector, texts=TEXTS):
    """All that is found, of whatever probability."""
    return [
        [(each.start, each.target, round(each.score, 3)) for each in decisions]
        for decisions in corrector.explain(make_docs(corrector, texts))
    ]


def make_docs(corrector, texts=TEXTS):
    return [Doc(corrector.vocab, [text] if text else []) for text in texts]
