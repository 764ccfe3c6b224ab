"""Accepts or rejects all tracked changes of a document, in the plainest way, to compare with."""

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
INSERTED, DELETED = (f"{W}ins", f"{W}moveTo"), (f"{W}del", f"{W}moveFrom")
HISTORY = (*INSERTED, *DELETED, f"{W}rPrChange")
STORY = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")


def parts(data):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def accepted(data):
    """The characters of each paragraph with their formatting, all changes accepted."""
    return _view(data, gone=DELETED)


def rejected(data):
    """The same with all changes rejected."""
    return _view(data, gone=INSERTED)


def as_texts(view):
    return ["".join(char for char, _ in paragraph) for paragraph in view]


def _view(data, *, gone):
    found = []
    for name, content in sorted(parts(data).items()):
        if STORY.fullmatch(name):
            root = ElementTree.fromstring(content)
            for paragraph in root.iter(f"{W}p"):
                found.append([*_characters(paragraph, gone)])
    return found


def _characters(element, gone):
    for child in element:
        if child.tag in gone or child.tag == f"{W}p":
            continue
        if child.tag != f"{W}r":
            yield from _characters(child, gone)
            continue
        properties = child.find(f"{W}rPr")
        formatting = ""
        if properties is not None:
            for each in [one for one in properties if one.tag in HISTORY]:
                properties.remove(each)
            formatting = ElementTree.tostring(properties, encoding="unicode").strip()
            # An empty list of properties says as much as none.
            formatting = formatting if len(properties) else ""
        for each in child:
            if each.tag in (f"{W}t", f"{W}delText"):
                yield from ((char, formatting) for char in each.text or "")
            elif each.tag == f"{W}rPr" or each.tag == f"{W}commentReference":
                continue
            else:
                yield (f"<{each.tag}>", formatting)
                yield from _characters(each, gone)
