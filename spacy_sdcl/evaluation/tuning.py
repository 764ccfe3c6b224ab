"""The choice of a threshold on development text.

Of all thresholds with a false-positive rate of at most what is allowed, or with at least the strict
precision that is asked for, the one with the best strict correction F1 is taken. The rate is the
mean of those of several files of correct sentences: each kind of text counts alike.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import fmean
from types import MappingProxyType
from typing import Any, NamedTuple

from spacy.language import Language
from tqdm import tqdm

from ..data.records import log_problem
from ..data.text import read_text
from ..metrics.scores import CorrectionScores, correction_scores
from ..types import CharCorrection, Pair
from .cleaning import LeftOut
from .figures import corrector_of, prepare_docs, read_sets

# Finer where careful thresholds lie.
THRESHOLDS = (*(i / 20 for i in range(12)), *(i / 100 for i in range(60, 100)), 0.995, 0.999, 1.0)
MAX_FPR = 0.01
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Row(NamedTuple):
    """The figures of one threshold.

    threshold (float): The threshold.
    pairs (CorrectionScores): Over the development pairs.
    false_positive_rate (float): Over the correct sentences: the mean of the rates; over those of
        the pairs where no others are given.
    rates (Mapping[str, float]): That of each file of correct sentences.
    """

    threshold: float
    pairs: CorrectionScores
    false_positive_rate: float
    rates: Mapping[str, float] = NOTHING

    def as_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): The figures by name."""
        return {
            "threshold": self.threshold,
            "fpr": self.false_positive_rate,
            "fpr_by_file": dict(self.rates),
            **self.pairs.as_dict(),
        }


def read_development(
    pairs: Path, correct: Sequence[Path], *, limit: int, left_out: LeftOut | None = None
) -> tuple[list[Pair], dict[str, list[str]]]:
    """Read development text. What is wrong with a file is logged with its line.

    pairs (Path): A file of pairs, in any format of `data.formats`.
    correct (Sequence[Path]): Files of correct sentences, one a line, plain or `.xz`.
    limit (int): At most this many correct sentences of each file, 0 for all.
    left_out (LeftOut): Lines of them that are none.
    RETURNS (tuple): The pairs, and the correct sentences by file.
    RAISES (OSError): If a file cannot be read.
    RAISES (ValueError): If there are no pairs, or no sentences in a file.
    """
    [found] = read_sets([pairs]).values()
    sentences = {
        str(path): list(islice(_correct_lines(path, left_out or LeftOut()), limit or None))
        for path in correct
    }
    empty = [name for name, lines in sentences.items() if not lines]
    if empty:
        raise ValueError(
            f"No correct sentences in {', '.join(empty)}: there must be one a line, and not all of "
            "them in what is left out."
        )
    return found, sentences


def _correct_lines(path: Path, left_out: LeftOut) -> Iterator[str]:
    return (line for line in read_text(path, log_problem) if line not in left_out)


def check_correct_sentences(pairs: Sequence[Pair], sentences: Mapping[str, Sequence[str]]) -> None:
    """Check that there are correct sentences, without which no false positive could be seen.

    pairs (Sequence[Pair]): Development pairs.
    sentences (Mapping[str, Sequence[str]]): Correct sentences by file.
    RAISES (ValueError): If there are none.
    """
    if not sentences and all(pair.source != pair.target for pair in pairs):
        raise ValueError(
            "A false-positive rate is one of correct sentences, and there are none: name a file of "
            "them with --correct, add pairs without an error, or ask for a --precision."
        )


def score_thresholds(
    nlp: Language,
    pairs: Sequence[Pair],
    sentences: Mapping[str, Sequence[str]] = NOTHING,
    *,
    batch_size: int = 256,
) -> list[Row]:
    """Score each threshold on a pipeline's corrections.

    nlp (Language): The pipeline; its corrector's threshold is left as it is.
    pairs (Sequence[Pair]): Development pairs.
    sentences (Mapping[str, Sequence[str]]): Correct sentences by file.
    batch_size (int): Sentences at a time.
    RETURNS (list[Row]): A row for each of THRESHOLDS.
    """
    pipe = corrector_of(nlp)
    own = pipe.threshold
    texts = [pair.source for pair in pairs]
    docs = prepare_docs(nlp, texts + [text for each in sentences.values() for text in each])
    # Everything that the model would change, once; the thresholds are applied to the scores.
    pipe.threshold = 0.0
    try:
        predictions = [
            each
            for start in tqdm(
                range(0, len(docs), batch_size), "predict", unit=" batches", disable=None
            )
            for each in pipe.predict(docs[start : start + batch_size])
        ]
    finally:
        pipe.threshold = own
    others = iter(predictions[len(pairs) :])
    by_file = {name: list(islice(others, len(each))) for name, each in sentences.items()}
    return table_of_thresholds(pairs, predictions[: len(pairs)], by_file)


def table_of_thresholds(
    pairs: Sequence[Pair],
    corrections: Sequence[list[CharCorrection]],
    alarms: Mapping[str, Sequence[list[CharCorrection]]] = NOTHING,
) -> list[Row]:
    """Score each threshold.

    pairs (Sequence[Pair]): Development pairs.
    corrections (Sequence[list[CharCorrection]]): All corrections of their sources, however unlikely.
    alarms (Mapping[str, Sequence[list[CharCorrection]]]): All corrections of correct sentences, by
        file.
    RETURNS (list[Row]): A row for each of THRESHOLDS.
    """
    sources, golds = [pair.source for pair in pairs], [pair.target for pair in pairs]
    # A sentence is changed if its likeliest correction is kept.
    highest = {
        name: [max((c.score for c in found), default=-1.0) for found in each]
        for name, each in alarms.items()
    }
    rows = []
    for threshold in THRESHOLDS:
        predictions = [
            _apply(source, found, threshold)
            for source, found in zip(sources, corrections, strict=True)
        ]
        scores = correction_scores(sources, golds, predictions)
        rates = {
            name: sum(score >= threshold for score in each) / len(each)
            for name, each in highest.items()
        }
        rate = fmean(rates.values()) if rates else scores.false_positive_rate
        rows.append(Row(threshold, scores, rate, rates))
    return rows


def choose(
    rows: Sequence[Row], *, max_fpr: float = MAX_FPR, precision: float | None = None
) -> Row | None:
    """Choose a threshold.

    rows (Sequence[Row]): The figures of each.
    max_fpr (float): The false-positive rate that is allowed, unless a precision is asked for.
    precision (float): The strict precision that is asked for.
    RETURNS (Row): The best of those allowed, the highest threshold among equals; None if none is.
    """
    if precision is None:
        allowed = [row for row in rows if row.false_positive_rate <= max_fpr]
    else:
        allowed = [row for row in rows if row.pairs.correction.precision >= precision]
    return max(allowed, key=lambda row: (row.pairs.correction.f1, row.threshold), default=None)


def report(rows: Sequence[Row], chosen: Row | None) -> dict[str, Any]:
    """What was measured and chosen, as plain values.

    rows (Sequence[Row]): The figures of each threshold.
    chosen (Row): The choice; None if there is none.
    RETURNS (dict): The thresholds "careful" and "recall", and all figures as "thresholds".
    """
    return {
        "careful": chosen and chosen.threshold,
        "recall": best_of_all(rows).threshold,
        "thresholds": [row.as_dict() for row in rows],
    }


def best_of_all(rows: Sequence[Row]) -> Row:
    """The best threshold without a bound, for the setting "recall".

    rows (Sequence[Row]): The figures of each.
    RETURNS (Row): The row of the best F1.
    """
    best = choose(rows, max_fpr=1.0)
    assert best is not None
    return best


def save_tuned(nlp: Language, path: Path, *, careful: float, recall: float) -> None:
    """Save a pipeline with thresholds, in one piece; it is changed to have them itself.

    nlp (Language): The pipeline.
    path (Path): A folder; a pipeline that is there is replaced.
    careful (float): The threshold of the setting "careful", which is the default.
    recall (float): The threshold of the setting "recall".
    RAISES (ValueError): If there is something else than a pipeline in the folder.
    """
    check_folder(path)
    pipe = corrector_of(nlp)
    # In the weights, not in the config: there a threshold is a user's choice.
    pipe.thresholds = {"careful": careful, "recall": recall}
    pipe.threshold = None
    nlp.get_pipe_config("sdcl_corrector")["threshold"] = None
    save_pipeline(nlp, path)


def save_pipeline(nlp: Language, path: Path) -> None:
    """Save a pipeline in one piece.

    nlp (Language): The pipeline.
    path (Path): A folder; a pipeline that is there is replaced.
    RAISES (ValueError): If there is something else than a pipeline in the folder.
    """
    check_folder(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    new, old = (path.with_name(f".{path.name}.{kind}") for kind in ("new", "old"))
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    try:
        nlp.to_disk(new)
        if path.exists():
            path.rename(old)
        new.rename(path)
    finally:
        if old.exists() and not path.exists():
            old.rename(path)
        shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def check_folder(path: Path) -> None:
    """Check that a pipeline may be written to a folder.

    path (Path): The folder.
    RAISES (ValueError): If there is something else than a pipeline.
    """
    if path.is_file() or (path.is_dir() and any(path.iterdir()) and not _is_pipeline(path)):
        raise ValueError(
            f"{path} is there already and no pipeline: name a new folder, or an old pipeline's."
        )


def _is_pipeline(path: Path) -> bool:
    return (path / "config.cfg").is_file() and (path / "meta.json").is_file()


def _apply(source: str, corrections: Sequence[CharCorrection], threshold: float) -> str:
    chars = list(source)
    for each in corrections:
        if each.score >= threshold:
            chars[each.start] = each.target
    return "".join(chars)
