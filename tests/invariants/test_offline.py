"""A saved pipeline loads and runs without network, and nothing is unpickled."""

import pickle
import socket
import sys

import pytest
import spacy
from agreement import check_same
from awkward import TEXTS_OF_ONE_BATCH
from tiny import make_pipeline

from spacy_sdcl.language.characters import is_cjk

_forbidden: set[str] = set()


def _audit(event, args):
    if event in _forbidden:
        raise AssertionError(f"{event}{args}")


sys.addaudithook(_audit)


class forbidden:
    """Python's own audit events that must not happen meanwhile. A hook can never be removed."""

    def __init__(self, *events):
        self.events = events

    def __enter__(self):
        _forbidden.update(self.events)

    def __exit__(self, *error):
        _forbidden.clear()


def test_loading_and_running_open_no_connection_and_no_pickle(eager_nlp, expected, tmp_path):
    eager_nlp.to_disk(tmp_path)
    with forbidden("socket.connect", "socket.getaddrinfo", "pickle.find_class"):
        check_same(spacy.load(tmp_path).pipe(TEXTS_OF_ONE_BATCH), expected)


def test_a_new_pipeline_opens_no_connection_and_no_pickle(model_name):
    with forbidden("socket.connect", "socket.getaddrinfo", "pickle.find_class"):
        nlp = make_pipeline(model_name)
        nlp.get_pipe("sdcl_corrector").model.initialize()
        assert len(nlp("今天天气很好。")._.corrected) == 7


def test_the_watch_over_connections_and_pickles_sees_them():
    data = pickle.dumps(is_cjk)
    with forbidden("pickle.find_class"), pytest.raises(AssertionError, match="find_class"):
        pickle.loads(data)
    with forbidden("socket.getaddrinfo"), pytest.raises(AssertionError, match="getaddrinfo"):
        socket.getaddrinfo("localhost", 80)
