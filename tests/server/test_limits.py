"""What is too large, too often or too much at once is refused, with what to do about it."""

import asyncio
import logging
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient

from spacy_sdcl.server.app import make_app
from spacy_sdcl.server.checker import Busy, Checker, CheckFailed
from spacy_sdcl.server.limits import MAX_CLIENTS, Allowance
from spacy_sdcl.server.settings import ServerSettings
from spacy_sdcl.server.turns import Manner, Task

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def small(make_client):
    return make_client(max_characters=20)


def test_a_text_at_the_limit_is_checked_and_one_above_it_refused(small):
    assert small.post("/api/correct", json={"text": "😀" * 20}).status_code == 200
    response = small.post("/api/correct", json={"text": "好" * 21})
    assert response.status_code == 413
    assert "21 characters" in response.json()["error"]
    assert "limit is 20" in response.json()["error"]


def test_the_limit_is_for_all_paragraphs_together(small):
    assert small.post("/api/paragraphs", json={"paragraphs": ["好" * 11] * 2}).status_code == 413


def test_languagetool_clients_are_told_in_plain_text(small):
    response = small.post("/v2/check", data={"text": "好" * 21, "language": "zh-CN"})
    assert response.status_code == 413
    assert response.text.startswith("Error: The text has 21 characters, and the limit is 20")


@pytest.mark.parametrize("path", ["/api/correct", "/v2/check"])
def test_a_huge_body_is_refused_before_it_is_read(small, path):
    kind = "application/json" if "api" in path else "application/x-www-form-urlencoded"
    headers = [(b"host", b"localhost"), (b"content-type", kind.encode())]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    scope.update(query_string=b"", raw_path=path.encode(), client=("127.0.0.1", 1))
    read, answer = [], []

    async def endless():
        read.append(100_000)
        return {"type": "http.request", "body": b"a" * 100_000, "more_body": True}

    async def collect(message):
        answer.append(message)

    asyncio.run(small.app(scope, endless, collect))
    assert answer[0]["status"] == 413
    assert b"20 characters" in answer[1]["body"]
    assert sum(read) < 2_400_000


def test_a_declared_length_over_the_limit_is_enough(small):
    response = small.post("/api/correct", content=b" " * 2_100_000)
    assert response.status_code == 413


def test_a_client_of_the_network_that_asks_for_too_much_is_told_when_to_come_back(make_client):
    client = make_client(rate=30)
    assert client.post("/api/correct", json={"text": "好" * 40}).status_code == 200
    # Even one that cannot be parsed: it is refused before.
    response = client.post("/api/correct", content=b"{", headers=JSON)
    assert response.status_code == 429
    assert 50 <= int(response.headers["Retry-After"]) <= 60
    assert "30 characters in a minute" in response.json()["error"]
    assert client.post("/v2/check", data={"text": "好", "language": "zh"}).status_code == 429
    assert client.get("/").status_code == 200


def test_a_program_of_this_machine_may_ask_as_often_as_it_likes(make_client):
    app = make_client(rate=1).app
    client = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50_000))
    for _ in range(30):
        assert client.post("/api/correct", json={"text": "好"}).status_code == 200


def test_the_allowance_is_each_clients_own_and_grows_with_time():
    now = 0.0
    allowance = Allowance(600, clock=lambda: now)
    assert allowance.seconds_to_wait("a") == 0
    allowance.spend("a", 900)
    assert allowance.seconds_to_wait("a") == 30
    assert allowance.seconds_to_wait("b") == 0
    now = 29.5
    assert allowance.seconds_to_wait("a") == 1
    now = 31.0
    assert allowance.seconds_to_wait("a") == 0
    # However long nothing was asked for, no more than a minute's is saved.
    now = 10_000.0
    allowance.spend("a", 601)
    assert allowance.seconds_to_wait("a") == 1


def test_many_addresses_do_not_fill_the_memory():
    allowance = Allowance(1)
    for number in range(MAX_CLIENTS + 10):
        allowance.spend(str(number), 1)
    assert len(allowance._left) == MAX_CLIENTS


def test_a_text_for_which_there_is_no_room_is_refused_before_it_is_parsed(make_client, monkeypatch):
    client = make_client(max_waiting=10)
    checker = client.app.state.gate.checker
    monkeypatch.setattr(checker, "_waiting", 10)
    response = client.post("/api/correct", content=b"{", headers=JSON)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_what_waits_is_counted_in_characters(embedded_nlp, monkeypatch):
    checker = Checker(embedded_nlp, max_waiting=1000)
    may_go_on = threading.Event()
    threads = set()
    usual = checker.corrector.explain

    def slow(docs):
        threads.add(threading.get_ident())
        assert may_go_on.wait(timeout=20)
        return usual(docs)

    monkeypatch.setattr(checker.corrector, "explain", slow)
    running = [checker.submit(Task(["我今天很高行。" * 20])) for _ in range(5)]
    with pytest.raises(Busy):
        checker.submit(Task(["好" * 400]))
    running.append(checker.submit(Task(["好"])))
    may_go_on.set()
    results = [each.result(timeout=20) for each in running]
    assert [each[0].corrected for each in results[:5]] == ["我今天很高兴。" * 20] * 5
    # One thread for all, and not that of the event loop.
    assert len(threads) == 1
    assert threads != {threading.get_ident()}
    assert checker.submit(Task(["好" * 2000])).result(timeout=20)
    checker.close()


def test_a_failure_is_reported_without_the_text(embedded_nlp, make_client, monkeypatch, caplog):
    def broken(docs):
        raise ValueError(f"cannot read {docs[0].text}")

    client = make_client()
    monkeypatch.setattr(embedded_nlp.get_pipe("sdcl_corrector"), "explain", broken)
    with caplog.at_level(logging.DEBUG):
        response = client.post("/api/correct", json={"text": "我的秘密"})
    assert response.status_code == 500
    assert "ValueError" in response.json()["error"]
    assert "ValueError" in caplog.text
    assert "秘密" not in response.text + caplog.text


def test_the_components_settings_are_restored_after_a_failure(embedded_nlp, monkeypatch):
    checker = Checker(embedded_nlp, max_waiting=2)
    before = checker.corrector.threshold, checker.corrector.variant
    monkeypatch.setattr(checker.corrector, "explain", lambda docs: 1 / 0)
    with pytest.raises(CheckFailed):
        checker.submit(Task(["好"], Manner(threshold=0.1, variant="auto"))).result(timeout=20)
    assert (checker.corrector.threshold, checker.corrector.variant) == before
    checker.close()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"max_characters": 0}, "max_characters must be at least 1, not 0"),
        ({"rate": 0}, "rate must be at least 1, not 0"),
        ({"max_waiting": 0}, "max_waiting must be at least 1, not 0"),
        ({"rate": "300"}, "rate must be a whole number, at least 1, not '300'"),
        ({"local_only": "no"}, "local_only must be true or false, not 'no'"),
        (
            {"allow_origins": "https://example.org"},
            "allow_origins must be a tuple of texts, not 'https://example.org'",
        ),
        ({"port": 80}, "No setting 'port': there are max_characters, rate"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(wrong: dict[str, Any], message):
    with pytest.raises(ValueError, match=message):
        ServerSettings(**wrong)


def test_a_limit_above_the_pipelines_own_is_refused(embedded_nlp):
    with pytest.raises(ValueError, match=r"nlp\.max_length"):
        make_app(embedded_nlp, settings=ServerSettings(max_characters=2_000_000))
