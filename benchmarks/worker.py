"""One system in a process of its own: it loads once, then corrects files of texts and says how long.

It imports nothing but what its system needs, so that it runs in the peer's environment too. Commands
come as lines of JSON on the standard input, answers leave as lines of JSON on the standard output.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Correct = Callable[[list[str]], list[str]]


def make_pipeline(model: str, threshold: float | str, quantization: str | None = None) -> Any:
    """Our component in a pipeline of its own."""
    from spacy_sdcl.loading import blank_pipeline

    nlp = blank_pipeline()
    # The peer multiplies nothing with W: equal weights are read in an equal way.
    settings = {"name": model, "quantization": quantization}
    if Path(model).exists():
        settings["fusion"] = "none"
    nlp.add_pipe("sdcl_corrector", config={"model": settings, "threshold": threshold})
    pipe: Any = nlp.get_pipe("sdcl_corrector")
    pipe.model.initialize()
    # A random encoder was never trained for correction, which is none of a benchmark's business.
    pipe.model.shims[0]._model.trained = True
    return nlp


def load_ours(model: str, threshold: float, quantization: str | None = None) -> Correct:
    """Our component, over `nlp.pipe`."""
    nlp = make_pipeline(model, threshold, quantization)
    return lambda texts: [doc._.corrected for doc in nlp.pipe(texts, batch_size=256)]


def load_ours_int8(model: str, threshold: float) -> Correct:
    """Our component with `quantization = "int8"`."""
    return load_ours(model, threshold, "int8")


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

    def correct_one(text: str) -> str:
        inputs = tokenizer(list(text), is_split_into_words=True, return_tensors="pt")
        with torch.no_grad():
            scores, ids = network(**inputs).logits[0].softmax(-1).max(-1)
        targets: dict[int, str] = {}
        tokens = tokenizer.convert_ids_to_tokens(ids)
        for place, word in enumerate(inputs.word_ids()):
            if word is not None and scores[place] >= threshold and len(tokens[place]) == 1:
                targets[word] = tokens[place]
        return "".join(
            targets.get(i, char) if "\u4e00" <= char <= "\u9fff" else char
            for i, char in enumerate(text)
        )

    return lambda texts: [correct_one(text) for text in texts]


SYSTEMS = {
    "ours": load_ours,
    "ours-int8": load_ours_int8,
    "pycorrector": load_pycorrector,
    "naive": load_naive,
}


def memory(field: str) -> float:
    """Megabytes of this process, of Linux's own account; 0 where there is none.

    field (str): "VmRSS", now, or "VmHWM", at most since `reset_peak`.
    RETURNS (float): Megabytes.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = status.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def reset_peak() -> None:
    """Let the peak of memory begin anew."""
    path = Path("/proc/self/clear_refs")
    if path.exists():
        path.write_text("5")


def main() -> None:
    """Load a system, then answer commands until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
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
        batches = [[text] for text in texts] if command.get("singly") else [texts]
        seconds, corrected = [], []
        reset_peak()
        before = memory("VmRSS")
        for batch in batches:
            start = time.perf_counter()
            corrected += correct(batch)
            seconds.append(time.perf_counter() - start)
        if command.get("output"):
            Path(command["output"]).write_text(json.dumps(corrected), encoding="utf-8")
        peak = memory("VmHWM")
        answer({"seconds": seconds, "peak_megabytes": peak, "added_megabytes": peak - before})


def answer(message: dict[str, Any]) -> None:
    """Write one answer."""
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
