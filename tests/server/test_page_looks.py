"""Everybody can see the page and reach all of it, on any screen; and its pictures."""

import os
import re
from pathlib import Path

import pytest
from browser import TEXT, click_mark, expect_marks, needs_browser, write
from playwright.sync_api import expect

IMAGES = Path(__file__).parents[2] / "docs" / "images"

pytestmark = needs_browser


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
