"""What the browser tests share: the page in Debian's chromium, and how to look at it."""

import os
import shutil

import pytest
from playwright.sync_api import expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TEXT = "我今天很高行，因为他门明天就回来了。"
CORRECT = "我今天很高兴，因为他们明天就回来了。"


def find_browser():
    """The path of a browser, None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


needs_browser = pytest.mark.skipif(
    find_browser() is None, reason="needs chromium: `make browser`, or install it by hand"
)


def launch(playwright):
    # As root, chromium does not start in its sandbox.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = ["--no-sandbox"] if root else []
    return playwright.chromium.launch(executable_path=find_browser(), args=arguments)


def text_of(page):
    return page.locator("#text").input_value()


def marks(page):
    return page.locator("#backdrop mark")


def expect_marks(page, *texts):
    expect(marks(page)).to_have_text(list(texts), timeout=20_000)


def write(page, text, *texts):
    """Put a text into the page, and wait for these underlines."""
    page.locator("#text").fill(text)
    expect_marks(page, *texts)


def click_mark(page, index):
    # An answer that comes at this moment draws the marks anew, and the old one has no box.
    while (box := marks(page).nth(index).bounding_box()) is None:
        page.wait_for_timeout(20)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def drop_file(page, name, content):
    """Drop a file on the page, as the browser would tell it."""
    page.evaluate(
        """([name, bytes]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
            for (const kind of ["dragover", "drop"]) {
                const options = { dataTransfer, bubbles: true, cancelable: true };
                document.body.dispatchEvent(new DragEvent(kind, options));
            }
        }""",
        [name, list(content)],
    )
