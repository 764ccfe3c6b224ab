"""What the page asks the server, and what it does when that is away, busy or refuses."""

from browser import TEXT, drop_file, expect_marks, marks, needs_browser, text_of, write
from playwright.sync_api import expect

pytestmark = needs_browser


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
