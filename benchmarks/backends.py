"""Compare the ways to run a BERT encoder on the CPU in eight bits, on MacBERT-base's shape.

The weights are random: speed does not depend on them, the errors shown do. Every backend lives in a
process of its own, so that the thread pools of two never compete, and they take turns, so that
whatever else the machine does falls on all of them.
"""

import json
import os
import statistics
import subprocess
import tempfile
import venv
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

import typer
from backend_worker import BACKENDS, BASE, CHARACTERS, SENTENCES, SHORT

from spacy_sdcl.data.records import atomic_path
from spacy_sdcl.metrics.tables import markdown_table

HERE = Path(__file__).resolve().parent
HOME = HERE.parent / ".bench" / "backends"

# Compiling takes minutes: it is compared only when asked for.
DEFAULT = [name for name in BACKENDS if name != "compiled"]
HEADER = (
    "backend",
    f"{SENTENCES} × {CHARACTERS} characters",
    f"1 × {SHORT} characters",
    "mean cosine",
    "greatest error",
    "other neighbours",
    "alone",
    "padded",
    "prepare, s",
    "install, MB",
    "licence",
)

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def compare(
    backend: list[str] = typer.Option(DEFAULT, help="Which to compare with fp32; also: compiled"),
    rounds: int = typer.Option(5, min=1, help="So often each has its turn"),
    threads: int = typer.Option(2, min=1, help="Threads of each backend"),
    layers: int = typer.Option(12, min=1, help="Layers of the encoder"),
    width: int = typer.Option(768, min=64, help="Its width, a multiple of 64"),
    python: Path | None = typer.Option(None, help="Use this Python as it is, install nothing"),
    output: Path = typer.Option(HOME / "backends.json", "--output", "-o", help="Figures as JSON"),
) -> None:
    """Install what is missing, measure, print the table and write the figures as JSON."""
    unknown = [name for name in backend if name not in BACKENDS]
    if unknown:
        raise typer.BadParameter(f"no backend {unknown[0]!r}; there are {', '.join(BACKENDS)}")
    names = ["fp32", *(name for name in dict.fromkeys(backend) if name != "fp32")]
    sizes = {} if python else install(names)
    python = python or _bin(HOME / "venv")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    with ExitStack() as stack:
        workers: dict[str, Worker] = {}
        for name in names:
            typer.echo(f"preparing {name}", err=True)
            try:
                log = stack.enter_context(tempfile.TemporaryFile("w+", errors="replace"))
                worker = stack.enter_context(Worker(name, python, (layers, width), threads, log))
                worker.figures = worker.ask("check")
                workers[name] = worker
            except RuntimeError as error:
                skip(name, error)
        # The first turn is not counted: memory and threads have lain idle since the preparation.
        for turn in range(-1, rounds):
            for name, worker in list(workers.items()):
                try:
                    taken = worker.ask("time")
                except RuntimeError as error:
                    skip(name, error)
                    del workers[name]
                    continue
                for shape, seconds in taken.items() if turn >= 0 else ():
                    worker.figures.setdefault(shape, []).append(seconds)
        figures = {name: worker.figures for name, worker in workers.items()}
    for name, each in figures.items():
        each["install_mb"] = sizes.get(" ".join(BACKENDS[name].packages))
        for shape in ("batch", "short"):
            each[f"{shape}_ratio"] = ratios(figures["fp32"][shape], each[shape])
    typer.echo(markdown_table(HEADER, [row(name, each) for name, each in figures.items()]))
    seconds = ", ".join(
        f"{statistics.median(figures['fp32'][s]):.3f} s" for s in ("batch", "short")
    )
    typer.echo(f"\nfp32: {seconds}; {threads} threads; load before the start: {load}")
    record = {
        "threads": threads,
        "layers": layers,
        "width": width,
        "load": load,
        "backends": figures,
    }
    with atomic_path(output) as temporary:
        temporary.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def skip(name: str, reason: RuntimeError) -> None:
    """Tell that a backend is left out; without the baseline there is nothing to compare with.

    name (str): The backend.
    reason (RuntimeError): Why.
    RAISES (typer.Exit): If it is the baseline.
    """
    typer.echo(f"skipped {name}: {reason}", err=True)
    if name == "fp32":
        raise typer.Exit(1)


def install(names: Sequence[str]) -> dict[str, float]:
    """Make the environment, or add to it what it lacks; what cannot be installed is told.

    names (Sequence[str]): The backends.
    RETURNS (Dict[str, float]): The megabytes that each set of packages took when it came.
    """
    home, record = HOME / "venv", HOME / "sizes.json"
    sizes = json.loads(record.read_text()) if record.exists() and home.exists() else {}
    if not sizes:
        HOME.mkdir(parents=True, exist_ok=True)
        venv.create(home, with_pip=True, clear=True)
    for packages in dict.fromkeys([BASE, *(BACKENDS[name].packages for name in names)]):
        key = " ".join(packages)
        if not packages or key in sizes:
            continue
        typer.echo(f"installing {key}", err=True)
        before = _megabytes(home)
        command = [str(_bin(home)), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        done = subprocess.run(
            [*command, *dict.fromkeys(BASE + packages)], capture_output=True, text=True
        )
        if done.returncode:
            typer.echo(f"cannot install {key}: {_last_line(done.stderr)}", err=True)
            continue
        sizes[key] = _megabytes(home) - before
        record.write_text(json.dumps(sizes))
    return sizes


class Worker:
    """The process of one backend, which answers one JSON line for each line that it is sent.

    name (str): The backend.
    python (Path): The interpreter that has its packages.
    shape (Sequence[int]): Layers of the encoder, and its width.
    threads (int): Threads of the backend.
    log (IO[str]): Takes what the process says.
    """

    def __init__(
        self, name: str, python: Path, shape: Sequence[int], threads: int, log: IO[str]
    ) -> None:
        self.figures: dict[str, Any] = {}
        self._log = log
        # Packages that would report their use to their makers do not where CI is set.
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "CI": "true"}
        environment["OMP_NUM_THREADS"] = str(threads)
        self._process = subprocess.Popen(
            [python, HERE / "backend_worker.py", name, *map(str, (*shape, threads))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
            text=True,
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError):
            self._process.communicate()

    def ask(self, question: str) -> dict[str, Any]:
        """Send a line and wait for the answer.

        question (str): "check" or "time".
        RETURNS (Dict[str, Any]): The answer.
        RAISES (RuntimeError): If the process has ended; the message is its last line.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            print(question, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            self._process.wait()
            self._log.seek(0)
            raise RuntimeError(_last_line(self._log.read()))
        return json.loads(answer)


def ratios(base: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """How many times as fast one is as the other, turn by turn.

    base (Sequence[float]): Seconds of the baseline.
    other (Sequence[float]): Seconds of the other in the same turns.
    RETURNS (Tuple[float, float, float]): Median, least and greatest.
    """
    each = [one / two for one, two in zip(base, other, strict=True)]
    return statistics.median(each), min(each), max(each)


def row(name: str, figures: Mapping[str, Any]) -> list[str]:
    """Lay out the figures of a backend.

    name (str): The backend.
    figures (Mapping[str, Any]): Its figures.
    RETURNS (List[str]): The cells, in the order of `HEADER`.
    """
    size = figures["install_mb"] if BACKENDS[name].packages else 0
    return [
        BACKENDS[name].title,
        *(_spread(figures[f"{shape}_ratio"]) for shape in ("batch", "short")),
        f"{figures['cosine']:.5f}",
        *(f"{figures[key]:.1g}" for key in ("error", "neighbours", "alone", "padded")),
        f"{figures['prepare_seconds']:.1f}",
        "?" if size is None else f"{size:.0f}",
        BACKENDS[name].licence,
    ]


def _spread(ratio: Sequence[float]) -> str:
    return "{:.2f} ({:.2f} to {:.2f})".format(*ratio)


def _bin(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _megabytes(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it ended without a word"


if __name__ == "__main__":
    app()
