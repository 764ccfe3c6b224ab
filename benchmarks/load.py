"""The server under load: clients that ask again as soon as they have an answer, and the page beside.

    python benchmarks/load.py --output load.md

Starts a server of its own on a free port of this machine, and prints a table. A cell takes
`--seconds`, and at most `--patience` more until the last answers are there.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from texts import document, single

CLIENTS = (1, 4, 16, 64)
LENGTHS = (20, 5_000)
LONGEST = 100_000
SENTENCES_BESIDE = 20
PAGE_EVERY = 0.05
MOST_REQUESTS = 20_000
HEADER = (
    "| characters of a text | clients | texts/s | characters/s | p50 ms | p99 ms | refused | unfinished "
    "| page p50 ms | page p99 ms |"
)


@dataclass
class Cell:
    """What one number of clients has seen.

    took (list): Seconds of each answered request.
    page (list): Seconds of each load of the page meanwhile.
    refused (int): Requests that were answered with 429 or 503.
    unfinished (int): Requests that were given up at the end.
    """

    took: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    refused: int = 0
    unfinished: int = 0


@contextmanager
def serving() -> Iterator[int]:
    """A server in a process of its own. Yields its port."""
    command = [sys.executable, "-m", "spacy", "sdcl", "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        match = re.search(r":(\d+) ", process.stdout.readline())
        assert match is not None, "The server did not start."
        yield int(match[1])
    finally:
        process.terminate()
        process.wait()


class Client:
    """A connection that is kept.

    port (int): The server's port.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> int:
        """Send a request and read the answer.

        RETURNS (int): Its status.
        """
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
        await writer.drain()
        headers = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = re.search(r"content-length: (\d+)", headers)
        await reader.readexactly(int(length[1]) if length else 0)
        if "connection: close" in headers:
            self.hang_up()
        return int(headers.split()[1])

    def hang_up(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def ask_on(
    port: int, next_text: Callable[[], str], end: float, cell: Cell, most: int = MOST_REQUESTS
) -> None:
    """One client: ask, and ask again, until the end."""
    client = Client(port)
    try:
        while time.perf_counter() < end and len(cell.took) < most:
            body = json.dumps({"text": next_text()}).encode()
            began = time.perf_counter()
            status = await client.ask("POST", "/api/correct", body)
            if status == 200:
                cell.took.append(time.perf_counter() - began)
            else:
                cell.refused += 1
                await asyncio.sleep(1)
    except asyncio.CancelledError:
        cell.unfinished += 1
        raise
    finally:
        client.hang_up()


@asynccontextmanager
async def page_beside(port: int, cell: Cell) -> AsyncIterator[None]:
    """Load the page again and again meanwhile, each time as a new visitor."""

    async def load() -> None:
        while True:
            client = Client(port)
            began = time.perf_counter()
            await client.ask("GET", "/")
            cell.page.append(time.perf_counter() - began)
            client.hang_up()
            await asyncio.sleep(PAGE_EVERY)

    task = asyncio.create_task(load())
    yield
    task.cancel()
    await asyncio.wait({task})


async def measure(port: int, length: int, clients: int, seconds: float, patience: float) -> str:
    """One row of the table."""
    texts = [document(length, seed=i) if length > 100 else t for i, t in enumerate(single(64))]
    numbers = iter(range(sys.maxsize))
    cell = Cell()
    began = time.perf_counter()
    async with page_beside(port, cell):
        asking = [
            asyncio.create_task(
                ask_on(port, lambda: texts[next(numbers) % len(texts)], began + seconds, cell)
            )
            for _ in range(clients)
        ]
        _, pending = await asyncio.wait(asking, timeout=seconds + patience)
        lasted = time.perf_counter() - began
        for task in pending:
            task.cancel()
        if pending:
            await asyncio.wait(pending)
    done = len(cell.took)
    cells = [
        f"{length:,}",
        str(clients),
        f"{done / lasted:.1f}",
        f"{done * length / lasted:,.0f}",
        milliseconds(cell.took, 0.5),
        milliseconds(cell.took, 0.99),
        str(cell.refused),
        str(cell.unfinished),
        milliseconds(cell.page, 0.5),
        milliseconds(cell.page, 0.99),
    ]
    return f"| {' | '.join(cells)} |"


async def measure_beside(port: int, patience: float) -> str:
    """A sentence, again and again, while a text of the greatest length is checked."""
    long, cell = Cell(), Cell()
    end = time.perf_counter() + patience
    text = document(LONGEST)
    task = asyncio.create_task(ask_on(port, lambda: text, end, long, most=1))
    await asyncio.sleep(0.5)
    sentences = iter(single(SENTENCES_BESIDE, seed=1) * 2)
    while len(cell.took) < SENTENCES_BESIDE and not task.done() and time.perf_counter() < end:
        await ask_on(port, lambda: next(sentences), end, cell, most=len(cell.took) + 1)
        await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait({task})
    return (
        f"Beside a text of {LONGEST:,} characters, {len(cell.took)} sentences of 20 took "
        f"{milliseconds(cell.took, 0.5)} ms (p50), {milliseconds(cell.took, 1)} ms at most."
    )


def milliseconds(took: list[float], share: float) -> str:
    """The value that so many of them do not exceed."""
    if not took:
        return "–"
    ordered = sorted(took)
    return f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000:,.0f}"


async def run(port: int, arguments: argparse.Namespace) -> list[str]:
    """All rows."""
    await Client(port).ask("POST", "/api/correct", json.dumps({"text": "好"}).encode())
    lines = [HEADER, "|" + "---|" * (HEADER.count("|") - 1)]
    for length in LENGTHS:
        for clients in arguments.clients:
            row = await measure(port, length, clients, arguments.seconds, arguments.patience)
            print(row, flush=True)
            lines.append(row)
    lines += ["", await measure_beside(port, arguments.patience)]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--patience", type=float, default=60)
    parser.add_argument("--output", type=Path, help="a file for the table")
    arguments = parser.parse_args()
    before = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    with serving() as port:
        lines = asyncio.run(run(port, arguments))
    lines += ["", f"{os.cpu_count()} cores; load of the machine before: {before:.1f}."]
    table = "\n".join(lines)
    print(table)
    if arguments.output:
        arguments.output.write_text(table + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
