"""The torch module of SDCL: a masked-language-model encoder, the product with W, and its head."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, cast

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from ..types import SETTINGS
from .batches import PairBatch, TextBatch
from .bigrams import BigramEmbeddings
from .losses import character_loss, contrastive_loss
from .vocabulary import Vocabulary

Output = TypeVar("Output")

FUSIONS = ("product", "none")

# Where each architecture of transformers keeps the two halves of its masked-LM head: what turns a
# state into a prediction vector, and what scores the vocabulary with it.
HEADS = {
    "bert": ("cls.predictions.transform", "cls.predictions.decoder"),
    "modernbert": ("head", "decoder"),
}


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

        # What others have made of the weights, by names of theirs: a copy has none of it.
        self.derived: dict[str, Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"derived": {}}

    @property
    def transform(self) -> Any:
        """What turns a state into a prediction vector."""
        return self.encoder.get_submodule(HEADS[self.encoder.config.model_type][0])

    @property
    def decoder(self) -> nn.Linear:
        """What scores the vocabulary with a prediction vector."""
        return cast(nn.Linear, self.encoder.get_submodule(HEADS[self.encoder.config.model_type][1]))

    def weights_changed(self) -> None:
        """Say that weights were written in a way that torch does not count, as Thinc does."""
        self.derived.clear()

    def forward(
        self,
        batch: PairBatch | TextBatch,
        compute: Callable[..., Output] | None = None,
        **settings: Any,
    ) -> Output | Tensor:
        """Compute something of a batch, which is moved to the network's device.

        batch (PairBatch | TextBatch): On any device.
        compute (Callable): Is called with the network and the batch; None for `losses`.
        settings (Any): Passed on to it.
        RETURNS (Any): What it returns.
        """
        device = self.candidates.device
        parts: Any = (None if part is None else part.to(device) for part in batch)
        moved: Any = type(batch)(*parts)
        return (
            self.losses(moved, **settings) if compute is None else compute(self, moved, **settings)
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

    def embed_rows(self, ids: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """Look up the embeddings of characters of windows that follow one another.

        ids (Tensor): Ids, shape (rows,).
        places (Tensor): Where each stands in its window, same shape.
        RETURNS (tuple): As `embed`, shape (rows, width) each.
        """
        embeddings = self.encoder.get_input_embeddings()(ids)
        if self.bigram_embeddings is None:
            return embeddings, embeddings
        return embeddings, embeddings + self.bigram_embeddings.embed_rows(ids, places)

    def fuse(self, hidden: Tensor, embeddings: Tensor) -> Tensor:
        """Multiply what the encoder returned by E, or leave it, as `fusion` says.

        hidden (Tensor): Enc(x), shape (batch, length, width) or (rows, width).
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
