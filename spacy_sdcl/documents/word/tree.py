"""The XML of a part, as elements that know the bytes they are written in.

Only so can a change leave all bytes around it as they are: a library that parses XML and writes it
anew, as lxml and python-docx on it do, changes declarations, quotes, entities and spaces. The
standard expat says where in the bytes each element stands.
"""

import re
from collections.abc import Callable, Iterator
from xml.parsers import expat

from ..errors import DamagedFile
from .package import SAVE_AGAIN

# Of the transitional and the strict form of the standard, and what else is looked at.
OFFICE = "http://schemas.openxmlformats.org/"
STRICT = "http://purl.oclc.org/ooxml/"
PREFIXES = {
    f"{OFFICE}wordprocessingml/2006/main": "w",
    f"{STRICT}wordprocessingml/main": "w",
    f"{OFFICE}drawingml/2006/wordprocessingDrawing": "wp",
    f"{STRICT}drawingml/wordprocessingDrawing": "wp",
    f"{OFFICE}officeDocument/2006/math": "m",
    f"{STRICT}officeDocument/math": "m",
    f"{OFFICE}markup-compatibility/2006": "mc",
    f"{OFFICE}package/2006/relationships": "rel",
    f"{OFFICE}package/2006/content-types": "ct",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
TAG = re.compile(rb"""<([^\s/>]+)(?:[^"'>]|"[^"]*"|'[^']*')*>""")
# More than Word itself nests.
DEEPEST = 250
UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
PARAGRAPH = "w:p"


class Element:
    """An element.

    name (str): Its name, with the prefix in `PREFIXES`; with "?" for a namespace that is not there.
    attributes (dict[str, str]): Its attributes, named alike.
    parent (Element): What it stands in; None for the root.
    start, end (int): Its place in the bytes, from "<" to behind ">".
    inner, inner_end (int): The place of its content; `end` for both where it has only one tag.
    """

    __slots__ = ("attributes", "children", "end", "inner", "inner_end", "name", "parent", "start")

    def __init__(self, name: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element] = []
        self.start = self.end = self.inner = self.inner_end = 0

    def child(self, *names: str) -> "Element | None":
        """Find an element by the names that lead to it; None where there is none."""
        found = self
        for name in names:
            for each in found.children:
                if each.name == name:
                    found = each
                    break
            else:
                return None
        return found

    def ancestors(self) -> Iterator["Element"]:
        """Yield what it stands in, from the inside."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    def inside(self) -> Iterator["Element"]:
        """Yield all elements in it, in their order."""
        for each in self.children:
            yield each
            yield from each.inside()

    def is_on(self, *names: str) -> bool:
        """Whether a property is set, such as w:rPr/w:vanish."""
        found = self.child(*names)
        return found is not None and found.attributes.get("w:val", "1") not in ("0", "false", "off")


def parse(
    name: str, data: bytes, on_paragraph: Callable[[Element], None] | None = None
) -> tuple[Element, set[int]]:
    """Parse a part.

    name (str): The part's name.
    data (bytes): The part, in UTF-8.
    on_paragraph (Callable): Is called with each paragraph that stands in no other one; it is
        forgotten afterwards, so that memory stays small.
    RETURNS (tuple[Element, set[int]]): The root, and the numbers that annotations have in the part.
    RAISES (DamagedFile): If it is no XML, has a document type, or is nested too deep.
    """
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    top = Element("", {}, None)
    open_elements = [top]
    paragraphs: list[Element] = []
    ids: set[int] = set()
    short = _shortener()

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > DEEPEST:
            raise DamagedFile(f"its XML is nested more than {DEEPEST} deep", SAVE_AGAIN)
        attributes = {short(key): value for key, value in attributes.items()}
        element = Element(short(name), attributes, open_elements[-1])
        element.start = parser.CurrentByteIndex
        tag = TAG.match(data, element.start)
        assert tag
        element.inner = tag.end()
        if data[element.inner - 2 : element.inner] == b"/>":
            element.inner_end = element.end = element.inner
        number = attributes.get("w:id", "")
        if number.isdecimal():
            ids.add(int(number))
        open_elements[-1].children.append(element)
        open_elements.append(element)
        if element.name == PARAGRAPH:
            paragraphs.append(element)

    def end(name: str) -> None:
        element = open_elements.pop()
        if not element.end:
            element.inner_end = parser.CurrentByteIndex
            element.end = data.index(b">", element.inner_end) + 1
        if element.name == PARAGRAPH:
            paragraphs.pop()
        if on_paragraph and not paragraphs:
            if element.name == PARAGRAPH:
                on_paragraph(element)
            if element.name in (PARAGRAPH, "w:tbl", "w:tr"):
                open_elements[-1].children.pop()

    def doctype(*_: object) -> None:
        raise DamagedFile(f"its part {name} has a document type", SAVE_AGAIN)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DamagedFile(f"its part {name} is no XML ({error})", SAVE_AGAIN) from error
    root = top.children[0]
    root.parent = None
    return root, ids


def to_utf8(name: str, data: bytes) -> tuple[bytes, str]:
    """Decode a part.

    name (str): The part's name.
    data (bytes): The part, in UTF-8 or UTF-16.
    RETURNS (tuple[bytes, str]): The part in UTF-8, and the encoding to go back to.
    RAISES (DamagedFile): If it is UTF-16 and broken.
    """
    encoding = UTF_16.get(data[:2], "utf-8")
    if encoding == "utf-8":
        return data, encoding
    try:
        return data.decode(encoding).encode(), encoding
    except UnicodeError as error:
        raise DamagedFile(f"its part {name} is no text ({error})", SAVE_AGAIN) from error


def from_utf8(data: bytes, encoding: str) -> bytes:
    """Encode a part as it was.

    data (bytes): The part, in UTF-8.
    encoding (str): What `to_utf8` said.
    RETURNS (bytes): The part.
    """
    return data if encoding == "utf-8" else data.decode().encode(encoding)


def _shortener() -> Callable[[str], str]:
    known: dict[str, str] = {}

    def short(name: str) -> str:
        if name not in known:
            uri, _, local = name.rpartition(" ")
            known[name] = f"{PREFIXES.get(uri, '?')}:{local}" if uri else local
        return known[name]

    return short
