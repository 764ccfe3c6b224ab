"""The embedded model behind a server, in the test's own process and on a free port."""

import pytest
from fastapi.testclient import TestClient
from live import running

from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.server.app import make_app
from spacy_sdcl.server.settings import ServerSettings

# What is only said of this machine's own addresses holds for this one.
LOCAL = "http://127.0.0.1"


@pytest.fixture(scope="session")
def embedded_nlp():
    return load_pipeline("zh_sdcl_sm")


@pytest.fixture(scope="session")
def make_client(embedded_nlp):
    def make(base_url=LOCAL, **settings):
        return TestClient(
            make_app(embedded_nlp, settings=ServerSettings(**settings)), base_url=base_url
        )

    return make


@pytest.fixture(scope="session")
def client(make_client):
    return make_client(rate=10_000_000)


@pytest.fixture(scope="session")
def address():
    """A real server, with a pipeline that no other test uses meanwhile."""
    settings = ServerSettings(max_characters=60_000)
    with running(make_app(load_pipeline("zh_sdcl_sm"), settings=settings)) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    from browser import launch
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture
def page(browser, address, embedded_nlp):
    """The page in a fresh profile. Whatever it reports or asks for elsewhere fails the test."""
    from playwright.sync_api import expect

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
    careful = embedded_nlp.get_pipe("sdcl_corrector").thresholds["careful"]
    expect(found.locator("#threshold-value")).to_contain_text(f"{careful:.2f}")
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
