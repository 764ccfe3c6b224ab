"""What is typed is underlined where it stands, and accepted by mouse or keyboard."""

import re

from browser import CORRECT, TEXT, click_mark, expect_marks, marks, needs_browser, text_of, write
from playwright.sync_api import expect

pytestmark = needs_browser


def test_errors_are_underlined_as_one_types(page):
    page.locator("#text").press_sequentially(TEXT)
    expect_marks(page, "行", "门")
    style = marks(page).first.evaluate("mark => getComputedStyle(mark).textDecoration")
    assert "wavy" in style
    expect(page.locator("#status")).to_contain_text("2")
    expect(page.locator("#count-errors")).to_have_text("2")
    expect(page.locator("#errors li")).to_have_count(2)


def test_underlines_are_where_the_characters_are(page):
    text = (
        "  English words and 空格。\t制表符  \n\n"
        + TEXT * 12
        + "\n"
        + "averylongwordwithoutaspace" * 8
        + "😀👨‍👩‍👧𠮷\n"
        + TEXT
        + "\n"
    )
    write(page, text, *"行门" * 13)
    heights = page.evaluate(
        """() => {
            const text = document.querySelector("#text");
            text.style.height = "0";
            const heights = [text.scrollHeight, document.querySelector("#backdrop").scrollHeight];
            text.style.height = "";
            return heights;
        }"""
    )
    assert abs(heights[0] - heights[1]) <= 2
    shown = page.evaluate("document.querySelector('#backdrop').textContent")
    assert shown.rstrip("\u200b") == text
    widths = page.evaluate(
        "['text', 'backdrop'].map((id) => document.getElementById(id).clientWidth)"
    )
    assert widths[0] == widths[1]


def test_a_click_opens_candidates_and_a_second_accepts_one(page, embedded_nlp):
    write(page, TEXT, "行", "门")
    click_mark(page, 0)
    popup = page.get_by_role("dialog")
    expect(popup).to_contain_text("xíng")
    careful = embedded_nlp.get_pipe("sdcl_corrector").thresholds["careful"]
    expect(popup).to_contain_text(f"阈值 {careful:.1%}")
    first = popup.locator(".candidate").first
    expect(first).to_contain_text("兴")
    expect(first).to_contain_text(re.compile(r"\d\d\.\d%"))
    first.click()
    expect(popup).to_be_hidden()
    expect_marks(page, "门")
    assert text_of(page) == TEXT.replace("行", "兴")
    expect(page.locator("#accepted li")).to_have_text("今天很高行兴，因为他")


def test_one_can_type_on_after_a_click_on_an_error(page):
    write(page, TEXT, "行", "门")
    click_mark(page, 0)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.type("好")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert text_of(page) == TEXT + "好"


def test_the_keyboard_alone_goes_from_error_to_error_and_accepts(page):
    write(page, TEXT, "行", "门")
    page.locator("#text").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Alt+ArrowDown")
    popup = page.get_by_role("dialog")
    expect(popup).to_contain_text("“行”")
    expect(popup.locator(".candidate").first).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(popup).to_contain_text("“门”")
    page.keyboard.press("Alt+ArrowUp")
    expect(popup).to_contain_text("“行”")
    page.keyboard.press("ArrowDown")
    expect(popup.locator(".candidate").first).not_to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert text_of(page) == TEXT.replace("行", "兴")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("F8")
    expect(popup).to_contain_text("“门”")
    page.keyboard.press("1")
    assert text_of(page) == CORRECT
    expect_marks(page)


def test_escape_leaves_the_text_alone_and_the_caret_in_it(page):
    write(page, TEXT, "行", "门")
    page.keyboard.press("Shift+F8")
    expect(page.get_by_role("dialog")).to_contain_text("“门”")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#text")).to_be_focused()
    assert text_of(page) == TEXT
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_role("dialog")).to_contain_text("“门”")
    page.keyboard.press("Escape")
    page.keyboard.type("口")
    assert text_of(page) == TEXT.replace("门", "门口")


def test_an_input_method_is_left_in_peace(page, sent):
    write(page, TEXT, "行", "门")
    sent.clear()
    page.locator("#text").press("Control+End")
    keyboard = page.context.new_cdp_session(page)
    for letters in ("t", "ta", "ta l", "ta lai", "ta lai le"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)},
        )
        page.wait_for_timeout(150)
    assert text_of(page) == TEXT + "ta lai le"
    expect_marks(page, "行", "门")
    page.wait_for_timeout(600)
    assert sent == []
    keyboard.send("Input.insertText", {"text": "他来了"})
    expect(page.locator("#status")).to_contain_text("检查完毕")
    assert text_of(page) == TEXT + "他来了"
    page.wait_for_timeout(800)
    assert sent == [[TEXT + "他来了"]]
    page.keyboard.press("Control+z")
    assert text_of(page) == TEXT


def test_characters_of_two_units_before_an_error_do_not_shift_it(page):
    text = "😀𠮷野家👨‍👩‍👧：" + TEXT
    write(page, text, "行", "门")
    click_mark(page, 1)
    page.get_by_role("dialog").locator(".candidate").first.click()
    assert text_of(page) == text.replace("门", "们")


def test_a_text_is_never_taken_for_markup(page):
    text = f"<img src=x onerror=alert(1)><mark>{TEXT}</mark>"
    write(page, text, "行", "门")
    click_mark(page, 0)
    assert page.locator("#backdrop img").count() == 0
    page.get_by_label("保护的词").fill("<b>行</b>")
    page.get_by_label("保护的词").press("Enter")
    expect(page.locator("#protected .chip")).to_contain_text("<b>行</b>")
    assert page.locator("#protected b").count() == 0


def test_accept_all_is_undone_and_redone_in_one_step(page):
    text = f"{TEXT}\n😀我喜换吃苹果。\n\n没有错的一行。"
    write(page, text, "行", "门", "换")
    page.locator("#accept-all").click()
    corrected = f"{CORRECT}\n😀我喜欢吃苹果。\n\n没有错的一行。"
    assert text_of(page) == corrected
    expect(page.locator("#count-accepted")).to_have_text("3")
    expect_marks(page)
    expect(page.locator("#accept-all")).to_be_disabled()
    page.locator("#undo").click()
    assert text_of(page) == text
    expect_marks(page, "行", "门", "换")
    expect(page.locator("#count-accepted")).to_have_text("0")
    page.locator("#redo").click()
    assert text_of(page) == corrected


def test_undo_brings_back_what_was_typed_as_well_as_what_was_accepted(page):
    write(page, TEXT, "行", "门")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#text").press("Control+End")
    page.keyboard.insert_text("他来了")
    assert text_of(page).endswith("回来了。他来了")
    page.keyboard.press("Control+z")
    assert text_of(page) == TEXT.replace("行", "兴")
    page.keyboard.press("Control+z")
    assert text_of(page) == TEXT
    page.keyboard.press("Control+Shift+z")
    assert text_of(page) == TEXT.replace("行", "兴")
