"""The page teaches the server from files where it may, and shows what came of it."""

import pytest
from browser import expect_marks, needs_browser, write
from live import running
from playwright.sync_api import expect
from test_learning_api import NAMED, PRODUCT, TOWN, WRONG

from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.server.app import make_app
from spacy_sdcl.server.learner import Learner

pytestmark = needs_browser
# Milliseconds: files are read in processes, and the pipeline is saved.
SLOW = 60_000


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server that learns; what one test here teaches it the others find."""
    learner = Learner(load_pipeline("zh_sdcl_sm"), tmp_path_factory.mktemp("learned"))
    with running(make_app(load_pipeline("zh_sdcl_sm"), learner=learner)) as found:
        yield found


def files(**texts):
    return [
        {"name": name.replace("_", "."), "mimeType": "text/plain", "buffer": text.encode()}
        for name, text in texts.items()
    ]


def learn(page, **texts):
    page.locator("#learn-files").set_input_files(files(**texts))


def expect_learned(page, *chips):
    expect(page.locator("#learned .chip")).to_have_text(list(chips), timeout=SLOW)


def test_the_text_that_is_there_shows_what_was_learnt_and_what_was_taken_out(page):
    write(page, NAMED, "翔")
    learn(page, 说明_md=PRODUCT, 旧_txt=WRONG)
    expect_learned(page, "联翔7×")
    expect_marks(page)
    expect(page.locator("#lesson-said")).to_contain_text("新词 1 个")
    doubted = page.locator("#doubted li")
    expect(doubted).to_have_count(1)
    expect(doubted.locator("del")).to_have_text("公圆")
    expect(doubted.locator("ins")).to_have_text("公园")
    expect(doubted).to_contain_text("3 次")
    page.reload()
    expect_learned(page, "联翔7×")
    write(page, NAMED)
    expect(page.locator("#status")).to_contain_text("没有发现错字")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_label("去掉“联翔”").click()
    expect_learned(page, "联翔7×")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_label("去掉“联翔”").click()
    expect_learned(page)
    expect_marks(page, "翔")


def test_a_file_that_cannot_be_read_is_named_and_nothing_is_learnt(page):
    learn(page, a_txt=TOWN, b_docx="PK")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("没有学习：b.docx: ", timeout=SLOW)
    expect(page.locator("#learn")).to_be_enabled()
    expect_learned(page)
    page.problems = [each for each in page.problems if not each.startswith("Failed to load")]


def test_the_columns_of_a_table_are_asked_for_before_it_is_learnt(page):
    table = "名,话\n" + "".join(f"甲,{line}\n" for line in TOWN.split())
    learn(page, a_csv=table)
    expect(page.locator("#columns-said")).to_contain_text("1 名, 2 话", timeout=SLOW)
    page.locator("#columns-cancel").click()
    expect(page.locator("#learn")).to_be_enabled()
    learn(page, a_csv=table)
    page.locator("#columns-new").fill("话")
    page.locator("#columns-new").press("Enter")
    expect_learned(page, "采样舱6×")
    page.problems = [each for each in page.problems if not each.startswith("Failed to load")]


def test_everything_of_it_fits_a_narrow_screen_and_has_a_name(page):
    page.set_viewport_size({"width": 360, "height": 740})
    learn(page, a_md=PRODUCT, b_txt=WRONG)
    expect(page.locator("#lesson")).to_be_visible(timeout=SLOW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#language").click()
    expect(page.locator("#lesson-said")).to_contain_text("Characters read")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.get_by_role("button", name="Learn from files…")).to_be_visible()


class TestWithoutLearning:
    @pytest.fixture(scope="class")
    def address(self):
        with running(make_app(load_pipeline("zh_sdcl_sm"))) as found:
            yield found

    def test_a_server_that_may_not_learn_offers_nothing(self, page):
        expect(page.locator("#learning")).to_be_hidden()
