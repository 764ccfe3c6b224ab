"""Styles for what is no prose: code, and what a program printed."""

import re

from .tree import parse

# Word names its own styles in English in every language; the rest is from pandoc, LibreOffice, and
# people.
CODE = re.compile(
    r"\b(?:source|program|code)(?:\b|code|text)|preformatted|verbatim|listing\b"
    r"|^html (?:keyboard|sample|typewriter|variable)|^macro\b|代码|代碼|程序|程式|源码|原始碼",
    re.IGNORECASE,
)


def code_styles(name: str, data: bytes) -> frozenset[str]:
    """Find the styles for code.

    name (str): The name of the part with the styles.
    data (bytes): The part, in UTF-8.
    RETURNS (frozenset[str]): Their ids, of paragraphs and of characters.
    RAISES (DamagedFile): If it is no XML.
    """
    root, _ = parse(name, data)
    names, bases = {}, {}
    for style in root.children:
        identifier = style.attributes.get("w:styleId", "")
        for child in style.children:
            value = child.attributes.get("w:val", "")
            if child.name == "w:name":
                names[identifier] = value
            elif child.name == "w:basedOn":
                bases[identifier] = value

    def is_code(identifier: str) -> bool:
        seen: set[str] = set()
        while identifier in names and identifier not in seen:
            if CODE.search(names[identifier]):
                return True
            seen.add(identifier)
            identifier = bases.get(identifier, "")
        return False

    return frozenset(filter(is_code, names))
