"""Of any document, however it is put together, the places are right, or it is refused."""

import json
import random

import pytest
from document_places import check_places, read, with_others
from document_samples import texts
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_sdcl.documents.kinds import KINDS

# Of each format what makes it; put together in any order they are what people make by mistake.
PARTS = {
    "text": ["　　", "- ", "1. ", "\t", "    ", "甲：", "# ", "<!-- sdcl-disable -->\n"],
    "markdown": [
        "**", "*", "`", "> ", "- ", "1. ", "# ", "[链接](u)", "[", "](", "![", "$", "|", "|-|-|\n",
        "\\", "\\|", "&#34892;", "&amp;", "<b>", "</b>", "<code>", "<div>\n", "</div>", "```\n",
        "---\n", "  \n", "\t", "    ", "[^1]", "[^1]: ", "[a]: u\n", "<!--", "-->", "~~", "<br>", "\0",
        "<!-- sdcl-disable -->", "<!-- sdcl-enable -->", "<!-- sdcl-disable-next-line -->",
    ],
    "html": [
        "<p>", "</p>", "<b>", "</b>", "<", ">", "<!--", "-->", "<script>", "</script>", "<pre>",
        "</pre>", "<br/>", "&#34892;", "&#x884c", "&nbsp;", "&", "<a href='x", "'>", '"', "<li>",
        "<td>", "<tr>", "<span lang=en>", "</span>", "<code>", "</code>", "<textarea>", "<title>",
        "<!-- sdcl-disable -->", "<!-- sdcl-enable -->", "<svg/>", "</div", "<![CDATA[", "&notit;",
    ],
    "latex": [
        "\\textbf{", "{", "}", "$", "\\[", "\\]", "\\begin{itemize}", "\\end{itemize}", "\\item ",
        "\\ref{x}", "%", "\\%", "\\\\", "\\verb|", "|", "\\footnote{", "[", "]", "&", "~", "``", "---",
        "\\begin{document}", "\\end{document}", "\\begin{verbatim}", "\\end{verbatim}", "\\", "\\foo",
        "% sdcl-disable\n", "% sdcl-enable\n", "\\section*{", "\\lstinline[a]{",
    ],
    "rst": [
        "**", "*", "``", "`", ":ref:`", "`_", "|", "[1]_", "\\ ", "\\", "::\n\n", "    ", "   ", "* ",
        ".. note:: ", ".. new:: ", ":a: ", "====\n", "----\n", "+---+\n", "| ", "\t", ".. ", "_`", "甲_",
        ".. sdcl-disable\n", ".. sdcl-enable\n", ".. code::\n\n", "- ", "#. ", "(1) ", ">>> ",
    ],
    "subtitles": [
        "1\n00:00:01,000 --> 00:00:02,000\n", "WEBVTT\n\n", "00:01.000 --> 00:02.000\n", "<i>", "</i>",
        "{\\i1}", "{", "}", "\\N", "\\h", "2\n", "- ", "[Events]\n", "Format: A, B, Text\n",
        "Dialogue: 1,2,", "&amp;", "<", "<rt>", "NOTE 甲\n", "NOTE sdcl-disable\n", "[Script Info]\n",
    ],
    "po": [
        'msgid "a"\n', 'msgstr "', '"\n', '"', "\\n", "\\", "%s", "{x}", "<b>", "#~ ", "# ", "#, fuzzy\n",
        'msgid ""\nmsgstr ""\n', 'msgid_plural "b"\n', 'msgstr[0] "', '"Language: ja\\n"\n', "\\344",
    ],
    "notebook": [
        '{"cells":[', '{"cell_type":"markdown","source":["', '"]}', "]}", '","', "\\n", "\\u884c", "**",
        "\\ud83d", "\\ude00", '"', "&#34892;", "`", "\\\\", ",",
    ],
    "csv": ["a,b\n", ",", '"', '""', ";", "\t"],
    "tsv": ["a\tb\n", "\t", '"', '""'],
    "json": ['{"', '":"', '"}', '","', "[", "]", "\\u884c", "\\ud83d", "\\\\", '\\"', "1", "{", "}"],
    "jsonl": ['{"', '":"', '"}', '","', "\\u884c", '{"甲":["', '"]}\n'],
}  # fmt: skip
PROSE = [
    "我今天很高行",
    "他",
    "，",
    "。",
    "abc",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "𠮷",
    "😀",
    "\u2028",
    "\ufeff",
]


@st.composite
def documents(draw):
    kind = draw(st.sampled_from(sorted(PARTS)))
    parts = draw(st.lists(st.sampled_from(PARTS[kind] + PROSE), max_size=40))
    columns = ("*",) if KINDS[kind].has_columns else ()
    return kind, "".join(parts), columns


@st.composite
def whole_documents(draw):
    """Like documents, of a form that the kinds with a strict grammar accept."""
    kind, source, columns = draw(documents())
    prose = "".join(draw(st.lists(st.sampled_from(PROSE), max_size=20)))
    escaped = draw(st.booleans())
    if kind in ("json", "jsonl"):
        source = json.dumps({"a": prose, "b": [{"a": prose}]}, ensure_ascii=escaped)
    elif kind == "notebook":
        cell = {"cell_type": "markdown", "source": [prose, "**高行**"]}
        source = json.dumps({"cells": [cell]}, ensure_ascii=escaped)
    elif kind == "po":
        quoted = json.dumps(prose.replace("\r", ""), ensure_ascii=False)
        source = f'msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr ""\n{quoted}\n"高行\\n"\n'
    elif kind in ("csv", "tsv"):
        source = f'a\n"{prose}"\n'
    elif kind == "subtitles":
        source = "1\n00:00:01,000 --> 00:00:02,000\n" + source
    return kind, source, columns


@given(documents())
@settings(deadline=None, max_examples=400)
def test_any_document_has_places_or_is_refused(document):
    kind, source, columns = document
    check_places(source, read(kind, source, columns) or [])


@given(whole_documents(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=400)
def test_a_changed_character_changes_no_more_than_itself_in_any_document(document, chance):
    kind, source, columns = document
    found = read(kind, source, columns)
    if found is not None:
        changed_source, changed = with_others(source, found, chance.choice)
        assert texts(kind, changed_source, columns) == changed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", ["", " ", "\n\n", "\r\n", "\ufeff"])
def test_an_empty_document_has_no_passages(kind, source):
    assert texts(kind, source, ("*",) if KINDS[kind].has_columns else ()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_rubbish_is_read_or_refused(kind):
    rubbish = random.Random(1)
    columns = ("*",) if KINDS[kind].has_columns else ()
    for size in (1, 10, 1_000):
        source = rubbish.randbytes(size).decode("latin-1")
        check_places(source, read(kind, source, columns) or [])


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=60))
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_or_refused(kind, source):
    columns = ("*",) if KINDS[kind].has_columns else ()
    check_places(source, read(kind, source, columns) or [])
