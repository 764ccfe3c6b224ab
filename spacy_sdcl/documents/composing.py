"""Documents inside of documents: places in a text that itself has places in a source."""

from collections.abc import Iterable, Iterator

import numpy as np

from .passages import Passage


def compose(passages: Iterable[Passage], origin: Passage) -> Iterator[Passage]:
    """Say where passages come from, once it is known where the text comes from they were read in.

    passages (Iterable[Passage]): What was read in `origin.text`, with places there.
    origin (Passage): That text, with its places in a source: a cell of a notebook in the strings
        of JSON, the lines of a quotation without the marks before them.
    YIELDS (Passage): The same passages, with places in the source.
    """
    for passage in passages:
        yield Passage(passage.text, origin.starts[passage.starts], origin.ends[passage.ends - 1])


def whole(source: str, start: int = 0) -> Passage:
    """A text as a passage: each character stands for itself.

    source (str): The text.
    start (int): The place of its first character in the document.
    RETURNS (Passage): All of it.
    """
    places = np.arange(start, start + len(source), dtype=np.int64)
    return Passage(source, places, places + 1)
