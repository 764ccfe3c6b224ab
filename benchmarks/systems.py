"""Systems in processes of their own, which take their turns."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

HERE = Path(__file__).parent
# From which probability a correction is kept, by every system.
THRESHOLD = 0.7


class Worker:
    """A system in its process.

    python (str): The interpreter of its environment.
    system (str): Its name in worker.py.
    model (str): A directory, or the name of an embedded model.
    threads (int): Threads of torch.
    """

    def __init__(self, python: str, system: str, model: str, *, threads: int = 2) -> None:
        command = [python, str(HERE / "worker.py"), system, model]
        command += ["--threshold", str(THRESHOLD), "--threads", str(threads)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._read()

    def run(self, texts: Path, **options: Any) -> dict[str, Any]:
        """Correct a file of texts.

        texts (Path): A JSON list.
        options (Any): More of the command: `output`, `singly`.
        RETURNS (dict): "seconds", a list, "peak_megabytes" and "added_megabytes".
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
def workers(arguments: dict[str, tuple[str, str, str]], *, threads: int = 2) -> Iterator[dict]:
    """Start workers, and end them.

    arguments (dict): Interpreter, system and model of each.
    threads (int): Threads of torch of each.
    YIELDS (dict[str, Worker]): The workers.
    """
    started = {name: Worker(*each, threads=threads) for name, each in arguments.items()}
    try:
        yield started
    finally:
        for each in started.values():
            each.process.kill()
            each.process.wait()


def take_turns(
    systems: dict[str, Worker], texts: dict[str, Path], rounds: int, **options: Any
) -> list[dict[str, dict[str, Any]]]:
    """Let each system correct its texts, once a round.

    systems (dict[str, Worker]): The systems.
    texts (dict[str, Path]): The file of each.
    rounds (int): How often.
    options (Any): As in `Worker.run`.
    RETURNS (list): Of each round, the answer of each system.
    """
    answers = []
    for number in range(rounds + 1):
        answers.append({name: each.run(texts[name], **options) for name, each in systems.items()})
        typer.echo(f"  round {number} of {rounds}", err=True)
    # The first one warms up.
    return answers[1:]


def script(name: str, *arguments: str) -> dict[str, Any]:
    """Run one of the benchmark's own scripts.

    name (str): Its file.
    arguments (str): Its arguments.
    RETURNS (dict): The JSON that it prints.
    """
    command = [sys.executable, str(HERE / name), *arguments]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output.splitlines()[-1])
