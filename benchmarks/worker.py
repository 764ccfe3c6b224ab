"""One system in a process of its own: it loads once, then corrects files of texts and says how long.

It imports nothing but what its system needs, so that it runs in the peer's environment too. Commands
come as lines of JSON on the standard input, answers leave as lines of JSON on the standard output.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Correct = Callable[[list[str]], list[str]]


def load_ours(model: str, threshold: float) -> Correct:
    """Our component, over `nlp.pipe`."""
    import spacy

    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector", config={"model": {"name": model}, "threshold": threshold})
    pipe: Any = nlp.get_pipe("sdcl_corrector")
    pipe.model.initialize()
    # A random encoder was never trained for correction, which is none of a benchmark's business.
    pipe.model.shims[0]._model.trained = True
    return lambda texts: [doc._.corrected for doc in nlp.pipe(texts, batch_size=256)]


def load_pycorrector(model: str, threshold: float) -> Correct:
    """The corrector in use today, pycorrector's MacBertCorrector, by its own batches."""
    from loguru import logger
    from pycorrector.macbert.macbert_corrector import MacBertCorrector

    logger.remove()
    corrector = MacBertCorrector(model)
    return lambda texts: [
        each["target"] for each in corrector.correct_batch(texts, threshold=threshold)
    ]


def load_naive(model: str, threshold: float) -> Correct:
    """The method as it is written down publicly: one sentence at a time, the whole vocabulary."""
    import torch
    from transformers import BertForMaskedLM, BertTokenizerFast

    tokenizer = BertTokenizerFast.from_pretrained(model)
    network = BertForMaskedLM.from_pretrained(model).eval()

    def correct(texts: list[str]) -> list[str]:
        corrected = []
        for text in texts:
            inputs = tokenizer(list(text), is_split_into_words=True, return_tensors="pt")
            with torch.no_grad():
                scores, ids = network(**inputs).logits[0].softmax(-1).max(-1)
            tokens = tokenizer.convert_ids_to_tokens(ids)
            corrected.append(
                "".join(
                    token if score >= threshold and len(token) == 1 else char
                    for char, token, score in zip(
                        text, tokens[1:-1], scores[1:-1].tolist(), strict=True
                    )
                )
            )
        return corrected

    return correct


SYSTEMS = {"ours": load_ours, "pycorrector": load_pycorrector, "naive": load_naive}


def main() -> None:
    """Load a system, then answer commands until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("model", help="a directory, or the name of an embedded model")
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    import torch

    torch.set_num_threads(options.threads)
    correct = SYSTEMS[options.system](options.model, options.threshold)
    answer({"ready": options.system})
    for line in sys.stdin:
        command = json.loads(line)
        texts = json.loads(Path(command["texts"]).read_text(encoding="utf-8"))
        start = time.perf_counter()
        if command.get("singly"):
            seconds = []
            corrected = []
            for text in texts:
                before = time.perf_counter()
                corrected += correct([text])
                seconds.append(time.perf_counter() - before)
        else:
            corrected = correct(texts)
            seconds = [time.perf_counter() - start]
        if command.get("output"):
            Path(command["output"]).write_text(json.dumps(corrected), encoding="utf-8")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer({"seconds": seconds, "peak_megabytes": peak})


def answer(message: dict[str, Any]) -> None:
    """Write one answer."""
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
