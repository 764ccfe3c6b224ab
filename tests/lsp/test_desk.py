"""The latest state of each document is told of, and no other; the event loop is never kept waiting."""

import asyncio
import threading
import time

import pytest

pytest.importorskip("pygls")

from spacy_sdcl.lsp import desk as desk_module
from spacy_sdcl.lsp.checking import Check
from spacy_sdcl.lsp.desk import Desk
from spacy_sdcl.lsp.sheets import Sheet


class StubChecker:
    """Takes two steps a document, more for a long one; each can be kept waiting."""

    def __init__(self):
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.started = threading.Event()
        self.read_texts, self.steps = [], []

    def read(self, sheet, editor):
        if sheet.text == "wrong":
            raise ValueError("what is wrong")
        self.read_texts.append(sheet.text)
        check = Check(None)
        steps = 9 if sheet.text == "long" else 2
        check.batches = [[f"{sheet.text} {number}"] for number in range(1, steps + 1)]
        return check

    def correct(self, check, texts):
        self.started.set()
        assert self.may_go_on.wait(10)
        self.steps += texts
        check.found[texts[0]] = []

    def findings(self, check):
        return list(check.found)


class Told(list):
    """What was told of, in order: texts with the number of findings."""

    def __init__(self):
        self.errors = []

    def checked(self, sheet, check):
        self.append((sheet.text, len(sheet.findings)))

    def failed(self, sheet, error):
        self.errors.append((sheet.text, str(error)))


def run(scenario):
    """Run a scenario with a desk and a stub."""
    checker, told = StubChecker(), Told()

    async def whole():
        desk = Desk(checker, told.checked, told.failed)
        desk.start()
        await scenario(desk, checker, told)
        checker.may_go_on.set()
        desk.close()

    asyncio.run(whole())
    return checker, told


async def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def sheet(text, uri="a", version=1):
    return Sheet(uri, None, "", version, text)


def test_a_document_is_checked_and_told_of_once():
    async def scenario(desk, checker, told):
        desk.put(sheet("甲"), pause=0)
        await until(lambda: told)

    assert run(scenario)[1] == [("甲", 2)]


def test_a_state_that_was_edited_while_it_was_checked_is_never_told_of():
    async def scenario(desk, checker, told):
        checker.may_go_on.clear()
        desk.put(sheet("甲"), pause=0)
        await until(checker.started.is_set)
        desk.put(sheet("乙", version=2), pause=0)
        checker.may_go_on.set()
        await until(lambda: told)
        await asyncio.sleep(0.05)

    checker, told = run(scenario)
    assert told == [("乙", 2)]
    # Nor is it corrected any further.
    assert checker.steps == ["甲 1", "乙 1", "乙 2"]


def test_a_document_that_was_closed_while_it_was_checked_is_never_told_of():
    async def scenario(desk, checker, told):
        checker.may_go_on.clear()
        desk.put(sheet("甲"), pause=0)
        await until(checker.started.is_set)
        desk.drop("a")
        checker.may_go_on.set()
        desk.put(sheet("乙", uri="b"), pause=0)
        await until(lambda: told)

    assert run(scenario)[1] == [("乙", 2)]


def test_while_one_types_nothing_is_read():
    async def scenario(desk, checker, told):
        for number in range(5):
            desk.put(sheet(f"甲{number}", version=number), pause=0.1)
            await asyncio.sleep(0.01)
        await until(lambda: told)

    checker, _ = run(scenario)
    assert checker.read_texts == ["甲4"]


def test_the_event_loop_goes_on_while_a_text_is_corrected():
    async def scenario(desk, checker, told):
        checker.may_go_on.clear()
        desk.put(sheet("甲"), pause=0)
        await until(checker.started.is_set)
        # The worker waits; this answers.
        before = time.monotonic()
        await asyncio.sleep(0)
        assert time.monotonic() - before < 1

    run(scenario)


def test_a_short_document_is_not_kept_waiting_by_a_long_one():
    async def scenario(desk, checker, told):
        checker.may_go_on.clear()
        desk.put(sheet("long", uri="a"), pause=0)
        await until(checker.started.is_set)
        desk.put(sheet("乙", uri="b"), pause=0)
        await asyncio.sleep(0.05)
        checker.may_go_on.set()
        await until(lambda: len(told) == 2)

    assert run(scenario)[1] == [("乙", 2), ("long", 9)]


def test_what_is_known_of_a_new_long_document_is_told_before_its_end(monkeypatch):
    monkeypatch.setattr(desk_module, "INTERVAL", 0.0)

    async def scenario(desk, checker, told):
        desk.put(sheet("甲"), pause=0)
        await until(lambda: ("甲", 2) in told)
        # Later on, what is known already would vanish meanwhile.
        desk.put(sheet("乙"), pause=0)
        await until(lambda: ("乙", 2) in told)

    assert run(scenario)[1] == [("甲", 1), ("甲", 2), ("乙", 2)]


def test_nothing_is_checked_before_the_settings_are_known():
    checker, told = StubChecker(), Told()

    async def scenario():
        desk = Desk(checker, told.checked, told.failed)
        desk.put(sheet("甲"), pause=0)
        await asyncio.sleep(0.05)
        assert checker.read_texts == []
        desk.start()
        await until(lambda: told)
        desk.close()

    asyncio.run(scenario())


def test_all_are_checked_again_when_a_setting_changes():
    async def scenario(desk, checker, told):
        desk.put(sheet("甲", uri="a"), pause=0)
        desk.put(sheet("乙", uri="b"), pause=0)
        await until(lambda: len(told) == 2)
        desk.check_all()
        await until(lambda: len(told) == 4)

    assert sorted(run(scenario)[1]) == [("乙", 2), ("乙", 2), ("甲", 2), ("甲", 2)]


def test_what_went_wrong_is_told_with_its_document():
    async def scenario(desk, checker, told):
        desk.put(sheet("wrong"), pause=0)
        await until(lambda: told.errors)
        desk.put(sheet("甲"), pause=0)
        await until(lambda: told)

    _, told = run(scenario)
    assert told.errors == [("wrong", "what is wrong")]
    assert told == [("甲", 2)]
