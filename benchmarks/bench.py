"""Measure the component beside its alternatives, in one run: `make bench`.

Every comparison alternates between the two systems, each in a process of its own that has loaded and
warmed up before; a row is the median of the ratios of the pairs of runs, with the least and the
greatest. Absolute times say more about the machine than about the systems.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import typer
from macbert import make_macbert
from texts import SENTENCES, document, mixed, short

HERE = Path(__file__).parent
THRESHOLD = 0.7

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


class Row(NamedTuple):
    """One line of the table.

    what (str): What is compared.
    ratios (list[float]): How many times as fast ours is, a ratio for each pair of runs.
    remark (str): What else was seen.
    """

    what: str
    ratios: list[float]
    remark: str = ""


class Worker:
    """A system in its process.

    python (str): The interpreter of its environment.
    system (str): Its name in worker.py.
    model (str): A directory, or the name of an embedded model.
    """

    def __init__(self, python: str, system: str, model: str) -> None:
        command = [python, str(HERE / "worker.py"), system, model, "--threshold", str(THRESHOLD)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._read()

    def run(self, texts: Path, **options: Any) -> dict[str, Any]:
        """Correct a file of texts.

        texts (Path): A JSON list.
        options (Any): More of the command: `output`, `singly`.
        RETURNS (dict): "seconds", a list, and "peak_megabytes".
        """
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"texts": str(texts), **options}) + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        # Libraries print too.
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise RuntimeError(f"{self.process.args} ended with {self.process.wait()}")


@contextmanager
def workers(*arguments: tuple[str, str, str]) -> Iterator[list[Worker]]:
    """Start workers, and end them.

    arguments (tuple): Of each worker.
    YIELDS (list[Worker]): The workers.
    """
    started = [Worker(*each) for each in arguments]
    try:
        yield started
    finally:
        for each in started:
            each.process.kill()
            each.process.wait()


def compare(
    other: Worker, ours: Worker, texts: Path, runs: int, folder: Path, **options: Any
) -> tuple[list[float], float]:
    """Alternate between two systems.

    other, ours (Worker): The systems.
    texts (Path): A JSON list.
    runs (int): Pairs of runs.
    folder (Path): For what they print.
    RETURNS (tuple): The ratios of their times, and the share of texts that both correct alike.
    """
    outputs = [folder / "other.json", folder / "ours.json"]
    for worker, output in zip((other, ours), outputs, strict=True):
        worker.run(texts, output=str(output))
    corrected = [json.loads(path.read_text(encoding="utf-8")) for path in outputs]
    alike = statistics.mean(a == b for a, b in zip(*corrected, strict=True))
    ratios = []
    for _ in range(runs):
        times = [statistics.median(each.run(texts, **options)["seconds"]) for each in (other, ours)]
        ratios.append(times[0] / times[1])
    return ratios, alike


@app.command()
def bench(
    folder: Path = typer.Option(Path(".bench"), help="For the model and the texts"),
    peer: Path = typer.Option(..., help="The interpreter of the peer's environment"),
    runs: int = typer.Option(5, help="Pairs of runs of each comparison"),
    sentences: int = typer.Option(64, help="Mixed sentences of a run"),
    output: Path = typer.Option(Path("benchmarks/results.json"), "--output", "-o"),
) -> None:
    """Run the comparisons, print the table, write it as JSON and Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "macbert"
    make_macbert(model, SENTENCES.read_text(encoding="utf-8"))
    shapes = {
        "mixed sentences": mixed(sentences),
        "single sentences": short(8),
        "one document": [document(sentences * 45)],
    }
    paths = {name: folder / f"{name.replace(' ', '-')}.json" for name in shapes}
    for name, texts in shapes.items():
        paths[name].write_text(json.dumps(texts), encoding="utf-8")
    rows = []
    here, there = sys.executable, str(peer)
    with workers(
        (there, "pycorrector", str(model)),
        (here, "naive", str(model)),
        (here, "ours", str(model)),
        (here, "ours", "zh_sdcl_sm"),
    ) as (pycorrector, naive, ours, embedded):
        for shape, path in paths.items():
            singly = {"singly": shape == "single sentences"}
            for title, other, system in (
                ("pycorrector, equal weights", pycorrector, ours),
                ("naive loop, equal weights", naive, ours),
                ("pycorrector, our embedded model", pycorrector, embedded),
            ):
                if other is naive and shape == "one document":
                    continue  # It reads no text that is longer than the encoder.
                ratios, alike = compare(other, system, path, runs, folder, **singly)
                remark = f"{100 * alike:.0f}% alike" if system is ours else ""
                rows.append(Row(f"{title}: {shape}", ratios, remark))
                typer.echo(f"{rows[-1].what}: {statistics.median(ratios):.2f}x", err=True)
    table = make_table(rows)
    typer.echo(table)
    output.write_text(json.dumps([row._asdict() for row in rows], indent=2) + "\n", "utf-8")
    output.with_suffix(".md").write_text(table + "\n", encoding="utf-8")


def make_table(rows: Sequence[Row]) -> str:
    """Lay the rows out as Markdown.

    rows (Sequence[Row]): The rows.
    RETURNS (str): The table.
    """
    lines = ["| against | times as fast | least to greatest | |", "|---|---:|---:|---|"]
    for what, ratios, remark in rows:
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        lines.append(f"| {what} | {statistics.median(ratios):.2f} | {spread} | {remark} |")
    return "\n".join(lines)


if __name__ == "__main__":
    app()
