"""The figures of a pipeline on sets of pairs, as numbers and as tables."""

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from tqdm import tqdm

from ..component import SDCLCorrector
from ..data.formats import read_pairs
from ..loading import load_pipeline
from ..metrics.scores import correction_scores, ignore_particles
from ..metrics.tables import markdown_table, percent
from ..types import SETTINGS, Pair

NAMES = {"sighan13": "SIGHAN 2013", "sighan14": "SIGHAN 2014", "sighan15": "SIGHAN 2015"}
PRF = ("p", "r", "f")
ACCURACIES = ("correction", "detection", "flagging")
COLUMNS = {
    "strict": {"correction": "correction", "detection": "detection", "flagging": "flagging"},
    "loose": {"correction_loose": "correction", "detection_loose": "detection"},
    "characters": {"char": "correction", "char_detection": "detection"},
}


def read_sets(files: Sequence[Path]) -> dict[str, list[Pair]]:
    """Read sets of pairs. What is wrong with a file is logged with its line.

    files (Sequence[Path]): The files, in any format of `data.formats`.
    RETURNS (dict[str, list[Pair]]): The pairs by the name of their set: a file's name without
        "_test" and suffix, or its path where two files have one name.
    RAISES (OSError): If a file cannot be read.
    RAISES (ValueError): If a file has no pairs.
    """
    names = [file.stem.removesuffix("_test") for file in files]
    sets: dict[str, list[Pair]] = {}
    for file, name in zip(files, names, strict=True):
        pairs = list(read_pairs(file))
        if not pairs:
            raise ValueError(
                f"No pairs in {file}: each line must have a misspelt sentence and its correction, "
                "separated by a tab, or as JSON with source and target."
            )
        sets[name if names.count(name) == 1 else str(file)] = pairs
    return sets


def evaluate_settings(
    model: str,
    sets: Mapping[str, list[Pair]],
    *,
    thresholds: Iterable[float | str | None],
    batch_size: int,
    variant: str | None = None,
) -> tuple[dict[str, Any], str]:
    """Evaluate with several thresholds; one that is equal to another is left out.

    model (str): A pipeline, or the name of an embedded model.
    sets (Mapping[str, list[Pair]]): The test sets by name.
    thresholds (Iterable): Numbers, names of settings, None for the pipeline's own.
    batch_size (int): Sentences at a time.
    variant (str): The characters of the texts, None for what the pipeline says.
    RETURNS (tuple): All figures, and tables of them in Markdown.
    RAISES (ValueError): If there is no such pipeline or threshold.
    """
    settings: list[dict[str, Any]] = []
    tables: list[str] = []
    for each in thresholds:
        nlp = load_pipeline(model, threshold=each, variant=variant)
        # Once before the clock runs: the first text loads the weights.
        nlp("请稍等。")
        name = each if each in SETTINGS else None
        number = threshold_of(nlp)
        if any(number == other["threshold"] for other in settings):
            continue
        results: dict[str, dict[str, Any]] = {}
        for key, pairs in sets.items():
            results |= evaluate(nlp, pairs, key, batch_size=batch_size)
        settings.append({"setting": name, "threshold": number, "sets": results})
        title = f"`{model}`, threshold {number}" + (f" ({name})" if name else "")
        tables.append(make_tables(title, results))
    return {"model": model, "settings": settings}, "\n\n".join(tables)


def evaluate(
    nlp: Language, pairs: Sequence[Pair], key: str, *, batch_size: int
) -> dict[str, dict[str, Any]]:
    """Evaluate on one test set.

    SIGHAN 2013 is reported twice, the second time without corrections to 地 and 得, whose mixed use
    its gold does not mark.

    nlp (Language): The pipeline.
    pairs (Sequence[Pair]): The test set.
    key (str): Its name.
    batch_size (int): Sentences at a time.
    RETURNS (dict[str, dict[str, Any]]): All figures, by the name of the set, or of its variant.
    """
    sources, golds = [pair.source for pair in pairs], [pair.target for pair in pairs]
    start = time.perf_counter()
    docs = nlp.pipe(sources, batch_size=batch_size)
    predictions = [
        doc._.corrected for doc in tqdm(docs, key, len(sources), unit=" sentences", disable=None)
    ]
    seconds = time.perf_counter() - start
    speed = {"seconds": round(seconds, 2), "sentences_per_second": round(len(pairs) / seconds, 1)}
    variants = {key: predictions}
    if key == "sighan13":
        variants[f"{key}_without_particles"] = ignore_particles(sources, predictions)
    return {
        name: {**correction_scores(sources, golds, predicted).as_dict(), **speed}
        for name, predicted in variants.items()
    }


def threshold_of(nlp: Language) -> float:
    """The number that a corrector's threshold comes down to.

    nlp (Language): A pipeline with a trained corrector.
    RETURNS (float): The threshold.
    """
    return corrector_of(nlp).least_score


def corrector_of(nlp: Language) -> SDCLCorrector:
    """The corrector of a pipeline.

    nlp (Language): The pipeline.
    RETURNS (SDCLCorrector): Its component "sdcl_corrector".
    """
    pipe = nlp.get_pipe("sdcl_corrector")
    assert isinstance(pipe, SDCLCorrector)
    return pipe


def prepare_docs(nlp: Language, texts: Iterable[str]) -> list[Doc]:
    """Make Docs as the corrector gets them: what comes before it may matter, as entities do.

    nlp (Language): The pipeline.
    texts (Iterable[str]): The texts.
    RETURNS (list[Doc]): The Docs, not corrected.
    """
    names = nlp.pipe_names
    with nlp.select_pipes(disable=names[names.index("sdcl_corrector") :]):
        return list(nlp.pipe(texts))


def make_tables(title: str, results: Mapping[str, Mapping[str, Any]]) -> str:
    """Lay the figures out as Markdown, in percent.

    title (str): What was evaluated.
    results (Mapping[str, Mapping[str, Any]]): What `evaluate` returned.
    RETURNS (str): One table for each way of counting, and one of all that is counted once.
    """
    parts = [f"Evaluated: {title}. Shares in percent."]
    for kind, names in COLUMNS.items():
        header = [f"{kind}", *(f"{title} {x.upper()}" for title in names.values() for x in PRF)]
        rows = [
            [_title(key), *(percent(scores[f"sdcl_{name}_{x}"]) for name in names for x in PRF)]
            for key, scores in results.items()
        ]
        parts.append(markdown_table(header, rows))
    header = ["all", "sentences", "with errors", *(f"{name} accuracy" for name in ACCURACIES)]
    rows = [
        [
            _title(key),
            str(round(scores["sdcl_sentences"])),
            str(round(scores["sdcl_sentences_with_errors"])),
            *(percent(scores[f"sdcl_{name}_accuracy"]) for name in ACCURACIES),
            percent(scores["sdcl_fpr"]),
            str(scores["seconds"]),
            str(scores["sentences_per_second"]),
        ]
        for key, scores in results.items()
    ]
    parts.append(markdown_table([*header, "false-positive rate", "seconds", "sentences/s"], rows))
    return "\n\n".join(parts)


def _title(key: str) -> str:
    name, particles, _ = key.partition("_without_particles")
    return NAMES.get(name, name) + (" without 地, 得" if particles else "")
