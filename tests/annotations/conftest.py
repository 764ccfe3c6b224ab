"""Docs with corrections."""

import pytest
from marked import RICH_CORRECTIONS, make_doc


@pytest.fixture
def doc():
    return make_doc()


@pytest.fixture(params=["char", "whitespace"])
def rich_doc(request):
    """A Doc with candidates, a phrase of the user's own, and an error that is only flagged."""
    return make_doc(request.param, RICH_CORRECTIONS)
