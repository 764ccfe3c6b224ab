"""The pretraining loop: an encoder that restores noised text, from scratch, on CPU or GPU.

It needs torch, transformers, numpy and safetensors only, over shards made beforehand
(`shards.prepare`), so that it runs on a bare GPU machine.
"""

import argparse
import dataclasses
import json
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from safetensors.numpy import load_file
from tqdm import tqdm

from ..data.confusions import Confusions
from ..data.noise import NoiseRates
from ..model.losses import character_loss
from ..model.network import PairBatch, SDCLNetwork
from ..model.weights import NETWORK_FILE, build_network, network_to_bytes
from .batches import Batch, BatchStream, Position
from .evaluation import evaluate
from .flops import flops_of_step, matrix_product_speed
from .optimizers import make_optimizers, schedule
from .shards import CONFUSIONS_FILE, DEV_FILE, STATISTICS_FILE, load_shard, load_vocabulary
from .statistics import initial_embeddings

STATE_FILE = "state.pt"
LOG_FILE = "log.jsonl"
INITS = ("counts", "random")
# Makes a character's own logit about 10 at width 256.
HEAD_SCALE = 0.04


@dataclass(frozen=True)
class PretrainConfig:
    """Everything that a run is determined by, apart from its shards.

    architecture, layers, width, heads, intermediate, window: The encoder's shape.
    fusion: "product" or "none", as in `SDCLNetwork`.
    init: "counts": embeddings from the corpus's statistics; "random".
    embedding_std: Root mean square of the initial embeddings.
    embedding_rate: Learning rate of the embeddings, as a share of that of the rest.
    sound_share: Share of the width that initial embeddings give to a character's sound.
    optimizer, learning_rate, muon_learning_rate, weight_decay: As in `make_optimizers`.
    batch_characters: Padded characters a step.
    alpha, beta: Weights of the copy task and of the contrast; with both 0 there is one pass only.
    temperature, negatives: As in `contrastive_loss`.
    error_rate, clean_sentences, word, homophone, near_homophone, lookalike, random: `NoiseRates`.
    mask_rate: Share of characters replaced by [MASK].
    scored_share: Share of untouched characters whose prediction counts (with one pass only).
    decay: Share of the run in which the learning rate falls.
    minutes: Time budget of training, evaluation not counted.
    seed: Seed.
    """

    architecture: str = "bert"
    layers: int = 4
    width: int = 256
    heads: int = 4
    intermediate: int = 1024
    window: int = 128
    fusion: str = "product"
    init: str = "counts"
    embedding_std: float = 0.05
    embedding_rate: float = 1.0
    sound_share: float = 0.1875
    optimizer: str = "adamw"
    learning_rate: float = 1.5e-3
    muon_learning_rate: float = 5e-3
    weight_decay: float = 0.01
    batch_characters: int = 4096
    alpha: float = 0.0
    beta: float = 0.0
    temperature: float = 0.9
    negatives: str = "sentence"
    error_rate: float = 0.15
    clean_sentences: float = 0.0
    word: float = 0.25
    homophone: float = 0.45
    near_homophone: float = 0.15
    lookalike: float = 0.1
    random: float = 0.05
    mask_rate: float = 0.0
    scored_share: float = 0.15
    decay: float = 0.3
    minutes: float = 60.0
    seed: int = 0

    def noise_rates(self) -> NoiseRates:
        """The rates of the noise.

        RETURNS (NoiseRates): The rates.
        """
        names = [field.name for field in dataclasses.fields(NoiseRates)]
        return NoiseRates(**{name: getattr(self, name) for name in names if hasattr(self, name)})


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
        shape, load_vocabulary(shards), fusion=config.fusion, window=config.window
    )
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


def _last_norm(network: SDCLNetwork) -> torch.nn.LayerNorm:
    norms = [m for m in network.encoder.base_model.modules() if isinstance(m, torch.nn.LayerNorm)]
    return norms[-1]


class Trainer:
    """A pretraining run in a directory: checkpoints, a log, and the network at its end.

    config (PretrainConfig): The run.
    shards (Path): The shard directory.
    directory (Path): Where the run is kept.
    device (str): "cpu" or "cuda".
    precision (str): "float32" or "bfloat16" (autocast).
    compiled (bool): Compile the encoder with torch.compile.
    resume (bool): Go on from the last checkpoint if there is one.
    """

    def __init__(
        self,
        config: PretrainConfig,
        shards: Path,
        directory: Path,
        *,
        device: str = "cpu",
        precision: str = "float32",
        compiled: bool = False,
        resume: bool = False,
    ) -> None:
        self.config = config
        self.directory = directory
        self.device = torch.device(device)
        self.precision = torch.bfloat16 if precision == "bfloat16" else torch.float32
        self.two_passes = bool(config.alpha or config.beta)
        directory.mkdir(parents=True, exist_ok=True)
        self.network = build_encoder(config, shards).to(self.device)
        self.optimizers = make_optimizers(
            self.network,
            optimizer=config.optimizer,
            learning_rate=config.learning_rate,
            muon_learning_rate=config.muon_learning_rate,
            embedding_rate=config.embedding_rate,
            weight_decay=config.weight_decay,
            fused=True,
        )
        self.position = Position()
        self.seconds = 0.0
        self.steps = 0
        self.characters = 0
        state_path = directory / STATE_FILE
        if resume and state_path.exists():
            self._restore(torch.load(state_path, map_location=self.device, weights_only=True))
        elif not resume and (directory / LOG_FILE).exists():
            (directory / LOG_FILE).unlink()
        vocabulary = self.network.vocabulary
        confusions = Confusions.load(shards / CONFUSIONS_FILE)
        paths = sorted(shards.glob("train-*.safetensors"))
        if not paths:
            raise ValueError(f"No shards in {shards}: make them with the command 'shards'.")
        options: dict[str, Any] = {"window": config.window, "seed": config.seed}
        self.stream = BatchStream(
            paths,
            vocabulary,
            confusions,
            config.noise_rates(),
            batch_characters=config.batch_characters,
            mask_rate=config.mask_rate,
            scored_share=config.scored_share,
            **options,
        )
        self.dev = evaluation_batches(
            load_shard(shards / DEV_FILE), self.stream, config, confusions
        )
        self.autocast = (
            torch.autocast(self.device.type, torch.bfloat16)
            if self.precision == torch.bfloat16
            else nullcontext()
        )
        if compiled:
            self.network.encoder.base_model.compile(dynamic=True)

    def run(self, *, log_every: float = 60.0, evaluate_every: float = 600.0) -> dict[str, Any]:
        """Train until the time budget is spent.

        log_every (float): Seconds between lines of the log, in which a checkpoint is written too.
        evaluate_every (float): Seconds between evaluations on held-out text.
        RETURNS (dict): The last evaluation.
        """
        budget = self.config.minutes * 60
        logged = evaluated = self.seconds
        losses: list[torch.Tensor] = []
        result: dict[str, Any] = {}
        characters = self.characters
        flops = 0.0
        peak = matrix_product_speed(
            self.config.width, self.config.intermediate, self.device, self.precision
        )
        self.network.train()
        bar = tqdm(
            total=round(budget),
            initial=round(self.seconds),
            unit="s",
            desc="pretrain",
            mininterval=5,
        )
        for position, batch in self.stream.iterate(self.position):
            if self.seconds >= budget:
                break
            start = time.perf_counter()
            losses.append(
                self.step(batch, schedule(self.seconds / budget, decay=self.config.decay))
            )
            if self.device.type == "cuda" and self.steps % 20 == 0:
                torch.cuda.synchronize()
            self.position = position
            self.steps += 1
            self.characters += int(batch.lengths.sum()) - 2 * len(batch.lengths)
            self.seconds += time.perf_counter() - start
            flops += flops_of_step(self.network, batch, passes=2 if self.two_passes else 1)
            bar.update(round(self.seconds) - bar.n)
            if self.seconds - logged >= log_every or self.seconds >= budget:
                seconds = self.seconds - logged
                line = {
                    "loss": round(float(torch.stack(losses).mean()), 4),
                    "speed": round((self.characters - characters) / seconds),
                    "flops_utilisation": round(flops / seconds / peak, 3),
                }
                bar.set_postfix_str(f"{line['speed']} characters/s, loss {line['loss']}")
                if self.seconds - evaluated >= evaluate_every or self.seconds >= budget:
                    result = evaluate(self.network, self.dev, self.autocast)
                    line |= result
                    evaluated = self.seconds
                self._log(line)
                self.save()
                logged, characters = self.seconds, self.characters
                losses, flops = [], 0.0
        bar.close()
        return result

    def step(self, batch: Batch, factor: float) -> torch.Tensor:
        """Do one optimiser step.

        batch (Batch): The batch.
        factor (float): Factor of the learning rates.
        RETURNS (Tensor): The loss, a detached scalar.
        """
        config = self.config
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
        with self.autocast:
            if self.two_passes:
                parts = self.network.losses(
                    self._pair_batch(batch),
                    temperature=config.temperature,
                    negatives=config.negatives,
                    detach_target=False,
                )
                weights = torch.tensor([1.0, config.alpha, config.beta], device=parts.device)
                loss = (parts * weights).sum()
            else:
                source, target, scored = self._to_device(
                    batch.source_ids, batch.target_ids, batch.is_scored
                )
                states = self.network.states(source, self._mask(batch))
                loss = character_loss(self.network.logits(states[scored]), target[scored])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return loss.detach()

    def _pair_batch(self, batch: Batch) -> PairBatch:
        source, target, is_character = self._to_device(
            batch.source_ids, batch.target_ids, batch.is_character
        )
        mask = torch.from_numpy(np.arange(source.shape[1])[None] < batch.lengths[:, None]).to(
            self.device
        )
        return PairBatch(source, target, mask, is_character)

    def _mask(self, batch: Batch) -> torch.Tensor | None:
        longest = batch.source_ids.shape[1]
        if batch.lengths.min() == longest:
            # Without a mask attention takes a faster path; most batches hold one length only.
            return None
        mask = np.arange(longest)[None] < batch.lengths[:, None]
        return torch.from_numpy(mask).to(self.device)

    def _to_device(self, *arrays: np.ndarray) -> list[torch.Tensor]:
        return [torch.from_numpy(array).to(self.device, non_blocking=True) for array in arrays]

    def save(self) -> None:
        """Write a checkpoint and the network, each whole or not at all."""
        state = {
            "network": self.network.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "position": list(self.position),
            "seconds": self.seconds,
            "steps": self.steps,
            "characters": self.characters,
        }
        temporary = self.directory / (STATE_FILE + ".part")
        torch.save(state, temporary)
        temporary.replace(self.directory / STATE_FILE)
        about = {
            "pretraining": dataclasses.asdict(self.config),
            "characters": self.characters,
            "seconds": round(self.seconds),
            "steps": self.steps,
        }
        temporary = self.directory / (NETWORK_FILE + ".part")
        temporary.write_bytes(network_to_bytes(self.network, about=about))
        temporary.replace(self.directory / NETWORK_FILE)

    def _restore(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            peaks = [group["peak"] for group in optimizer.param_groups]
            optimizer.load_state_dict(saved)
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["peak"] = peak
        self.position = Position(*state["position"])
        self.seconds = state["seconds"]
        self.steps = state["steps"]
        self.characters = state["characters"]

    def _log(self, line: dict[str, Any]) -> None:
        full = {
            "minutes": round(self.seconds / 60, 2),
            "steps": self.steps,
            "characters": self.characters,
            **line,
        }
        tqdm.write(json.dumps(full))
        with (self.directory / LOG_FILE).open("a", encoding="utf-8") as log:
            log.write(json.dumps(full) + "\n")


def evaluation_batches(
    dev: Any, stream: BatchStream, config: PretrainConfig, confusions: Confusions
) -> list[Batch]:
    """Noise held-out text once, the same in every run whatever its own noise.

    dev (Shard): Held-out sentences.
    stream (BatchStream): Packs them.
    config (PretrainConfig): The run.
    confusions (Confusions): The noise's tables.
    RETURNS (list[Batch]): Batches.
    """
    from ..data.noise import corrupt

    rng = np.random.default_rng(0)
    rates = NoiseRates(error_rate=0.06, clean_sentences=0.5)
    ids = dev.ids.astype(np.int64)
    words = (dev.word_places.astype(np.int64), dev.words)
    noised = corrupt(ids, dev.offsets, confusions, rates, rng, words=words)
    return stream.pack(ids, noised, np.ones(len(ids), dtype=bool), dev.offsets, rng)


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line.

    arguments (list[str]): Arguments, those of the process by default.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shards", type=Path, help="a shard directory")
    parser.add_argument("directory", type=Path, help="where the run is kept")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--compile", action="store_true", help="compile the encoder")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--log-every", type=float, default=60.0, help="seconds")
    parser.add_argument("--evaluate-every", type=float, default=600.0, help="seconds")
    for field in dataclasses.fields(PretrainConfig):
        name = "--" + field.name.replace("_", "-")
        parser.add_argument(name, type=type(field.default), default=field.default)
    options = vars(parser.parse_args(arguments))
    names = {field.name for field in dataclasses.fields(PretrainConfig)}
    config = PretrainConfig(**{name: options.pop(name) for name in names})
    if threads := options.pop("threads"):
        torch.set_num_threads(threads)
    times = {"log_every": options.pop("log_every"), "evaluate_every": options.pop("evaluate_every")}
    trainer = Trainer(
        config,
        options.pop("shards"),
        options.pop("directory"),
        compiled=options.pop("compile"),
        **options,
    )
    trainer.run(**times)


if __name__ == "__main__":
    main()
