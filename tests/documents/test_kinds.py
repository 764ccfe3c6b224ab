import importlib
import sys

import pytest
from document_samples import passages

from spacy_sdcl.documents.kinds import KINDS, kind_of, read_passages


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", "markdown"),
        ("docs/README.MD", "markdown"),
        ("a.tar.html", "html"),
        ("C:\\甲\\乙.srt", "subtitles"),
        ("a.ipynb", "notebook"),
        ("a.xyz", "text"),
        ("README", "text"),
        (".md", "text"),
        ("", "text"),
        ("-", "text"),
    ],
)
def test_a_kind_is_told_by_the_name(name, kind):
    assert kind_of(name) == kind


def test_suffixes_are_told_apart():
    suffixes = [suffix for kind in KINDS.values() for suffix in kind.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in suffixes)


def test_what_cannot_be_read_is_said_at_once():
    with pytest.raises(ValueError, match="no kind of documents 'docx'; there are text, markdown"):
        read_passages("docx", "")
    with pytest.raises(ValueError, match=r"html has no columns .* these have: csv, tsv"):
        read_passages("html", "", columns=["a"])


PACKAGED = [(name, package) for name, kind in KINDS.items() for package in kind.packages]


@pytest.mark.parametrize(("name", "package"), PACKAGED)
def test_a_package_that_is_missing_is_named_with_its_extra(name, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf'{package}: pip install "spacy_sdcl\[documents\]"'):
        read_passages(name, "甲")


def test_the_kinds_are_told_without_any_of_the_packages(monkeypatch):
    for _, package in PACKAGED:
        monkeypatch.setitem(sys.modules, package, None)
    for module in [name for name in sys.modules if name.startswith("spacy_sdcl.documents")]:
        monkeypatch.delitem(sys.modules, module)
    kinds = importlib.import_module("spacy_sdcl.documents.kinds")
    assert kinds.kind_of("a.po") == "po"
    assert [passage.text for passage in kinds.read_passages("html", "甲<b>乙")] == ["甲乙"]


def test_places_count_a_byte_order_mark():
    (passage,) = passages("markdown", "\ufeff# 甲")
    assert passage.starts.tolist() == [3]
