"""From a name to a network, and from a network to bytes and back.

A stored network is one safetensors file: the parameters, and in its header, as JSON, all else that
is needed to build the module again. Nothing is unpickled and no hub is asked.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from huggingface_hub.errors import HFValidationError
from transformers import AutoModelForMaskedLM

from .bigrams import BigramEmbeddings
from .description import BIGRAM_KEYS, NETWORK, check_description, check_encoder, make_config
from .network import SDCLNetwork
from .storage import Stored, pack, unpack
from .vocabulary import Vocabulary

NETWORK_FILE = "network.safetensors"
EMBEDDED_DIR = Path(__file__).parent.parent / "embedded"
# A network that has no file yet.
_UNSTORED = replace(
    NETWORK,
    remedy="It is not stored: what would be stored could not be loaded. Where training made it so, "
    "train at a lower rate, or from an earlier state.",
)
SCALE_SUFFIX = ".scale"
STORAGES = ("float32", "float16", "int8")
THESE = "The model"


def embedded_models() -> list[str]:
    """List the models that come with the package.

    RETURNS (list[str]): Their names.
    """
    return sorted(path.parent.name for path in EMBEDDED_DIR.glob(f"*/{NETWORK_FILE}"))


def build_network(
    transformer_config: dict[str, Any],
    vocabulary: Vocabulary,
    *,
    bigram_keys: np.ndarray | None = None,
    **settings: Any,
) -> SDCLNetwork:
    """Make a network with random weights.

    transformer_config (dict): What the encoder's configuration sets, `model_type` included, e.g.
        `{"model_type": "bert", "num_hidden_layers": 4, "hidden_size": 256}`.
    vocabulary (Vocabulary): The encoder's vocabulary.
    bigram_keys (np.ndarray): As in `BigramEmbeddings`, which are zeros at first; None for none.
    settings (Any): Passed on to `SDCLNetwork`.
    RETURNS (SDCLNetwork): The network.
    """
    config = make_config(transformer_config, vocabulary)
    encoder = AutoModelForMaskedLM.from_config(config, attn_implementation="sdpa")
    bigrams = None
    if bigram_keys is not None:
        bigrams = BigramEmbeddings(bigram_keys, len(vocabulary), config.hidden_size)
    return SDCLNetwork(encoder, vocabulary, bigrams=bigrams, **settings)


def load_network(
    name: str,
    *,
    fusion: str | None = None,
    tokenizer_config: dict[str, Any] | None = None,
    transformer_config: dict[str, Any] | None = None,
) -> SDCLNetwork:
    """Find a network by name.

    name (str): The name of an embedded model, a directory with a stored network, a directory with
        a model of transformers, or a model's name on the Hub (the only case that needs a network
        connection, unless the model is in the cache).
    fusion (str): "product" or "none"; None for what the network was trained with, or "product".
    tokenizer_config (dict): Passed to the tokenizer's `from_pretrained`, which reads the
        vocabulary.
    transformer_config (dict): Passed to the model's `from_pretrained`.
    RETURNS (SDCLNetwork): The network.
    RAISES (ValueError): If there is no such model.
    """
    for directory in (EMBEDDED_DIR / name, Path(name)):
        stored = directory / NETWORK_FILE
        if stored.is_file():
            network = network_from_file(stored)
            if fusion is not None and fusion != network.fusion:
                if network.trained:
                    raise ValueError(
                        f"{name!r} was trained with fusion = {network.fusion!r}, the configuration "
                        f"says {fusion!r}. Set fusion to null or to {network.fusion!r}."
                    )
                network.fusion = fusion
            return network
    # Imported here, so that networks can be pretrained and stored where spaCy is not installed.
    from spacy_transformers.layers.transformer_model import huggingface_from_pretrained

    try:
        # The loader adds to its configurations: they must not be the caller's.
        loaded = huggingface_from_pretrained(
            name,
            dict(tokenizer_config or {}),
            dict(transformer_config or {}),
            model_cls=AutoModelForMaskedLM,
        )
    except (OSError, HFValidationError) as error:
        raise ValueError(
            f"No model {name!r}: it is not an embedded model ({', '.join(embedded_models())}), "
            f"not a directory with {NETWORK_FILE} or with a model of transformers, and could not "
            f"be fetched from the Hub: {error}"
        ) from error
    vocabulary = _read_vocabulary(loaded.tokenizer)
    return SDCLNetwork(loaded.transformer, vocabulary, fusion=fusion or "product")


def _read_vocabulary(tokenizer: Any) -> Vocabulary:
    by_id = {i: token for token, i in tokenizer.get_vocab().items()}
    return Vocabulary([by_id.get(i, f"[unused:{i}]") for i in range(max(by_id) + 1)])


def network_to_bytes(
    network: SDCLNetwork, *, storage: str = "float32", about: dict[str, Any] | None = None
) -> bytes:
    """Store a network.

    network (SDCLNetwork): The network.
    storage (str): How parameters are kept: "float32", "float16", or "int8" (matrices as int8 with
        one float16 scale a row, the rest as float16).
    about (dict): Plain values to keep beside it, such as how it was trained.
    RETURNS (bytes): A safetensors file.
    RAISES (ValueError): If `storage` is unknown, or the network is one that could not be loaded.
    """
    if storage not in STORAGES:
        raise ValueError(f"storage is {storage!r}, must be one of {', '.join(STORAGES)}.")
    arrays: dict[str, np.ndarray] = {}
    # Tied weights are one parameter, so named_parameters lists them once, as safetensors wants.
    for name, parameter in network.named_parameters():
        value = parameter.detach().cpu().contiguous()
        if storage == "int8" and value.ndim == 2:
            scale = (value.abs().amax(dim=1).clamp(min=1e-8) / 127).half().clamp(min=6e-8)
            rows = (value / scale.float().unsqueeze(1)).round().clamp(-127, 127).char()
            arrays |= {name: rows.numpy(), name + SCALE_SUFFIX: scale.numpy()}
        else:
            arrays[name] = (value.float() if storage == "float32" else value.half()).numpy()
    if network.bigram_embeddings is not None:
        keys = network.bigram_embeddings.keys.cpu().numpy()
        # Half the room, for vocabularies of up to 65,536 entries.
        fits = keys.max(initial=0) <= np.iinfo(np.uint32).max
        arrays[BIGRAM_KEYS] = keys.astype(np.uint32) if fits else keys
    config = network.encoder.config
    tokens = network.vocabulary.tokens
    # Encoders of the Hub may have more embeddings than their tokenizers have tokens.
    unused = [f"[unused:{i}]" for i in range(len(tokens), config.vocab_size)]
    header = {
        "format": NETWORK.format,
        "encoder": config.to_diff_dict() | {"model_type": config.model_type},
        "fusion": network.fusion,
        "window": network.window,
        "trained": network.trained,
        "thresholds": network.thresholds,
        "vocabulary": tokens + unused,
        "about": about or {},
    }
    stored = Stored(_UNSTORED, "The network", header, arrays)
    check_description(stored)
    stored.check_finite()
    return pack(NETWORK, header, arrays)


def read_header(data: bytes, name: str | Path = THESE) -> dict[str, Any]:
    """Read what a stored network says of itself.

    data (bytes): A safetensors file.
    name (str / Path): What an error calls it: its path.
    RETURNS (dict): Its description.
    RAISES (ValueError): If the file is not a stored network, or damaged.
    """
    return _unpack(data, name).values


def network_from_file(path: Path) -> SDCLNetwork:
    """Restore a network from a file.

    path (Path): The file.
    RETURNS (SDCLNetwork): The network, in float32.
    RAISES (ValueError): As in `network_from_bytes`.
    """
    return network_from_bytes(path.read_bytes(), path)


def network_from_bytes(data: bytes, name: str | Path = THESE) -> SDCLNetwork:
    """Restore a network.

    data (bytes): What `network_to_bytes` returned.
    name (str / Path): What an error calls it: its path.
    RETURNS (SDCLNetwork): The network, in float32.
    RAISES (ValueError): If the file is not a stored network, is damaged, or does not fill every
        parameter.
    """
    stored = _unpack(data, name)
    stored.check_finite()
    check_encoder(stored)
    header = stored.values
    bigram_keys = stored.arrays.pop(BIGRAM_KEYS, None)
    try:
        network = build_network(
            header["encoder"],
            Vocabulary(header["vocabulary"]),
            bigram_keys=bigram_keys,
            fusion=header["fusion"],
            window=header["window"],
            trained=header["trained"],
            thresholds=header["thresholds"],
        )
    # As in check_encoder.
    except Exception as error:
        stored.refuse(f"describes a network that cannot be: {error}")
    _fill(network, stored)
    return network


def _unpack(data: bytes, name: str | Path) -> Stored:
    stored = unpack(NETWORK, data, name)
    check_description(stored)
    return stored


def _fill(network: SDCLNetwork, stored: Stored) -> None:
    parameters = dict(network.named_parameters())
    names = {name for name in stored.arrays if not name.endswith(SCALE_SUFFIX)}
    if names != set(parameters):
        differing = sorted(names.symmetric_difference(parameters))
        stored.refuse(
            f"has parameters that are not those of the network: {', '.join(differing[:5])}"
        )
    with torch.no_grad():
        for name, parameter in parameters.items():
            # copy_ would repeat a smaller one.
            array = stored.array(name, shape=tuple(parameter.shape))
            # A copy: torch does not take what cannot be written to.
            value = torch.from_numpy(array.astype(np.float32))
            if name + SCALE_SUFFIX in stored.arrays:
                scale = stored.array(name + SCALE_SUFFIX, shape=tuple(parameter.shape[:1]))
                value *= torch.from_numpy(scale.astype(np.float32)).unsqueeze(1)
            parameter.copy_(value)
