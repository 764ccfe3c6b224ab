"""The processes that read documents: they end when nobody waits, and hold up nothing else."""

import asyncio

import pytest

from spacy_sdcl.server.reader import AT_ONCE, DocumentReader

ORDER = {"kind": "markdown", "columns": []}
# Reading this takes minutes.
ENDLESS = b"![" * 1_000_000


@pytest.fixture
def processes(monkeypatch):
    found = []
    usual = asyncio.create_subprocess_exec

    async def start(*arguments, **options):
        found.append(await usual(*arguments, **options))
        return found[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    return found


async def until(condition):
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come true in 20 seconds")


def test_a_process_ends_when_its_client_hangs_up(processes):
    async def hang_up():
        task = asyncio.create_task(DocumentReader().read(ORDER, ENDLESS))
        await until(lambda: processes)
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(hang_up())
    assert [each.returncode is not None for each in processes] == [True]


def test_no_more_than_some_are_read_at_once_and_the_others_wait_their_turn(processes):
    async def ask_for_many():
        reader = DocumentReader(seconds=2)
        tasks = [asyncio.create_task(reader.read(ORDER, ENDLESS)) for _ in range(AT_ONCE)]
        tasks.append(asyncio.create_task(reader.read(ORDER, "好".encode())))
        await until(lambda: len(processes) == AT_ONCE)
        await asyncio.sleep(0.5)
        assert len(processes) == AT_ONCE
        return await asyncio.gather(*tasks)

    *slow, last = asyncio.run(ask_for_many())
    assert {each.said["about"] for each in slow} == {"size"}
    assert min(each.work for each in slow) >= 10_000
    assert last.said["texts"] == ["好"]


def test_a_process_that_breaks_down_is_an_answer_too(monkeypatch):
    monkeypatch.setattr("spacy_sdcl.server.reader.MODULE", "no_such_module")
    assert "error" in asyncio.run(DocumentReader().read(ORDER, b"")).said
