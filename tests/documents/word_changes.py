"""A Word document with its errors corrected, and what is in its parts then."""

import re
from datetime import datetime
from xml.etree import ElementTree

from word_revisions import W, parts
from word_samples import find_wrong

from spacy_sdcl.documents.docx import read_docx

DATE = datetime(2024, 5, 1, 9, 30)
MAIN = "word/document.xml"


def corrected(data, changes=None):
    document = read_docx(data)
    changes = find_wrong(document.passages) if changes is None else changes
    return document.corrected(changes, date=DATE)


def body(data):
    return parts(data)[MAIN].decode()


def inner(data):
    """The paragraph of a small document."""
    return re.search(r"<w:p [^>]*>(.*?)</w:p>|<w:p>(.*?)</w:p>", body(data), re.DOTALL)[0]


def comments(data):
    name = "word/comments.xml"
    root = ElementTree.fromstring(parts(data)[name])
    return {
        each.get(f"{W}id"): ["".join(line.itertext()) for line in each.iter(f"{W}p")]
        for each in root
    }


def numbers(data):
    found = re.findall(r"<w:(?:ins|del|moveFrom|moveTo|rPrChange) w:id=.(\d+)", body(data))
    return [int(number) for number in found]
