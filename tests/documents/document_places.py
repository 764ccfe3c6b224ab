"""Whether the places of a document's characters are theirs, and the document with some of them changed."""

import html
import json
import re

from document_samples import is_ordered, passages

from spacy_sdcl.documents.columns import UnknownColumns
from spacy_sdcl.documents.errors import MalformedDocument
from spacy_sdcl.documents.passages import OBJECT
from spacy_sdcl.language.characters import is_cjk


def read(kind, source, columns=()):
    """The passages, or None where the document is refused."""
    try:
        return passages(kind, source, columns)
    except (MalformedDocument, UnknownColumns):
        return None


def stands_for(part, char):
    """Whether a part of a source stands for a character, in whichever of the formats."""
    if char in (part, OBJECT):
        return True
    if char.isspace() or char == "\ufffd":
        return not is_cjk(part[0])
    read = part
    for _ in range(2):
        # Half a character in JSON, and a whole one in HTML inside of it.
        read = re.sub(
            r"\\u[0-9a-fA-F]{4}(\\u[dD][c-fC-F]..)?", lambda m: json.loads(f'"{m[0]}"'), read
        )
        read = html.unescape(read)
    marks = {"``": "“", "''": "”", "--": "–", "---": "—", '""': '"', "\\ldots": "…", "\\dots": "…"}
    escapes = {"\\b": "\b", "\\f": "\f", "\\a": "\a", "\\344": "ä"}
    return (
        char in read[:2]
        or read.removeprefix("\\\\").removeprefix("\\") == char
        or {**marks, **escapes}.get(part.rstrip()) == char
    )


def check_places(source, found):
    for passage in found:
        assert len(passage.text) == len(passage.starts) == len(passage.ends)
        assert is_ordered(passage)
        for char, start, end in zip(passage.text, passage.starts, passage.ends, strict=True):
            assert stands_for(source[start:end], char), (char, source[start:end])


def with_others(source, found, choose):
    """Put another Chinese character in a place of each passage that has one: source, texts."""
    changes = {}
    changed = []
    for passage in found:
        chinese = [place for place, char in enumerate(passage.text) if is_cjk(char)]
        if chinese:
            place = choose(chinese)
            changes[int(passage.starts[place])] = int(passage.ends[place])
            changed.append(passage.text[:place] + "兴" + passage.text[place + 1 :])
        else:
            changed.append(passage.text)
    pieces = []
    place = 0
    for start, end in sorted(changes.items()):
        pieces += [source[place:start], "兴"]
        place = end
    return "".join([*pieces, source[place:]]), changed
