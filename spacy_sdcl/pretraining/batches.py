"""Shards to noised batches, packed by length, in an order that a step number determines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..data.noise import NoiseRates, corrupt
from ..language.confusions import Confusions
from ..model.vocabulary import Vocabulary
from .shards import Shard, load_shard


class Batch(NamedTuple):
    """Windows of text, padded to the longest.

    source_ids (np.ndarray): Noised ids with [CLS] and [SEP], int64, shape (batch, length).
    target_ids (np.ndarray): The correct ids, same shape.
    is_character (np.ndarray): True at characters with an id of their own, same shape.
    is_scored (np.ndarray): True at the characters whose prediction counts, same shape.
    lengths (np.ndarray): Lengths with [CLS] and [SEP], shape (batch,).
    """

    source_ids: np.ndarray
    target_ids: np.ndarray
    is_character: np.ndarray
    is_scored: np.ndarray
    lengths: np.ndarray

    @property
    def attention_mask(self) -> np.ndarray:
        """True where there is no padding, bool, shape (batch, length)."""
        return np.arange(self.source_ids.shape[1]) < self.lengths[:, None]


class Position(NamedTuple):
    """A place in the stream of batches: what a checkpoint needs to go on from there."""

    chunk: int = 0
    batch: int = 0


class BatchStream:
    """An endless stream of batches; every chunk of sentences is noised anew.

    Chunk i is made by a random generator of its own, seeded with (seed, i): a run that is broken
    off and resumed sees what an unbroken one sees.

    paths (list[Path]): Shards.
    vocabulary (Vocabulary): The vocabulary.
    confusions (Confusions): The noise's tables.
    rates (NoiseRates): The noise's rates.
    scored_share (float): Share of the untouched characters whose prediction counts.
    batch_characters (int): Padded characters a batch, at most.
    window (int): Longer sentences are cut to this many characters.
    mask_rate (float): Share of characters replaced by [MASK], for language modelling.
    seed (int): Seed.
    chunk_characters (int): Characters that are noised and sorted at once.
    """

    def __init__(
        self,
        paths: list[Path],
        vocabulary: Vocabulary,
        confusions: Confusions,
        rates: NoiseRates,
        scored_share: float = 1.0,
        *,
        batch_characters: int,
        window: int,
        mask_rate: float = 0.0,
        seed: int = 0,
        chunk_characters: int = 500_000,
    ) -> None:
        self._paths = paths
        self._vocabulary = vocabulary
        self._confusions = confusions
        self._batch_characters = batch_characters
        self._window = window
        self._mask_rate = mask_rate
        self._seed = seed
        self._chunk_characters = chunk_characters
        self.set_noise(rates, scored_share)
        self._shard: tuple[int, Shard] | None = None
        self._chunks_of_shard = [self._count_chunks(path) for path in paths]

    def set_noise(self, rates: NoiseRates, scored_share: float) -> None:
        """Change the noise of the batches that `iterate` makes when it is called next.

        rates (NoiseRates): The noise's rates.
        scored_share (float): Share of the untouched characters whose prediction counts.
        """
        self._rates = rates
        self._scored_share = scored_share

    def iterate(self, start: Position) -> Iterator[tuple[Position, Batch]]:
        """Yield batches from a place on.

        start (Position): The place of the first one.
        YIELDS (tuple): The place of the *next* batch, and the batch.
        """
        with ThreadPoolExecutor(1) as pool:
            chunk, skip = start
            coming = pool.submit(self._make_chunk, chunk)
            while True:
                batches = coming.result()
                coming = pool.submit(self._make_chunk, chunk + 1)
                for i in range(skip, len(batches)):
                    last = i + 1 == len(batches)
                    yield Position(chunk + 1, 0) if last else Position(chunk, i + 1), batches[i]
                chunk, skip = chunk + 1, 0

    def _count_chunks(self, path: Path) -> int:
        return max(1, round(int(load_shard(path).offsets[-1]) / self._chunk_characters))

    def _make_chunk(self, chunk: int) -> list[Batch]:
        ends = np.cumsum(self._chunks_of_shard)
        number = chunk % int(ends[-1])
        shard_number = int(np.searchsorted(ends, number, side="right"))
        count = self._chunks_of_shard[shard_number]
        number -= int(ends[shard_number]) - count
        if self._shard is None or self._shard[0] != shard_number:
            self._shard = (shard_number, load_shard(self._paths[shard_number]))
        piece = _slice(self._shard[1], number, count)
        rng = np.random.default_rng((self._seed, chunk))
        batches = self._make_batches(piece, rng)
        return [batches[i] for i in rng.permutation(len(batches))]

    def _make_batches(self, shard: Shard, rng: np.random.Generator) -> list[Batch]:
        noised = corrupt(
            shard.ids,
            shard.offsets,
            self._confusions,
            self._rates,
            rng,
            words=(shard.word_places, shard.words),
        )
        scored = (noised != shard.ids) | (rng.random(len(noised)) < self._scored_share)
        if self._mask_rate:
            masked = self._vocabulary.is_candidate[shard.ids] & (
                rng.random(len(noised)) < self._mask_rate
            )
            noised = np.where(masked, self._vocabulary.mask, noised)
            scored |= masked
        return self.pack(shard.ids, noised, scored, shard.offsets, rng)

    def pack(
        self,
        ids: np.ndarray,
        noised: np.ndarray,
        scored: np.ndarray,
        offsets: np.ndarray,
        rng: np.random.Generator,
    ) -> list[Batch]:
        """Sort sentences by length and cut them into batches of about the same size.

        ids (np.ndarray): Flat correct ids.
        noised (np.ndarray): Flat noised ids.
        scored (np.ndarray): Flat bools.
        offsets (np.ndarray): Where sentences begin.
        rng (np.random.Generator): Orders sentences of one length.
        RETURNS (list[Batch]): The batches, shortest sentences first.
        """
        lengths = np.minimum(np.diff(offsets), self._window)
        order = rng.permutation(len(lengths))
        order = order[np.argsort(lengths[order], kind="stable")]
        batches = []
        start = 0
        while start < len(order):
            end = start + 1
            while end < len(order) and (
                (int(lengths[order[end]]) + 2) * (end + 1 - start) <= self._batch_characters
            ):
                end += 1
            chosen = order[start:end]
            batches.append(self._pad(ids, noised, scored, offsets[chosen], lengths[chosen]))
            start = end
        return batches

    def _pad(
        self,
        ids: np.ndarray,
        noised: np.ndarray,
        scored: np.ndarray,
        starts: np.ndarray,
        lengths: np.ndarray,
    ) -> Batch:
        vocabulary = self._vocabulary
        longest = int(lengths.max())
        columns = np.arange(longest)
        inside = columns < lengths[:, None]
        places = np.where(inside, starts[:, None] + columns, 0)

        def framed(flat: np.ndarray) -> np.ndarray:
            framed = np.full((len(starts), longest + 2), vocabulary.pad, dtype=np.int64)
            framed[:, 0] = vocabulary.cls
            framed[:, 1:-1][inside] = flat[places][inside]
            framed[np.arange(len(starts)), lengths + 1] = vocabulary.sep
            return framed

        is_character = np.zeros((len(starts), longest + 2), dtype=bool)
        is_character[:, 1:-1] = inside & (ids[places] != vocabulary.unk)
        is_scored = np.zeros_like(is_character)
        is_scored[:, 1:-1] = scored[places]
        return Batch(
            framed(noised), framed(ids), is_character, is_scored & is_character, lengths + 2
        )


def _slice(shard: Shard, number: int, count: int) -> Shard:
    sentences = len(shard.offsets) - 1
    first, last = sentences * number // count, sentences * (number + 1) // count
    start, end = int(shard.offsets[first]), int(shard.offsets[last])
    words = slice(*np.searchsorted(shard.word_places, [start, end]))
    return Shard(
        shard.ids[start:end].astype(np.int64),
        shard.offsets[first : last + 1] - start,
        shard.word_places[words].astype(np.int64) - start,
        shard.words[words],
    )
