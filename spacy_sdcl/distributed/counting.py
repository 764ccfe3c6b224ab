"""The n-grams of a Ray Dataset: counted block by block, and merged as a tree."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..evidence.alphabet import Alphabet
from ..evidence.counting import NgramCounts, add_run, merge_runs
from ..extras import import_extra
from .rows import batches
from .tables import EXTRA, arrow, check_columns

# Characters counted at a time: some 40 bytes each while they are.
CHARACTERS = 1 << 23
# Counts that are merged by one task, and how often that is done before the rest is merged here.
FAN_IN = 8
LEVELS = 2

KEYS, COUNTS, FOLDED = "keys", "counts", "folded"


def count(
    dataset: Any,
    *,
    column: str = "text",
    alphabet: Alphabet | None = None,
    max_ngrams: int | None = None,
    characters: int = CHARACTERS,
) -> NgramCounts:
    """Count the n-grams of a Ray Dataset, such as `build_table` makes a table of.

    A line of a text is a sentence. Counts are merged by tasks of the cluster, `FAN_IN` at a time,
    while others are still made; those of the last level are merged here as they come.

    dataset (ray.data.Dataset): The texts. Missing ones are passed over.
    column (str): The column of texts.
    alphabet (Alphabet): The symbols; None for the characters of the embedded model.
    max_ngrams (int): As in `count_sentences`, for each task and here; None for all.
    characters (int): Counted at a time.
    RETURNS (NgramCounts): The counts, the same as of one process unless `max_ngrams` is passed.
    RAISES (ImportError): If Ray is not installed.
    """
    import_extra("ray.data", EXTRA)
    alphabet = alphabet or embedded_alphabet()
    symbols = {"symbols": alphabet.characters, "max_ngrams": max_ngrams}
    parts = dataset.map_batches(
        count_table,
        fn_kwargs={**symbols, "column": column, "characters": characters},
        batch_size=None,
        batch_format="pyarrow",
    )
    for _ in range(LEVELS):
        parts = parts.map_batches(
            merge_table, fn_kwargs=symbols, batch_size=FAN_IN, batch_format="pyarrow"
        )
    runs: list[NgramCounts] = [NgramCounts.empty(alphabet)]
    for table in parts.iter_batches(batch_size=1, batch_format="pyarrow", prefetch_batches=1):
        for run in _counts_of(table, alphabet):
            add_run(runs, run, max_ngrams)
    return merge_runs(runs)


def embedded_alphabet() -> Alphabet:
    """The characters that the embedded model knows.

    RETURNS (Alphabet): The alphabet.
    """
    from ..model.weights import load_network

    tokens = load_network("zh_sdcl_sm").vocabulary.tokens
    return Alphabet(token for token in tokens if len(token) == 1)


def count_table(
    table: Any, *, column: str, symbols: str, max_ngrams: int | None, characters: int
) -> Iterator[Any]:
    """Count the n-grams of a table.

    table (pyarrow.Table): The table.
    column (str): The column of texts.
    symbols (str): The characters of the alphabet.
    max_ngrams (int): As in `count_sentences`.
    characters (int): Counted at a time.
    YIELDS (pyarrow.Table): Counts, a row each.
    RAISES (ValueError): If there is no such column, or something in it is no text.
    """
    check_columns(
        table.column_names, column, added=(), where="The dataset", remedy="name it with column=…"
    )
    alphabet = Alphabet(symbols)
    runs: list[NgramCounts] = [NgramCounts.empty(alphabet)]
    texts = [value for value in table.column(column).to_pylist() if value is not None]
    wrong = next((value for value in texts if not isinstance(value, str)), None)
    if wrong is not None:
        raise ValueError(
            f"The column {column!r} holds {type(wrong).__name__}, and not texts: name another one "
            "with column=…."
        )
    for batch in batches(texts, characters):
        add_run(runs, NgramCounts.of(alphabet, batch), max_ngrams)
    yield _as_table(merge_runs(runs))


def merge_table(table: Any, *, symbols: str, max_ngrams: int | None) -> Any:
    """Merge counts.

    table (pyarrow.Table): Counts, a row each.
    symbols (str): The characters of the alphabet.
    max_ngrams (int): As in `count_sentences`.
    RETURNS (pyarrow.Table): One row.
    """
    alphabet = Alphabet(symbols)
    runs: list[NgramCounts] = [NgramCounts.empty(alphabet)]
    for run in _counts_of(table, alphabet):
        add_run(runs, run, max_ngrams)
    return _as_table(merge_runs(runs))


def _as_table(counts: NgramCounts) -> Any:
    pa = arrow()
    return pa.table(
        {
            KEYS: pa.array([counts.keys.tobytes()], pa.large_binary()),
            COUNTS: pa.array([counts.counts.tobytes()], pa.large_binary()),
            FOLDED: pa.array([counts.folded], pa.int64()),
        }
    )


def _counts_of(table: Any, alphabet: Alphabet) -> Iterator[NgramCounts]:
    for row in range(table.num_rows):
        keys, counts = (
            np.frombuffer(table.column(name)[row].as_buffer(), dtype)
            for name, dtype in ((KEYS, np.uint64), (COUNTS, np.uint32))
        )
        yield NgramCounts(alphabet, keys, counts, table.column(FOLDED)[row].as_py())
