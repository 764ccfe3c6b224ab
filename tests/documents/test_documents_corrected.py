"""An error in a document of each format is found, and everything else comes back as it was."""

import json

import pytest
import spacy
from document_samples import passages

from spacy_sdcl.documents.kinds import KINDS

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def nlp():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    return nlp


def corrected(nlp, kind, source, columns=()):
    changes = []
    found = passages(kind, source, columns)
    for passage, doc in zip(found, nlp.pipe(each.text for each in found), strict=True):
        for each in doc._.corrections:
            part = slice(int(passage.starts[each["start"]]), int(passage.ends[each["start"]]))
            changes.append((part.start, part.stop, each["target"]))
    place = 0
    pieces = []
    for start, end, target in sorted(changes):
        pieces += [source[place:start], target]
        place = end
    return "".join([*pieces, source[place:]])


DOCUMENTS = {
    "text": ("请问去火车\n占怎么走？\n\n他门都是我的朋友。\n", ("占", "站"), ("门", "们")),
    "markdown": (
        "---\n题: 高行\n---\n# 我今天很**高**行\n\n> 他\n> 门都是[我的朋友](高行.md)。\n\n```\n我今天很高行\n```\n",
        ("**高**行", "**高**兴"),
        ("> 门", "> 们"),
    ),
    "html": (
        "<p title='我今天很高行'>我今天很高<b>行</b>。<p>他\n  &#38376;都是我的朋友。<pre>我今天很高行</pre>\n",
        ("<b>行", "<b>兴"),
        ("&#38376;", "们"),
    ),
    "latex": (
        "\\title{我今天很高行}\n\\begin{document}\n我今天很\\textbf{高}%\n行。\\label{高行}\n\\end{document}\n",
        ("%\n行", "%\n兴"),
    ),
    "rst": (
        ".. 我今天很高行\n\n我今天很\\ **高**\\\n行。\n\n.. code::\n\n   我今天很高行\n",
        ("\\\n行", "\\\n兴"),
    ),
    "subtitles": (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\n我今天很<i>高\r\n行</i>\r\n",
        ("\r\n行", "\r\n兴"),
    ),
    "po": (
        'msgid "我今天很高行"\nmsgstr ""\n"我今天很高"\n"行。"\n',
        ('"行', '"兴'),
    ),
    "notebook": (
        json.dumps({"cells": [{"cell_type": "markdown", "source": ["我今天很**高\n", "行**。"]},
                              {"cell_type": "code", "source": "我今天很高行"}]}),
        ('"\\u884c**', '"兴**'),
    ),
    "csv": ('名,话\n高行,"他说""好""，我今天很高\n行。"\n', ("\n行", "\n兴")),
    "tsv": ("名\t话\n高行\t我今天很高行。\n", ("很高行", "很高兴")),
    "json": ('{"名": "我今天很高行", "话": "我今天很\\u9ad8\\u884c"}', ("\\u884c", "兴")),
    "jsonl": ('{"话": ["我今天很高行。"]}\n{"话": ""}\n', ("高行", "高兴")),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_in_a_document_is_put_right_and_all_else_is_as_it_was(nlp, kind):
    source, *changes = DOCUMENTS[kind]
    expected = source
    for wrong, right in changes:
        assert expected.count(wrong) == 1
        expected = expected.replace(wrong, right)
    columns = ("话",) if KINDS[kind].has_columns else ()
    assert corrected(nlp, kind, source, columns) == expected
    assert corrected(nlp, kind, expected, columns) == expected
