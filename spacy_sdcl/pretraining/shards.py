"""Raw text to shards: arrays of ids that pretraining reads without any Chinese-language package.

A shard directory holds
    vocabulary.json        the vocabulary, a list
    confusions.safetensors the noise's tables
    statistics.safetensors what initial embeddings are made of
    bigrams.safetensors    the commonest pairs of neighbouring characters
    train-*.safetensors    the sentences, and the words in them that have homophones
    dev.safetensors        held-out sentences
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors.numpy import load_file, save_file

from ..data.records import atomic_path
from ..model.vocabulary import Vocabulary

VOCABULARY_FILE = "vocabulary.json"
CONFUSIONS_FILE = "confusions.safetensors"
STATISTICS_FILE = "statistics.safetensors"
BIGRAMS_FILE = "bigrams.safetensors"
DEV_FILE = "dev.safetensors"


class Shard(NamedTuple):
    """Sentences as one flat array.

    ids (np.ndarray): uint16 ids of all characters, shape (characters,).
    offsets (np.ndarray): int64 places where sentences begin, and the end, shape (sentences + 1,).
    word_places (np.ndarray): int32 places of words that have homophones, ascending.
    words (np.ndarray): int32 indices of those words in the confusions' word table.
    """

    ids: np.ndarray
    offsets: np.ndarray
    word_places: np.ndarray
    words: np.ndarray


def save_shard(shard: Shard, path: Path) -> None:
    """Write a shard, whole or not at all.

    shard (Shard): The arrays.
    path (Path): The file.
    """
    with atomic_path(path) as temporary:
        save_file(shard._asdict(), temporary)


def load_shard(path: Path) -> Shard:
    """Read a shard.

    path (Path): The file.
    RETURNS (Shard): The arrays.
    """
    return Shard(**load_file(path))


def load_vocabulary(directory: Path) -> Vocabulary:
    """Read the vocabulary of a shard directory.

    directory (Path): The directory.
    RETURNS (Vocabulary): The vocabulary.
    """
    return Vocabulary(json.loads((directory / VOCABULARY_FILE).read_text(encoding="utf-8")))
