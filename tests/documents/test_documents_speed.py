"""Documents of any length are read in time that grows with their length, not with its square."""

import json
import time
from contextlib import suppress

import pytest
from document_samples import SAMPLES, passages

from spacy_sdcl.documents.errors import MalformedDocument
from spacy_sdcl.documents.kinds import KINDS

pytestmark = pytest.mark.slow

PROSE = "今天天气很好，我们一起去公园散步，大家都很高兴，"
PARAGRAPHS = {
    "text": f"{PROSE}\n{PROSE}走了很远。\n\n",
    "markdown": f"## 标题\n\n> {PROSE}**很**`远`。\n> {PROSE}[甲](乙)\n\n- {PROSE}\n\n| 甲 | 乙 |\n|--|--|\n| {PROSE} | x |\n\n",
    "html": f"<p title='甲'>{PROSE}\n<b>很</b>&nbsp;<code>远</code><br>{PROSE}</p>\n<!-- 乙 -->\n",
    "latex": f"\\section{{标题}}\n{PROSE}\n\\textbf{{很}}$x$远\\footnote{{{PROSE}}}。% 注释\n\n",
    "rst": f"标题\n====\n\n{PROSE}\n**很** ``远`` 。{PROSE}\n\n* {PROSE}\n\n",
    "subtitles": f"1\n00:00:01,000 --> 00:00:02,000\n<i>{PROSE}</i>\n{PROSE}\n\n",
    "po": f'#: a.c:1\nmsgid "a"\nmsgstr ""\n"{PROSE}\\n"\n"{PROSE}"\n\n',
    "csv": f'1,"{PROSE}\n""很""远",{PROSE}\n',
    "tsv": f'1\t"{PROSE}\n""很""远"\t{PROSE}\n',
    "jsonl": json.dumps({"a": [PROSE, {"b": PROSE}]}) + "\n",
}


def document(kind, size):
    if kind == "notebook":
        source = PARAGRAPHS["markdown"].splitlines(keepends=True)
        cells = [{"cell_type": "markdown", "source": source}] * (size // 150)
        return json.dumps({"cells": cells}, ensure_ascii=False)
    if kind == "json":
        return json.dumps([{"a": PROSE}] * (size // 180))
    part = PARAGRAPHS[kind]
    return part * (size // len(part))


def seconds(kind, source):
    columns = ("*",) if KINDS[kind].has_columns else ()
    start = time.process_time()
    with suppress(MalformedDocument):
        passages(kind, source, columns)
    return time.process_time() - start


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_ten_times_as_long_takes_about_ten_times_as_long(kind):
    short, long = (seconds(kind, document(kind, size)) for size in (20_000, 200_000))
    assert long < 25 * max(short, 0.02)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("html", "<a "),
        ("html", "<!--"),
        ("html", "<b>"),
        ("html", "</p><p lang='"),
        ("html", "&amp"),
        ("html", "<title>"),
        ("html", " "),
        ("markdown", "**甲 "),
        ("markdown", "[甲]("),
        ("markdown", "`甲"),
        ("markdown", "<b"),
        ("markdown", "<!-- "),
        ("markdown", "```\n"),
        ("markdown", "<!-- sdcl-disable-next-line -->\n甲\n\n"),
        ("latex", "$甲$ "),
        ("latex", "\\verb|甲 "),
        ("latex", "\\begin{verbatim}"),
        ("latex", "%\n"),
        ("text", "甲 \n"),
        ("text", "甲，乙\n"),
        ("text", "\t \u3000"),
        ("csv", '""'),
        ("csv", ",\n"),
        ("json", "["),
        ("jsonl", '"\\u884c"\n'),
        ("po", 'msgid "a"\n'),
        ("subtitles", "00:00:01,000 --> 00:00:02,000\n"),
        ("subtitles", "WEBVTT\n\n00:01.000 --> 00:02.000\n<甲\n"),
    ],
)
def test_a_part_that_is_repeated_is_not_read_again_and_again(kind, part):
    assert seconds(kind, part * (200_000 // len(part))) < 20


def test_each_kind_of_the_samples_has_a_long_document():
    assert {sample.kind for sample in SAMPLES} == {*PARAGRAPHS, "notebook", "json"}
