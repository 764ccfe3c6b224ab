"""What a pretraining run is determined by, and the network that it starts from."""

import configparser
import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from safetensors.numpy import load_file

from ..data.noise import NoiseRates
from ..model.network import SDCLNetwork
from ..model.weights import build_network, load_network
from .shards import BIGRAMS_FILE, STATISTICS_FILE, load_vocabulary
from .statistics import initial_embeddings

SECTION = "pretraining"
INITS = ("counts", "random")
# Makes a character's own logit about 10 at width 256.
HEAD_SCALE = 0.04


@dataclass(frozen=True)
class PretrainConfig:
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
    """

    architecture: str = "bert"
    layers: int = 4
    width: int = 256
    heads: int = 4
    intermediate: int = 1024
    window: int = 128
    bigrams: int = 0
    fusion: str = "none"
    start: str = ""
    init: str = "counts"
    embedding_std: float = 0.05
    embedding_rate: float = 1.0
    sound_share: float = 0.4
    optimizer: str = "adamw"
    learning_rate: float = 2e-3
    muon_learning_rate: float = 5e-3
    weight_decay: float = 0.01
    batch_characters: int = 4096
    alpha: float = 0.0
    beta: float = 0.0
    temperature: float = 0.9
    negatives: str = "sentence"
    error_rate: float = 0.25
    clean_sentences: float = 0.0
    word: float = 0.25
    homophone: float = 0.45
    near_homophone: float = 0.15
    lookalike: float = 0.1
    attested: float = 0.0
    random: float = 0.05
    mask_rate: float = 0.0
    scored_share: float = 0.15
    calm_share: float = 0.0
    calm_error_rate: float = 0.12
    calm_clean_sentences: float = 0.3
    calm_scored_share: float = 1.0
    decay: float = 0.3
    minutes: float = 60.0
    seed: int = 0

    def noise(self, progress: float) -> tuple[NoiseRates, float]:
        """The noise at some point of the run.

        progress (float): Share of the run that is done, 0 to 1.
        RETURNS (tuple): The rates, and the share of untouched characters that is scored.
        """
        names = [field.name for field in dataclasses.fields(NoiseRates)]
        rates = NoiseRates(**{name: getattr(self, name) for name in names})
        if progress < 1 - self.calm_share:
            return rates, self.scored_share
        calm = dataclasses.replace(
            rates, error_rate=self.calm_error_rate, clean_sentences=self.calm_clean_sentences
        )
        return calm, self.calm_scored_share


def read_settings(path: Path) -> dict[str, Any]:
    """Read settings of a run from a file: the section [pretraining], one `name = value` a line.

    path (Path): The file.
    RETURNS (dict): Settings of `PretrainConfig`.
    RAISES (ValueError): If the file is malformed, or a setting is unknown or of another type.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
        found = parser[SECTION]
    except (configparser.Error, KeyError) as error:
        raise ValueError(f"{path} has no section [{SECTION}] that can be read: {error}") from error
    types: dict[str, Any] = {
        field.name: type(field.default) for field in dataclasses.fields(PretrainConfig)
    }
    settings: dict[str, Any] = {}
    for name, text in found.items():
        if name not in types:
            raise ValueError(f"{path}: {name} is no setting; there are {', '.join(types)}.")
        try:
            settings[name] = types[name](text.strip('"'))
        except ValueError as error:
            raise ValueError(
                f"{path}: {name} is {text}, must be of type {types[name].__name__}."
            ) from error
    return settings


def build_encoder(config: PretrainConfig, shards: Path) -> SDCLNetwork:
    """Make the network that a run starts from.

    config (PretrainConfig): The run.
    shards (Path): The shard directory.
    RETURNS (SDCLNetwork): The network.
    RAISES (ValueError): If `config.init` is unknown.
    """
    if config.init not in INITS:
        raise ValueError(f"init is {config.init!r}, must be one of {', '.join(INITS)}.")
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
