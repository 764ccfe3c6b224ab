"""Measure the component beside its alternatives, in one run: `make bench`.

Systems that are compared take turns, each in a process of its own that has loaded and warmed up
before; a row is the median of the ratios of the rounds, with the least and the greatest. Absolute
figures say more about the machine than about the systems.
"""

import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import processor
import typer
from macbert import make_macbert
from systems import HERE, Worker, script, take_turns, workers
from texts import SENTENCES, document, mixed, single

from spacy_sdcl.data.records import atomic_path
from spacy_sdcl.metrics.tables import digits, markdown_table

EMBEDDED = "zh_sdcl_sm"
# The alternatives read a tenth of the long text: they cut it up, so that a tenth tells the speed.
DOCUMENT = 100_000
OTHERS_DOCUMENT = 10_000
GROWTH = (1_000, 10_000, 100_000, 1_000_000)
EDITOR = "embedded model, a sentence of 20 characters, one core"
STEP = "training step of the embedded model, against the naive"
START = "fresh process: add_pipe and first text"
# What a row of the table compares: the system, and what it is held against.
AGAINST_PYCORRECTOR = {
    "ours": "MacBERT's shape, float32",
    "ours-int8": "MacBERT's shape, int8",
    "embedded": "embedded model, float32",
    "embedded-int8": "embedded model, int8",
    "naive": "the naive loop itself",
}

# What is to be reached, by kind of processor.
GOALS = {
    "avx2": {
        "mixed sentences: MacBERT's shape, float32": "≥ 2.5",
        "mixed sentences: MacBERT's shape, int8": "≥ 4",
        "mixed sentences: embedded model, float32": "≥ 40",
        "one document: MacBERT's shape, float32": "≥ 2",
        "one document: embedded model, float32": "≥ 30",
        "MacBERT's shape, share of the matrix-product limit": "≥ 80",
        EDITOR: "≤ 5",
    },
    "avx512": {
        "mixed sentences: MacBERT's shape, float32": "≥ 4",
        "mixed sentences: MacBERT's shape, int8": "≥ 8",
        "mixed sentences: embedded model, float32": "≥ 60",
        "one document: MacBERT's shape, float32": "≥ 2.5",
        "one document: embedded model, float32": "≥ 45",
        "MacBERT's shape, share of the matrix-product limit": "≥ 85",
        EDITOR: "≤ 2.5",
    },
}
FOR_ALL = {
    STEP: "≥ 1.5",
    START: "≤ 0.5",
    f"one text of {GROWTH[-1]:,} characters: memory added": "≤ 150",
}

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


class Row(NamedTuple):
    """One line of the table.

    what (str): What was measured.
    values (list[float]): A figure for each round.
    unit (str): Of the figures, "x" for ratios.
    goal (str): What was to be reached, "" for nothing.
    """

    what: str
    values: list[float]
    unit: str
    goal: str = ""


def agreement(systems: dict[str, Worker], texts: list[str], folder: Path) -> dict[str, Any]:
    """Hold the corrections of two systems with equal weights against each other.

    systems (dict[str, Worker]): "ours" and "pycorrector".
    texts (list[str]): The texts.
    folder (Path): For what they return.
    RETURNS (dict): How many texts are purely Chinese, of how many of them the corrections are the
        same, and the same counts for the others.
    """
    source = folder / "agreement.json"
    source.write_text(json.dumps(texts), encoding="utf-8")
    corrected = {}
    for name in ("ours", "pycorrector"):
        output = folder / f"{name}-corrected.json"
        systems[name].run(source, output=str(output))
        corrected[name] = json.loads(output.read_text(encoding="utf-8"))
    counts = {"chinese": 0, "chinese_alike": 0, "other": 0, "other_alike": 0}
    for text, own, other in zip(texts, corrected["ours"], corrected["pycorrector"], strict=True):
        kind = "other" if any(ord(char) < 128 for char in text) else "chinese"
        counts[kind] += 1
        counts[f"{kind}_alike"] += own == other
    return counts


def per_character(answer: dict[str, Any], length: int) -> float:
    """Seconds a character of one run."""
    return sum(answer["seconds"]) / length


def compare_shapes(
    systems: dict[str, Worker], folder: Path, rounds: int, sentences: int
) -> tuple[list[Row], dict[str, Any]]:
    """Compare all systems on texts of the three shapes.

    systems (dict[str, Worker]): The systems.
    folder (Path): For the texts.
    rounds (int): How often each takes its turn.
    sentences (int): Mixed sentences of a run.
    RETURNS (tuple): The rows, and how far the systems with equal weights agree.
    """
    long_text = document(DOCUMENT)
    shapes = {
        "mixed sentences": mixed(sentences),
        "single sentences": single(8),
        "one document": [long_text],
    }
    rows = []
    for shape, texts in shapes.items():
        typer.echo(shape, err=True)
        files, lengths = {}, {}
        for name in systems:
            own = texts
            if shape == "one document" and not name.startswith("embedded"):
                own = [long_text[:OTHERS_DOCUMENT]]
            files[name] = folder / f"{shape.replace(' ', '-')}-{len(own[0])}.json"
            files[name].write_text(json.dumps(own), encoding="utf-8")
            lengths[name] = sum(map(len, own))
        # The naive loop reads no text that is longer than the encoder.
        taking = {
            n: s for n, s in systems.items() if not (n == "naive" and shape == "one document")
        }
        answers = take_turns(taking, files, rounds, singly=shape == "single sentences")
        speeds = [{n: per_character(a, lengths[n]) for n, a in each.items()} for each in answers]
        for name, title in AGAINST_PYCORRECTOR.items():
            if name in taking:
                ratios = [each["pycorrector"] / each[name] for each in speeds]
                rows.append(Row(f"{shape}: {title}", ratios, "x"))
        if shape == "mixed sentences":
            alike = agreement(systems, texts, folder)
            for name in ("pycorrector", "ours", "embedded"):
                peaks = [each[name]["peak_megabytes"] for each in answers]
                rows.append(Row(f"{shape}: peak memory, {name}", peaks, "MB"))
            speed = [1 / each["embedded"] for each in speeds]
            rows.append(Row(f"{shape}: embedded model, characters a second", speed, ""))
    return rows, alike


def measure_editor(folder: Path, rounds: int) -> Row:
    """Time single sentences of 20 characters on one core.

    folder (Path): For the texts.
    rounds (int): How often.
    RETURNS (Row): The median milliseconds of each round.
    """
    path = folder / "editor.json"
    path.write_text(json.dumps(single(50)), encoding="utf-8")
    with workers({"embedded": (sys.executable, "ours", EMBEDDED)}, threads=1) as systems:
        answers = take_turns(systems, {"embedded": path}, rounds, singly=True)
    medians = [1000 * statistics.median(each["embedded"]["seconds"]) for each in answers]
    return Row(EDITOR, medians, "ms")


def measure_growth(folder: Path, rounds: int) -> list[Row]:
    """Time texts of growing length, and what memory they take.

    folder (Path): For the texts.
    rounds (int): How often.
    RETURNS (list[Row]): Microseconds a character, and megabytes above those before.
    """
    rows = []
    for length in GROWTH:
        path = folder / f"growth-{length}.json"
        path.write_text(json.dumps([document(length)]), encoding="utf-8")
        # A process that has read nothing long before, so that memory is that of this text. It has
        # read a page, since the first text of all pays for what is made once.
        page = folder / f"growth-{GROWTH[1]}.json"
        page.write_text(json.dumps([document(GROWTH[1])]), encoding="utf-8")
        times, added = [], []
        with workers({"embedded": (sys.executable, "ours", EMBEDDED)}) as systems:
            systems["embedded"].run(page)
            for _ in range(1 if length == GROWTH[-1] else rounds):
                answer = systems["embedded"].run(path)
                times.append(1e6 * per_character(answer, length))
                added.append(answer["added_megabytes"])
        rows.append(Row(f"one text of {length:,} characters: time a character", times, "µs"))
        rows.append(Row(f"one text of {length:,} characters: memory added", added, "MB"))
    return rows


@app.command()
def bench(
    peer: Path = typer.Option(..., help="The interpreter of the peer's environment"),
    folder: Path = typer.Option(Path(".bench"), help="For the model and the texts"),
    rounds: int = typer.Option(5, help="How often each system takes its turn"),
    sentences: int = typer.Option(96, help="Mixed sentences of a run"),
    output: Path | None = typer.Option(
        None, "--output", "-o", help="By default benchmarks/results_KIND.json, by the processor"
    ),
) -> None:
    """Run the comparisons, print the table with the processor's features, write it as JSON and Markdown."""
    start = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "macbert"
    make_macbert(model, SENTENCES.read_text(encoding="utf-8"))
    here = sys.executable
    with workers(
        {
            "pycorrector": (str(peer), "pycorrector", str(model)),
            "naive": (here, "naive", str(model)),
            "ours": (here, "ours", str(model)),
            "ours-int8": (here, "ours-int8", str(model)),
            "embedded": (here, "ours", EMBEDDED),
            "embedded-int8": (here, "ours-int8", EMBEDDED),
        }
    ) as systems:
        rows, alike = compare_shapes(systems, folder, rounds, sentences)
    typer.echo("limit, training, start", err=True)
    texts = folder / "limit.json"
    texts.write_text(json.dumps(mixed(sentences)), encoding="utf-8")
    for title, name in (("MacBERT's shape", str(model)), ("embedded model", EMBEDDED)):
        shares = script("limit.py", name, str(texts), "--runs", str(rounds))["shares"]
        percent = [100 * share for share in shares]
        rows.append(Row(f"{title}, share of the matrix-product limit", percent, "%"))
    steps = script("training.py", EMBEDDED, str(texts), "--runs", str(rounds))
    rows.append(Row(STEP, steps["ratios"], "x"))
    rows.append(Row("training, characters a second", steps["characters_per_second"], ""))
    starts = [script("startup.py") for _ in range(rounds)]
    for part in starts[0]:
        rows.append(Row(f"fresh process: {part}", [each[part] for each in starts], "s"))
    rows.append(measure_editor(folder, rounds))
    rows += measure_growth(folder, rounds)
    goals = FOR_ALL | GOALS.get(processor.kind(), {})
    rows = [row._replace(goal=goals.get(row.what, "")) for row in rows]
    table = make_table(rows)
    remark = (
        f"Corrections of the purely Chinese sentences by equal weights: {alike['chinese_alike']} of "
        f"{alike['chinese']} the same; of those with Latin letters, digits or spaces, which "
        f"pycorrector leaves alone or garbles: {alike['other_alike']} of {alike['other']}. "
        f"{(time.monotonic() - start) / 60:.0f} minutes. Processor: {processor.features()}."
    )
    typer.echo(f"{table}\n\n{remark}")
    output = output or HERE / f"results_{processor.kind()}.json"
    content = {
        "processor": processor.features(),
        "rows": [row._asdict() for row in rows],
        "agreement": alike,
    }
    with atomic_path(output) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    with atomic_path(output.with_suffix(".md")) as temporary:
        temporary.write_text(f"{table}\n\n{remark}\n", encoding="utf-8")


def make_table(rows: Sequence[Row]) -> str:
    """Lay the rows out as Markdown.

    rows (Sequence[Row]): The rows.
    RETURNS (str): The table.
    """
    cells = []
    for row in rows:
        median = f"{digits(statistics.median(row.values))} {row.unit}".rstrip()
        spread = f"{digits(min(row.values))} to {digits(max(row.values))}"
        cells.append([row.what, median, spread, row.goal])
    return markdown_table(["", "median", "least to greatest", "goal"], cells)


if __name__ == "__main__":
    app()
