"""Files come in as they are, and leave with their names, line ends and corrections."""

import zipfile

import pytest
from browser import CORRECT, TEXT, drop_file, expect_marks, needs_browser, text_of, write
from playwright.sync_api import expect

pytestmark = needs_browser


def test_a_dropped_file_is_opened_and_downloaded_with_its_name_and_line_ends(page):
    drop_file(page, "日记.txt", f"{TEXT}\r\n第二行。\r\n".encode())
    expect_marks(page, "行", "门")
    assert text_of(page) == f"{TEXT}\n第二行。\n"
    page.locator("#accept-all").click()
    with page.expect_download() as found:
        page.locator("#download").click()
    assert found.value.suggested_filename == "日记.txt"
    with open(found.value.path(), "rb") as file:
        assert file.read() == f"{CORRECT}\r\n第二行。\r\n".encode()


@pytest.mark.parametrize(
    ("encoding", "text", "errors"),
    [("gb18030", TEXT, "行门"), ("big5", "他門都是我的朋友，我們明天一起去公園。", "門")],
)
def test_a_file_is_chosen_in_whatever_encoding_it_is(page, tmp_path, encoding, text, errors):
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode(encoding))
    page.locator("#file").set_input_files(path)
    expect_marks(page, *errors)
    expect(page.get_by_role("alert")).to_contain_text(encoding)
    assert text_of(page) == text


def test_what_is_no_text_is_not_opened(page, tmp_path):
    write(page, TEXT, "行", "门")
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    drop_file(page, "archive.zip", path.read_bytes())
    expect(page.get_by_role("alert")).to_contain_text("archive.zip")
    assert text_of(page) == TEXT


def test_copy_puts_the_corrected_text_on_the_clipboard(page, address):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    write(page, TEXT, "行", "门")
    page.locator("#accept-all").click()
    page.locator("#copy").click()
    expect(page.locator("#said")).to_contain_text("已复制")
    # The check of what was accepted ends behind it, and does not hide it.
    expect(page.locator("#status")).to_contain_text("没有发现错字")
    expect(page.locator("#said")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == CORRECT
    # It was said of that text, and goes with it.
    page.locator("#clear").click()
    expect(page.locator("#said")).to_have_text("")
