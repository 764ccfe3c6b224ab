"""Real programs that know LanguageTool's API, against a running server: `make test-clients`.

They are large, and come from elsewhere, so that the suite leaves them out.
"""

import os
import sys
from pathlib import Path

import pytest

# The server of the suite's own tests.
sys.path.append(str(Path(__file__).parents[1] / "server"))

from live import running

from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.server.app import make_app

FOLDER = Path(os.environ.get("CLIENTS", "missing"))
if "CLIENTS" not in os.environ:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def folder():
    """Where `make test-clients` has put what is installed in no place of its own."""
    return FOLDER.absolute()


@pytest.fixture(scope="session")
def address():
    with running(make_app(load_pipeline("zh_sdcl_sm"))) as found:
        yield found
