"""The page in a real browser: what a user does with mouse and keyboard, and what is seen then."""

import os
import re
import zipfile
from pathlib import Path

import pytest
from browser import (
    CORRECT,
    TEXT,
    click_mark,
    drop_file,
    expect_marks,
    find_browser,
    launch,
    marks,
    write,
)
from playwright.sync_api import expect, sync_playwright

IMAGES = Path(__file__).parents[2] / "docs" / "images"

pytestmark = pytest.mark.skipif(
    find_browser() is None, reason="needs chromium: `make browser`, or install it by hand"
)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture
def page(browser, address):
    """The page in a fresh profile. Whatever it reports or asks for elsewhere fails the test."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1180, "height": 720})
    found = context.new_page()
    found.problems = []
    found.on("pageerror", lambda error: found.problems.append(str(error)))
    found.on("console", lambda message: found.problems.append(message.text))
    found.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "blob:"))
            else found.problems.append(request.url)
        ),
    )
    found.goto(address)
    expect(found.locator("#threshold-value")).to_contain_text("0.88")
    yield found
    assert found.problems == []
    context.close()


@pytest.fixture
def sent(page):
    """The paragraphs of each request since, in order."""
    found = []
    page.on(
        "request",
        lambda request: (
            found.append(request.post_data_json["paragraphs"])
            if request.url.endswith("/api/paragraphs")
            else None
        ),
    )
    return found


def text_of(page):
    return page.locator("#text").input_value()


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


def test_a_click_opens_candidates_and_a_second_accepts_one(page):
    write(page, TEXT, "行", "门")
    click_mark(page, 0)
    popup = page.get_by_role("dialog")
    expect(popup).to_contain_text("xíng")
    expect(popup).to_contain_text("阈值 88.0%")
    first = popup.locator(".candidate").first
    expect(first).to_contain_text("兴")
    expect(first).to_contain_text("99.")
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


def test_every_control_is_reached_by_tab_and_shows_its_focus(page):
    write(page, TEXT, "行", "门")
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    for name in ("language", "open", "undo", "copy", "text", "accept-all", "threshold"):
        assert name in reached
    page.locator("#copy").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    outline = page.locator("#copy").evaluate("button => getComputedStyle(button).outlineStyle")
    assert outline == "solid"


def test_every_control_has_a_name_in_both_languages(page):
    write(page, TEXT, "行", "门")
    page.keyboard.press("Alt+ArrowDown")
    for _ in range(2):
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("button, input, textarea")]
                .filter((each) => each.type !== "file")
                .filter((each) => !(each.textContent || each.ariaLabel || each.labels?.length
                    || each.getAttribute("aria-label")))
                .map((each) => each.outerHTML)"""
        )
        assert nameless == []
        page.locator("#language").click()
    page.locator("#language").click()
    expect(page.locator("#accept-all")).to_have_text("Accept all (2)")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.locator("#open")).to_have_text("Open file")


def test_an_ignored_error_stays_ignored_while_the_text_moves(page):
    write(page, TEXT, "行", "门")
    click_mark(page, 0)
    page.get_by_role("dialog").get_by_text("忽略").click()
    expect_marks(page, "门")
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("昨天你来了。")
    expect(page.locator("#status")).to_contain_text("1 处待改")
    expect_marks(page, "门")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect_marks(page, "行", "门")


def test_a_protected_word_is_kept_over_visits_until_it_is_removed(page):
    write(page, TEXT, "行", "门")
    click_mark(page, 0)
    field = page.get_by_label("保护的词")
    field.fill("很高行")
    field.press("Enter")
    expect_marks(page, "门")
    expect(page.locator("#protected .chip")).to_contain_text("很高行")
    page.locator("#text").fill("")
    page.reload()
    write(page, TEXT, "门")
    page.get_by_label("不再保护“很高行”").click()
    expect_marks(page, "行", "门")


def test_the_word_that_is_offered_for_protection_is_more_than_the_character(page):
    write(page, TEXT, "行", "门")
    click_mark(page, 0)
    word = page.get_by_label("保护的词").input_value()
    assert "行" in word
    assert 2 <= len(word) <= 4


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


def test_characters_of_two_units_before_an_error_do_not_shift_it(page):
    text = "😀𠮷野家👨‍👩‍👧：" + TEXT
    write(page, text, "行", "门")
    click_mark(page, 1)
    page.get_by_role("dialog").locator(".candidate").first.click()
    assert text_of(page) == text.replace("门", "们")


def test_only_what_changed_is_sent_again(page, sent):
    write(page, f"{TEXT}\n我喜换吃苹果。\n{TEXT}", "行", "门", "换", "行", "门")
    sent.clear()
    page.locator("#text").press("Control+End")
    page.keyboard.type("他来了。")
    expect(page.locator("#status")).to_contain_text("5 处待改")
    page.wait_for_timeout(600)
    assert [each for batch in sent for each in batch] == [f"{TEXT}他来了。"]


def test_what_is_no_chinese_is_not_sent_at_all(page, sent):
    page.locator("#text").fill("Hello 😀 123\n\n")
    expect(page.locator("#status")).to_contain_text("没有发现错字")
    page.wait_for_timeout(600)
    assert sent == []


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


def test_a_file_is_chosen_in_whatever_encoding_it_is(page, tmp_path):
    path = tmp_path / "gb.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    page.locator("#file").set_input_files(path)
    expect_marks(page, "行", "门")
    expect(page.get_by_role("alert")).to_contain_text("gb18030")
    assert text_of(page) == TEXT


def test_what_is_no_text_is_not_opened(page, tmp_path):
    write(page, TEXT, "行", "门")
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    drop_file(page, "archive.zip", path.read_bytes())
    expect(page.get_by_role("alert")).to_contain_text("archive.zip")
    assert text_of(page) == TEXT


def test_a_text_that_is_too_large_is_said_to_be_so_and_kept(page, sent):
    page.locator("#text").fill("好" * 60_001)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("60,001 字，超过上限 60,000 字")
    page.wait_for_timeout(600)
    assert sent == []
    write(page, TEXT, "行", "门")
    expect(alert).to_be_hidden()
    drop_file(page, "long.txt", ("好" * 60_001).encode())
    expect(alert).to_contain_text("long.txt")
    assert text_of(page) == TEXT


def test_a_long_text_is_checked_in_parts_and_an_edit_sends_one_of_them(page, sent):
    sentences = "".join(f"第{number}句话说完了。" for number in range(2600))
    text = f"{TEXT}{sentences}\n{sentences}{TEXT}"
    assert 50_000 < len(text) < 60_000
    page.locator("#text").fill(text)
    page.locator("#text").press("Control+Home")
    expect(page.locator("#status")).to_contain_text("检查完毕", timeout=120_000)
    found = marks(page).all_inner_texts()
    assert found[:2] == ["行", "门"]
    assert found[-2:] == ["行", "门"]
    assert max(len(each) for batch in sent for each in batch) <= 1000
    sent.clear()
    page.keyboard.type("好")
    page.wait_for_timeout(700)
    expect(page.locator("#status")).to_contain_text("检查完毕")
    assert sum(len(each) for batch in sent for each in batch) <= 1100


def test_the_slider_finds_more(page):
    page.locator("#text").fill("请问车占怎么走？")
    expect(page.locator("#status")).to_contain_text("没有发现错字")
    page.locator("#threshold").press("End")
    expect(page.locator("#threshold-value")).to_contain_text("0.55")
    expect_marks(page, "占")
    page.locator("#threshold").press("Home")
    expect_marks(page)


def test_a_text_is_never_taken_for_markup(page):
    text = f"<img src=x onerror=alert(1)><mark>{TEXT}</mark>"
    write(page, text, "行", "门")
    click_mark(page, 0)
    assert page.locator("#backdrop img").count() == 0
    page.get_by_label("保护的词").fill("<b>行</b>")
    page.get_by_label("保护的词").press("Enter")
    expect(page.locator("#protected .chip")).to_contain_text("<b>行</b>")
    assert page.locator("#protected b").count() == 0


def test_copy_puts_the_corrected_text_on_the_clipboard(page, address):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    write(page, TEXT, "行", "门")
    page.locator("#accept-all").click()
    page.locator("#copy").click()
    expect(page.locator("#status")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == CORRECT


def test_a_server_that_is_away_or_busy_is_waited_for(page):
    page.route("**/api/paragraphs", lambda route: route.abort(), times=1)
    page.locator("#text").fill(TEXT)
    expect(page.get_by_role("alert")).to_contain_text("连不上服务")
    expect_marks(page, "行", "门")
    expect(page.get_by_role("alert")).to_be_hidden()
    refusal = {"status": 429, "headers": {"Retry-After": "1"}, "json": {"error": "slow down"}}
    page.route("**/api/paragraphs", lambda route: route.fulfill(**refusal), times=1)
    page.locator("#text").fill("我喜换吃苹果。")
    expect(page.get_by_role("alert")).to_contain_text("1 秒后")
    expect_marks(page, "换")
    # The browser reports both by itself.
    page.problems = [each for each in page.problems if not each.startswith("Failed to load")]


def test_a_doubtful_character_is_listed_but_not_changed_by_accept_all(page):
    flagged = {
        **{"start": 5, "end": 6, "source": "行", "target": "行", "score": 0.4},
        **{"reason": "flagged", "candidates": [{"target": "兴", "score": 0.4}]},
    }
    answer = {"paragraphs": [{"corrected": TEXT, "corrections": [flagged]}]}
    page.route("**/api/paragraphs", lambda route: route.fulfill(json=answer))
    write(page, TEXT, "行")
    expect(page.locator("#errors li")).to_have_count(1)
    expect(page.locator("#accept-all")).to_be_disabled()
    style = marks(page).first.evaluate("mark => getComputedStyle(mark).textDecoration")
    assert "dotted" in style
    click_mark(page, 0)
    expect(page.get_by_role("dialog")).to_contain_text("存疑")
    page.get_by_role("dialog").locator(".candidate").click()
    assert text_of(page) == TEXT.replace("行", "兴")


def luminance(color):
    channels = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_both_readable(page, scheme):
    page.emulate_media(color_scheme=scheme)
    write(page, TEXT, "行", "门")
    color, background = page.evaluate(
        """() => [getComputedStyle(document.querySelector("#text")).color,
            getComputedStyle(document.querySelector("#paper")).backgroundColor]"""
    )
    lighter, darker = sorted([luminance(color), luminance(background)], reverse=True)
    assert (luminance(background) < 0.2) is (scheme == "dark")
    assert (lighter + 0.05) / (darker + 0.05) > 7


def test_a_narrow_screen_shows_everything_without_scrolling_sideways(page):
    page.set_viewport_size({"width": 360, "height": 740})
    write(page, TEXT * 3, *"行门" * 3)
    click_mark(page, 1)
    expect(page.get_by_role("dialog")).to_be_visible()
    box = page.get_by_role("dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.skipif("SCREENSHOTS" not in os.environ, reason="set SCREENSHOTS=1 to take them anew")
@pytest.mark.parametrize(
    ("name", "scheme", "width", "height"),
    [
        ("page-light", "light", 1180, 700),
        ("page-dark", "dark", 1180, 700),
        ("page-narrow", "light", 390, 800),
    ],
)
def test_screenshots_of_the_page(page, name, scheme, width, height):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    page.locator("#protect-new").fill("野家")
    page.locator("#protect-new").press("Enter")
    letter = (
        "亲爱的小林：\n\n"
        "你好！好久没有给你写信了。上个星期我以经搬到了北京，新家离公司很近，我今天很高行，因为他门明天就回来了。"
        "周末我和同事一起去𠮷野家吃饭，大家都很开心😀\n\n"
        "我喜换这里的春天。前几天我买了一个新的手几，照片拍得很好看，下次发给你。"
        "听说你最近在学英语 (English)，祝你顺利！\n\n"
        "你的朋友"
    )
    write(page, letter, *"以行门换几")
    click_mark(page, 0)
    page.get_by_role("dialog").locator(".candidate").first.click()
    expect_marks(page, *"行门换几")
    page.evaluate("scrollTo(0, 0)")
    click_mark(page, 1 if width > 800 else 2)
    expect(page.get_by_role("dialog")).to_be_visible()
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size < 200_000
