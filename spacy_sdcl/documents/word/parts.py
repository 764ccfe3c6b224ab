"""Which parts of a package hold what, by their relationships."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from ..errors import DamagedFile
from .package import SAVE_AGAIN, Package
from .tree import OFFICE, STRICT, Element, parse, to_utf8

RELATIONSHIPS = ("officeDocument/2006/relationships/", "officeDocument/relationships/")
TYPES = "[Content_Types].xml"
# In this order they are read, behind the main part.
STORIES = ("header", "footer", "footnotes", "endnotes")


class Relationship(NamedTuple):
    """What a part has to do with another one.

    type (str): What that is to it, such as "header".
    target (str): The other part's name.
    identifier (str): The relationship's name in the part.
    """

    type: str
    target: str
    identifier: str


class Parts(NamedTuple):
    """The parts that have to do with prose.

    main (str): The part with the body.
    stories (tuple[str, ...]): It, and those with headers, footers and notes.
    styles, comments (str): The parts with them; "" where there is none.
    """

    main: str
    stories: tuple[str, ...]
    styles: str
    comments: str


def find_parts(package: Package) -> Parts:
    """Find the parts of a document.

    package (Package): The document.
    RETURNS (Parts): Their names.
    RAISES (DamagedFile): If it is a package of something else, or damaged.
    """
    mains = [each.target for each in relationships(package, "") if each.type == "officeDocument"]
    if not mains:
        raise DamagedFile("this is an archive, but no document of Word", SAVE_AGAIN)
    main = mains[0]
    by_type: dict[str, list[str]] = {}
    for each in relationships(package, main):
        # One part may be the header of several sections.
        if each.target not in by_type.setdefault(each.type, []) and each.target in package:
            by_type[each.type].append(each.target)
    stories = (main, *(name for type in STORIES for name in by_type.get(type, ())))
    styles, comments = (by_type.get(type, [""])[0] for type in ("styles", "comments"))
    return Parts(main, stories, styles, comments)


def relationships(package: Package, part: str) -> Iterator[Relationship]:
    """Read the relationships of a part.

    package (Package): The document.
    part (str): The part's name; "" for those of the package.
    YIELDS (Relationship): Those to parts inside of the package.
    RAISES (DamagedFile): If they are no XML.
    """
    name = relationships_name(part)
    if name not in package:
        return
    root, _ = parse(name, to_utf8(name, package.read(name))[0])
    for each in root.children:
        if each.attributes.get("TargetMode") == "External":
            continue
        yield Relationship(
            _type(each),
            resolve(part, each.attributes.get("Target", "")),
            each.attributes.get("Id", ""),
        )


def relationships_name(part: str) -> str:
    """The name of the part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolve(part: str, target: str) -> str:
    """The name of a part that another one names.

    part (str): The part that names it.
    target (str): What it writes: from its own folder, or from the top with a slash.
    RETURNS (str): The name, from the top, without a slash before it.
    """
    folder = posixpath.dirname(part)
    return posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")


def _type(element: Element) -> str:
    uri = element.attributes.get("Type", "")
    for base in (OFFICE, STRICT):
        for folder in RELATIONSHIPS:
            if uri.startswith(base + folder):
                return uri.removeprefix(base + folder)
    return ""
