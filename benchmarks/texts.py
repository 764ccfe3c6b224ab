"""Texts of the benchmark's three shapes, made of the project's own sentences."""

import random
from pathlib import Path

SENTENCES = Path(__file__).parent.parent / "project" / "assets" / "sentences.txt"


def mixed(count: int, *, seed: int = 0) -> list[str]:
    """Sentences of 10 to 80 characters, as SIGHAN's are.

    count (int): How many.
    seed (int): Seed.
    RETURNS (list[str]): The sentences.
    """
    rng = random.Random(seed)
    return [_of_length(rng, rng.randint(10, 80)) for _ in range(count)]


def short(count: int, *, length: int = 20, seed: int = 0) -> list[str]:
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


def _sentences() -> list[str]:
    if not _CACHE:
        _CACHE.extend(SENTENCES.read_text(encoding="utf-8").split())
    return _CACHE


_CACHE: list[str] = []
