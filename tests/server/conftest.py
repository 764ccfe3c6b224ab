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
