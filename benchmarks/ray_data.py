"""How fast a corpus is corrected on Ray Data, beside spaCy's own processes, and how that grows.

The name is not that of the package: this folder is where scripts in it look for modules first.

In turns, the same texts go through `nlp.pipe` in one process and in two, and as a Ray Dataset through one
worker and two, with a thread each. The clock starts when the workers have read a first short text, so that
how long they take to start is told apart. Then `correct-dataset` runs over files of growing size, and
the memory of its workers and of the command itself is looked at. Last comes what a terabyte would cost on
1,000 processors, which is arithmetic, and no measurement.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import json
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import chain, cycle
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from unittest.mock import patch

import psutil
import torch
import typer
from texts import mixed

from spacy_sdcl.data.records import log_problem
from spacy_sdcl.data.text import read_text, text_files
from spacy_sdcl.distributed import datasets
from spacy_sdcl.distributed.cluster import LOCAL, running_ray
from spacy_sdcl.distributed.datasets import TableCorrector
from spacy_sdcl.distributed.engine import RayHands
from spacy_sdcl.distributed.run import Order, correct_order
from spacy_sdcl.distributed.work import Settings
from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.metrics.tables import markdown_table

ONE, TWO = "`nlp.pipe`", "`nlp.pipe`, `n_process=2`"
RAY_ONE, RAY_TWO = "Ray Data, 1 worker", "Ray Data, 2 workers"
SHORT = "我今天很高兴。"
SENTENCES = 4_000
GOAL = 0.9
# The rows of a block of the Dataset: so many that handing them over costs nothing.
CHARACTERS_OF_BLOCK = 10_000
# Texts that spaCy gives to a process at a time: so few that none waits long for the last.
BATCH = 64
LONGEST_START = 600
TERABYTE, CORES, HOUR = 10**12, 1_000, 3_600
MEGABYTE = 1 << 20
SECONDS_BETWEEN_LOOKS = 0.2

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


class Turn(NamedTuple):
    """What a way did in a turn.

    start (float): Seconds until all workers had done a first text.
    rate (float): Characters a second from then on.
    per_processor (float): Characters a second of the processors' time that the processes took, whatever
        else the machine did; what Ray's own services take is not in it.
    """

    start: float
    rate: float
    per_processor: float


def sentences_of(path: Path | None) -> list[str]:
    """The texts that are corrected: sentences of a path, or made-up ones."""
    if path is None:
        return mixed(SENTENCES)
    lines = chain.from_iterable(read_text(each, log_problem) for each in text_files(path))
    return [line for line in lines if line.strip()]


def fill(sentences: Iterable[str], characters: int) -> Iterator[str]:
    """The sentences, again and again, up to a number of characters."""
    for sentence in cycle(sentences):
        if characters <= 0:
            return
        yield sentence
        characters -= len(sentence)


def in_processes(model: str, texts: list[str], processes: int) -> Turn:
    """`nlp.pipe`, in one process or several."""
    nlp = load_pipeline(model)
    began = time.perf_counter()
    # A batch for each process to begin with.
    first = BATCH * processes
    docs = nlp.pipe([*[SHORT] * first, *texts], n_process=processes, batch_size=BATCH)
    for _ in range(first):
        next(docs)
    started, used = time.perf_counter(), processor_seconds()
    for _ in range(len(texts) - 1):
        next(docs)
    # With the last one, the processes end.
    used = processor_seconds() - used
    next(docs)
    seconds = time.perf_counter() - started
    characters = sum(map(len, texts))
    return Turn(started - began, characters / seconds, characters / used)


def processor_seconds() -> float:
    """What this process and those that it started have had of the processors' time."""
    me = psutil.Process()
    times = [each.cpu_times() for each in (me, *me.children(recursive=True))]
    return sum(each.user + each.system for each in times)


class TimedCorrector(TableCorrector):
    """Notes when each block was begun and done, by a clock that all processes of a machine share."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # The first text loads the weights.
        self.nlp(SHORT)

    def __call__(self, table: Any) -> Iterator[Any]:
        began, used = time.time(), time.process_time()
        for part in super().__call__(table):
            ended, now = time.time(), time.process_time()
            share = (now - used) / part.num_rows
            for name, value in (("began", began), ("ended", ended), ("used", share)):
                part = part.append_column(name, [[value] * part.num_rows])
            used = now
            yield part


def on_ray(ray: Any, model: str, texts: list[str], workers: int) -> Turn:
    """A Ray Dataset through so many workers."""
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    # No worker begins before all are there.
    context.wait_for_min_actors_s = LONGEST_START
    import pyarrow

    rows = max(1, len(texts) * CHARACTERS_OF_BLOCK // sum(map(len, texts)))
    blocks = [texts[first : first + rows] for first in range(0, len(texts), rows)]
    dataset = ray.data.from_arrow([pyarrow.table({"text": block}) for block in blocks])
    called, used = time.time(), time.process_time()
    with patch.object(datasets, "TableCorrector", TimedCorrector):
        table = pyarrow.concat_tables(
            datasets.correct(dataset, model=model, workers=workers).iter_batches(
                batch_size=None, batch_format="pyarrow"
            )
        )
    began, ended = min(table["began"].to_pylist()), max(table["ended"].to_pylist())
    used = time.process_time() - used + sum(table["used"].to_pylist())
    characters = sum(map(len, texts))
    return Turn(began - called, characters / (ended - began), characters / used)


class Memory:
    """The most memory that processes have had of their own, while this is open."""

    def __init__(self) -> None:
        self.workers = self.command = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._ended.wait(SECONDS_BETWEEN_LOOKS):
            self.command = max(self.command, me.memory_info().rss)
            for child in me.children(recursive=True):
                try:
                    if "MapWorker" in " ".join(child.cmdline()):
                        self.workers = max(self.workers, child.memory_info().rss)
                except psutil.Error:
                    continue


def grow(model: str, sentences: list[str], characters: int, workers: int) -> dict[str, Any]:
    """Correct a file of a size, and say how fast, and in how much memory."""
    with tempfile.TemporaryDirectory() as folder, Memory() as memory:
        path = Path(folder) / "corpus.txt"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{each}\n" for each in fill(sentences, characters))
        order = Order(str(path), f"{folder}/out", Settings(model))
        began = time.perf_counter()
        counts = correct_order(order, RayHands(LOCAL, workers), say=typer.echo)
        seconds = time.perf_counter() - began
    return {
        "characters": counts["characters"],
        "seconds": seconds,
        "rate": counts["characters"] / seconds,
        "worker_megabytes": memory.workers / MEGABYTE,
        "command_megabytes": memory.command / MEGABYTE,
    }


def compare(model: str, texts: list[str], rounds: int) -> dict[str, list[Turn]]:
    """All ways in turns."""
    turns: dict[str, list[Turn]] = {name: [] for name in (ONE, TWO, RAY_ONE, RAY_TWO)}
    for number in range(rounds):
        for name, some in turns.items():
            count = 1 if name in (ONE, RAY_ONE) else 2
            # Ray is not there to disturb the others.
            if name in (ONE, TWO):
                some.append(in_processes(model, texts, count))
            else:
                with running_ray(LOCAL, 2) as ray:
                    some.append(on_ray(ray, model, texts, count))
            said = f"turn {number + 1}: {name}: {some[-1].rate:,.0f} characters/s"
            typer.echo(f"{said}, {some[-1].start:.0f} s to start", err=True)
    return turns


def table_of(turns: dict[str, list[Turn]]) -> str:
    """The ways, with their shares of `n_process=2`."""
    two = middle(turns[TWO])
    header = ["", "characters/s", "least to greatest", "of `n_process=2`"]
    header += ["characters/s of processor time", "of `n_process=2`", "start, s"]
    rows = []
    for name, some in turns.items():
        rates = [turn.rate for turn in some]
        start, rate, per_processor = middle(some)
        rows.append(
            [
                name,
                f"{rate:,.0f}",
                f"{min(rates):,.0f} to {max(rates):,.0f}",
                f"{rate / two.rate:.2f}",
                f"{per_processor:,.0f}",
                f"{per_processor / two.per_processor:.2f}",
                f"{start:.0f}",
            ]
        )
    return markdown_table(header, rows)


def middle(some: list[Turn]) -> Turn:
    """The median of each figure."""
    return Turn(*map(median, zip(*some, strict=True)))


def paper(rate: float, bytes_of_character: float) -> str:
    """What a terabyte costs, by the rate of one processor."""
    characters = TERABYTE / bytes_of_character
    hours = characters / rate / HOUR
    return (
        f"On paper: a terabyte of such text is {characters / 1e9:,.0f} billion characters; at {rate:,.0f} a "
        f"second of a processor that is {hours:,.0f} hours of a processor, or {hours / CORES:,.0f} hours "
        f"on {CORES:,}."
    )


@app.command()
def ray_data(
    text: Path | None = typer.Option(
        None, help="A file or folder of text, a sentence a line; else sentences of the project"
    ),
    model: str = typer.Option("zh_sdcl_sm", help="An embedded model, or a pipeline"),
    characters: int = typer.Option(200_000, help="Of a turn; text is repeated where it is less"),
    rounds: int = typer.Option(3, help="Turns"),
    sizes: str = typer.Option(
        "1000000,10000000,100000000", help="Characters of the growing files; '' for none"
    ),
    output: Path | None = typer.Option(None, help="A file for the figures, as JSON"),
) -> None:
    """Print two tables, and what follows from them."""
    torch.set_num_threads(1)
    sentences = sentences_of(text)
    own = sum(map(len, sentences))
    texts = list(fill(sentences, characters))
    turns = compare(model, texts, rounds)
    typer.echo(f"{characters:,} characters a turn, of text of {own:,}; {rounds} turns; medians\n")
    typer.echo(table_of(turns))
    ray, spacy = middle(turns[RAY_TWO]), middle(turns[TWO])
    share, thrift = ray.rate / spacy.rate, ray.per_processor / spacy.per_processor
    typer.echo(f"\nRay Data with 2 workers: {share:.2f} of `n_process=2`; goal: at least {GOAL}.")
    typer.echo(f"By processor time, which other work on the machine disturbs less: {thrift:.2f}.\n")
    grown = [grow(model, sentences, int(size), 2) for size in filter(None, sizes.split(","))]
    if grown:
        header = [
            "characters",
            "seconds in all",
            "characters/s",
            "MB of a worker",
            "MB of the command",
        ]
        rows = [[f"{value:,.0f}" for value in each.values()] for each in grown]
        typer.echo(markdown_table(header, rows) + "\n")
    bytes_of_character = sum(len(each.encode()) for each in sentences) / own
    typer.echo(paper(ray.per_processor, bytes_of_character))
    if output is not None:
        figures = {"turns": turns, "share": share, "share_by_processor": thrift, "grown": grown}
        output.write_text(json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    app()
