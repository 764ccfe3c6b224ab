"""Word documents: their prose is read through runs and markup, and corrected by tracked changes.

A change is what Word itself writes where somebody corrects a text with "Track Changes" on: the old
character deleted, the new one inserted with the same formatting, and a comment with the candidates.
Whoever gets the document accepts or rejects each. All that is not changed stays byte for byte.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, NamedTuple

from .composing import compose, whole
from .errors import DamagedFile
from .passages import OBJECT, Passage
from .text import read_text
from .word.comments import Comment, add_comments, comment_lines
from .word.markup import Signature, free_numbers
from .word.package import Package
from .word.parts import find_parts
from .word.reading import SOFT_BREAK, Prose, Story, read_story
from .word.revising import revise
from .word.styles import code_styles
from .word.tracking import Change
from .word.tree import from_utf8, parse, to_utf8

AUTHOR = "spacy_sdcl"


class Place(NamedTuple):
    """Where a paragraph comes from.

    part (str): The part's name.
    prose (Prose): The paragraph.
    has_comments (bool): Whether it may have comments: Word has none in headers, footers and text
        boxes, and LibreOffice (7.4) breaks down at one in a footnote.
    """

    part: str
    prose: Prose
    has_comments: bool


class DocxDocument:
    """A document that was read.

    data (bytes): The file.
    RAISES (DamagedFile): If it is none, damaged, encrypted, or too large.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._package = Package(data)
        self._parts = parts = find_parts(self._package)
        self._contents: dict[str, tuple[bytes, str]] = {}
        for name in (*parts.stories, parts.styles, parts.comments):
            if name and name in self._package and name not in self._contents:
                self._contents[name] = to_utf8(name, self._package.read(name))
        self._stories = self._read_stories()
        self._places = [
            Place(name, prose, name == parts.main and not prose.in_box)
            for name, story in self._stories.items()
            for prose in story.paragraphs
        ]
        # All paragraphs as one text, a line each: passages say where they are in it.
        paragraphs = [place.prose.text for place in self._places]
        self.source = "\n".join(paragraphs)
        lengths = [len(paragraph) + 1 for paragraph in paragraphs]
        self._starts = [0, *accumulate(lengths[:-1])] if lengths else []
        self.passages: list[Passage] = [
            passage
            for text, start in zip(paragraphs, self._starts, strict=True)
            for passage in _passages(text, start)
        ]

    def corrected(
        self,
        changes: Mapping[int, Sequence[Mapping[str, Any]]],
        *,
        author: str = AUTHOR,
        date: datetime,
    ) -> bytes:
        """Write the document with corrections.

        changes (Mapping[int, Sequence[Mapping]]): By the number of a passage what is wrong in it,
            as in `doc._.corrections`; one whose target is its source is commented on only.
        author (str): Who is shown to have made the changes.
        date (datetime): When they are shown to have been made.
        RETURNS (bytes): The file; the same bytes where there is no correction.
        RAISES (ValueError): If a correction is at a place that is not there, or two are at one.
        """
        found = []
        for number, corrections in changes.items():
            starts, ends = self.passages[number].starts, self.passages[number].ends
            for each in corrections:
                first, last = each["start"], each["end"]
                if not 0 <= first < last <= len(starts):
                    raise ValueError(f"passage {number} has no characters {first} to {last}")
                found.append((int(starts[first]), int(ends[last - 1]), each))
        return self._write(found, Signature(author, date))

    def texts(self) -> list[str]:
        """All paragraphs, in order, the empty ones too, so that their numbers are to be found."""
        return self.source.split("\n") if self._places else []

    def write(self, corrections: Sequence[Sequence[Mapping[str, Any]]]) -> bytes:
        """Write the document with corrections, now.

        corrections (Sequence[Sequence[Mapping]]): For each of `texts` what is wrong in it.
        RETURNS (bytes): The file; the same bytes where there is no correction.
        RAISES (ValueError): As in `corrected`.
        """
        found = [
            (start + each["start"], start + each["end"], each)
            for start, of_paragraph in zip(self._starts, corrections, strict=True)
            for each in of_paragraph
        ]
        return self._write(found, Signature(AUTHOR, datetime.now().astimezone()))

    def _read_stories(self) -> dict[str, Story]:
        parts, contents = self._parts, self._contents
        styles: frozenset[str] = frozenset()
        if parts.styles in contents:
            styles = code_styles(parts.styles, contents[parts.styles][0])
        stories = {name: read_story(name, contents[name][0], styles) for name in parts.stories}
        if stories[parts.main].root != "w:document":
            what = f"this is a file of Office, but no document of Word: it has {parts.main}"
            raise DamagedFile(what, "name a .docx file")
        return stories

    def _write(
        self, found: Sequence[tuple[int, int, Mapping[str, Any]]], signature: Signature
    ) -> bytes:
        if not found:
            return self.data
        numbers = free_numbers(self._numbers())
        comments: list[Comment] = []
        changes: dict[str, list[Change]] = {}
        last = -1
        for start, end, each in sorted(found, key=lambda item: item[:2]):
            if start < last:
                raise ValueError(f"two corrections of one character: {self.source[start]}")
            last = end
            place = self._places[bisect_right(self._starts, start) - 1]
            source = self.source[start:end]
            comment = None
            if place.has_comments:
                comment = Comment(next(numbers), comment_lines(source, each))
                comments.append(comment)
            changes.setdefault(place.part, []).extend(
                self._changes(start, source, each["target"], comment)
            )
        written = {
            name: revise(
                name,
                self._contents[name][0],
                sorted(of_part),
                signature=signature,
                numbers=numbers,
            )
            for name, of_part in changes.items()
        }
        added: dict[str, bytes] = {}
        if comments:
            texts = {name: content for name, (content, _) in self._contents.items()}
            more = add_comments(self._package, self._parts, texts, comments, signature)
            written.update(more.changed)
            added = more.added
        return self._package.write(
            {name: self._encoded(name, content) for name, content in written.items()}, added
        )

    def _changes(
        self, start: int, source: str, target: str, comment: Comment | None
    ) -> list[Change]:
        """A correction, character by character: each may stand in a run of its own."""
        number = bisect_right(self._starts, start) - 1
        place, offset = self._places[number], start - self._starts[number]
        targets = [*target] if len(target) == len(source) else [target] + [""] * (len(source) - 1)
        noted = None if comment is None else comment.number
        found = []
        for index, (old, new) in enumerate(zip(source, targets, strict=True)):
            if old == new and (source != target or index):
                continue
            first, last = (each[offset + index] for each in (place.prose.starts, place.prose.ends))
            written = None if old == new else new
            found.append(Change(first, last, written, noted))
            noted = None
            twin = self._stories[place.part].twins.get(first)
            if twin:
                found.append(Change(*twin, written, None))
        return found

    def _numbers(self) -> set[int]:
        numbers = {number for story in self._stories.values() for number in story.ids}
        if self._parts.comments in self._contents:
            numbers |= parse(self._parts.comments, self._contents[self._parts.comments][0])[1]
        return numbers

    def _encoded(self, name: str, content: bytes) -> bytes:
        if name in self._contents:
            return from_utf8(content, self._contents[name][1])
        return from_utf8(content, to_utf8(name, self._package.read(name))[1])


def read_docx(data: bytes) -> DocxDocument:
    """Read a Word document.

    data (bytes): The file.
    RETURNS (DocxDocument): The document.
    RAISES (DamagedFile): If it is none, damaged, encrypted, or too large.
    """
    return DocxDocument(data)


def _passages(paragraph: str, start: int) -> list[Passage]:
    # Lines that a paragraph was broken into are read as those of plain text.
    passages = compose(read_text(paragraph.replace(SOFT_BREAK, "\n")), whole(paragraph, start))
    return [each for each in passages if each.text.replace(OBJECT, " ").strip()]
