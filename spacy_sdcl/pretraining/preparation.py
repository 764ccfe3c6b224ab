"""From raw text to a directory of shards."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tqdm import tqdm

from ..data.noise import find_words
from ..data.records import atomic_path, log_problem
from ..data.text import read_text
from ..language.confusions import Confusions
from ..language.sources import build_confusions, read_attested
from ..model.network import SDCLNetwork
from ..model.vocabulary import Vocabulary
from ..model.weights import load_network
from .shards import (
    BIGRAMS_FILE,
    CONFUSIONS_FILE,
    DEV_FILE,
    STATISTICS_FILE,
    VOCABULARY_FILE,
    Shard,
    load_shard,
    load_vocabulary,
    save_shard,
)
from .statistics import collect_statistics, common_bigrams

MOST_BIGRAMS = 200_000
# A lookup table over all of Unicode is 2 MB and encodes 100 million characters a second.
UNICODE_SIZE = 0x110000


def count_characters(paths: Iterable[Path]) -> Counter[str]:
    """Count the characters of text files.

    paths (Iterable[Path]): UTF-8 files, one sentence a line.
    RETURNS (Counter): How often each character occurs.
    """
    counts = np.zeros(UNICODE_SIZE, dtype=np.int64)
    for path in paths:
        for block in _blocks(read_text(path, log_problem)):
            counts += np.bincount(_codepoints("".join(block)), minlength=UNICODE_SIZE)
    return Counter({chr(i): int(counts[i]) for i in np.nonzero(counts)[0]})


def make_vocabulary(counts: Counter[str], size: int) -> Vocabulary:
    """Make a vocabulary of the commonest characters.

    counts (Counter): How often each character occurs.
    size (int): Number of entries, the special tokens included.
    RETURNS (Vocabulary): The vocabulary, commonest characters first.
    """
    common = [char for char, _ in counts.most_common(size) if not char.isspace()]
    return Vocabulary.from_characters(common[: size - 5])


def encode_sentences(
    sentences: Iterable[str], vocabulary: Vocabulary, confusions: Confusions
) -> Shard:
    """Encode sentences and find their words that have homophones.

    sentences (Iterable[str]): Correct sentences.
    vocabulary (Vocabulary): The vocabulary.
    confusions (Confusions): The noise's tables, made for the same vocabulary.
    RETURNS (Shard): The arrays.
    """
    table = vocabulary.encode("".join(map(chr, range(0xD800)))).astype(np.uint16)
    table = np.concatenate([table, np.full(UNICODE_SIZE - 0xD800, vocabulary.unk, np.uint16)])
    for i, token in enumerate(vocabulary.tokens):
        if len(token) == 1:
            table[ord(token)] = i
    ids, lengths, places, words = [], [], [], []
    start = 0
    for block in _blocks(sentences):
        ids.append(table[_codepoints("".join(block))])
        for sentence in block:
            found_places, found_words = find_words(sentence, start, confusions)
            places.append(np.asarray(found_places, dtype=np.int32))
            words.append(np.asarray(found_words, dtype=np.int32))
            lengths.append(len(sentence))
            start += len(sentence)
    return Shard(
        np.concatenate(ids),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.concatenate(places),
        np.concatenate(words),
    )


def prepare(
    texts: list[Path],
    directory: Path,
    *,
    vocabulary_size: int = 6000,
    dev_sentences: int = 5000,
    attested: Path | None = None,
    start: str = "",
) -> None:
    """Make a shard directory. A file that is there already is not made again.

    texts (list[Path]): UTF-8 files of correct sentences, one a line, in random order, plain or
        `.xz`. Held-out sentences are the last ones of the last file.
    directory (Path): Where to write.
    vocabulary_size (int): Entries of the vocabulary.
    dev_sentences (int): Number of held-out sentences.
    attested (Path): Errors that people made, for the noise, as `read_attested` reads them.
    start (str): The network that is to go on reading (as in `load_network`), whose vocabulary and
        bigrams are taken; "" for new ones.
    RAISES (ValueError): If the last file has no more sentences than are to be held out.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / VOCABULARY_FILE).exists():
        counts = count_characters(tqdm(texts, desc="count characters", unit="file"))
        if start:
            vocabulary = _take_over(load_network(start), directory)
        else:
            vocabulary = make_vocabulary(counts, vocabulary_size)
        build_confusions(
            vocabulary.tokens,
            [float(counts.get(token, 0)) for token in vocabulary.tokens],
            attested=None if attested is None else read_attested(attested),
        ).save(directory / CONFUSIONS_FILE)
        # Last, because it is what says that both are there.
        with atomic_path(directory / VOCABULARY_FILE) as temporary:
            temporary.write_text(
                json.dumps(vocabulary.tokens, ensure_ascii=False), encoding="utf-8"
            )
    vocabulary = load_vocabulary(directory)
    confusions = Confusions.load(directory / CONFUSIONS_FILE)
    if not (directory / DEV_FILE).exists():
        sentences = list(read_text(texts[-1], log_problem))
        if len(sentences) <= dev_sentences:
            raise ValueError(
                f"{texts[-1]} has {len(sentences)} sentences, {dev_sentences} are to be held out: "
                "hold out fewer, or put more text into the last file."
            )
        held_out = sentences[-dev_sentences:]
        save_shard(encode_sentences(held_out, vocabulary, confusions), directory / DEV_FILE)
    for number, path in enumerate(texts):
        shard_path = directory / f"train-{number:03}.safetensors"
        if not shard_path.exists():
            sentences = list(read_text(path, log_problem))
            if path == texts[-1]:
                del sentences[-dev_sentences:]
            progress = tqdm(sentences, desc=f"encode {path.name}", unit="sentence", mininterval=5)
            save_shard(encode_sentences(progress, vocabulary, confusions), shard_path)
        if not (directory / STATISTICS_FILE).exists():
            # The first file has enough bigrams for initial embeddings.
            statistics = collect_statistics(load_shard(shard_path), vocabulary)
            with atomic_path(directory / STATISTICS_FILE) as temporary:
                save_file(statistics, temporary)
    if not (directory / BIGRAMS_FILE).exists():
        shards = map(load_shard, sorted(directory.glob("train-*.safetensors")))
        bigrams = common_bigrams(shards, len(vocabulary), MOST_BIGRAMS)
        with atomic_path(directory / BIGRAMS_FILE) as temporary:
            save_file(bigrams, temporary)


def _take_over(network: SDCLNetwork, directory: Path) -> Vocabulary:
    if network.bigram_embeddings is not None:
        with atomic_path(directory / BIGRAMS_FILE) as temporary:
            save_file({"keys": network.bigram_embeddings.keys.numpy()}, temporary)
    return network.vocabulary


def _blocks(sentences: Iterable[str], size: int = 10_000) -> Iterator[list[str]]:
    block: list[str] = []
    for sentence in sentences:
        block.append(sentence)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block


def _codepoints(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
