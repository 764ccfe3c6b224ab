"""What a stored network says of itself, and whether that can be."""

from typing import Any

from transformers import AutoConfig, PretrainedConfig

from .storage import Kind, Stored
from .vocabulary import Vocabulary

# 3: has a checksum, and a token for each embedding; 2: may have bigrams, has several thresholds;
# 1: has neither.
FORMAT = 3
NETWORK = Kind(
    "sdcl",
    "stored SDCL network",
    format=FORMAT,
    sealed=3,
    remedy="Copy it once more from where it came from, or train it anew; for a model that is "
    "embedded in spacy_sdcl, install the package again.",
)
BIGRAM_KEYS = "bigrams.keys"
_TYPES = {
    "encoder": dict,
    "fusion": str,
    "window": int,
    "trained": bool,
    "thresholds": dict,
    "vocabulary": list,
}
# No setting of an encoder is a larger number, however small the network is.
_LARGEST = 1_000_000
# What has an embedding of its own.
_ROWS = ("vocab_size", "max_position_embeddings", "type_vocab_size")


def check_description(stored: Stored) -> None:
    """Check what a network says of itself, and bring older formats to the present one.

    stored (Stored): What the file holds; its values are changed where they are of an older format.
    RAISES (ValueError): If a value is missing, of another type, or one that cannot be.
    """
    values = stored.values
    if "threshold" in values:
        values["thresholds"] = {"careful": values.pop("threshold")}
    stored.check_types(_TYPES)
    stored.check_shares("thresholds", "threshold")
    if values["window"] < 1:
        stored.refuse(f"has a window of {values['window']} characters")
    tokens = values["vocabulary"]
    if not all(type(token) is str for token in tokens):
        stored.refuse("has a vocabulary that is not one of texts")
    if len(set(tokens)) < len(tokens):
        stored.refuse(f"has a vocabulary in which {len(tokens) - len(set(tokens))} repeat others")


def check_encoder(stored: Stored) -> None:
    """Check that there can be such an encoder, before it takes memory.

    stored (Stored): What the file holds, checked.
    RAISES (ValueError): If its settings are none, or of an encoder that the arrays do not fill.
    """
    numbers = sum(array.size for array in stored.arrays.values())
    most = max(numbers, _LARGEST)
    encoder, tokens = stored.values["encoder"], stored.values["vocabulary"]
    if (largest := max(_integers(encoder), default=0)) > most:
        stored.refuse(f"has {largest} in the encoder's settings, and {numbers} numbers in all")
    try:
        config = make_config(encoder, Vocabulary(tokens))
        width, layers = config.hidden_size, config.num_hidden_layers
        sizes = {"vocab_size": config.vocab_size, "intermediate_size": config.intermediate_size}
        sizes |= {"hidden_size": width, "num_hidden_layers": layers}
        if config.model_type == "bert":
            sizes["max_position_embeddings"] = config.max_position_embeddings
            sizes["type_vocab_size"] = config.type_vocab_size
    # The library has many ways to say that something cannot be.
    except Exception as error:
        stored.refuse(f"describes no encoder that can be: {error}")
    for name, size in sizes.items():
        if type(size) is not int or size < 1:
            stored.refuse(f"describes an encoder with {size!r} as its {name}")
    rows = sum(size for name, size in sizes.items() if name in _ROWS)
    if BIGRAM_KEYS in stored.arrays:
        rows += stored.arrays[BIGRAM_KEYS].size
    needed = width * (rows + layers * (4 * width + config.intermediate_size))
    if needed > numbers:
        stored.refuse(
            f"describes an encoder of more than {needed} numbers (hidden_size {width}, "
            f"num_hidden_layers {layers}, vocab_size {config.vocab_size}), and holds {numbers}"
        )
    # Where a token is lost, every one after it stands for another character.
    if stored.values["format"] >= 3 and len(tokens) != config.vocab_size:
        stored.refuse(
            f"has a vocabulary of {len(tokens)} entries for {config.vocab_size} embeddings"
        )


def make_config(encoder: dict[str, Any], vocabulary: Vocabulary) -> PretrainedConfig:
    """Make the configuration of an encoder.

    encoder (dict): What it sets, `model_type` included, as in `build_network`.
    vocabulary (Vocabulary): The encoder's vocabulary.
    RETURNS (PretrainedConfig): The configuration.
    """
    options = {"vocab_size": len(vocabulary), "pad_token_id": vocabulary.pad, **encoder}
    options.pop("architectures", None)
    return AutoConfig.for_model(options.pop("model_type", "bert"), **options)


def _integers(value: Any) -> list[int]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for each in value for number in _integers(each)]
    return [value] if type(value) is int else []
