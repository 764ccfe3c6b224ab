"""A run with tracked changes: it is divided at the characters that change, and keeps its formatting."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import takewhile
from typing import NamedTuple

from .edits import Edit, edited
from .markup import Markup, Signature, preserving, raw, renumbered
from .reading import BOX, DELETED, INSERTED
from .text import Char, read_text
from .tree import Element

PROPERTIES = "w:rPr"
# Of a run's properties: what is said of its own history is not true of what is inserted.
HISTORY = INSERTED | DELETED | {"w:rPrChange"}


class Change(NamedTuple):
    """A character that is to be changed, or commented on.

    start, end (int): The bytes of the part that stand for it.
    target (str): What is to be written for it; None if it is to stay.
    comment (int): The number of a comment on it; None for none.
    """

    start: int
    end: int
    target: str | None
    comment: int | None


class RunWriter:
    """Writes a run anew.

    data (bytes): The part, in UTF-8.
    run (Element): The run, or what is around it and cannot be divided.
    inner (list[Edit]): What is changed inside of it, in a text box.
    signature (Signature): Who makes the changes.
    numbers (Iterator[int]): Numbers for annotations.
    strict (bool): Whether the part is written in the strict form of the standard.
    """

    def __init__(
        self,
        data: bytes,
        run: Element,
        inner: list[Edit],
        *,
        signature: Signature,
        numbers: Iterator[int],
        strict: bool = False,
    ) -> None:
        self.data = data
        self.run = run
        self.inner = inner
        self.signature = signature
        self.numbers = numbers
        self.markup = Markup(data[run.start : run.inner], strict=strict)
        parent = run.parent
        # What somebody inserted: it is divided, as what we insert does not stand in it.
        self._outer = parent if parent is not None and parent.name in INSERTED else None
        self._out: list[bytes] = []
        self._is_open = True
        self._is_first_use = False
        self._copies = 0

    def write(self, placed: Sequence[tuple[Element, Change]]) -> Iterator[Edit]:
        """Write the run with changes.

        placed (Sequence[tuple[Element, Change]]): The changes, with the texts that they are in.
        YIELDS (Edit): New bytes for the run, or for all of what it stands in.
        """
        if not all(text.parent is self.run for text, _ in placed) or self._is_deep():
            yield from self._comment([change for _, change in placed])
            return
        wanted = [(text, each) for text, each in placed if _does_something(each)]
        if not wanted:
            yield from self.inner
            return
        start, end = self.run.start, self.run.end
        outer = self._outer
        if outer and outer.children[0] is self.run:
            start = outer.start
            self._is_open, self._is_first_use = False, True
        pieces = [*self._pieces(wanted)]
        if outer and self._is_open and _begins_outside(pieces[0]):
            yield Edit(start, start, self.data[outer.inner_end : outer.end], closes=True)
            self._is_open = False
        for piece in pieces:
            if isinstance(piece, bytes):
                self._inside(self._in_run(piece))
            else:
                self._write_change(*piece)
        is_last = outer is not None and outer.children[-1] is self.run
        if outer and is_last:
            end = outer.end
            self._outside(b"")
        elif outer and not self._is_open:
            yield Edit(end, end, self._opening(outer), opens=True)
        yield Edit(start, end, b"".join(self._out))

    def _is_deep(self) -> bool:
        """Whether more than one insertion is around, which cannot be divided."""
        around = takewhile(lambda each: each.name != BOX, self.run.ancestors())
        insertions = [each for each in around if each.name in INSERTED]
        return len(insertions) > 1 or (bool(insertions) and insertions[0] is not self._outer)

    def _comment(self, changes: Sequence[Change]) -> Iterator[Edit]:
        comments = [change.comment for change in changes if change.comment is not None]
        if comments:
            yield Edit(self.run.start, self.run.start, b"".join(map(self._range_start, comments)))
        yield from self.inner
        if comments:
            yield Edit(self.run.end, self.run.end, b"".join(map(self._range_end, comments)))

    def _pieces(
        self, placed: Sequence[tuple[Element, Change]]
    ) -> Iterator[bytes | tuple[Change, bytes]]:
        """Cut the content: what is kept, and each change with the text as it is written."""
        by_text: dict[int, list[Change]] = {}
        for text, change in placed:
            by_text.setdefault(text.start, []).append(change)
        kept = b""
        properties = self.run.child(PROPERTIES)
        place = properties.end if properties else self.run.inner
        for child in self.run.children:
            if child is properties:
                continue
            changes = by_text.get(child.start)
            if not changes:
                kept += edited(self.data, self.inner, place, child.end)
            else:
                kept += self.data[place : child.start]
                for piece in self._cut(child, changes):
                    if isinstance(piece, bytes):
                        kept += piece
                        continue
                    if kept.strip():
                        yield kept
                    kept = b""
                    yield piece
            place = child.end
        kept += self.data[place : self.run.inner_end]
        if kept.strip():
            yield kept

    def _cut(
        self, text: Element, changes: Sequence[Change]
    ) -> Iterator[bytes | tuple[Change, bytes]]:
        chars = read_text(self.data, text)
        numbers = {char.start: number for number, char in enumerate(chars)}
        place = 0
        for change in changes:
            number = numbers[change.start]
            if place < number:
                yield self._text(text, chars[place:number])
            yield change, self._content(text, chars[number : number + 1])
            place = number + 1
        if place < len(chars):
            yield self._text(text, chars[place:])

    def _text(self, text: Element, chars: Sequence[Char]) -> bytes:
        start = preserving(self.data[text.start : text.inner])
        end = self.data[text.inner_end : text.end]
        return start + self._content(text, chars) + end

    def _content(self, text: Element, chars: Sequence[Char]) -> bytes:
        # Pieces of CDATA would need marks of their own.
        if b"<" in self.data[text.inner : text.inner_end]:
            return escape("".join(char.text for char in chars), quote=False).encode()
        return self.data[chars[0].start : chars[-1].end]

    def _write_change(self, change: Change, written: bytes) -> None:
        comment = change.comment
        if change.target is None:
            if comment is not None:
                self._inside(self._range_start(comment))
            self._inside(self._in_run(self._written_text("t", written)))
            if comment is not None:
                self._inside(self._range_end(comment))
            return
        if comment is not None:
            self._outside(self._range_start(comment))
        old = self._in_run(self._written_text("delText", written))
        self._inside(self._annotation("del", old))
        if change.target:
            new = self._in_run(
                self.markup.text("t", escape(change.target, quote=False)), is_new=True
            )
            self._outside(self._annotation("ins", new))
        if comment is not None:
            self._outside(self._range_end(comment))

    def _written_text(self, name: str, written: bytes) -> bytes:
        return self.markup.text(name, written.decode())

    def _in_run(self, content: bytes, *, is_new: bool = False) -> bytes:
        start = self.data[self.run.start : self.run.inner]
        end = self.data[self.run.inner_end : self.run.end]
        return start + self._properties(is_new=is_new) + content + end

    def _properties(self, *, is_new: bool) -> bytes:
        properties = self.run.child(PROPERTIES)
        if properties is None:
            return b""
        history = [each for each in properties.children if each.name in HISTORY]
        edits = []
        for each in history:
            if is_new:
                edits.append(Edit(each.start, each.end, b""))
            elif self._copies:
                written = renumbered(raw(self.data, each), next(self.numbers))
                edits.append(Edit(each.start, each.end, written))
        self._copies += not is_new
        return edited(self.data, edits, properties.start, properties.end)

    def _annotation(self, name: str, content: bytes) -> bytes:
        attributes = self.signature.attributes(next(self.numbers))
        return self.markup.element(name, content.decode(), **attributes)

    def _range_start(self, comment: int) -> bytes:
        return self.markup.element("commentRangeStart", id=str(comment))

    def _range_end(self, comment: int) -> bytes:
        reference = self.markup.element("commentReference", id=str(comment))
        end = self.markup.element("commentRangeEnd", id=str(comment))
        return end + self.markup.element("r", reference.decode())

    def _inside(self, content: bytes) -> None:
        """Write what stands in the insertion that the run stands in."""
        if self._outer and not self._is_open:
            self._out.append(self._opening(self._outer))
            self._is_open = True
        self._out.append(content)

    def _outside(self, content: bytes) -> None:
        """Write what stands beside it."""
        if self._outer and self._is_open:
            self._out.append(self.data[self._outer.inner_end : self._outer.end])
            self._is_open = False
        self._out.append(content)

    def _opening(self, outer: Element) -> bytes:
        tag = self.data[outer.start : outer.inner]
        if not self._is_first_use:
            tag = renumbered(tag, next(self.numbers))
        self._is_first_use = False
        return tag


def _begins_outside(piece: bytes | tuple[Change, bytes]) -> bool:
    return not isinstance(piece, bytes) and piece[0].target is not None


def _does_something(change: Change) -> bool:
    return change.target is not None or change.comment is not None
