"""Comments: what else could stand at a place, in the part of a document that holds them."""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from .markup import Markup, Signature, is_strict
from .package import Package
from .parts import TYPES, Parts, relationships, relationships_name
from .tree import OFFICE, STRICT, Element, parse, to_utf8

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Comment(NamedTuple):
    """A comment.

    number (int): Its number.
    lines (tuple[str, ...]): What it says.
    """

    number: int
    lines: tuple[str, ...]


class Comments(NamedTuple):
    """The parts that have to be other ones, so that a document has comments.

    changed, added (dict[str, bytes]): Their contents, in UTF-8, by their names.
    """

    changed: dict[str, bytes]
    added: dict[str, bytes]


def comment_lines(source: str, correction: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what was found.

    source (str): What is written.
    correction (Mapping): What could be written: `target`, `score`, `candidates`.
    RETURNS (tuple[str, ...]): What is written and what should be, and below it all candidates with
        their probabilities.
    """
    target = correction["target"]
    verdict = f"{source} → {target if target != source else '?'}"
    score = correction.get("score")
    first = f"{verdict} ({score:.2f})" if score is not None else verdict
    candidates = [
        f"{each['target']} {_probability(each['score'])}"
        for each in correction.get("candidates") or ()
    ]
    return (first, ", ".join(candidates)) if candidates else (first,)


def add_comments(
    package: Package,
    parts: Parts,
    texts: Mapping[str, bytes],
    comments: Sequence[Comment],
    signature: Signature,
) -> Comments:
    """Add comments to a document.

    package (Package): The document.
    parts (Parts): Its parts.
    texts (Mapping[str, bytes]): The contents of its main part and of that with comments, in UTF-8.
    comments (Sequence[Comment]): The comments.
    signature (Signature): Who makes them.
    RETURNS (Comments): The parts that change by that.
    RAISES (DamagedFile): If what names the parts is missing or no XML.
    """
    strict = is_strict(texts[parts.main])
    if parts.comments:
        written = texts[parts.comments]
        root, _ = parse(parts.comments, written)
        markup = Markup(written[root.start : root.inner], strict=strict)
        content = _written(comments, markup, signature)
        return Comments({parts.comments: _append(written, root, content)}, {})
    name = _free_name(package, posixpath.join(posixpath.dirname(parts.main), "comments"))
    namespace = (
        f"{STRICT}wordprocessingml/main" if strict else f"{OFFICE}wordprocessingml/2006/main"
    )
    start = f'<w:comments xmlns:w="{namespace}">'.encode()
    content = _written(comments, Markup(start), signature)
    added = {name: DECLARATION + start + content + b"</w:comments>"}
    changed = {
        TYPES: _with(package, TYPES, f'Override PartName="/{name}" ContentType="{CONTENT_TYPE}"')
    }
    links = relationships_name(parts.main)
    base = f"{STRICT}officeDocument" if strict else f"{OFFICE}officeDocument/2006"
    used = {each.identifier for each in relationships(package, parts.main)}
    number = next(number for number in range(1, 1 << 31) if f"rId{number}" not in used)
    link = (
        f'Relationship Id="rId{number}" Type="{base}/relationships/comments" '
        f'Target="{posixpath.basename(name)}"'
    )
    if links in package:
        changed[links] = _with(package, links, link)
    else:
        start = f'<Relationships xmlns="{OFFICE}package/2006/relationships">'.encode()
        added[links] = DECLARATION + start + f"<{link}/></Relationships>".encode()
    return Comments(changed, added)


def _initials(author: str) -> str:
    return "".join(word[0] for word in re.split(r"[\s_]+", author) if word)


def _probability(score: float) -> str:
    return f"{score:.2f}" if score >= 0.005 else "<0.01"


def _written(comments: Iterable[Comment], markup: Markup, signature: Signature) -> bytes:
    return b"".join(
        markup.element(
            "comment",
            "".join(_paragraph(line, markup) for line in comment.lines),
            **signature.attributes(comment.number),
            initials=_initials(signature.author),
        )
        for comment in comments
    )


def _paragraph(line: str, markup: Markup) -> str:
    text = markup.text("t", escape(line, quote=False)).decode()
    return markup.element("p", markup.element("r", text).decode()).decode()


def _with(package: Package, name: str, element: str) -> bytes:
    content, _ = to_utf8(name, package.read(name))
    root, _ = parse(name, content)
    tag = content[root.start : root.inner]
    prefix = Markup(tag).prefix
    return _append(content, root, f"<{prefix}{element}/>".encode())


def _append(data: bytes, root: Element, content: bytes) -> bytes:
    if root.inner_end < root.end:
        return data[: root.inner_end] + content + data[root.inner_end :]
    tag = data[root.start : root.inner]
    name = tag[1:].split(None, 1)[0].split(b"/")[0]
    opened = tag[:-2].rstrip() + b">" + content + b"</" + name + b">"
    return data[: root.start] + opened + data[root.end :]


def _free_name(package: Package, stem: str) -> str:
    number = 1
    while f"{stem}{number if number > 1 else ''}.xml" in package:
        number += 1
    return f"{stem}{number if number > 1 else ''}.xml"
