"""Input files cut into blocks: what a worker does in one go, and what a part of the output is of."""

import posixpath
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from .storage import Place
from .tables import open_table

KINDS = ("parquet", "jsonl", "text")
SUFFIXES = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "text",
    ".text": "text",
}
COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".lz4")
CHUNK = 1 << 20

MEGABYTE = 1 << 20
# Where nothing is said, blocks are so large that there are not more of them than this.
MOST_BLOCKS = 10_000
LEAST_SIZE, MOST_SIZE = MEGABYTE, 64 * MEGABYTE
# As many as the names of parts have room for.
MOST_PARTS = 10**6


class Block(NamedTuple):
    """Rows of an input file that follow one another.

    file (int): The number of the file.
    start, end (int): Where they are: bytes of text, counted after decompression; rows of Parquet.
    rows (int): How many rows, or lines, they are.
    """

    file: int
    start: int
    end: int
    rows: int


def kind_of(paths: Sequence[str], kind: str | None) -> tuple[str, list[str]]:
    """Find out what input files are.

    paths (Sequence[str]): The files.
    kind (str): What was said of them; None to go by their names.
    RETURNS (tuple[str, list[str]]): One of `KINDS`, and the files that are of it.
    RAISES (ValueError): If their names do not say it, or say several things.
    """
    by_suffix = {path: SUFFIXES.get(_suffix(path)) for path in paths}
    if kind is not None:
        own = [path for path in paths if by_suffix[path] == kind]
        # A single file may have any name.
        return kind, own or list(paths)
    known = {each for each in by_suffix.values() if each}
    if len(known) == 1:
        [only] = known
        return only, [path for path in paths if by_suffix[path] == only]
    said = f"are of several kinds ({', '.join(sorted(known))})" if known else "do not say it"
    raise ValueError(
        f"What is in the input? The names of its files, such as {paths[0]}, {said}: name one with "
        f"--type {'|'.join(KINDS)}."
    )


def _suffix(path: str) -> str:
    stem, suffix = posixpath.splitext(path.lower())
    return posixpath.splitext(stem)[1] if suffix in COMPRESSED else suffix


def size_for(total: int) -> int:
    """The size of blocks for an input.

    total (int): Its bytes.
    RETURNS (int): Bytes of a block.
    """
    return min(max(total // MOST_BLOCKS, LEAST_SIZE), MOST_SIZE)


def open_bytes(place: Place) -> Any:
    """Open a file of text; what is compressed is read as what it was.

    place (Place): The file.
    RETURNS (file): Its bytes.
    """
    return place.system.open(place.path, "rb", compression="infer")


def is_compressed(place: Place) -> bool:
    """Whether a file must be read from its beginning.

    place (Place): The file.
    RETURNS (bool): True for a compressed one.
    """
    return place.path.lower().endswith(COMPRESSED)


def cut_file(place: Place, kind: str, size: int, number: int) -> list[Block]:
    """Cut a file into blocks.

    place (Place): The file.
    kind (str): One of `KINDS`.
    size (int): Bytes of a block, about.
    number (int): The file's number.
    RETURNS (list[Block]): Its blocks, in order; none for an empty file.
    RAISES (ValueError): If it is not of its kind.
    """
    if kind == "parquet":
        return _cut_table(place, size, number)
    with open_bytes(place) as file:
        return [Block(number, *each) for each in cut_lines(file, size)]


def cut_lines(file: Any, size: int) -> Iterator[tuple[int, int, int]]:
    """Cut text into runs of whole lines.

    file (file): Its bytes.
    size (int): A run ends with the first line that makes it so many bytes.
    YIELDS (tuple[int, int, int]): Where each begins and ends, and its lines.
    """
    start = offset = lines = 0
    last = b"\n"
    while chunk := file.read(CHUNK):
        begin = 0
        while (full := start + size - 1 - offset) < len(chunk):
            cut = chunk.find(b"\n", max(full, begin)) + 1
            if not cut:
                break
            yield start, offset + cut, lines + chunk.count(b"\n", begin, cut)
            start, lines, begin = offset + cut, 0, cut
        lines += chunk.count(b"\n", begin)
        offset += len(chunk)
        last = chunk[-1:]
    if offset > start:
        yield start, offset, lines + (last != b"\n")


def _cut_table(place: Place, size: int, number: int) -> list[Block]:
    with place.system.open(place.path, "rb") as file:
        known = open_table(file, place.path).metadata
        rows = known.num_rows
        total = sum(known.row_group(each).total_byte_size for each in range(known.num_row_groups))
    step = max(1, rows * size // max(1, total))
    return [
        Block(number, start, min(start + step, rows), min(step, rows - start))
        for start in range(0, rows, step)
    ]
