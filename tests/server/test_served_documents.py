"""Documents through the server: what is read of them, and the same bytes but for what was accepted."""

import base64
import json
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from spacy_sdcl.documents.kinds import KINDS
from spacy_sdcl.server.limits import MOST_DOCUMENTS

HELPERS = Path(__file__).parent / "helpers"
WRONG = "我今天很高行"
SAMPLES = {
    "日记.md": ("---\n题: 高行\n---\n# 日记\n\n> 我今天很**高\n> 行**。\r\n\n```\n很高行\n```\n", "> 行", "> 兴"),
    "page.html": ("<p title='很高行'>我今天很高<b>&#34892;</b>。<pre>很高行</pre>", "&#34892;", "兴"),
    "paper.tex": ("\\begin{document}\n他来了\\footnote{我今天很\\textbf{高}行。}。% 行\n\\end{document}\n", "}行", "}兴"),
    "guide.rst": ("标题\n====\n\n我今天很\\ **高**\\\n行。\n\n.. code::\n\n   很高行\n", "\\\n行", "\\\n兴"),
    "film.srt": ("1\r\n00:00:01,000 --> 00:00:02,000\r\n我今天很<i>高\r\n行</i>。\r\n", "\n行", "\n兴"),
    "zh.po": ('msgid "很高行"\nmsgstr ""\n"我今天很高"\n"行。"\n', '"行', '"兴'),
    "lesson.ipynb": (
        json.dumps({"cells": [{"cell_type": "markdown", "source": [f"{WRONG}。"]},
                              {"cell_type": "code", "source": ["很高行"]}]}),
        "\\u884c\\u3002", "兴\\u3002",
    ),
    "shop.csv": ("名,话\n很高行,我今天很高行。\n", "天很高行", "天很高兴"),
    "shop.tsv": ("名\t话\n很高行\t我今天很高行。\n", "天很高行", "天很高兴"),
    "words.json": ('{"名": "很高行", "话": "我今天很高\\u884c。"}', "\\u884c", "兴"),
    "talk.jsonl": ('{"名": "很高行", "话": "我今天很高行。"}\n', "天很高行", "天很高兴"),
}  # fmt: skip


def body(name, content, **more):
    columns = ["话"] if name.endswith(("csv", "tsv", "json", "jsonl")) else []
    return {
        "name": name,
        "content": base64.b64encode(content).decode(),
        "columns": columns,
        **more,
    }


def ask(client, name, content, **more):
    return client.post("/api/document", json=body(name, content, **more))


def give_back(client, name, content, changes, **more):
    return client.post("/api/document/corrected", json=body(name, content, changes=changes, **more))


def changes_of(answer):
    """All corrections of an answer, as they are sent back."""
    names = ("start", "end", "source", "target", "score")
    return [
        {"passage": passage["id"], **{name: each[name] for name in names}}
        for passage in answer["passages"]
        for each in passage["corrections"]
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_an_error_is_found_and_the_rest_of_the_document_keeps_its_bytes(client, name):
    source, wrong, right = SAMPLES[name]
    content = source.encode()
    response = ask(client, name, content)
    assert response.status_code == 200, response.text
    changes = changes_of(response.json())
    assert [(each["source"], each["target"]) for each in changes] == [("行", "兴")]
    written = give_back(client, name, content, changes)
    assert written.content == source.replace(wrong, right).encode() != content
    assert give_back(client, name, content, []).content == content


def test_every_kind_but_plain_text_has_a_sample_here():
    kinds = {"md": "markdown", "tex": "latex", "srt": "subtitles", "ipynb": "notebook"}
    suffixes = {name.rpartition(".")[2] for name in SAMPLES}
    assert {kinds.get(each, each) for each in suffixes} == {*KINDS} - {"text"}


def test_a_passage_says_what_is_wrong_as_a_text_does(client):
    content = "# 😀\n\n请问去**火车占**怎么走？\n\n```\n火车占\n```\n".encode()
    answer = ask(client, "a.md", content).json()
    assert (answer["kind"], answer["encoding"], answer["offsets"]) == (
        "markdown",
        "utf-8",
        "utf-16",
    )
    assert [each["text"] for each in answer["passages"]] == ["😀", "请问去火车占怎么走？"]
    [correction] = answer["passages"][1]["corrections"]
    assert correction["target"] == correction["candidates"][0]["target"] == "站"
    protected = ask(client, "a.md", content, protect=["火车占"]).json()
    assert protected["passages"][1]["corrections"] == []
    texts = ask(client, "a.md", content, check=False).json()["passages"]
    assert texts == [{name: each[name] for name in ("id", "text")} for each in answer["passages"]]


def test_what_is_accepted_counts_utf16_and_may_be_another_candidate(client):
    content = "😀我今天很高行😀行。".encode()
    change = {"passage": 0, "start": 10, "end": 11, "source": "行", "target": "𠮷"}
    written = give_back(client, "a.md", content, [change])
    assert written.content.decode() == "😀我今天很高行😀𠮷。"
    change = {"passage": 0, "start": 7, "end": 8, "source": "行", "target": "性"}
    assert give_back(client, "a.md", content, [change]).content.decode() == "😀我今天很高性😀行。"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"passage": 1}, "no passage 1"),
        ({"start": 5, "end": 6}, "no '行' at 5"),
        ({"end": 6}, "no '行' at 7"),
        ({"start": 1, "end": 8}, "midst of a character"),
        ({"target": "<"}, "cannot become"),
        ({"target": "高兴"}, "cannot become"),
        ({"target": ""}, "cannot become"),
        ({"source": "", "end": 7}, "no '' at 7"),
        ({"start": -1}, "changes.0.start"),
    ],
)
def test_a_change_that_is_none_of_the_document_is_refused(client, change, said):
    usual = {"passage": 0, "start": 7, "end": 8, "source": "行", "target": "兴"}
    response = give_back(client, "a.md", "😀我今天很高行。".encode(), [{**usual, **change}])
    assert response.status_code == 422
    assert said in response.json()["error"]


def test_two_changes_of_one_character_are_refused(client):
    change = {"passage": 0, "start": 5, "end": 6, "source": "行", "target": "兴"}
    response = give_back(client, "a.md", f"{WRONG}。".encode(), [change, change])
    assert response.status_code == 422
    assert "two changes" in response.json()["error"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "big5"])
def test_a_document_keeps_its_encoding(client, encoding):
    # 兀 has two codes in Big5, and the one here is not that which Python writes.
    source = "> 他門都是我的朋友。\n\n`兀`\n"
    content, expected = (
        each.encode(encoding).replace("兀".encode("big5"), b"\xc9\x4a")
        for each in (source, source.replace("門", "們"))
    )
    change = {"passage": 0, "start": 1, "end": 2, "source": "門", "target": "們"}
    assert ask(client, "a.md", content).json()["passages"][0]["text"] == "他門都是我的朋友。"
    assert give_back(client, "a.md", content, [change]).content == expected


def test_what_the_encoding_cannot_write_is_said_and_not_left_out(client):
    content = "他門都是我的朋友。".encode("big5")
    change = {"passage": 0, "start": 1, "end": 2, "source": "門", "target": "们"}
    response = give_back(client, "a.md", content, [change])
    assert response.status_code == 422
    assert "big5, the document's encoding, has no 们" in response.json()["error"]


@pytest.fixture(scope="module")
def letter():
    from docx import Document

    document = Document()
    paragraph = document.add_paragraph("昨天大家都很高")
    paragraph.add_run("行").bold = True
    paragraph.add_run("，因为放假了。")
    document.add_paragraph("他门都是我的朋友。")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_word_document_comes_back_with_tracked_changes_and_comments(client, letter):
    answer = ask(client, "信.docx", letter).json()
    assert answer["encoding"] is None
    changes = changes_of(answer)
    assert [each["target"] for each in changes] == ["兴", "们"]
    candidates = [{"target": "兴", "score": 0.9}, {"target": "幸", "score": 0.05}]
    accepted = {**changes[0], "candidates": candidates}
    written = ZipFile(BytesIO(give_back(client, "信.docx", letter, [accepted]).content))
    text = written.read("word/document.xml").decode()
    assert (text.count("<w:ins "), text.count("<w:del ")) == (1, 1)
    assert "他门都是我的朋友。" in text
    assert "幸" in written.read("word/comments.xml").decode()
    before = ZipFile(BytesIO(letter))
    assert written.read("word/styles.xml") == before.read("word/styles.xml")
    assert give_back(client, "信.docx", letter, []).content == letter


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.tex", "\\begin{document}\n甲$x\n\n乙".encode(), "latex: line 2: a formula"),
        ("a.json", b'{"a": ', "json: line 1"),
        ("a.docx", b"PK\3\4 no archive", "docx: this is no .docx file"),
        ("a.docx", b"", "docx: this is no .docx file"),
        ("a.ipynb", b"{}", "notebook: line 1: this is no notebook"),
        ("a.md", b"PNG\0\xff\xfe", "this is no text in UTF-8"),
        ("a.txt", b"a", "name: .txt is no document that is known here"),
        ("README", b"a", "name: no suffix is no document"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_with_the_reason(client, name, content, said):
    response = ask(client, name, content)
    assert response.status_code == 422
    assert said in response.json()["error"]


@pytest.mark.parametrize("columns", [[], ["评论"]])
def test_columns_that_are_not_there_are_refused_with_those_that_are(client, columns):
    content = SAMPLES["shop.csv"][0].encode()
    response = ask(client, "shop.csv", content, columns=columns)
    assert response.status_code == 400
    assert "1 名, 2 话" in response.json()["error"]


def test_a_package_that_is_missing_is_named(client, monkeypatch):
    monkeypatch.setattr("spacy_sdcl.server.reader.MODULE", "without_markdown")
    monkeypatch.setattr("spacy_sdcl.server.reader.HOME", HELPERS)
    response = ask(client, "a.md", "甲".encode())
    assert response.status_code == 501
    assert 'pip install "spacy_sdcl[documents]"' in response.json()["error"]


def test_a_document_that_would_take_forever_is_given_up(make_client, monkeypatch):
    client = make_client()
    monkeypatch.setattr(client.app.state.gate.reader, "seconds", 1)
    started = time.monotonic()
    response = ask(client, "a.md", b"![" * 500_000)
    assert time.monotonic() - started < 10
    assert response.status_code == 413
    assert "more than 1 seconds" in response.json()["error"]


def test_an_archive_that_unpacks_to_very_much_is_refused(client, letter):
    file = BytesIO()
    with ZipFile(BytesIO(letter)) as before, ZipFile(file, "w", ZIP_DEFLATED) as bomb:
        for info in before.infolist():
            content = before.read(info)
            if info.filename == "word/document.xml":
                content = content.replace(b"<w:body>", b"<w:body>" + b" " * (1 << 28))
            bomb.writestr(info, content)
    assert len(file.getvalue()) < 2_000_000
    response = ask(client, "a.docx", file.getvalue())
    assert response.status_code in (413, 422)
    assert "MB" in response.json()["error"] or "memory" in response.json()["error"]


def test_a_document_that_is_too_large_is_refused_by_its_text_or_by_its_bytes(make_client):
    client = make_client(max_characters=10)
    assert ask(client, "a.md", ("好" * 10).encode()).status_code == 200
    response = ask(client, "a.md", ("好" * 11).encode(), check=False)
    assert response.status_code == 413
    assert "11 characters, and the limit is 10" in response.json()["error"]
    response = ask(client, "a.md", b"`" * 20_000_001)
    assert response.status_code == 413
    assert "20,000,000 bytes" in response.json()["error"]
    response = client.post("/api/document", content=b" " * 29_000_000)
    assert response.status_code == 413


def test_what_a_document_costs_counts_for_its_client(make_client):
    client = make_client(rate=100)
    assert ask(client, "a.md", ("好" * 90).encode(), check=False).status_code == 200
    # Reading alone has taken more than a hundredth of a second.
    response = give_back(client, "a.md", b"", [])
    assert response.status_code == 429


def test_many_documents_at_once_are_refused(make_client):
    client = make_client()
    client.app.state.gate._documents = MOST_DOCUMENTS
    assert ask(client, "a.md", b"").status_code == 503
    assert client.post("/api/correct", json={"text": "好"}).status_code == 200


def test_a_form_of_another_site_cannot_send_a_document(client):
    content = json.dumps(body("a.md", b""))
    for path in ("/api/document", "/api/document/corrected"):
        headers = {"Content-Type": "text/plain"}
        assert client.post(path, content=content, headers=headers).status_code == 415
        headers = {"Origin": "https://example.org", "Content-Type": "application/json"}
        assert client.post(path, content=content, headers=headers).status_code == 403


def test_info_says_which_files_are_documents(client):
    info = client.get("/api/info").json()["documents"]
    assert info["kinds"][".md"] == "markdown"
    assert info["kinds"][".docx"] == "docx"
    assert ".txt" not in info["kinds"]
    assert "csv" in info["with_columns"]
