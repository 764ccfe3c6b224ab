"""The registered scorer: `spacy-sdcl.scorer.v1`."""

from collections.abc import Iterable
from typing import Any, Protocol

from spacy.tokens import Doc
from spacy.training import Example

from ..annotations.details import SPANS_KEY
from ..annotations.spans import corrected_text
from .scores import SCORE_NAMES, correction_scores


class ScorerT(Protocol):
    """What a pipeline component calls to score its predictions."""

    def __call__(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]: ...


def make_sdcl_scorer() -> ScorerT:
    """The scorer of spelling corrections, as a config names it.

    RETURNS (ScorerT): A function of examples.
    """
    return score_corrections


def score_corrections(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    """Score predicted corrections against gold ones, both in `doc.spans["sdcl"]`.

    A reference without that span group was never annotated and is left out, as spaCy's scorers do;
    an empty group says that nothing is wrong. A predicted doc without it predicts nothing. Whole
    texts are compared, so the two docs may be tokenized differently.

    examples (Iterable[Example]): Predicted docs with their references.
    **kwargs (Any): Other components' settings; not used.
    RETURNS (dict[str, Any]): The figures by the names in `metrics.SCORE_NAMES`; all None if no
        reference is annotated.
    """
    sources, golds, predictions = [], [], []
    for example in examples:
        if SPANS_KEY not in example.reference.spans:
            continue
        source = example.reference.text
        if example.predicted.text != source:
            # spaCy aligns docs that differ in spaces or case; positions would not match.
            raise ValueError(
                "The predicted and the reference doc must have the same text, they have: "
                f"{example.predicted.text!r} and {source!r}"
            )
        sources.append(source)
        golds.append(_corrected(example.reference))
        predictions.append(_corrected(example.predicted))
    if not sources:
        return dict.fromkeys(SCORE_NAMES)
    return dict(correction_scores(sources, golds, predictions).as_dict())


def _corrected(doc: Doc) -> str:
    try:
        return corrected_text(doc)
    except ValueError as error:
        # The span alone does not tell which of thousands of sentences to look at.
        raise ValueError(f"The corrections of {doc.text!r} cannot be applied: {error}") from error
