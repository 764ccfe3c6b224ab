"""The backends that are compared, and the process in which one of them is checked and timed.

It runs in an environment of its own, so it needs neither spacy_sdcl nor typer.
"""

import copy
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

BASE = ("torch==2.13.0", "transformers==4.53.2", "numpy==2.2.6")
TORCHAO = ("torchao==0.18.0",)
ONNX = ("onnx==1.23.2", "onnxscript==0.7.2", "onnxruntime==1.31.1")
OPENVINO = ("openvino==2026.4.1", "nncf==3.4.0")

# A batch of sentences, and a sentence in an editor.
SENTENCES, CHARACTERS, SHORT = 32, 48, 22
SHORT_CALLS = 5

# Reads word embeddings, shape (batch, length, width), and a mask, shape (batch, length).
Encoder = Callable[[Any, Any], Any]


def torch_fp32(module: Any, folder: Path) -> Encoder:
    """The baseline: transformers' BertModel with torch's own attention."""
    return module


def torch_bf16(module: Any, folder: Path) -> Encoder:
    """Not int8, but the cheapest alternative: weights and states of 16 bits."""
    half = copy.deepcopy(module).bfloat16()
    return lambda embeddings, mask: half(embeddings.bfloat16(), mask).float()


def own_layers(module: Any, folder: Path) -> Encoder:
    """A scale for each row of the states and of the weights, and torch's integer product."""
    import torch

    class Int8Linear(torch.nn.Module):
        def __init__(self, linear: Any) -> None:
            super().__init__()
            self.scale = linear.weight.detach().abs().amax(dim=1) / 127
            quantised = (linear.weight.detach() / self.scale.unsqueeze(1)).round_()
            self.weight = quantised.to(torch.int8).t().contiguous()
            self.bias = linear.bias.detach()

        def forward(self, states: Any) -> Any:
            rows = states.reshape(-1, states.shape[-1])
            scale = rows.abs().amax(dim=1, keepdim=True).clamp_min_(1e-9) / 127
            product = torch._int_mm((rows / scale).round_().to(torch.int8), self.weight)
            result = product.float().mul_(scale).mul_(self.scale).add_(self.bias)
            return result.view(*states.shape[:-1], -1)

    quantised = copy.deepcopy(module)
    for parent in list(quantised.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, torch.nn.Linear):
                setattr(parent, name, Int8Linear(child))
    return quantised


def torch_dynamic(module: Any, folder: Path) -> Encoder:
    """torch.ao.quantization: one scale for all states of a batch."""
    import torch
    from torch.ao.quantization import quantize_dynamic

    return quantize_dynamic(module, {torch.nn.Linear}, dtype=torch.qint8)


def torchao_eager(module: Any, folder: Path) -> Encoder:
    """Eager mode, without torch.compile: a scale for each row of the states and of the weights."""
    from torchao.quantization import Int8DynamicActivationInt8WeightConfig, quantize_

    quantised = copy.deepcopy(module)
    quantize_(quantised, Int8DynamicActivationInt8WeightConfig())
    return quantised


def torchao_compiled(module: Any, folder: Path) -> Encoder:
    """The same by torch.compile, which needs a C++ compiler where it runs."""
    import torch

    compiled = torch.compile(torchao_eager(module, folder), dynamic=True)
    with torch.inference_mode():
        for rows, length in ((SENTENCES, CHARACTERS + 2), (1, SHORT + 2)):
            embeddings, mask = read(module, torch.full((rows, length), 1000))
            compiled(embeddings, mask)
    return compiled


def onnx_runtime(module: Any, folder: Path) -> Encoder:
    """ONNX Runtime: a scale for each row of the weights, one for all states of a batch."""
    import onnxruntime
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    size = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    names = ["inputs_embeds", "attention_mask"]
    torch.onnx.export(
        module,
        read(module, torch.full((2, SHORT), 1000)),
        str(folder / "fp32.onnx"),
        input_names=names,
        dynamic_shapes=dict.fromkeys(names, size),
        dynamo=True,
        external_data=False,
    )
    path = folder / "int8.onnx"
    quantize_dynamic(folder / "fp32.onnx", path, weight_type=QuantType.QInt8, per_channel=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda *inputs: session.run(
        None, {name: value.numpy() for name, value in zip(names, inputs, strict=True)}
    )[0]


def openvino_nncf(module: Any, folder: Path) -> Encoder:
    """OpenVINO: int8 weights by nncf, a scale for every 32 values of the states."""
    import nncf
    import openvino
    import torch

    embeddings, mask = read(module, torch.full((2, SHORT), 1000))
    example = {"inputs_embeds": embeddings, "attention_mask": mask}
    converted = openvino.convert_model(module, example_input=example)
    mode = nncf.CompressWeightsMode.INT8_SYM
    options = {
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "INFERENCE_PRECISION_HINT": "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": "32",
    }
    compressed = nncf.compress_weights(converted, mode=mode)
    request = openvino.Core().compile_model(compressed, "CPU", options).create_infer_request()
    return lambda *inputs: request.infer([value.numpy() for value in inputs])[0].copy()


class Backend(NamedTuple):
    """A way to run the encoder.

    title (str): Its name in the table.
    prepare (Callable): Makes it from the fp32 module; may write to the folder that it is given.
    packages (Tuple[str, ...]): What it needs beside `BASE`, pinned.
    licence (str): The licence of those packages.
    """

    title: str
    prepare: Callable[[Any, Path], Encoder]
    packages: tuple[str, ...] = ()
    licence: str = "torch's"


BACKENDS = {
    "fp32": Backend("torch fp32", torch_fp32),
    "own": Backend("own layers, `torch._int_mm`", own_layers),
    "dynamic": Backend("torch `quantize_dynamic`", torch_dynamic),
    "torchao": Backend("torchao, eager", torchao_eager, TORCHAO, "BSD-3-Clause"),
    "compiled": Backend("torchao, compiled", torchao_compiled, TORCHAO, "BSD-3-Clause"),
    "onnx": Backend("ONNX Runtime", onnx_runtime, ONNX, "MIT, Apache-2.0 (onnx)"),
    "openvino": Backend("OpenVINO, nncf", openvino_nncf, OPENVINO, "Apache-2.0"),
    "bf16": Backend("torch bf16 (not int8)", torch_bf16),
}


class Bench:
    """An encoder of a BERT's shape with random weights, and one backend made from it.

    name (str): The backend.
    layers (int): Layers of the encoder.
    width (int): Its width, a multiple of 64.
    threads (int): Threads of torch and of the backend.
    folder (Path): For what the backend writes.
    """

    def __init__(self, name: str, layers: int, width: int, threads: int, folder: Path) -> None:
        import torch

        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.module = make_module(layers, width)
        # Characters of a Chinese BERT's vocabulary, [CLS] and [SEP] not told apart.
        self.ids = torch.randint(672, 8000, (2 * SENTENCES, CHARACTERS + 2))
        start = time.perf_counter()
        self.encoder = BACKENDS[name].prepare(self.module, folder)
        self.run(self.ids[:SENTENCES])
        self.run(self.ids[:1, : SHORT + 2])
        self.prepare_seconds = time.perf_counter() - start

    def run(self, ids: Any, encoder: Encoder | None = None, padding: int = 0) -> Any:
        """The last states of texts, the first of which ends `padding` places early."""
        import torch

        with torch.inference_mode():
            embeddings, mask = read(self.module, ids)
            if padding:
                mask[0, -padding:] = 0
            return torch.as_tensor((encoder or self.encoder)(embeddings, mask))

    def check(self) -> dict[str, float]:
        """Compare with fp32, and a text's states with those of the same text in other company.

        RETURNS (Dict[str, float]): The errors, greatest differences where not said otherwise.
        """
        from torch.nn.functional import cosine_similarity

        batch, others = self.ids[:SENTENCES], self.ids[SENTENCES:].clone()
        others[0] = batch[0]
        states, reference = self.run(batch), self.run(batch, self.module)
        short = SHORT + 2
        padded = self.run(batch, padding=batch.shape[1] - short)[0, :short]
        return {
            "prepare_seconds": self.prepare_seconds,
            "cosine": cosine_similarity(states, reference, dim=-1).mean().item(),
            "error": (states - reference).abs().max().item(),
            "neighbours": (states[0] - self.run(others)[0]).abs().max().item(),
            "alone": (states[0] - self.run(batch[:1])[0]).abs().max().item(),
            "padded": (padded - self.run(batch[:1, :short])[0]).abs().max().item(),
        }

    def time(self) -> dict[str, float]:
        """Read the batch once and the short text some times.

        RETURNS (Dict[str, float]): The seconds of each.
        """
        seconds = {}
        for shape, ids, calls in (
            ("batch", self.ids[:SENTENCES], 1),
            ("short", self.ids[:1, : SHORT + 2], SHORT_CALLS),
        ):
            taken = []
            for _ in range(calls):
                start = time.perf_counter()
                self.run(ids)
                taken.append(time.perf_counter() - start)
            seconds[shape] = statistics.median(taken)
        return seconds


def make_module(layers: int, width: int) -> Any:
    """An encoder that reads embeddings, as the component's does, and returns its last states."""
    import torch
    from transformers import BertConfig, BertModel

    class LastStates(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            config = BertConfig(
                vocab_size=21128,
                num_hidden_layers=layers,
                hidden_size=width,
                num_attention_heads=width // 64,
                intermediate_size=4 * width,
                attn_implementation="sdpa",
            )
            self.bert = BertModel(config, add_pooling_layer=False)

        def forward(self, inputs_embeds: Any, attention_mask: Any) -> Any:
            return self.bert(
                inputs_embeds=inputs_embeds, attention_mask=attention_mask
            ).last_hidden_state

    return LastStates().eval()


def read(module: Any, ids: Any) -> tuple[Any, Any]:
    """The word embeddings of ids and a mask without padding."""
    import torch

    return module.bert.get_input_embeddings()(ids).detach(), torch.ones_like(ids)


def main(name: str, layers: int, width: int, threads: int) -> None:
    """Prepare a backend, then answer each line of standard input with a line of JSON."""
    # Libraries print what they like: it goes to standard error, the answers to the true output.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(name, layers, width, threads, Path(folder))
        questions = {"check": bench.check, "time": bench.time}
        for line in sys.stdin:
            print(json.dumps(questions[line.strip()]()), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
