"""LibreOffice Writer's own checker, as it is installed, without anything in between."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

PYTHON = "/usr/bin/python3"
SENTENCE = "他门都是我的朋友。"
SCRIPT = Path(__file__).with_name("office.py")
IMAGE = Path(__file__).parents[2] / "docs" / "images" / "libreoffice.png"


def has_uno():
    command = [PYTHON, "-c", "import uno"]
    return bool(
        shutil.which("soffice")
        and os.path.exists(PYTHON)
        and subprocess.run(command, capture_output=True).returncode == 0
    )


pytestmark = pytest.mark.skipif(
    not has_uno(), reason="needs LibreOffice: apt-get install libreoffice-writer python3-uno"
)


def run_office(task, *before):
    command = [*before, PYTHON, str(SCRIPT), json.dumps(task)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_its_checker_finds_the_error_and_what_is_beside_it_does_no_harm(address):
    texts = [SENTENCE, f"A&B和C++的100%25都好。😀{SENTENCE}", "没有错的一句话。", "Hello"]
    answer = run_office({"base": f"{address}/v2", "texts": texts})
    assert answer["zh-CN"] is True
    assert answer["found"] == [[[1, 1, ["们"]]], [[20, 1, ["们"]]], [], []]


def test_a_document_of_many_paragraphs_is_checked_to_its_end(address):
    texts = [f"第{number}段：{SENTENCE}" for number in range(800)]
    answer = run_office({"base": f"{address}/v2", "texts": texts})
    for text, found in zip(texts, answer["found"], strict=True):
        assert found == [[text.index("门"), 1, ["们"]]]


@pytest.mark.skipif(
    not (shutil.which("xvfb-run") and shutil.which("import")),
    reason="needs a screen: apt-get install xvfb imagemagick fonts-wqy-zenhei",
)
def test_it_underlines_the_error(address, tmp_path):
    picture = tmp_path / "libreoffice.png"
    task = {"base": f"{address}/v2", "texts": [SENTENCE], "picture": str(picture)}
    run_office(task, "xvfb-run", "-a", "-s", "-screen 0 900x420x24")
    # The wave is the only red in the page's part of the screen.
    page = ["convert", str(picture), "-crop", "800x240+30+130", "-depth", "8", "rgb:-"]
    pixels = subprocess.run(page, capture_output=True, check=True).stdout
    columns = [
        index % 800
        for index in range(800 * 240)
        if pixels[3 * index] > 200 and max(pixels[3 * index + 1 : 3 * index + 3]) < 60
    ]
    assert len(columns) > 30
    assert max(columns) - min(columns) < 60
    if "SCREENSHOTS" in os.environ:
        IMAGE.write_bytes(picture.read_bytes())
