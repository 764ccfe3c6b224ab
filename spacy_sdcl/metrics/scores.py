"""The figures of Chinese spelling correction, over plain texts.

Every function takes the three texts of each sentence: the source *s* (as written), the gold *t*
(as it should be) and the prediction *p*. Spelling correction keeps the number of characters, so
the three have the same length and everything follows from comparing them position by position.

Two ways of counting a sentence are in use, and they must not be compared with each other:

- *strict*: precision over all sentences that were changed. It is what papers report, and what the
  tool of the first bake-off printed (Wu et al. 2013, "Chinese Spelling Check Evaluation at SIGHAN
  Bake-off 2013").
- *loose*: a sentence with errors that was changed to something wrong costs recall but not
  precision. It is the SIGHAN tool's since 2014 (Yu et al. 2014; Tseng et al. 2015, "Introduction
  to SIGHAN 2015 Bake-off for Chinese Spelling Check") and pycorrector's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

PARTICLES = "地得"


@dataclass(frozen=True)
class PRF:
    """Precision, recall and F1 as the three counts they come from; 0.0 where nothing was counted.

    tp (int): True positives.
    predicted (int): What precision is over.
    gold (int): What recall is over.
    """

    tp: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        return _ratio(self.tp, self.predicted)

    @property
    def recall(self) -> float:
        return _ratio(self.tp, self.gold)

    @property
    def f1(self) -> float:
        # The harmonic mean of the two, without their rounding and their divisions by zero.
        return _ratio(2 * self.tp, self.predicted + self.gold)


@dataclass(frozen=True)
class CorrectionScores:
    """All figures of a set of sentences; `as_dict` gives them flat, by their registered names.

    sentences (int): How many there are.
    sentences_with_errors (int): Those with t ≠ s.
    false_positives (int): Correct sentences that were changed, s = t ≠ p.
    correction (PRF): Sentences with p = t ≠ s, strict. The headline.
    correction_loose (PRF): The same, loose.
    detection (PRF): Sentences whose changed positions are the gold's, strict.
    detection_loose (PRF): The same, loose.
    flagging (PRF): Sentences with errors that were changed at all, wherever. The 2013 tool calls
        this detection, and detection as it is understood here "error location".
    char (PRF): Changed characters that equal the gold.
    char_detection (PRF): Changed characters that are wrong ones.
    """

    sentences: int
    sentences_with_errors: int
    false_positives: int
    correction: PRF
    correction_loose: PRF
    detection: PRF
    detection_loose: PRF
    flagging: PRF
    char: PRF
    char_detection: PRF

    @property
    def correct_sentences(self) -> int:
        """RETURNS (int): Sentences without an error, s = t: what the false-positive rate is over."""
        return self.sentences - self.sentences_with_errors

    @property
    def false_positive_rate(self) -> float:
        return _ratio(self.false_positives, self.correct_sentences)

    @property
    def correction_accuracy(self) -> float:
        """RETURNS (float): The share of all sentences with p = t."""
        return self._accuracy(self.correction)

    @property
    def detection_accuracy(self) -> float:
        """RETURNS (float): The share of all sentences whose changed positions are the gold's."""
        return self._accuracy(self.detection)

    @property
    def flagging_accuracy(self) -> float:
        """RETURNS (float): The share of all sentences changed exactly if they have an error."""
        return self._accuracy(self.flagging)

    def as_dict(self) -> dict[str, float]:
        """The figures by their flat names, those of `SCORE_NAMES`.

        RETURNS (dict[str, float]): Shares from 0 to 1, and three counts.
        """
        scores: dict[str, float] = {}
        for name in _PRF_FIELDS:
            prf: PRF = getattr(self, name)
            scores[f"sdcl_{name}_f"] = prf.f1
            scores[f"sdcl_{name}_p"] = prf.precision
            scores[f"sdcl_{name}_r"] = prf.recall
        for name in _ACCURACY_FIELDS:
            scores[f"sdcl_{name}"] = getattr(self, name)
        scores["sdcl_fpr"] = self.false_positive_rate
        for name in _COUNT_FIELDS:
            scores[f"sdcl_{name}"] = getattr(self, name)
        return scores

    def _accuracy(self, prf: PRF) -> float:
        true_negatives = self.correct_sentences - self.false_positives
        return _ratio(prf.tp + true_negatives, self.sentences)


_PRF_FIELDS = (
    "correction",
    "correction_loose",
    "detection",
    "detection_loose",
    "flagging",
    "char",
    "char_detection",
)
_ACCURACY_FIELDS = ("correction_accuracy", "detection_accuracy", "flagging_accuracy")
_COUNT_FIELDS = ("sentences", "sentences_with_errors", "false_positives")

# The flat names, the headline first.
SCORE_NAMES: tuple[str, ...] = (
    *(f"sdcl_{name}_{figure}" for name in _PRF_FIELDS for figure in "fpr"),
    *(f"sdcl_{name}" for name in _ACCURACY_FIELDS),
    "sdcl_fpr",
    *(f"sdcl_{name}" for name in _COUNT_FIELDS),
)

# What a training run optimises and what it shows (weight 0) beside it. The other names may be
# added in a config's [training.score_weights].
DEFAULT_SCORE_WEIGHTS: dict[str, float] = {
    "sdcl_correction_f": 1.0,
    "sdcl_correction_p": 0.0,
    "sdcl_correction_r": 0.0,
    "sdcl_fpr": 0.0,
}


def correction_scores(
    sources: Sequence[str], golds: Sequence[str], predictions: Sequence[str]
) -> CorrectionScores:
    """Compare predicted corrections with gold ones.

    sources (Sequence[str]): The texts as written.
    golds (Sequence[str]): The same texts without errors, each as long as its source.
    predictions (Sequence[str]): The same texts as corrected, each as long as its source.
    RETURNS (CorrectionScores): Every figure.
    """
    _check_equal_lengths(source=sources, gold=golds, prediction=predictions)
    # Each sentence is what is wrong in it and what was changed, as {position: character}.
    edits = [
        (_differences(source, gold), _differences(source, prediction))
        for source, gold, prediction in zip(sources, golds, predictions, strict=True)
    ]
    with_errors = sum(bool(wrong) for wrong, _ in edits)
    changed_sentences = sum(bool(changed) for _, changed in edits)
    false_positives = sum(bool(changed) and not wrong for wrong, changed in edits)
    corrected = sum(bool(wrong) and changed == wrong for wrong, changed in edits)
    detected = sum(bool(wrong) and changed.keys() == wrong.keys() for wrong, changed in edits)
    flagged = sum(bool(wrong) and bool(changed) for wrong, changed in edits)
    wrong_chars = sum(len(wrong) for wrong, _ in edits)
    changed_chars = sum(len(changed) for _, changed in edits)
    corrected_chars = sum(len(changed.items() & wrong.items()) for wrong, changed in edits)
    detected_chars = sum(len(changed.keys() & wrong.keys()) for wrong, changed in edits)
    return CorrectionScores(
        sentences=len(edits),
        sentences_with_errors=with_errors,
        false_positives=false_positives,
        correction=PRF(corrected, changed_sentences, with_errors),
        correction_loose=PRF(corrected, corrected + false_positives, with_errors),
        detection=PRF(detected, changed_sentences, with_errors),
        detection_loose=PRF(detected, detected + false_positives, with_errors),
        flagging=PRF(flagged, changed_sentences, with_errors),
        char=PRF(corrected_chars, changed_chars, wrong_chars),
        char_detection=PRF(detected_chars, changed_chars, wrong_chars),
    )


def ignore_particles(
    sources: Sequence[str], predictions: Sequence[str], *, particles: str = PARTICLES
) -> list[str]:
    """Take back the predicted corrections to 地 and 得.

    The gold of SIGHAN 2013 leaves the mixed use of 的, 地 and 得 unmarked, so that a model is
    blamed for correcting it. So that test set is also reported after this removal, which Xu et al.
    2021 ("Read, Listen, and See", the ReaLiSe model) describe. The other test sets need none.

    sources (Sequence[str]): The texts as written.
    predictions (Sequence[str]): The same texts as corrected, each as long as its source.
    particles (str): The characters that are not to be predicted.
    RETURNS (list[str]): The predictions, with the source's character at each of these corrections.
    """
    _check_equal_lengths(source=sources, prediction=predictions)
    return [
        "".join(
            before if after in particles else after
            for before, after in zip(source, prediction, strict=True)
        )
        for source, prediction in zip(sources, predictions, strict=True)
    ]


def _differences(source: str, other: str) -> dict[int, str]:
    pairs = zip(source, other, strict=True)
    return {i: after for i, (before, after) in enumerate(pairs) if before != after}


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _check_equal_lengths(**columns: Sequence[str]) -> None:
    sizes = {name: len(texts) for name, texts in columns.items()}
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{size} {name} texts" for name, size in sizes.items())
        raise ValueError(
            f"Each sentence needs a {', a '.join(columns)}; from index {min(sizes.values())} on "
            f"there is not one of each ({found})"
        )
    for index, texts in enumerate(zip(*columns.values(), strict=True)):
        if len({len(text) for text in texts}) > 1:
            found = ", ".join(
                f"{name} {len(text)}" for name, text in zip(columns, texts, strict=True)
            )
            raise ValueError(
                f"The texts at index {index} must have the same number of characters, "
                f"they have: {found}"
            )
