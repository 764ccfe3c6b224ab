"""Two checkouts beside each other, for machines that are not quiet: reading by the network alone.

Each has a process of its own with one thread, and they take turns; compared is processor time, which
others on the machine disturb little. Printed is, as a Markdown table, how many times as fast this
checkout is as the other one: the median of the rounds, least to greatest.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import typer

HERE = Path(__file__).parent
SHAPES = ("mixed sentences", "single sentences", "one document")

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


class Checkout:
    """A checkout's process.

    root (Path): The checkout.
    model (str): A directory, or the name of an embedded model.
    quantization (str): "int8", or "" for full precision.
    sentences (int): Mixed sentences.
    """

    def __init__(self, root: Path, model: str, quantization: str, sentences: int) -> None:
        paths = os.pathsep.join(map(str, (root.resolve(), root.resolve() / "benchmarks")))
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(HERE / "checkouts.py"),
                "serve",
                model,
                quantization,
                str(sentences),
            ],
            env=os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def seconds(self, shape: str) -> float:
        """Read the texts of a shape once.

        shape (str): One of `SHAPES`.
        RETURNS (float): Seconds of processor time.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{shape}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@app.command()
def compare(
    other: Path = typer.Argument(..., help="The other checkout"),
    model: str = typer.Option("zh_sdcl_sm", help="A directory, or an embedded model's name"),
    quantization: str = typer.Option("", help="int8, for this checkout"),
    other_quantization: str = typer.Option("", help="int8, for the other one"),
    rounds: int = typer.Option(5, help="How often each takes its turn"),
    sentences: int = typer.Option(96, help="Mixed sentences"),
) -> None:
    """Compare."""
    from spacy_sdcl.metrics.tables import markdown_table

    own = Checkout(HERE.parent, model, quantization, sentences)
    others = Checkout(other, model, other_quantization, sentences)
    rows = []
    for shape in SHAPES:
        ratios = [others.seconds(shape) / own.seconds(shape) for _ in range(rounds + 1)]
        # The first round warms up.
        middle, least, most = (f(ratios[1:]) for f in (statistics.median, min, max))
        rows.append([shape, f"{middle:.2f} ({least:.2f} to {most:.2f})"])
    for each in (own, others):
        each.process.kill()
        each.process.wait()
    typer.echo(markdown_table([model, "as fast as the other"], rows))


@app.command(hidden=True)
def serve(model: str, quantization: str, sentences: int) -> None:
    """Answer names of shapes on the standard input with seconds."""
    # Of the checkout that PYTHONPATH names, not of this file.
    sys.path.remove(str(HERE))
    from texts import document, mixed, single
    from worker import make_pipeline

    from spacy_sdcl.model.reading import read_doubts

    reading: Any = make_pipeline(model, 0.7, quantization or None).get_pipe("sdcl_corrector").model
    texts = dict(
        zip(
            SHAPES,
            (mixed(sentences), single(sentences // 4), [document(64 * sentences)]),
            strict=True,
        )
    )
    for line in sys.stdin:
        shape = line.strip()
        batches = [[text] for text in texts[shape]] if shape == SHAPES[1] else [texts[shape]]
        start = time.process_time()
        for batch in batches:
            read_doubts(reading, batch)
        print(json.dumps(time.process_time() - start), flush=True)


if __name__ == "__main__":
    app()
