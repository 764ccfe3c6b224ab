"""`spacy sdcl correct` on Word documents."""

import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "documents"))

from word_revisions import accepted, as_texts, parts, rejected
from word_samples import make_document, run

from spacy_sdcl.documents.docx import read_docx

PLACE = "letter.docx:3:6: 行 → 兴 ("


def write_letter():
    split = run("我今天很高") + run("行", "<w:b/>") + run("。")
    data = make_document(run("老师说得很对。"), "", split)
    Path("letter.docx").write_bytes(data)
    return data


def test_a_corrected_copy_has_tracked_changes(run_sdcl):
    old = write_letter()
    result = run_sdcl("correct", "letter.docx", "-o", "letter.corrected.docx")
    assert result.exit_code == 0
    new = Path("letter.corrected.docx").read_bytes()
    assert as_texts(accepted(new)) == ["老师说得很对。", "", "我今天很高兴。"]
    assert rejected(new) == rejected(old)
    assert "行 → 兴".encode() in parts(new)["word/comments.xml"]
    assert Path("letter.docx").read_bytes() == old


def test_it_is_corrected_in_its_place_once(run_sdcl):
    write_letter()
    assert run_sdcl("correct", "--in-place", "letter.docx").exit_code == 0
    done = Path("letter.docx").read_bytes()
    assert read_docx(done).source == "老师说得很对。\n\n我今天很高兴。"
    assert run_sdcl("correct", "--in-place", "letter.docx").exit_code == 0
    assert Path("letter.docx").read_bytes() == done


def test_places_are_named_by_paragraphs(run_sdcl):
    write_letter()
    result = run_sdcl("correct", "--check", "letter.docx")
    assert result.exit_code == 1
    assert result.stdout.startswith(PLACE)
    # Also in a folder, and from standard input.
    assert run_sdcl("correct", "--check", ".").stdout.startswith(PLACE)
    data = Path("letter.docx").read_bytes()
    result = run_sdcl("correct", "--check", "--type", "docx", "-", input=data)
    assert result.stdout.startswith(PLACE.replace("letter.docx", "<stdin>"))


def test_jsonl_has_a_line_for_each_paragraph(run_sdcl):
    write_letter()
    lines = run_sdcl("correct", "-f", "jsonl", "letter.docx").stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert [each["corrected"] for each in records] == ["老师说得很对。", "", "我今天很高兴。"]
    assert [each["line"] for each in records] == [1, 2, 3]


def test_a_document_without_errors_comes_out_as_it_is(run_sdcl):
    data = make_document(run("老师说得很对。"))
    Path("a.docx").write_bytes(data)
    assert run_sdcl("correct", "a.docx").stdout_bytes == data


def test_a_damaged_document_is_named_and_stays(run_sdcl):
    write_letter()
    Path("bad.docx").write_bytes(b"PK no")
    result = run_sdcl("correct", "bad.docx", "-o", "out.docx")
    assert result.exit_code == 2
    assert "bad.docx cannot be read as docx: this is no .docx file" in result.stderr
    assert not Path("out.docx").exists()
    result = run_sdcl("correct", "--in-place", "bad.docx", "letter.docx")
    assert result.exit_code == 2
    assert "not utf-8" not in result.stderr
    assert Path("bad.docx").read_bytes() == b"PK no"
    assert "兴" in read_docx(Path("letter.docx").read_bytes()).source
