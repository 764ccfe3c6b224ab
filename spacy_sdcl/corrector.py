"""The pipeline component: Docs in, corrections in their span groups, and training.

Neither torch nor transformers may be imported here: the architecture, resolved when a component is
made, imports them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from spacy.errors import Errors
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example, validate_examples, validate_get_examples
from spacy.util import minibatch
from spacy.vocab import Vocab
from thinc.api import Optimizer
from thinc.types import Floats1d

from .annotations.details import SPANS_KEY
from .annotations.spans import corrected_text, set_corrections
from .control.decoding import kept_corrections
from .control.policy import Control, Reading, Setting
from .control.settings import refuse_misspelt
from .control.variants import simplify
from .evidence.pipe import EvidencePipe
from .types import EVIDENCE, CharCorrection, CharPrediction, Decision, Pair

if TYPE_CHECKING:
    from .evidence.explaining import Grounds
    from .model.architecture import SDCLModel

HOW_TO_TRAIN = (
    "Train it first (nlp.initialize and nlp.update, or `python -m spacy train`), load a trained "
    'pipeline, or use the embedded model: nlp.add_pipe("sdcl_corrector").'
)


class SDCLCorrector(EvidencePipe):
    """Find wrong Chinese characters and what they should be.

    vocab (Vocab): The shared vocabulary.
    model (Model): An SDCL model.
    name (str): The component's name.
    scorer (Callable): The scoring method.
    settings (Any): The settings that the factory has, by name; each is an attribute, too.
    RAISES (ValueError): If a value is not one that the setting can have.
    """

    control: Control
    threshold = Setting()
    evidence = Setting()
    protect = Setting()
    confusions = Setting()
    similarity = Setting()
    candidates = Setting()
    min_confidence = Setting()
    variant = Setting()

    def __init__(
        self,
        vocab: Vocab,
        model: "SDCLModel",
        name: str = "sdcl_corrector",
        *,
        scorer: Callable[..., dict[str, Any]] | None = None,
        **settings: Any,
    ) -> None:
        self.vocab = vocab
        self.model = model
        self.name = name
        self.scorer = scorer
        self.control = Control(vocab, **settings)
        # What spaCy saves beside the weights. The settings are in the pipeline's config, and not
        # here, where from_disk would write over what spacy.load(config=...) says.
        self.cfg: dict[str, Any] = {}

    def __setattr__(self, name: str, value: Any) -> None:
        # Python would make a new attribute of a misspelt setting, and nothing would come of it.
        if name not in vars(self) and not name.startswith("_") and not hasattr(type(self), name):
            refuse_misspelt(name)
        super().__setattr__(name, value)

    def predict(self, docs: Iterable[Doc]) -> list[list[CharCorrection]]:
        """Find what is to be changed, and what is to be flagged.

        docs (Iterable[Doc]): The Docs; they are not modified.
        RETURNS (list): The corrections of each Doc.
        RAISES (ValueError): If the model was never trained for correction.
        """
        return [kept_corrections(decisions) for decisions in self._decided(docs)]

    def explain(self, docs: Iterable[Doc]) -> list[list[Decision]]:
        """List every place where another character was considered, kept or not.

        docs (Iterable[Doc]): The Docs; they are not modified.
        RETURNS (list): The decisions on each Doc, in the order of its text.
        RAISES (ValueError): If the model was never trained for correction.
        """
        return [list(decisions) for decisions in self._decided(docs)]

    def _decided(self, docs: Iterable[Doc]) -> Iterator[Iterator[Decision]]:
        # One text after the other, and what is found in a long one part after part: of all that is
        # looked at, little need be in memory.
        threshold = self.least_score
        readings = [self.control.read(doc) for doc in docs]
        found = groupby(self._predictions(readings), key=itemgetter(0))
        for reading, (_, parts) in zip(readings, found, strict=True):
            predictions = (each for _, part in parts for each in part)
            yield self.control.decide(reading, predictions, threshold=threshold)

    def _predictions(
        self, readings: Sequence[Reading]
    ) -> Iterable[tuple[int, Sequence[CharPrediction]]]:
        """What is found in each text, by its number, in one part or more."""
        texts = [reading.read for reading in readings]
        evidence = self.loaded_evidence
        if evidence is None:
            return enumerate(cast(list[list[CharPrediction]], self.model.predict(texts)))
        from .evidence.weighing import weigh_in_parts
        from .model.reading import read_in_parts

        # What may only not become some characters may still be wrong.
        held = [
            {place for place, hold in reading.held.items() if hold.is_absolute}
            for reading in readings
        ]
        return weigh_in_parts(evidence, texts, partial(read_in_parts, self.model), held=held)

    def grounds(self, doc: Doc, decision: Decision) -> "Grounds | None":
        """What the evidence says of the likeliest other character of a decision.

        doc (Doc): The Doc; it is not modified.
        decision (Decision): What `explain` has listed.
        RETURNS (Grounds): By name; None without evidence, and where it knows nothing.
        RAISES (ValueError): If the model was never trained for correction.
        """
        from .evidence.explaining import grounds
        from .model.reading import EVERYWHERE, read_doubts

        evidence = self.loaded_evidence
        self._trained_network()
        others = [each.target for each in decision.candidates if each.target != decision.source]
        if evidence is None or not others:
            return None
        reading = self.control.read(doc)
        target = simplify(others[0]) if reading.traditional else others[0]
        read = partial(read_doubts, self.model, doubt=EVERYWHERE)
        start = reading.visible.find(decision.start)
        return grounds(evidence, reading.read, start, target, read)

    @property
    def thresholds(self) -> Mapping[str, float]:
        """The thresholds of the settings "careful" and "recall": those of the evidence, or, without
        any, those of the network's weights.

        RAISES (ValueError): If the model was never trained for correction.
        """
        network = self._trained_network()
        return (self.loaded_evidence or network).thresholds

    @thresholds.setter
    def thresholds(self, values: Mapping[str, float]) -> None:
        network = self._trained_network()
        (self.loaded_evidence or network).thresholds = dict(values)

    @property
    def least_score(self) -> float:
        """The number that `threshold` comes down to.

        RAISES (ValueError): If the model was never trained for correction.
        """
        self._trained_network()
        if self.threshold is None or isinstance(self.threshold, str):
            return self.thresholds[self.threshold or "careful"]
        return self.threshold

    def set_annotations(self, docs: Iterable[Doc], scores: list[list[CharCorrection]]) -> None:
        """Write corrections into `doc.spans["sdcl"]`.

        docs (Iterable[Doc]): The Docs.
        scores (list): What `predict` returned for them.
        """
        for doc, corrections in zip(docs, scores, strict=True):
            set_corrections(doc, corrections)

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Correct a stream of Docs. An error in one goes to the error handler with it alone.

        stream (Iterable[Doc]): The Docs.
        batch_size (int): How many to read at once.
        YIELDS (Doc): The Docs, in order.
        """
        error_handler = self.get_error_handler()
        for batch in minibatch(stream, size=batch_size):
            docs = list(batch)
            try:
                self.set_annotations(docs, self.predict(docs))
                yield from docs
                continue
            except Exception as error:
                if len(docs) == 1:
                    error_handler(self.name, self, docs, error)
                    continue
            for doc in docs:
                try:
                    self.set_annotations([doc], self.predict([doc]))
                    yield doc
                except Exception as error:
                    error_handler(self.name, self, [doc], error)

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """Learn from a batch of examples: L = L_x + alpha L_y + beta L_c.

        examples (Iterable[Example]): The examples; those without a gold span group are left out.
        drop (float): Not used: dropout is set in the encoder's own configuration.
        sgd (Optimizer): The optimiser; None to only accumulate gradients.
        losses (dict): Updated with the loss under the component's name.
        RETURNS (dict): `losses`.
        """
        if losses is None:
            losses = {}
        losses.setdefault(self.name, 0.0)
        examples = list(examples)
        validate_examples(examples, "SDCLCorrector.update")
        self._require_network()
        pairs = [pair for example in examples if (pair := gold_pair(example)) and pair.source]
        if not pairs:
            return losses
        parts, backprop = self.model.begin_update(pairs)
        loss, gradient = self.get_loss(examples, cast(Floats1d, parts))
        backprop(gradient)
        if sgd is not None:
            self.finish_update(sgd)
        losses[self.name] += loss
        return losses

    def get_loss(self, examples: Iterable[Example], scores: Floats1d) -> tuple[float, Floats1d]:
        """Weigh the three losses.

        examples (Iterable[Example]): The batch.
        scores (Floats1d): [L_x, L_y, L_c], as the model returned them.
        RETURNS (tuple): The loss, and its gradient [1, alpha, beta].
        """
        validate_examples(examples, "SDCLCorrector.get_loss")
        weights = self.model.ops.asarray1f(self.model.attrs["loss_weights"])
        return float(self.model.ops.xp.dot(scores, weights)), weights

    def initialize(
        self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None
    ) -> None:
        """Load the encoder that the config names.

        get_examples (Callable): Returns training examples.
        nlp (Language): The pipeline.
        RAISES (ValueError): If the encoder cannot be loaded.
        """
        validate_get_examples(get_examples, "SDCLCorrector.initialize")
        # Only an encoder from scratch looks at the data, and it needs all of their characters.
        sample = get_examples() if self.model.attrs["name"] is None else islice(get_examples(), 10)
        pairs = [pair for pair in map(gold_pair, sample) if pair is not None]
        self.model.initialize(X=pairs)

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Score a batch of examples.

        examples (Iterable[Example]): The examples.
        RETURNS (dict): The scores, as `spacy-sdcl.scorer.v1` names them.
        """
        return {} if self.scorer is None else self.scorer(examples, **kwargs)

    def finish_update(self, sgd: Optimizer) -> None:
        """Apply the accumulated gradients.

        sgd (Optimizer): The optimiser.
        """
        self.model.finish_update(sgd)

    def _note_settings(self) -> None:
        """Note the settings and the weights that are to be saved."""
        self._load_embedded()
        self.cfg = {**self.control.record(), EVIDENCE: self.evidence}

    def restore_settings(self) -> None:
        """Take over the settings that a saved component had."""
        self.control.restore(self.cfg)

    def _load_embedded(self) -> bool:
        from .model.architecture import load_embedded

        return load_embedded(self.model)

    def _require_network(self) -> Any:
        from .model.architecture import get_network

        if not self._load_embedded():
            raise ValueError(Errors.E109.format(name=self.name) + f" {HOW_TO_TRAIN}")
        return get_network(self.model)

    def _trained_network(self) -> Any:
        """The network, trained for correction.

        RAISES (ValueError): If it was never trained.
        """
        network = self._require_network()
        if not network.trained:
            raise ValueError(
                f"The encoder of {self.name!r}, {self.model.attrs['name']!r}, was never trained "
                f"for correction and would change texts at random. {HOW_TO_TRAIN}"
            )
        return network


def gold_pair(example: Example) -> Pair | None:
    """The misspelt text of an example and its correct form.

    example (Example): The example.
    RETURNS (Pair): The two texts; None if the reference has no gold span group.
    """
    if SPANS_KEY not in example.reference.spans:
        return None
    return Pair(example.reference.text, corrected_text(example.reference))
