"""The pretraining loop: an encoder that restores noised text, from scratch, on CPU or GPU.

Over shards made beforehand (`preparation.prepare`) it needs torch, transformers, numpy, safetensors,
pydantic and tqdm only, so that it runs on a bare GPU machine.
"""

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from tqdm import tqdm

from ..data.noise import NoiseRates, corrupt
from ..data.records import atomic_path
from ..language.confusions import Confusions
from ..model.batches import PairBatch
from ..model.losses import character_loss
from ..model.weights import NETWORK_FILE, network_to_bytes
from .batches import Batch, BatchStream, Position
from .evaluation import evaluate
from .flops import flops_of_step, matrix_product_speed
from .optimizers import make_optimizers, schedule
from .recipe import PretrainConfig, build_encoder
from .shards import CONFUSIONS_FILE, DEV_FILE, Shard, load_shard

STATE_FILE = "state.pt"
LOG_FILE = "log.jsonl"


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
        self.threads = torch.get_num_threads()
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
        self.stream = BatchStream(
            paths,
            vocabulary,
            confusions,
            *config.noise(self.progress),
            batch_characters=config.batch_characters,
            mask_rate=config.mask_rate,
            window=config.window,
            seed=config.seed,
        )
        self.dev = evaluation_batches(load_shard(shards / DEV_FILE), self.stream, confusions)
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
        for position, batch in self._batches():
            start, start_of_process = time.perf_counter(), time.process_time()
            losses.append(self.step(batch, schedule(self.progress, decay=self.config.decay)))
            if self.device.type == "cuda" and self.steps % 20 == 0:
                torch.cuda.synchronize()
            self.position = position
            self.steps += 1
            self.characters += int(batch.lengths.sum()) - 2 * len(batch.lengths)
            spent = time.perf_counter() - start
            if self.device.type == "cpu":
                # Beside other work, what counts is the time that the run had.
                spent = min(spent, (time.process_time() - start_of_process) / self.threads)
            self.seconds += spent
            flops += flops_of_step(self.network, batch, passes=2 if self.two_passes else 1)
            bar.update(round(self.seconds) - bar.n)
            if self.seconds - logged >= log_every or self.progress >= 1:
                seconds = self.seconds - logged
                line = {
                    "loss": round(float(torch.stack(losses).mean()), 4),
                    "speed": round((self.characters - characters) / seconds),
                    "flops_utilisation": round(flops / seconds / peak, 3),
                }
                bar.set_postfix_str(f"{line['speed']} characters/s, loss {line['loss']}")
                if self.seconds - evaluated >= evaluate_every or self.progress >= 1:
                    result = evaluate(self.network, self.dev, self.autocast)
                    line |= result
                    evaluated = self.seconds
                self._log(line)
                self.save()
                logged, characters = self.seconds, self.characters
                losses, flops = [], 0.0
        bar.close()
        return result

    @property
    def progress(self) -> float:
        """Share of the time budget that is spent, 0 to 1."""
        return min(self.seconds / (self.config.minutes * 60), 1.0)

    def _batches(self) -> Iterator[tuple[Position, Batch]]:
        """What is to be read in what is left of the run, with the noise of each part of it."""
        while self.progress < 1:
            noise = self.config.noise(self.progress)
            self.stream.set_noise(*noise)
            for position, batch in self.stream.iterate(self.position):
                if self.progress >= 1 or self.config.noise(self.progress) != noise:
                    break
                yield position, batch

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
        with self.autocast, self._attention():
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

    def _attention(self) -> AbstractContextManager[Any]:
        # The backward pass of the fused kernel is slow on CPUs in bfloat16: a step takes 1.14 times
        # as long with it, where the products of a matrix have instructions of their own.
        slow = self.device.type == "cpu" and self.precision == torch.bfloat16
        return sdpa_kernel(SDPBackend.MATH) if slow else nullcontext()

    def _pair_batch(self, batch: Batch) -> PairBatch:
        arrays = (batch.source_ids, batch.target_ids, batch.attention_mask, batch.is_character)
        return PairBatch(*self._to_device(*arrays))

    def _mask(self, batch: Batch) -> torch.Tensor | None:
        if batch.lengths.min() == batch.source_ids.shape[1]:
            # Without a mask attention takes a faster path; most batches hold one length only.
            return None
        return torch.from_numpy(batch.attention_mask).to(self.device)

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
        with atomic_path(self.directory / STATE_FILE) as temporary:
            torch.save(state, temporary)
        about = {
            "pretraining": self.config.model_dump(),
            "characters": self.characters,
            "seconds": round(self.seconds),
            "steps": self.steps,
        }
        with atomic_path(self.directory / NETWORK_FILE) as temporary:
            temporary.write_bytes(network_to_bytes(self.network, about=about))

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


def evaluation_batches(dev: Shard, stream: BatchStream, confusions: Confusions) -> list[Batch]:
    """Noise held-out text once, the same in every run whatever its own noise.

    dev (Shard): Held-out sentences.
    stream (BatchStream): Packs them.
    confusions (Confusions): The noise's tables.
    RETURNS (list[Batch]): Batches.
    """
    rng = np.random.default_rng(0)
    rates = NoiseRates(error_rate=0.06, clean_sentences=0.5)
    ids = dev.ids.astype(np.int64)
    words = (dev.word_places.astype(np.int64), dev.words)
    noised = corrupt(ids, dev.offsets, confusions, rates, rng, words=words)
    return stream.pack(ids, noised, np.ones(len(ids), dtype=bool), dev.offsets, rng)
