"""The factory of the pipeline component `sdcl_corrector`, with its default settings.

Every `spacy.load` imports this module, whether the pipeline has a corrector or not, so that neither
torch nor transformers may be imported here, nor anything else that takes its time.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from thinc.api import Config

from .corrector import SDCLCorrector
from .metrics.scores import DEFAULT_SCORE_WEIGHTS

if TYPE_CHECKING:
    from .model.architecture import SDCLModel

__all__ = ["SDCLCorrector", "make_sdcl_corrector"]

DEFAULT_CONFIG = """
[sdcl_corrector]
threshold = null
evidence = "auto"
similarity = 0.0
candidates = 5
min_confidence = null
variant = "auto"

[sdcl_corrector.protect]
phrases = []
file = null
patterns = []
entities = []
tokens = []
identifiers = true
numerals = true

[sdcl_corrector.confusions]
phrases = {}
file = null

[sdcl_corrector.model]
@architectures = "spacy-sdcl.SDCL.v1"
name = "zh_sdcl_sm"

[sdcl_corrector.scorer]
@scorers = "spacy-sdcl.scorer.v1"
"""


@Language.factory(
    "sdcl_corrector",
    assigns=[
        "doc.spans",
        "doc._.corrected",
        "doc._.errors",
        "doc._.corrections",
        "span._.corrected",
        "span._.correction",
        "span._.correction_score",
        "token._.is_error",
        "token._.correction",
    ],
    default_config=Config().from_str(DEFAULT_CONFIG)["sdcl_corrector"],
    default_score_weights=dict(DEFAULT_SCORE_WEIGHTS),
)
def make_sdcl_corrector(
    nlp: Language,
    name: str,
    model: "SDCLModel",
    threshold: float | str | None,
    evidence: str | None,
    protect: Any,
    confusions: Any,
    similarity: float,
    candidates: int,
    min_confidence: float | None,
    variant: str,
    scorer: Callable[..., dict[str, Any]] | None,
) -> "SDCLCorrector":
    """Make an `SDCLCorrector`.

    nlp (Language): The pipeline.
    name (str): The component's name in it.
    model (Model): An SDCL model, such as `spacy-sdcl.SDCL.v1`.
    threshold (float / str): The probability from which a correction is kept, 0 to 1, or one of the
        two that were chosen for the model's weights: "careful" (None is the same) or "recall".
    evidence (str): Counts, words and likenesses that what the network predicts is weighed with:
        "auto" for those that come with the model, if any do; the name of an embedded model or a
        directory, for theirs; None for the network alone.
    protect (dict): What is never changed: "phrases", a "file" of them, "patterns" (regular
        expressions), "entities" (labels of `doc.ents`), "tokens" (as the Matcher describes one),
        "identifiers" (addresses, paths, @names, #tags, code), "numerals" (into one another).
    confusions (dict): The user's own corrections: "phrases", wrong to right, and a "file" of them.
    similarity (float): How much the likeness of sound and look weighs; 0 for not at all.
    candidates (int): So many characters are listed with each correction, 1 to 10.
    min_confidence (float): Flag an error that has no sure correction where the written character
        is wrong with at least this probability; None for never.
    variant (str): "simplified", "traditional", or "auto" to see by each text which it is.
    scorer (Callable): The scoring method.
    RETURNS (SDCLCorrector): The component.
    """
    return SDCLCorrector(
        nlp.vocab,
        model,
        name,
        scorer=scorer,
        threshold=threshold,
        evidence=evidence,
        protect=protect,
        confusions=confusions,
        similarity=similarity,
        candidates=candidates,
        min_confidence=min_confidence,
        variant=variant,
    )
