"""What a pretraining run is determined by, and the network that it starts from."""

import configparser
from pathlib import Path
from typing import Annotated, Any, cast

import numpy as np
import torch
from pydantic import Field, model_validator
from safetensors.numpy import load_file

from ..data.checked import Checked, Count, Positive, Share, Weight, one_of
from ..data.noise import NoiseRates
from ..model.losses import NEGATIVES
from ..model.network import FUSIONS, HEADS, SDCLNetwork
from ..model.weights import build_network, load_network
from .optimizers import OPTIMIZERS
from .shards import BIGRAMS_FILE, STATISTICS_FILE, load_vocabulary
from .statistics import initial_embeddings

SECTION = "pretraining"
INITS = ("counts", "random")
# Makes a character's own logit about 10 at width 256.
HEAD_SCALE = 0.04

Rate = Annotated[float, Field(ge=0, allow_inf_nan=False, description="finite and not negative")]


# Files and options are texts: "2" is a number here.
class PretrainConfig(Checked, strict=False):
    """Everything that a run is determined by, apart from its shards.

    The embedded model's recipe is in project/configs/pretraining, its reasons in docs/ablations.md.

    architecture, layers, width, heads, intermediate, window: The encoder's shape.
    bigrams: How many of the corpus's commonest pairs have embeddings (`BigramEmbeddings`).
    fusion: "product" or "none", as in `SDCLNetwork`.
    start: An embedded model or a directory with a network to go on from, of the same shape and
        vocabulary, with the same bigrams or none; "" for a new network.
    init: "counts": embeddings from the corpus's statistics; "random".
    embedding_std: Root mean square of the initial embeddings.
    embedding_rate: Learning rate of the embeddings, as a share of that of the rest.
    sound_share: Share of the width that initial embeddings give to a character's sound.
    optimizer, learning_rate, muon_learning_rate, weight_decay: As in `make_optimizers`.
    batch_characters: Padded characters a step.
    alpha, beta: Weights of the copy task and of the contrast; with both 0 there is one pass only.
    temperature, negatives: As in `contrastive_loss`.
    error_rate, clean_sentences, word, homophone, near_homophone, lookalike, attested, random:
        `NoiseRates`.
    mask_rate: Share of characters replaced by [MASK].
    scored_share: Share of untouched characters whose prediction counts (with one pass only).
    calm_share: Share of the run, at its end, in which there is less noise: from much noise a network
        learns the language, from little how much of a text to trust.
    calm_error_rate, calm_clean_sentences, calm_scored_share: What then takes the place of
        error_rate, clean_sentences and scored_share.
    decay: Share of the run in which the learning rate falls.
    minutes: Time budget of training, evaluation not counted; on a CPU that other work shares, the
        processor time of a thread.
    seed: Seed.
    RAISES (ValueError): If a setting is unknown, or has a value that it cannot have.
    """

    architecture: Annotated[str, one_of(tuple(HEADS))] = "bert"
    layers: Count = 4
    width: Count = 256
    heads: Count = 4
    intermediate: Count = 1024
    window: Count = 128
    bigrams: int = Field(default=0, ge=0)
    fusion: Annotated[str, one_of(FUSIONS)] = "none"
    start: str = ""
    init: Annotated[str, one_of(INITS)] = "counts"
    embedding_std: Positive = 0.05
    embedding_rate: Rate = 1.0
    sound_share: Share = 0.4
    optimizer: Annotated[str, one_of(OPTIMIZERS)] = "adamw"
    learning_rate: Rate = 2e-3
    muon_learning_rate: Rate = 5e-3
    weight_decay: Rate = 0.01
    batch_characters: Count = 4096
    alpha: Weight = 0.0
    beta: Weight = 0.0
    temperature: Positive = 0.9
    negatives: Annotated[str, one_of(NEGATIVES)] = "sentence"
    error_rate: Share = 0.25
    clean_sentences: Share = 0.0
    word: Weight = 0.25
    homophone: Weight = 0.45
    near_homophone: Weight = 0.15
    lookalike: Weight = 0.1
    attested: Weight = 0.0
    random: Weight = 0.05
    mask_rate: Share = 0.0
    scored_share: Share = 0.15
    calm_share: Share = 0.0
    calm_error_rate: Share = 0.12
    calm_clean_sentences: Share = 0.3
    calm_scored_share: Share = 1.0
    decay: float = Field(default=0.3, gt=0, le=1, description="above 0, and at most 1")
    minutes: Positive = 60.0
    seed: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _can_be_run(self) -> "PretrainConfig":
        # Otherwise it would be said after the shards are read, by torch in its own words.
        self.noise(0.0)
        if self.width % self.heads:
            raise ValueError(
                f"width is {self.width}, and is no multiple of the {self.heads} heads."
            )
        if self.bigrams and self.width % 2:
            raise ValueError(f"width is {self.width}, and must be even for bigrams.")
        return self

    def noise(self, progress: float) -> tuple[NoiseRates, float]:
        """The noise at some point of the run.

        progress (float): Share of the run that is done, 0 to 1.
        RETURNS (tuple): The rates, and the share of untouched characters that is scored.
        """
        rates = {name: getattr(self, name) for name in NoiseRates.model_fields}
        if progress < 1 - self.calm_share:
            return NoiseRates(**rates), self.scored_share
        rates |= {
            "error_rate": self.calm_error_rate,
            "clean_sentences": self.calm_clean_sentences,
        }
        return NoiseRates(**rates), self.calm_scored_share


def read_settings(path: Path) -> dict[str, Any]:
    """Read settings of a run from a file: the section [pretraining], one `name = value` a line.

    path (Path): The file.
    RETURNS (dict): Settings of `PretrainConfig`.
    RAISES (ValueError): If the file is malformed, or a setting is unknown, or has a value that it
        cannot have.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
        found = parser[SECTION]
    except (configparser.Error, KeyError) as error:
        raise ValueError(f"{path} has no section [{SECTION}] that can be read: {error}") from error
    texts: dict[str, Any] = {name: text.strip('"') for name, text in found.items()}
    try:
        config = PretrainConfig(**texts)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return {name: getattr(config, name) for name in texts}


def build_encoder(config: PretrainConfig, shards: Path) -> SDCLNetwork:
    """Make the network that a run starts from.

    config (PretrainConfig): The run.
    shards (Path): The shard directory.
    RETURNS (SDCLNetwork): The network.
    RAISES (ValueError): If it cannot be had from these shards, or from the network to go on from.
    """
    torch.manual_seed(config.seed)
    shape: dict[str, Any] = {
        "model_type": config.architecture,
        "num_hidden_layers": config.layers,
        "hidden_size": config.width,
        "num_attention_heads": config.heads,
        "intermediate_size": config.intermediate,
        "max_position_embeddings": config.window + 2,
    }
    if config.architecture == "bert":
        shape |= {
            "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0,
            "type_vocab_size": 1,
        }
    elif config.architecture == "modernbert":
        shape |= {"global_attn_every_n_layers": 1, "norm_bias": True, "reference_compile": False}
    network = build_network(
        shape,
        load_vocabulary(shards),
        bigram_keys=_bigram_keys(shards, config.bigrams) if config.bigrams else None,
        fusion=config.fusion,
        window=config.window,
    )
    if config.start:
        _copy_parameters(load_network(config.start), network)
        return network
    embeddings = cast(torch.nn.Embedding, network.encoder.get_input_embeddings()).weight
    with torch.no_grad():
        if config.init == "counts":
            rows = initial_embeddings(
                load_file(shards / STATISTICS_FILE),
                config.width,
                std=config.embedding_std,
                sound_share=config.sound_share,
            )
            embeddings.copy_(torch.from_numpy(rows))
            # Long embeddings and a norm of weight 1 before them would make logits of hundreds.
            head_norm = [m for m in network.encoder.modules() if isinstance(m, torch.nn.LayerNorm)]
            head_norm[-1].weight.fill_(HEAD_SCALE / config.embedding_std)
        if config.fusion == "product":
            # With H = Enc(x) * E(x), a last norm near 1 copies from the first step on.
            norm = _last_norm(network)
            norm.weight.fill_(0.1)
            norm.bias.fill_(1.0)
    return network


def _bigram_keys(shards: Path, count: int) -> np.ndarray:
    keys = load_file(shards / BIGRAMS_FILE)["keys"]
    if count > len(keys):
        raise ValueError(f"The shards hold {len(keys)} bigrams, {count} are asked for.")
    return np.sort(keys[:count])


def _copy_parameters(start: SDCLNetwork, network: SDCLNetwork) -> None:
    if start.vocabulary.tokens != network.vocabulary.tokens:
        raise ValueError("The network to go on from has another vocabulary than the shards.")
    old, new = start.bigram_embeddings, network.bigram_embeddings
    if old is not None and (new is None or not torch.equal(old.keys, new.keys)):
        raise ValueError("The network to go on from has other bigrams than the run.")
    # Bigrams that are new stay zero: nothing that was learnt is changed by them.
    added = set() if old is not None or new is None else {"bigram_embeddings.weight"}
    missing, unexpected = network.load_state_dict(start.state_dict(), strict=False)
    if set(missing) != added or unexpected:
        raise ValueError("The network to go on from has another shape than the run.")


def _last_norm(network: SDCLNetwork) -> torch.nn.LayerNorm:
    norms = [m for m in network.encoder.base_model.modules() if isinstance(m, torch.nn.LayerNorm)]
    return norms[-1]
