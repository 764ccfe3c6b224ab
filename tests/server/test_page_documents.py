"""Documents are opened by the page, and come back with what was accepted and nothing else."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from browser import click_mark, drop_file, expect_marks, needs_browser, text_of, write
from playwright.sync_api import expect

pytestmark = needs_browser

MARKDOWN = """---
title: 我今天很高行
---
# 😀 日记

我今天很**高**\r
**行**，因为[他门](他门.html)明天就回来了。

- 请问`火车占`在哪里？
- 请问去火车占怎么走？
"""


def download(page):
    with page.expect_download() as found:
        page.locator("#download").click()
    with open(found.value.path(), "rb") as file:
        return found.value.suggested_filename, file.read()


def choose(page, index, name):
    click_mark(page, index)
    page.get_by_role("dialog").get_by_text(name, exact=True).click()


def test_a_markdown_file_comes_back_with_what_was_accepted_and_not_what_was_ignored(page, tmp_path):
    path = tmp_path / "日记.md"
    path.write_bytes(MARKDOWN.encode())
    page.locator("#file").set_input_files(path)
    expect_marks(page, "行", "门", "占")
    assert text_of(page).split("\n")[:2] == ["😀 日记", "我今天很高行，因为他门明天就回来了。"]
    assert text_of(page).split("\n")[2] == "请问▢在哪里？"
    choose(page, 0, "兴")
    expect_marks(page, "门", "占")
    choose(page, 0, "忽略")
    expect_marks(page, "占")
    choose(page, 0, "站")
    expect_marks(page)
    name, content = download(page)
    assert name == "日记.corrected.md"
    expected = MARKDOWN.replace("**行**", "**兴**").replace("去火车占", "去火车站")
    assert content == expected.encode()


def find_doubt(route):
    """Answer as the server does, whatever the model: 几 is wrong, and may be one of two."""
    candidates = [{"target": "机", "score": 0.9}, {"target": "迹", "score": 0.05}]
    found = {"source": "几", "target": "机", "score": 0.9, "candidates": candidates}
    paragraphs = route.request.post_data_json["paragraphs"]
    corrections = [
        [{**found, "start": at, "end": at + 1} for at, char in enumerate(text) if char == "几"]
        for text in paragraphs
    ]
    route.fulfill(json={"paragraphs": [{"corrections": each} for each in corrections]})


def test_another_candidate_and_what_was_undone_are_as_the_page_shows_them(page):
    page.route("**/api/paragraphs", find_doubt)
    drop_file(page, "a.html", "<p>新的手<b>几</b>。</p><p>手几坏了。</p>".encode())
    expect_marks(page, "几", "几")
    page.locator("#accept-all").click()
    expect_marks(page)
    page.keyboard.press("Control+z")
    expect_marks(page, "几", "几")
    choose(page, 0, "迹")
    expect_marks(page, "几")
    assert download(page)[1].decode() == "<p>新的手<b>迹</b>。</p><p>手几坏了。</p>"


def test_a_word_document_comes_back_with_tracked_changes(page):
    document = pytest.importorskip("docx").Document()
    document.add_paragraph("昨天大家都很高").add_run("行").bold = True
    document.add_paragraph("他门都是我的朋友。")
    file = BytesIO()
    document.save(file)
    drop_file(page, "信.docx", file.getvalue())
    expect_marks(page, "行", "门")
    expect(page.locator("#note")).to_contain_text("修订")
    choose(page, 1, "们")
    expect_marks(page, "行")
    name, content = download(page)
    assert name == "信.corrected.docx"
    archive = ZipFile(BytesIO(content))
    text = archive.read("word/document.xml").decode()
    assert (text.count("<w:ins "), text.count("<w:del ")) == (1, 1)
    assert "门 → 们" in archive.read("word/comments.xml").decode()


def test_a_document_cannot_be_written_in_and_a_text_can(page):
    drop_file(page, "a.md", "我今天很**高行**。".encode())
    expect_marks(page, "行")
    expect(page.locator("#note")).to_contain_text("不能直接改字")
    page.locator("#text").focus()
    page.keyboard.type("abc")
    page.keyboard.insert_text("好")
    assert text_of(page) == "我今天很高行。"
    page.locator("#clear").click()
    expect(page.locator("#note")).to_be_hidden()
    write(page, "他门来了。", "门")
    # What was opened before comes back with its text.
    for _ in range(2):
        page.keyboard.press("Control+z")
    expect(page.locator("#note")).to_be_visible()
    assert download(page) == ("a.corrected.md", "我今天很**高行**。".encode())
    drop_file(page, "b.txt", "我今天很高行。".encode())
    expect(page.locator("#note")).to_be_hidden()
    expect(page.locator("#text")).to_be_editable()


def test_the_columns_of_a_table_are_asked_for(page):
    content = "名,话\r\n很高行,我今天很高行。\r\n".encode("gb18030")
    drop_file(page, "a.csv", content)
    expect(page.locator("#columns-said")).to_contain_text("1 名, 2 话")
    page.keyboard.type("评论")
    page.keyboard.press("Enter")
    expect(page.locator("#columns-said")).to_contain_text("no column '评论'")
    page.locator("#columns-new").fill("话")
    page.locator("#columns button").first.click()
    expect_marks(page, "行")
    expect(page.locator("#columns")).to_be_hidden()
    page.locator("#accept-all").click()
    name, written = download(page)
    assert name == "a.corrected.csv"
    assert written.decode("gb18030") == "名,话\r\n很高行,我今天很高兴。\r\n"
    # The browser reports the refusals by itself.
    page.problems = [each for each in page.problems if not each.startswith("Failed to load")]


def test_what_is_not_what_its_name_says_is_not_opened_and_the_text_is_kept(page):
    write(page, "他门来了。", "门")
    drop_file(page, "a.docx", b"PK\3\4")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("a.docx 没有打开")
    expect(alert).to_contain_text("no .docx file")
    drop_file(page, "a.md", b"`code`")
    expect(alert).to_contain_text("没有可校对的文字")
    page.keyboard.press("Control+z")
    assert text_of(page) == "他门来了。"
    page.problems = [each for each in page.problems if not each.startswith("Failed to load")]


def test_a_server_that_is_away_or_busy_while_a_document_is_written(page):
    drop_file(page, "a.md", "他门来了。".encode())
    expect_marks(page, "门")
    page.locator("#accept-all").click()
    page.route("**/api/document/corrected", lambda route: route.abort(), times=1)
    page.locator("#download").click()
    expect(page.get_by_role("alert")).to_contain_text("然后再试")
    refusal = {"status": 503, "headers": {"Retry-After": "1"}, "json": {"error": "busy"}}
    page.route("**/api/document/corrected", lambda route: route.fulfill(**refusal), times=1)
    assert download(page)[1].decode() == "他们来了。"
    expect(page.get_by_role("alert")).to_be_hidden()
    page.problems = [each for each in page.problems if not each.startswith("Failed to load")]
