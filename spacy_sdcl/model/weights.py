"""From a name to a network, and from a network to bytes and back.

A stored network is one safetensors file: the parameters, and in its header, as JSON, all else that
is needed to build the module again. Nothing is unpickled and no hub is asked.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from huggingface_hub.errors import HFValidationError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor
from transformers import AutoConfig, AutoModelForMaskedLM

from .bigrams import BigramEmbeddings
from .network import SDCLNetwork
from .vocabulary import Vocabulary

NETWORK_FILE = "network.safetensors"
EMBEDDED_DIR = Path(__file__).parent.parent / "embedded"
# 2: may have bigrams, has several thresholds; 1: has neither.
FORMAT = 2
BIGRAM_KEYS = "bigrams.keys"
SCALE_SUFFIX = ".scale"
STORAGES = ("float32", "float16", "int8")


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
    options = {"vocab_size": len(vocabulary), "pad_token_id": vocabulary.pad, **transformer_config}
    options.pop("architectures", None)
    config = AutoConfig.for_model(options.pop("model_type", "bert"), **options)
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
            network = network_from_bytes(stored.read_bytes())
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
    RAISES (ValueError): If `storage` is unknown.
    """
    if storage not in STORAGES:
        raise ValueError(f"storage is {storage!r}, must be one of {', '.join(STORAGES)}.")
    tensors: dict[str, Tensor] = {}
    # Tied weights are one parameter, so named_parameters lists them once, as safetensors wants.
    for name, parameter in network.named_parameters():
        value = parameter.detach().cpu().contiguous()
        if storage == "int8" and value.ndim == 2:
            scale = (value.abs().amax(dim=1).clamp(min=1e-8) / 127).half().clamp(min=6e-8)
            tensors[name] = (value / scale.float().unsqueeze(1)).round().clamp(-127, 127).char()
            tensors[name + SCALE_SUFFIX] = scale
        else:
            tensors[name] = value.float() if storage == "float32" else value.half()
    if network.bigram_embeddings is not None:
        tensors[BIGRAM_KEYS] = network.bigram_embeddings.keys.cpu()
    header = {
        "format": FORMAT,
        "encoder": network.encoder.config.to_diff_dict()
        | {"model_type": network.encoder.config.model_type},
        "fusion": network.fusion,
        "window": network.window,
        "trained": network.trained,
        "thresholds": network.thresholds,
        "vocabulary": network.vocabulary.tokens,
        "about": about or {},
    }
    return save_tensors(tensors, metadata={"sdcl": json.dumps(header, ensure_ascii=False)})


def read_header(data: bytes) -> dict[str, Any]:
    """Read what a stored network says of itself, without its parameters.

    data (bytes): A safetensors file.
    RETURNS (dict): Its description.
    RAISES (ValueError): If the file is not a stored network.
    """
    size = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["sdcl"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("The file is not a stored SDCL network.") from error
    if header["format"] > FORMAT:
        raise ValueError(
            f"The network is stored in format {header['format']}, this version reads up to "
            f"{FORMAT}: upgrade spacy_sdcl."
        )
    if "threshold" in header:
        header["thresholds"] = {"careful": header.pop("threshold")}
    return header


def network_from_bytes(data: bytes) -> SDCLNetwork:
    """Restore a network.

    data (bytes): What `network_to_bytes` returned.
    RETURNS (SDCLNetwork): The network, in float32.
    RAISES (ValueError): If the file is not a stored network, or does not fill every parameter.
    """
    header = read_header(data)
    tensors = load_tensors(data)
    bigram_keys = tensors.pop(BIGRAM_KEYS, None)
    network = build_network(
        header["encoder"],
        Vocabulary(header["vocabulary"]),
        bigram_keys=None if bigram_keys is None else bigram_keys.numpy(),
        fusion=header["fusion"],
        window=header["window"],
        trained=header["trained"],
        thresholds=header["thresholds"],
    )
    _fill(network, tensors)
    return network


def _fill(network: SDCLNetwork, tensors: dict[str, Tensor]) -> None:
    parameters = dict(network.named_parameters())
    stored = {name for name in tensors if not name.endswith(SCALE_SUFFIX)}
    if stored != set(parameters):
        differing = sorted(stored.symmetric_difference(parameters))
        raise ValueError(
            f"The stored parameters are not those of the network: {', '.join(differing[:5])}."
        )
    with torch.no_grad():
        for name, parameter in parameters.items():
            value = tensors[name].float()
            if value.shape != parameter.shape:
                # copy_ would repeat a smaller one.
                raise ValueError(
                    f"The stored parameter {name} has the shape {tuple(value.shape)}, the network's "
                    f"has {tuple(parameter.shape)}."
                )
            if name + SCALE_SUFFIX in tensors:
                value *= tensors[name + SCALE_SUFFIX].float().unsqueeze(1)
            parameter.copy_(value)
