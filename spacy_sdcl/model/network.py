"""The torch module of SDCL: a masked-language-model encoder, the product with W, and its head."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from ..types import SETTINGS
from .bigrams import BigramEmbeddings
from .losses import character_loss, contrastive_loss
from .reader import Reader
from .vocabulary import Vocabulary

FUSIONS = ("product", "none")
# So many characters are named at a place where another than the written one is likelier.
CANDIDATES = 10

# Where each architecture of transformers keeps the two halves of its masked-LM head: what turns a
# state into a prediction vector, and what scores the vocabulary with it.
HEADS = {
    "bert": ("cls.predictions.transform", "cls.predictions.decoder"),
    "modernbert": ("head", "decoder"),
}


class PairBatch(NamedTuple):
    """Misspelt and correct windows of texts, padded to one length.

    source_ids (Tensor): Ids of the texts with errors, [CLS] … [SEP], shape (batch, length).
    target_ids (Tensor): Ids of the correct texts, same shape.
    attention_mask (Tensor): True where there is no padding, same shape.
    is_character (Tensor): True at characters with an id of their own, same shape.
    """

    source_ids: Tensor
    target_ids: Tensor
    attention_mask: Tensor
    is_character: Tensor


class TextBatch(NamedTuple):
    """Windows of texts to be corrected, padded to one length.

    input_ids (Tensor): Ids, [CLS] … [SEP], shape (batch, length).
    attention_mask (Tensor): True where there is no padding, same shape; None for no padding.
    is_wanted (Tensor): True at the characters to be predicted, same shape.
    """

    input_ids: Tensor
    attention_mask: Tensor | None
    is_wanted: Tensor


class Predictions(NamedTuple):
    """The places where another character is likelier than the written one, in order of the batch.

    places (Tensor): Row and column of each in the batch, shape (found, 2).
    ids (Tensor): The likeliest characters, the likeliest first, shape (found, CANDIDATES).
    scores (Tensor): Their probabilities among all candidates, same shape.
    source_scores (Tensor): The probability of the written character, shape (found,).
    """

    places: Tensor
    ids: Tensor
    scores: Tensor
    source_scores: Tensor


class SDCLNetwork(nn.Module):
    """An encoder with its masked-LM head, as SDCL uses it (arXiv 2210.17168, section 3).

    encoder (PreTrainedModel): A BERT-type masked LM of transformers.
    vocabulary (Vocabulary): The encoder's vocabulary.
    fusion (str): "product": states are multiplied by the word embeddings of their characters,
        H = Enc(x) * E(x), as in the paper; "none": H = Enc(x).
    window (int): Most characters that the encoder reads at once, [CLS] and [SEP] not counted.
    trained (bool): Whether the weights were trained for correction: a mere language model must
        not correct.
    thresholds (Mapping[str, float]): The probability from which a correction is kept in each of
        the settings "careful" and "recall", chosen on development text for these weights.
    bigrams (BigramEmbeddings): Added to the word embeddings that the encoder reads; None for none.
    RAISES (ValueError): If the encoder's architecture or `fusion` is not supported.
    """

    candidates: Tensor
    candidate_index: Tensor

    def __init__(
        self,
        encoder: PreTrainedModel,
        vocabulary: Vocabulary,
        *,
        fusion: str = "product",
        window: int | None = None,
        trained: bool = False,
        thresholds: Mapping[str, float] = MappingProxyType({}),
        bigrams: BigramEmbeddings | None = None,
    ) -> None:
        super().__init__()
        if encoder.config.model_type not in HEADS:
            raise ValueError(
                f"Encoders of type {encoder.config.model_type!r} are not supported, only "
                f"{', '.join(HEADS)}. Most Chinese encoders, MacBERT and RoBERTa-wwm among them, "
                "are of type bert."
            )
        if fusion not in FUSIONS:
            raise ValueError(f"fusion is {fusion!r}, must be one of {', '.join(FUSIONS)}.")
        if len(vocabulary) > encoder.config.vocab_size:
            raise ValueError(
                f"The vocabulary has {len(vocabulary)} entries, the encoder only "
                f"{encoder.config.vocab_size} embeddings."
            )
        longest = encoder.config.max_position_embeddings - 2
        self.encoder = encoder
        self.vocabulary = vocabulary
        self.fusion = fusion
        self.window = min(window or longest, longest)
        self.trained = trained
        self.thresholds = dict.fromkeys(SETTINGS, 0.5) | dict(thresholds)
        self.bigram_embeddings = bigrams
        self.register_buffer(
            "candidates", torch.from_numpy(vocabulary.candidates), persistent=False
        )
        # Where each id stands among the candidates; -1 for ids that are none.
        index = torch.full((len(vocabulary),), -1)
        index[self.candidates] = torch.arange(len(self.candidates))
        self.register_buffer("candidate_index", index, persistent=False)

        self._reader: Reader | None = None

    def __getstate__(self) -> dict[str, Any]:
        # A copy lays itself out anew.
        return self.__dict__ | {"_reader": None}

    @property
    def transform(self) -> Any:
        """What turns a state into a prediction vector."""
        return self.encoder.get_submodule(HEADS[self.encoder.config.model_type][0])

    @property
    def decoder(self) -> nn.Linear:
        """What scores the vocabulary with a prediction vector."""
        return cast(nn.Linear, self.encoder.get_submodule(HEADS[self.encoder.config.model_type][1]))

    def reader(self, *, quantization: str | None = None) -> Reader:
        """The network laid out for reading: made at the first use and after each change of weights.

        quantization (str): As in `make_product`.
        RETURNS (Reader): The reader.
        """
        if self._reader is None or not self._reader.is_current(quantization):
            self._reader = Reader(self, quantization=quantization)
        return self._reader

    def weights_changed(self) -> None:
        """Say that weights were written in a way that torch does not count, as Thinc does."""
        self._reader = None

    def forward(self, batch: PairBatch | TextBatch, **settings: Any) -> "Tensor | Predictions":
        """The losses of pairs, or the predictions for texts.

        batch (PairBatch | TextBatch): On any device.
        settings (Any): Passed on to `losses`.
        RETURNS (Tensor | Predictions): As `losses` or `predictions` do.
        """
        device = self.candidates.device
        moved: Any = (None if part is None else part.to(device) for part in batch)
        if isinstance(batch, PairBatch):
            return self.losses(PairBatch(*moved), **settings)
        return self.predictions(TextBatch(*moved), **settings)

    def predictions(self, batch: TextBatch, *, quantization: str | None = None) -> Predictions:
        """Find the wanted places where another character is likelier than the written one.

        batch (TextBatch): The windows.
        quantization (str): "int8", or None for full precision.
        RETURNS (Predictions): The places, the likeliest characters and their probabilities.
        """
        reader = self.reader(quantization=quantization)
        states = reader.states(batch.input_ids, batch.attention_mask)[batch.is_wanted]
        written = self.candidate_index[batch.input_ids[batch.is_wanted]]
        differing = (reader.best(states) != written).nonzero().squeeze(1)
        # Probabilities are computed where something differs only.
        probabilities = reader.logits(states[differing]).float().softmax(dim=-1)
        best = probabilities.topk(min(CANDIDATES, len(self.candidates)), dim=-1)
        return Predictions(
            places=batch.is_wanted.nonzero()[differing],
            ids=self.candidates[best.indices],
            scores=best.values,
            source_scores=probabilities.gather(1, written[differing].unsqueeze(1)).squeeze(1),
        )

    def states(self, input_ids: Tensor, attention_mask: Tensor | None) -> Tensor:
        """Read windows of text.

        input_ids (Tensor): Ids, shape (batch, length).
        attention_mask (Tensor): True where there is no padding, same shape; None for no padding.
        RETURNS (Tensor): H, shape (batch, length, width).
        """
        if attention_mask is not None:
            attention_mask = attention_mask.long()
        embeddings, inputs = self.embed(input_ids)
        hidden = self.encoder.base_model(
            inputs_embeds=inputs, attention_mask=attention_mask
        ).last_hidden_state
        return self.fuse(hidden, embeddings)

    def embed(self, input_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Look up the embeddings of characters.

        input_ids (Tensor): Ids, shape (batch, length).
        RETURNS (tuple): E, shape (batch, length, width), and what the encoder reads, which is E
            or its sum with the embeddings of bigrams, same shape.
        """
        embeddings = self.encoder.get_input_embeddings()(input_ids)
        if self.bigram_embeddings is None:
            return embeddings, embeddings
        return embeddings, embeddings + self.bigram_embeddings(input_ids)

    def fuse(self, hidden: Tensor, embeddings: Tensor) -> Tensor:
        """Multiply what the encoder returned by E, or leave it, as `fusion` says.

        hidden (Tensor): Enc(x), shape (batch, length, width).
        embeddings (Tensor): E, same shape.
        RETURNS (Tensor): H, same shape.
        """
        return hidden * embeddings if self.fusion == "product" else hidden

    def logits(self, states: Tensor) -> Tensor:
        """Score the vocabulary.

        states (Tensor): Rows of H, shape (characters, width).
        RETURNS (Tensor): Shape (characters, vocabulary).
        """
        return self.decoder(self.transform(states))

    def losses(
        self,
        batch: PairBatch,
        *,
        temperature: float,
        negatives: str,
        detach_target: bool,
    ) -> Tensor:
        """The three losses of a batch, both passes in one doubled batch.

        batch (PairBatch): The windows.
        RETURNS (Tensor): [L_x, L_y, L_c], not yet weighted, shape (3,).
        """
        ids = torch.cat([batch.source_ids, batch.target_ids])
        states = self.states(ids, batch.attention_mask.repeat(2, 1))
        wrong_states, right_states = states.chunk(2)
        is_character = batch.is_character
        targets = batch.target_ids[is_character]
        is_wrong = (batch.source_ids != batch.target_ids) & is_character
        return torch.stack(
            [
                character_loss(self.logits(wrong_states[is_character]), targets),
                character_loss(self.logits(right_states[is_character]), targets),
                contrastive_loss(
                    wrong_states,
                    right_states,
                    is_wrong,
                    is_character,
                    temperature=temperature,
                    negatives=negatives,
                    detach_target=detach_target,
                ),
            ]
        )
