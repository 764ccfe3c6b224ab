"""Tracked changes as another program reads them: LibreOffice Writer, by its own commands."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

sys.path.append(str(Path(__file__).parents[1] / "documents"))

from test_libreoffice import PYTHON, has_uno
from word_samples import find_wrong, make_letter

from spacy_sdcl.documents.docx import read_docx

SCRIPT = Path(__file__).with_name("word_office.py")
IMAGE = Path(__file__).parents[2] / "docs" / "images" / "word.png"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DATE = datetime(2024, 5, 1, 9, 30)

pytestmark = pytest.mark.skipif(
    not has_uno(), reason="needs LibreOffice: apt-get install libreoffice-writer python3-uno"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("word")
    document = read_docx(make_letter())
    changes = find_wrong(document.passages)
    contents = {
        "wrong": document.data,
        "right": make_letter(correct=True),
        "corrected": document.corrected(changes, date=DATE),
    }
    for name, content in contents.items():
        (folder / f"{name}.docx").write_bytes(content)
    return folder


def run_office(tasks, *before):
    command = [*before, PYTHON, str(SCRIPT), json.dumps(tasks)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert run.returncode == 0, run.stderr


def opened(folder, *tasks):
    """What LibreOffice has of documents after a command: their text, and their comments."""
    run_office(
        [
            {
                "open": str(folder / f"{name}.docx"),
                "dispatch": command and f".uno:{command}AllTrackedChanges",
                "save": str(folder / f"{name}-{command}.fodt"),
            }
            for name, command in tasks
        ]
    )
    return [read_flat(folder / f"{name}-{command}.fodt") for name, command in tasks]


def read_flat(path):
    root = ElementTree.parse(path).getroot()
    comments = []
    for parent in [*root.iter()]:
        for child in [each for each in parent if each.tag == f"{OFFICE}annotation"]:
            paragraphs = child.iter(f"{TEXT}p")
            comments.append(["".join(each.itertext()) for each in paragraphs])
            # What follows the comment stays.
            tail = child.tail
            child.clear()
            child.tail = tail
    paragraphs = [each for each in root.iter() if each.tag in (f"{TEXT}p", f"{TEXT}h")]
    return ["".join(each.itertext()) for each in paragraphs], comments, root


def test_accepting_all_gives_the_corrected_text_and_rejecting_all_the_original(files):
    accepted, rejected, right, wrong = opened(
        files,
        ("corrected", "Accept"),
        ("corrected", "Reject"),
        ("right", "Accept"),
        ("wrong", "Reject"),
    )
    assert accepted[0] == right[0]
    assert rejected[0] == wrong[0]
    text = "".join(accepted[0])
    for found in (
        "很高兴，因为放假了",
        "他们昨天以后经常来，好吗",
        "你应该早点来",
        "老师经常说的话",
        "我们再见",
    ):
        assert found in text


def test_changes_have_their_author_and_their_comments(files):
    ((_, comments, root),) = opened(files, ("corrected", ""))
    changes = root.findall(f".//{TEXT}changed-region")
    creator = "{http://purl.org/dc/elements/1.1/}creator"
    ours = [each for each in changes if each.find(f".//{creator}").text == "spacy_sdcl"]
    assert len(ours) >= 17
    assert ["行 → 兴 (0.98)", "兴 0.98, 行 <0.01"] in comments
    assert ["门 → 们 (0.98)", "们 0.98, 门 <0.01"] in comments


@pytest.mark.skipif(
    not (shutil.which("xvfb-run") and shutil.which("import")),
    reason="needs a screen: apt-get install xvfb imagemagick fonts-wqy-zenhei",
)
def test_changes_and_comments_are_seen(files, tmp_path):
    picture = tmp_path / "word.png"
    task = {"open": str(files / "corrected.docx"), "picture": str(picture)}
    run_office([task], "xvfb-run", "-a", "-s", "-screen 0 1180x620x24")
    assert picture.stat().st_size > 20_000
    if "SCREENSHOTS" in os.environ:
        IMAGE.write_bytes(picture.read_bytes())
