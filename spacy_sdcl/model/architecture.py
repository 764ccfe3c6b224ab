"""The Thinc model of SDCL, `spacy-sdcl.SDCL.v1`: construction, initialisation and forward pass.

The torch network is not there before `initialize`, `from_bytes` or `load_embedded`: making a
pipeline from its config neither builds random weights nor contacts the Hub.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from thinc.api import (
    ArgsKwargs,
    Model,
    Optimizer,
    PyTorchGradScaler,
    PyTorchShim,
)
from thinc.types import Floats1d
from thinc.util import get_torch_default_device, torch2xp, xp2torch

from ..types import Pair
from .encoding import encode_pairs
from .losses import NEGATIVES
from .network import FUSIONS, SDCLNetwork
from .products import QUANTIZATIONS
from .reading import (
    InT,
    OutT,
    PredictionSettings,
    SDCLModel,
    get_network,
    predict_texts,
)
from .threads import note_threads
from .vocabulary import Vocabulary
from .weights import (
    build_network,
    embedded_models,
    load_network,
    network_from_bytes,
    network_to_bytes,
)


class NetworkShim(PyTorchShim):
    """The shim of a network, which it tells when its weights have been updated."""

    def predict(self, inputs: ArgsKwargs) -> Any:
        """Compute something of a batch, in evaluation mode, in which the network is left.

        To set the mode of each module takes a fifth of the time of a short text; `begin_update` sets
        that of training anyway.

        inputs (ArgsKwargs): What the network is called with.
        RETURNS (Any): What it returns.
        """
        network = cast(SDCLNetwork, self._model)
        if network.training:
            network.eval()
        with torch.no_grad(), torch.autocast("cuda", enabled=self._mixed_precision):
            return network(*inputs.args, **inputs.kwargs)

    def finish_update(self, optimizer: Optimizer) -> None:
        """Apply the accumulated gradients.

        optimizer (Optimizer): The optimiser.
        """
        super().finish_update(optimizer)
        cast(SDCLNetwork, self._model).weights_changed()


def SDCL(
    name: str | None = "zh_sdcl_sm",
    *,
    alpha: float = 1.0,
    beta: float = 0.5,
    temperature: float = 0.9,
    fusion: str | None = None,
    negatives: str = "sentence",
    detach_target: bool = False,
    batch_characters: int = 1536,
    tokenizer_config: dict[str, Any] | None = None,
    transformer_config: dict[str, Any] | None = None,
    quantization: str | None = None,
    mixed_precision: bool = False,
    grad_scaler_config: dict[str, Any] | None = None,
) -> SDCLModel:
    """Construct an SDCL model (arXiv 2210.17168).

    name (str): The encoder: an embedded model's name, a directory, or a name on the Hub; None for
        random weights, with `transformer_config` as the encoder's configuration and the
        characters of the training sample as its vocabulary.
    alpha (float): Weight of L_y, the copy task on correct text.
    beta (float): Weight of L_c, the contrast between the two passes.
    temperature (float): The contrast's temperature.
    fusion (str): "product", H = Enc(x) * E(x), or "none", H = Enc(x); None for what the encoder
        was trained with, or "product".
    negatives (str): "sentence", "corrupted" or "batch".
    detach_target (bool): Stop the contrast's gradient on the correct pass.
    batch_characters (int): Padded characters that are read at once in prediction: so many that
        their states fit into a processor's cache; more suit a GPU.
    tokenizer_config (dict): For the tokenizer that comes with a Hub model's vocabulary.
    transformer_config (dict): For the encoder.
    quantization (str): "int8" to read with 8-bit integers on a CPU, several times as fast and a
        little less exact; None for full precision. Training is not affected.
    mixed_precision (bool): Train and predict in half precision on a GPU.
    grad_scaler_config (dict): For `PyTorchGradScaler`, with mixed precision.
    RETURNS (Model): In prediction, texts to the places where another character is likelier than
        the written one, one list a text; in training, pairs to the losses [L_x, L_y, L_c], whose
        gradient is [1, alpha, beta].
    RAISES (ValueError): If a setting has a value that it cannot have.
    """
    _check_choice("negatives", negatives, NEGATIVES)
    if fusion is not None:
        _check_choice("fusion", fusion, FUSIONS)
    if quantization is not None:
        _check_choice("quantization", quantization, QUANTIZATIONS)
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, not {temperature}.")
    for setting, weight in {"alpha": alpha, "beta": beta}.items():
        if weight < 0:
            raise ValueError(f"{setting} must not be negative, not {weight}.")
    if batch_characters < 1:
        raise ValueError(f"batch_characters must be at least 1, not {batch_characters}.")
    scaler_config = dict(grad_scaler_config or {})
    scaler_config.setdefault("enabled", mixed_precision)
    shim = NetworkShim(
        None,
        mixed_precision=mixed_precision,
        grad_scaler=PyTorchGradScaler(**scaler_config),
        serialize_model=_serialize,
        deserialize_model=_deserialize,
    )
    attrs = {
        "name": name,
        "loss_weights": [1.0, alpha, beta],
        "loss_settings": {
            "temperature": temperature,
            "negatives": negatives,
            "detach_target": detach_target,
        },
        "fusion": fusion,
        "prediction": PredictionSettings(batch_characters, quantization),
        "tokenizer_config": dict(tokenizer_config or {}),
        "transformer_config": dict(transformer_config or {}),
    }
    return Model("sdcl", forward, init=init, shims=[shim], attrs=attrs)


def init(model: SDCLModel, X: InT | None = None, Y: Any = None) -> None:
    """Give the model its network: the named one, or a random one for the sample's characters.

    model (Model): The model; a network that it has already is replaced.
    X (Sequence[Pair]): A sample of the training data; needed where `name` is None.
    Y (Any): Not used.
    RAISES (ValueError): If there is no encoder of that name, or no sample for a random one.
    """
    attrs = model.attrs
    if attrs["name"] is not None:
        network = load_network(
            attrs["name"],
            fusion=attrs["fusion"],
            tokenizer_config=attrs["tokenizer_config"],
            transformer_config=attrs["transformer_config"],
        )
    else:
        if not X:
            raise ValueError(
                "An encoder with random weights (name = null) takes its vocabulary from the "
                "training data: call nlp.initialize with examples."
            )
        pairs = cast(Sequence[Pair], X)
        vocabulary = Vocabulary.from_characters(
            sorted({char for pair in pairs for char in pair.source + pair.target})
        )
        network = build_network(
            attrs["transformer_config"], vocabulary, fusion=attrs["fusion"] or "product"
        )
    model.shims[0]._model = network.to(get_torch_default_device())


def load_embedded(model: SDCLModel) -> bool:
    """Give a model that has no network yet the embedded one that it names.

    model (Model): The model.
    RETURNS (bool): Whether it has a network now.
    """
    if get_network(model) is None and model.attrs["name"] in embedded_models():
        model.initialize()
    return get_network(model) is not None


def forward(model: SDCLModel, X: InT, is_train: bool) -> tuple[OutT, Callable[[Any], Any]]:
    """Find likelier characters in texts, or in training compute the losses of pairs."""
    note_threads()
    if is_train:
        return _forward_losses(model, cast(Sequence[Pair], X))
    return predict_texts(model, cast(Sequence[str], X)), lambda d_output: []


def _forward_losses(
    model: SDCLModel, pairs: Sequence[Pair]
) -> tuple[Floats1d, Callable[[Floats1d], list[Any]]]:
    shim = model.shims[0]
    network = cast(SDCLNetwork, get_network(model))
    batch = encode_pairs(pairs, network.vocabulary, network.window)
    losses, shim_backprop = shim.begin_update(
        ArgsKwargs(args=(batch,), kwargs=model.attrs["loss_settings"])
    )

    def backprop(d_losses: Floats1d) -> list[Any]:
        gradient = xp2torch(d_losses, device=losses.device)
        shim_backprop(ArgsKwargs(args=((losses,),), kwargs={"grad_tensors": (gradient,)}))
        network.trained = True
        return []

    return cast(Floats1d, torch2xp(losses.detach())), backprop


def _check_choice(setting: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ValueError(f"{setting} is {value!r}, must be one of {', '.join(choices)}.")


def _serialize(network: SDCLNetwork | None) -> bytes:
    return b"" if network is None else network_to_bytes(network)


def _deserialize(
    network: SDCLNetwork | None, data: bytes, device: torch.device
) -> SDCLNetwork | None:
    return network_from_bytes(data).to(device) if data else None
