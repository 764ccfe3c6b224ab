"""Lines to corrected lines, a batch at a time: memory does not grow with the input."""

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from spacy.language import Language

from .lines import Line

# A longer line is read in overlapping parts: spaCy refuses very long texts, and several of its
# tokenizers take time that grows with the square of the length.
LONGEST_TEXT = 5_000
# Characters that are corrected at a time, at most, however long the lines are.
CHARACTERS_AT_ONCE = 100_000

OnUnreadable = Callable[[Line, str], None]


class CorrectedLine(NamedTuple):
    """A line with what was found in it.

    line (Line): The line.
    text (str): Its text; bytes that are none are lone surrogates, as `surrogateescape` makes them.
    corrections (list[dict]): As in `doc._.corrections`, with offsets in `text`.
    readable (bool): Whether the line is text in its encoding; if not, it was not corrected.
    """

    line: Line
    text: str
    corrections: list[dict[str, Any]]
    readable: bool = True

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The corrections that change something: an error may be flagged without one."""
        return [each for each in self.corrections if each["target"] != each["source"]]


def correct_batches(
    nlp: Language,
    lines: Iterable[Line],
    *,
    encoding: str = "utf-8",
    batch_size: int = 256,
    on_unreadable: OnUnreadable = lambda line, reason: None,
) -> Iterator[list[CorrectedLine]]:
    """Correct lines. They are pulled when they are needed, so that an input may be endless.

    nlp (Language): A pipeline with a corrector.
    lines (Iterable[Line]): The lines.
    encoding (str): Their encoding.
    batch_size (int): Lines to correct at a time, at most.
    on_unreadable (Callable): Is called with each line that is no text, and the reason.
    YIELDS (list[CorrectedLine]): The lines in order, a batch at a time.
    """
    batch: list[CorrectedLine] = []
    size = 0
    for line in lines:
        try:
            each = CorrectedLine(line, line.content.decode(encoding), [])
        except UnicodeDecodeError as error:
            on_unreadable(line, f"not {encoding}: {error.reason} at byte {error.start + 1}")
            text = line.content.decode(encoding, errors="surrogateescape")
            each = CorrectedLine(line, text, [], readable=False)
        batch.append(each)
        size += len(each.text)
        if len(batch) >= batch_size or size >= CHARACTERS_AT_ONCE:
            yield _correct(nlp, batch)
            batch, size = [], 0
    if batch:
        yield _correct(nlp, batch)


def _correct(nlp: Language, batch: list[CorrectedLine]) -> list[CorrectedLine]:
    from ..model.encoding import cut_windows

    windows = [
        window
        for number, each in enumerate(batch)
        if each.readable
        for window in cut_windows(each.text, LONGEST_TEXT, number=number)
    ]
    for first in range(0, len(windows), len(batch)):
        part = windows[first : first + len(batch)]
        texts = [batch[window.text].text[window.start : window.end] for window in part]
        # Else every new word would stay in the vocabulary.
        with nlp.memory_zone():
            for window, doc in zip(part, nlp.pipe(texts, batch_size=len(texts)), strict=True):
                for correction in doc._.corrections:
                    start = window.start + correction["start"]
                    if window.first <= start < window.last:
                        end = window.start + correction["end"]
                        batch[window.text].corrections.append(
                            {**correction, "start": start, "end": end}
                        )
    return batch


def splice(
    content: bytes, changes: Sequence[dict[str, Any]], *, encoding: str
) -> tuple[bytes, list[dict[str, Any]]]:
    """Put corrections into an encoded line; all bytes around them stay as they are.

    An encoding may write one character in several ways, so that decoding and encoding a whole line
    would change what was not corrected.

    content (bytes): The line.
    changes (Sequence[dict]): The corrections, disjoint and in the order of the text.
    encoding (str): The line's encoding, as `check_encoding` returned it.
    RETURNS (tuple): The corrected line, and the corrections that the encoding cannot write.
    """
    if not changes:
        return content, []
    wanted = {place for each in changes for place in (each["start"], each["end"])}
    places = _byte_offsets(content, wanted, encoding)
    pieces: list[bytes] = []
    refused = []
    end = 0
    for each in changes:
        try:
            target = each["target"].encode(encoding)
        except UnicodeEncodeError:
            refused.append(each)
            continue
        pieces += [content[end : places[each["start"]]], target]
        end = places[each["end"]]
    return b"".join([*pieces, content[end:]]), refused


def _byte_offsets(content: bytes, wanted: set[int], encoding: str) -> dict[int, int]:
    decoder = codecs.getincrementaldecoder(encoding)()
    found = {0: 0}
    characters = 0
    for offset, byte in enumerate(content, start=1):
        characters += len(decoder.decode(bytes([byte])))
        # The first offset at which there are so many characters is the end of the last of them.
        if characters in wanted and characters not in found:
            found[characters] = offset
    return found
