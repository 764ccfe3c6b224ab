"""Subtitles: the text of each cue, through the tags in it (SRT, WebVTT, ASS, SSA)."""

import re
from collections.abc import Iterator

from pysubs2.exceptions import FormatAutodetectionError
from pysubs2.formats import autodetect_format

from .errors import MalformedDocument
from .html import take_text
from .joining import join_lines
from .lines import SourceLine, source_lines
from .passages import Passage, PassageBuilder

TIMING = re.compile(r"\s*(?:\d+:)?\d+:\d\d[,.]\d+\s*-->")
NUMBER = re.compile(r"\s*\d+\s*$")
# Two speakers may share a cue.
SPEAKER = re.compile(r"\s*[-–—‐]")
# The readings of ruby, tags, override codes; drawings of ASS are no text.
MARKUP = {
    "srt": re.compile(r"\{\\[^{}]*\}|</?[a-zA-Z][^<>]*>"),
    "vtt": re.compile(r"<rt[^<>]*>[^<]*(?:</rt>)?|<[^<>]*>"),
    "ass": re.compile(r"\{[^{}]*\\p[1-9][^{}]*\}[^{]*|\{[^{}]*\}"),
}
BREAK = re.compile(r"\\[Nnh]")
# The text is the last field of an event.
FIELDS = 10


def read_subtitles(source: str) -> Iterator[Passage]:
    """Read subtitles.

    source (str): The file, in any of the formats.
    RETURNS (Iterator[Passage]): The text of a cue, its lines read as one.
    RAISES (MalformedDocument): If it is in none of the formats.
    """
    if not source.strip():
        return iter(())
    try:
        name = autodetect_format(source)
    except FormatAutodetectionError:
        name = ""
    if name in ("ass", "ssa"):
        return _read_events(source)
    if name in ("srt", "vtt"):
        return _read_cues(source, name)
    raise MalformedDocument(
        source,
        0,
        f"these are no subtitles in SRT, WebVTT, ASS or SSA{f', but {name}' if name else ''}",
        "convert them, or name another type",
    )


def _read_cues(source: str, name: str) -> Iterator[Passage]:
    builder = PassageBuilder(source)
    in_cue = False
    # The last line, until it is known not to be the number of the next cue.
    held: SourceLine | None = None
    for line in source_lines(source):
        if TIMING.match(line.text):
            if held is not None and not NUMBER.match(held.text):
                yield from _take(builder, held, name)
            yield from map(join_lines, builder.finish())
            in_cue, held = True, None
            continue
        if held is not None:
            yield from _take(builder, held, name)
        held = line if in_cue else None
        # In WebVTT, a blank line ends a cue; notes and styles may follow.
        in_cue = in_cue and (name == "srt" or bool(line.text.strip()))
    if held is not None:
        yield from _take(builder, held, name)
    yield from map(join_lines, builder.finish())


def _take(builder: PassageBuilder, line: SourceLine, name: str) -> Iterator[Passage]:
    if SPEAKER.match(line.text) or not line.text.strip():
        yield from map(join_lines, builder.finish())
    _take_text(builder, line, line.start, name)
    builder.put("\n", line.end, max(line.next, line.end + 1))


def _read_events(source: str) -> Iterator[Passage]:
    builder = PassageBuilder(source)
    fields = FIELDS
    in_events = False
    for line in source_lines(source):
        if line.text.startswith("["):
            in_events = line.text.strip().lower() == "[events]"
        elif in_events and line.text.startswith("Format:"):
            fields = line.text.count(",") + 1
        elif in_events and line.text.startswith("Dialogue:"):
            before = line.text.split(",", fields - 1)
            if len(before) == fields:
                _take_text(builder, line, line.end - len(before[-1]), "ass")
                yield from map(join_lines, builder.finish())


def _take_text(builder: PassageBuilder, line: SourceLine, start: int, name: str) -> None:
    source = builder.source
    place = start
    for match in MARKUP[name].finditer(source, start, line.end):
        _take_plain(builder, place, match.start(), name)
        place = match.end()
    _take_plain(builder, place, line.end, name)


def _take_plain(builder: PassageBuilder, start: int, end: int, name: str) -> None:
    if name == "vtt":
        take_text(builder, builder.source, start, end)
        return
    for match in BREAK.finditer(builder.source, start, end):
        builder.take(start, match.start())
        builder.put("\xa0" if match[0] == "\\h" else "\n", *match.span())
        start = match.end()
    builder.take(start, end)
