"""A trained network laid out for reading: what prediction runs, several times as fast as training's
modules (docs/performance.md).

It computes what `SDCLNetwork.states` and `SDCLNetwork.logits` do, for encoders of type bert, with
matrices packed for the processor, the three of attention in one, and a table of what the embeddings
of places add up to. Other encoders are read by their own modules.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from .network import SDCLNetwork
from .products import INTEGERS, Product, make_product, warn_of_full_precision
from .rows import Rows, has_rows_of_its_own, lay_rows, round_up

# Places that are scored at once: the scores of all candidates for them fit into a processor's cache.
PLACES_AT_ONCE = 256


class Layer:
    """One layer of BERT (Devlin et al. 2019): attention, then two products, each added and normed.

    layer (nn.Module): A BertLayer of transformers.
    quantization (str): As in `make_product`.
    """

    def __init__(self, layer: Any, *, quantization: str | None) -> None:
        own, output = layer.attention.self, layer.attention.output
        parts = (own.query, own.key, own.value)
        self.heads: int = own.num_attention_heads
        self.attend = make_product(
            torch.cat([part.weight for part in parts]),
            torch.cat([part.bias for part in parts]),
            quantization=quantization,
        )
        self.project, self.widen, self.narrow = (
            make_product(linear.weight, linear.bias, quantization=quantization)
            for linear in (output.dense, layer.intermediate.dense, layer.output.dense)
        )
        self.first_norm, self.second_norm = output.LayerNorm, layer.output.LayerNorm

    def __call__(self, states: Tensor, rows: Rows, *, chosen: Tensor | None = None) -> Tensor:
        """Read.

        states (Tensor): Shape (rows, width); there may be more than are read.
        rows (Rows): What they belong to.
        chosen (Tensor): The rows whose new states are wanted, shape (chosen,); None for all.
        RETURNS (Tensor): The new states, shape (rows or chosen, width), or some more.
        """
        width = states.shape[1]
        parts = self.attend(states)
        seen = states.new_zeros(states.shape)
        start = 0
        for count, length in rows.groups:
            group = slice(start, start := start + count * length)
            shape = (count, length, 3, self.heads, width // self.heads)
            query, key, value = parts[group].view(shape).permute(2, 0, 3, 1, 4)
            attended = scaled_dot_product_attention(query, key, value, attn_mask=rows.mask)
            seen[group].view(count, length, self.heads, -1).copy_(attended.transpose(1, 2))
        if chosen is not None:
            seen, states = round_up(seen[chosen]), round_up(states[chosen])
        states = self.first_norm(self.project(seen).add_(states))
        return self.second_norm(self.narrow(self.widen(states, gelu=True)).add_(states))


class Reader:
    """A network laid out for reading. Later changes of the network are not seen.

    network (SDCLNetwork): The network.
    quantization (str): "int8", or None for full precision.
    """

    def __init__(self, network: SDCLNetwork, *, quantization: str | None = None) -> None:
        self.network = network
        self.quantization = quantization
        self.candidates = network.candidates
        self.sources = list(network.parameters())
        self.versions = self._versions()
        self.layers: list[Layer] | None = None
        self.transform: Product | None = None
        config = network.encoder.config
        decoder = network.decoder
        bias = None if decoder.bias is None else decoder.bias[self.candidates]
        self.score = make_product(decoder.weight[self.candidates], bias, quantization=quantization)
        plain = getattr(config, "position_embedding_type", "absolute") == "absolute"
        if config.model_type == "bert" and config.hidden_act == "gelu" and plain:
            self._lay_out(network, quantization)
        exact = not any(isinstance(each, INTEGERS) for each in self._products())
        if quantization and exact and self.candidates.device.type == "cpu":
            warn_of_full_precision()

    def _products(self) -> Iterator[Product | None]:
        yield from (self.score, self.transform)
        for layer in self.layers or ():
            yield from (layer.attend, layer.project, layer.widen, layer.narrow)

    def _lay_out(self, network: SDCLNetwork, quantization: str | None) -> None:
        base: Any = network.encoder.base_model
        self.layers = [Layer(each, quantization=quantization) for each in base.encoder.layer]
        embeddings = base.embeddings
        self.places = (
            embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
        ).detach()
        self.embedding_norm = embeddings.LayerNorm
        dense = network.transform.dense
        self.transform = make_product(dense.weight, dense.bias, quantization=quantization)

    def _versions(self) -> list[tuple[int, int]]:
        return [(source.data_ptr(), source._version) for source in self.sources]

    @property
    def pads(self) -> bool:
        """Whether windows of different lengths are padded when they are read together."""
        return self.layers is None or not has_rows_of_its_own(self.candidates.device)

    def is_current(self, quantization: str | None) -> bool:
        """Whether this is how the network would be laid out now.

        quantization (str): As above.
        RETURNS (bool): False after the weights were moved or written to.
        """
        return self.quantization == quantization and self.versions == self._versions()

    def states(self, input_ids: Tensor, attention_mask: Tensor | None, is_wanted: Tensor) -> Tensor:
        """Read windows of text.

        input_ids (Tensor): Ids, shape (batch, length).
        attention_mask (Tensor): True where there is no padding, same shape; None for no padding.
        is_wanted (Tensor): True at the places whose states are wanted, same shape.
        RETURNS (Tensor): Rows of H, shape (wanted, width).
        """
        if self.layers is None:
            return self.network.states(input_ids, attention_mask)[is_wanted]
        rows = lay_rows(input_ids, attention_mask)
        wanted = rows.pick(is_wanted)
        embeddings, inputs = self.network.embed_rows(rows.ids, rows.places)
        states = round_up(self.embedding_norm(inputs + self.places[rows.places]))
        for layer in self.layers[:-1]:
            states = layer(states, rows)
        # Of the last layer nothing is wanted but what is predicted from.
        states = self.layers[-1](states, rows, chosen=wanted)[: len(wanted)]
        return self.network.fuse(states, embeddings[wanted])

    def best(self, states: Tensor) -> Tensor:
        """Find the likeliest candidate at each place.

        states (Tensor): Rows of H, shape (places, width).
        RETURNS (Tensor): Indices of candidates, shape (places,).
        """
        return torch.cat(
            [self.logits(part).argmax(dim=-1) for part in states.split(PLACES_AT_ONCE)]
        )

    def logits(self, states: Tensor) -> Tensor:
        """Score all candidates.

        states (Tensor): Rows of H, shape (places, width).
        RETURNS (Tensor): Shape (places, candidates).
        """
        if self.transform is None:
            return self.score(self.network.transform(states))
        norm = self.network.transform.LayerNorm
        return self.score(norm(self.transform(states, gelu=True)))
