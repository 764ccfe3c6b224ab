"""Clients that hang up, that never come to an end, and that ask for another protocol."""

import json
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from live import running
from raw import connected, post, read_all, server_log

from spacy_sdcl.server import languagetool, serving
from spacy_sdcl.server.app import make_app
from spacy_sdcl.server.serving import make_server

FORM = f"language=zh-CN&text={quote('他门都是我的朋友。')}".encode()


@pytest.fixture
def app(embedded_nlp):
    return make_app(embedded_nlp)


@pytest.fixture
def server(app):
    with running(app) as found:
        yield found


@pytest.fixture
def impatient(monkeypatch, server):
    monkeypatch.setattr(serving, "SECONDS_TO_ARRIVE", 0.3)
    return server


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Endless: ",
        post("/v2/check", FORM)[:-10],
        post("/api/correct", b" " * 100, kind="application/json")[:-1],
    ],
    ids=["nothing", "half a line", "headers", "a form", "JSON"],
)
def test_a_request_that_does_not_arrive_is_cut_off(impatient, beginning):
    with server_log() as log, connected(impatient) as connection:
        connection.sendall(beginning)
        assert read_all(connection) == b""
    assert log == []


def test_a_request_that_comes_drop_by_drop_is_cut_off_as_well(impatient):
    def drip(connection):
        for _ in range(100):
            connection.sendall(b"G")
            time.sleep(0.05)

    with connected(impatient) as connection, pytest.raises(OSError, match=r"Broken pipe|reset"):
        drip(connection)


def test_a_complete_request_is_given_the_time_that_it_takes(impatient, app, monkeypatch):
    corrector = app.state.gate.checker.corrector
    usual = corrector.explain

    def slow(docs):
        time.sleep(1)
        return usual(docs)

    monkeypatch.setattr(corrector, "explain", slow)
    with connected(impatient) as connection:
        connection.sendall(post("/v2/check", FORM, "Connection: close"))
        assert "们" in read_all(connection).decode()


@pytest.mark.parametrize("path", ["/v2/check", "/api/correct"])
def test_a_client_that_hangs_up_within_a_body_leaves_no_traceback(server, app, path):
    with server_log() as log:
        for _ in range(3):
            with connected(server) as connection:
                connection.sendall(post(path, FORM)[:-10])
                time.sleep(0.05)
        wait_until(lambda: not app.state.gate._visits)
        time.sleep(0.1)
    assert log == []


def test_a_check_whose_client_has_hung_up_is_not_run(server, app, monkeypatch):
    corrector = app.state.gate.checker.corrector
    turns = []
    may_go_on = threading.Event()

    def explain(docs):
        turns.append([doc.text for doc in docs])
        assert may_go_on.wait(timeout=20)
        return [[] for _ in docs]

    monkeypatch.setattr(corrector, "explain", explain)
    gone = f"language=zh&text={quote('人走了。' * 1000)}".encode()
    with server_log() as log:
        with ExitStack() as clients:
            for _ in range(8):
                clients.enter_context(connected(server)).sendall(post("/v2/check", gone))
            wait_until(lambda: len(app.state.gate.checker._checks) == 8)
        wait_until(lambda: app.state.gate.checker._waiting == 0)
        may_go_on.set()
        with connected(server) as connection:
            connection.sendall(post("/v2/check", FORM, "Connection: close"))
            assert b"200 OK" in read_all(connection)
    assert len(turns) == 2
    assert log == []


def test_the_page_is_there_while_a_request_is_being_parsed(server, monkeypatch):
    has_begun, may_go_on = threading.Event(), threading.Event()
    usual = languagetool.read_query

    def slow(parameters):
        has_begun.set()
        assert may_go_on.wait(timeout=20)
        return usual(parameters)

    monkeypatch.setattr(languagetool, "read_query", slow)
    with connected(server) as connection:
        connection.sendall(post("/v2/check", FORM, "Connection: close"))
        assert has_begun.wait(timeout=20)
        with urllib.request.urlopen(server, timeout=20) as page:
            assert b"<textarea" in page.read()
        may_go_on.set()
        assert "们" in read_all(connection).decode()


UPGRADE = (
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAEAAEAAAAIAAAAB",
)


@pytest.mark.parametrize("at_once", [True, False])
def test_an_offer_of_http_2_is_declined_and_the_request_answered(server, at_once):
    pytest.importorskip("httptools")
    with server_log() as log, connected(server) as connection:
        request = post("/v2/check", FORM, *UPGRADE)
        head, _, body = request.partition(b"\r\n\r\n")
        parts = [request] if at_once else [head + b"\r\n\r\n", body]
        for part in parts:
            connection.sendall(part)
            time.sleep(0.1)
        # The connection is kept for the next request.
        connection.sendall(post("/v2/check", FORM, "Connection: close"))
        answer = read_all(connection).decode()
    assert answer.count("HTTP/1.1 200 OK") == 2
    assert answer.count("们") >= 2
    assert log == []


def test_the_parser_of_requests_does_not_depend_on_what_is_installed(app, monkeypatch):
    monkeypatch.setitem(sys.modules, "httptools", None)
    without = make_server(app).config
    monkeypatch.undo()
    for config in (without, make_server(app).config):
        config.load()
        assert config.http_protocol_class is serving.Connection


def test_two_requests_on_one_connection_are_answered_in_turn(server):
    body = json.dumps({"text": "我今天很高行。"}).encode()
    request = post("/api/correct", body, kind="application/json")
    last = post("/api/correct", body, "Connection: close", kind="application/json")
    with connected(server) as connection:
        connection.sendall(request + last)
        assert read_all(connection).decode().count("我今天很高兴。") == 2
