"""The archive of a Word document: what stays byte for byte, and what is refused."""

import re
import struct
import zipfile
from datetime import datetime
from io import BytesIO

import pytest
from word_revisions import accepted, as_texts, parts
from word_samples import find_wrong, make_document, make_letter, rewritten, run, saved

from spacy_sdcl.documents import docx as documents
from spacy_sdcl.documents.docx import read_docx
from spacy_sdcl.documents.errors import DamagedFile, MalformedDocument
from spacy_sdcl.documents.word import package

DATE = datetime(2024, 5, 1, 9, 30)
MAIN = "word/document.xml"


def corrected(data):
    document = read_docx(data)
    return document.corrected(find_wrong(document.passages), date=DATE)


def packed(data, **options):
    """A file put together with other settings of zip."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            fresh = zipfile.ZipInfo(info.filename, (2021, 3, 4, 5, 6, 8))
            new.writestr(fresh, old.read(info), **options)
        new.comment = "由某某做成".encode()
    return file.getvalue()


def streamed(data):
    """A file that was written to a pipe: sizes stand behind the data."""

    class Pipe(BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise OSError

        def seek(self, *_):
            raise OSError

    file = Pipe()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def records(data):
    """Each entry of an archive with the bytes of its compressed content."""
    found = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for info in archive.infolist():
            lengths = struct.unpack_from("<2H", data, info.header_offset + 26)
            start = info.header_offset + 30 + sum(lengths)
            kept = (info.date_time, info.compress_type, info.external_attr, info.extra)
            found[info.filename] = (*kept, data[start : start + info.compress_size])
    return found


@pytest.mark.parametrize(
    "make",
    [
        lambda data: data,
        lambda data: packed(data, compress_type=zipfile.ZIP_STORED),
        lambda data: packed(data, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1),
        streamed,
        lambda data: b"#!/bin/sh\n" + data,
    ],
    ids=["plain", "stored", "deflated", "streamed", "prefixed"],
)
def test_parts_that_are_not_changed_keep_their_bytes_and_order(make):
    old = make(make_letter())
    new = corrected(old)
    assert zipfile.ZipFile(BytesIO(new)).testzip() is None
    before, after = records(old), records(new)
    assert [*after] == [*before, "word/comments.xml"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "[Content_Types].xml",
        MAIN,
        "word/_rels/document.xml.rels",
        "word/footnotes.xml",
        *(name for name in before if re.search(r"header|footer", name)),
    }
    for name in changed:
        assert before[name][:3] == after[name][:3]
    comment = zipfile.ZipFile(BytesIO(old)).comment
    assert zipfile.ZipFile(BytesIO(new)).comment == comment
    assert "".join(as_texts(accepted(new))) == "".join(
        as_texts(accepted(make_letter(correct=True)))
    )


def test_the_directory_is_taken_in_its_own_order():
    data = make_letter()
    file = BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive:
        archive.filelist.reverse()
        archive.writestr("word/注.txt", "最后")
    new = corrected(file.getvalue())
    assert [*parts(new)] == [*parts(file.getvalue()), "word/comments.xml"]
    assert parts(new)["word/注.txt"].decode() == "最后"


def test_a_corrected_document_opens_in_python_docx():
    import docx

    found = docx.Document(BytesIO(corrected(make_letter())))
    assert len(found.comments) == 13


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no .docx file"),
        ("他门".encode(), "no .docx file"),
        (make_letter()[:-400], "no .docx file"),
        (
            package.OLE + bytes(600) + package.ENCRYPTED,
            "it is encrypted; save it without a password",
        ),
        (package.OLE + bytes(600), "Word before 2007"),
    ],
)
def test_what_is_no_document_is_refused(data, message):
    with pytest.raises(DamagedFile, match=message):
        read_docx(data)
    assert issubclass(DamagedFile, MalformedDocument)


def test_another_archive_is_refused():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "他门")
    with pytest.raises(DamagedFile, match="an archive, but no document"):
        read_docx(file.getvalue())


def test_a_workbook_is_refused():
    data = rewritten(make_document(run("x")), MAIN, b'<workbook xmlns="x"/>')
    with pytest.raises(DamagedFile, match="a file of Office, but no document of Word"):
        read_docx(data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<w:document", "is no XML"),
        (b'<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>', "has a document type"),
        (b"<a>" * 300 + b"</a>" * 300, "nested more than"),
        (b"\xff\xfe<", "is no text"),
        (b"<a>\xff</a>", "is no XML"),
    ],
)
def test_damaged_xml_is_refused(content, message):
    with pytest.raises(DamagedFile, match=message):
        read_docx(rewritten(make_document(run("x")), MAIN, content))


def test_a_part_that_is_not_what_its_checksum_says_is_refused():
    data = packed(make_document(run("他门")), compress_type=zipfile.ZIP_STORED)
    with pytest.raises(DamagedFile, match=r"word/document\.xml is damaged"):
        read_docx(data.replace("他门".encode(), "他们".encode()))


def test_parts_larger_than_they_may_be_are_not_unpacked(monkeypatch):
    monkeypatch.setattr(package, "LARGEST", 1 << 20)
    data = rewritten(make_document(run("x")), MAIN, b"<a>" + b" " * (1 << 20) + b"</a>")
    with pytest.raises(DamagedFile, match="its parts are larger than 1 MB; divide the document"):
        read_docx(data)


def test_what_unpacks_to_more_than_it_says_is_refused_without_being_unpacked():
    data = rewritten(make_document(run("x")), MAIN, b" " * (1 << 24))
    large, small = struct.pack("<L", 1 << 24), struct.pack("<L", 100)
    with pytest.raises(DamagedFile, match=r"word/document\.xml is damaged"):
        read_docx(data.replace(large, small))


def test_an_encrypted_part_is_refused():
    data = bytearray(make_document(run("x")))
    for match in re.finditer(b"PK\x01\x02", bytes(data)):
        data[match.start() + 8] |= 1
    with pytest.raises(DamagedFile, match="it is encrypted"):
        read_docx(bytes(data))


def test_two_parts_of_one_name_are_refused():
    file = BytesIO(make_document(run("x")))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("WORD/document.xml", "<a/>")
    with pytest.raises(DamagedFile, match="two parts of it have one name"):
        read_docx(file.getvalue())


def test_the_main_part_is_found_by_its_relationship():
    data = make_document(run("他门"))
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            name = info.filename.replace("word/", "text/").replace("document.xml", "letter.xml")
            content = old.read(info).replace(b"word/document.xml", b"/text/letter.xml")
            new.writestr(name, content.replace(b"/word/", b"/text/"))
    new = parts(corrected(file.getvalue()))
    assert "们".encode() in new["text/letter.xml"]
    assert "text/comments.xml" in new
    assert b'PartName="/text/comments.xml"' in new["[Content_Types].xml"]


def test_a_header_of_several_sections_is_read_once():
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.add_section()
    data = saved(document)
    name = next(name for name in parts(data) if "header" in name)
    link = f'Target="{name.removeprefix("word/")}"'

    def twice(xml):
        (found,) = re.findall(rf"<Relationship [^>]*{link}[^>]*>", xml)
        return xml.replace(found, found + re.sub(r'Id="\w+"', 'Id="rId99"', found))

    data = rewritten(data, "word/_rels/document.xml.rels", twice)
    assert [each.text for each in read_docx(data).passages] == ["页眉"]


def test_nothing_is_read_twice_to_be_written(monkeypatch):
    document = read_docx(make_letter())
    monkeypatch.setattr(documents, "read_story", None)
    assert document.corrected(find_wrong(document.passages), date=DATE) != document.data
