"""What a user decides about: ignored errors, protected words, doubtful ones, the threshold."""

from browser import TEXT, click_mark, expect_marks, marks, needs_browser, text_of, write
from playwright.sync_api import expect

pytestmark = needs_browser


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


def test_the_slider_finds_more(page):
    page.locator("#text").fill("采样仓的舱门关闭了。")
    expect(page.locator("#status")).to_contain_text("没有发现错字")
    page.locator("#threshold").press("End")
    expect(page.locator("#threshold-value")).to_contain_text("0.30")
    expect_marks(page, "仓")
    page.locator("#threshold").press("Home")
    expect_marks(page)


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
