"""Texts of the benchmark's shapes, made of the project's own sentences."""

import random
from functools import cache
from pathlib import Path

SENTENCES = Path(__file__).parent.parent / "project" / "assets" / "sentences.txt"
# One of so many sentences has Latin letters, digits and spaces in it, as real text does.
MIXED_IN = 8
FOREIGN = "（见 GB/T 7714-2015，v2.1）"


def mixed(count: int, *, seed: int = 0) -> list[str]:
    """Sentences of 10 to 80 characters, as SIGHAN's are.

    count (int): How many.
    seed (int): Seed.
    RETURNS (list[str]): The sentences; one of `MIXED_IN` is not purely Chinese.
    """
    rng = random.Random(seed)
    texts = []
    for number in range(count):
        length = rng.randint(10, 80)
        text = _of_length(rng, length)
        if number % MIXED_IN == MIXED_IN - 1:
            text = (text[: length // 2] + FOREIGN + text[length // 2 :])[: max(length, 30)]
        texts.append(text)
    return texts


def single(count: int, *, length: int = 20, seed: int = 0) -> list[str]:
    """Sentences of one length, as an editor asks for them.

    count (int): How many.
    length (int): Characters of each.
    seed (int): Seed.
    RETURNS (list[str]): The sentences.
    """
    rng = random.Random(seed)
    return [_of_length(rng, length) for _ in range(count)]


def document(length: int, *, seed: int = 0) -> str:
    """One long text.

    length (int): Its characters.
    seed (int): Seed.
    RETURNS (str): The text.
    """
    return _of_length(random.Random(seed), length)


def _of_length(rng: random.Random, length: int) -> str:
    parts: list[str] = []
    missing = length
    while missing > 0:
        parts.append(rng.choice(_sentences())[:missing])
        missing -= len(parts[-1])
    return "".join(parts)


@cache
def _sentences() -> list[str]:
    return SENTENCES.read_text(encoding="utf-8").split()
