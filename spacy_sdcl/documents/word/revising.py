"""Corrections as tracked changes: the runs that they lie in are written anew, all else stays."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import takewhile

from .edits import Edit, edited
from .markup import Signature, is_strict
from .tracking import Change, RunWriter
from .tree import PARAGRAPH, Element, parse

TEXT, RUN = "w:t", "w:r"


def revise(
    name: str,
    data: bytes,
    changes: Sequence[Change],
    *,
    signature: Signature,
    numbers: Iterator[int],
) -> bytes:
    """Write changes into a part.

    name (str): The part's name.
    data (bytes): The part, in UTF-8.
    changes (Sequence[Change]): The changes, in order.
    signature (Signature): Who makes them.
    numbers (Iterator[int]): Numbers for annotations.
    RETURNS (bytes): The part; only the runs that are changed are other bytes.
    RAISES (ValueError): If there is no text at the place of a change.
    """
    starts = [change.start for change in changes]
    edits: list[Edit] = []
    found = 0
    strict = is_strict(data)

    def edit(paragraph: Element) -> None:
        nonlocal found
        runs: dict[int, tuple[Element, list[tuple[Element, Change]]]] = {}
        first = bisect_left(starts, paragraph.start)
        if first == len(starts) or starts[first] >= paragraph.end:
            return
        for text in paragraph.inside():
            if text.name != TEXT:
                continue
            low, high = (bisect_left(starts, place) for place in (text.inner, text.inner_end))
            found += high - low
            run = _holder(text)
            for change in changes[low:high]:
                runs.setdefault(run.start, (run, []))[1].append((text, change))
        by_run: list[list[Edit]] = []
        # Text boxes stand in runs that may have text themselves: from the inside.
        for run, placed in sorted(runs.values(), key=lambda each: -each[0].start):
            inner: list[Edit] = []
            while by_run and _is_in(by_run[-1][0], run):
                inner += by_run.pop()
            writer = RunWriter(
                data, run, inner, signature=signature, numbers=numbers, strict=strict
            )
            if written := [*writer.write(placed)]:
                by_run.append(written)
        edits.extend(each for written in reversed(by_run) for each in written)

    parse(name, data, edit)
    if found < len(changes):
        raise ValueError(f"{name}: {len(changes) - found} changes are at places without text")
    return edited(data, edits, 0, len(data))


def _is_in(edit: Edit, run: Element) -> bool:
    return run.start < edit.start and edit.end < run.end


def _holder(text: Element) -> Element:
    """The run that a text stands in, or what is around it and cannot be divided with it.

    That is another run, as of ruby, or a control for plain text: it may hold nothing but text.
    LibreOffice 7.4 loses text where such a control has tracked changes in it.
    """
    around = takewhile(lambda each: each.name != PARAGRAPH, text.ancestors())
    return [each for each in around if each.name == RUN or _is_plain(each)][-1]


def _is_plain(element: Element) -> bool:
    return element.name == "w:sdt" and element.child("w:sdtPr", "w:text") is not None
