"""Input files: that they are there, and that nobody writes to them while they are read."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .lines import STDIN
from .names import escape_controls

# What lies there is made when it is read, or is no file. /dev/stdout may also lead to a file, whose
# place is not to be taken by another.
DEVICES = ("/dev/", "/proc/", "/sys/")


class Inputs(NamedTuple):
    """Input files as they were when a run began.

    states (dict[str, tuple[int, int]]): Size and time of the last change, by name.
    """

    states: dict[str, tuple[int, int]]

    @classmethod
    def look_at(cls, names: Sequence[str]) -> "Inputs":
        """Note how the inputs are.

        names (Sequence[str]): The inputs, checked by `check_inputs`.
        RETURNS (Inputs): Their states; a pipe has none.
        """
        return cls({name: _state(name) for name in names if is_rereadable(name) and _is_kept(name)})

    def check(self, only: str | None = None) -> None:
        """Check that the inputs are as they were.

        only (str): One of them; None for all.
        RAISES (ValueError): If one was changed in the meantime.
        """
        names = self.states if only is None else self.states.keys() & {only}
        for name in names:
            size, time = self.states[name]
            try:
                now, changed = _state(name)
            except OSError:
                now, changed = -1, -1
            if (now, changed) == (size, time):
                continue
            how = f"was {size} bytes, is {now}" if now != size else f"still {size} bytes"
            raise ValueError(
                f"{escape_controls(name)} changed while it was read ("
                f"{'it is gone' if now < 0 else how}): what came of it may be of both states. "
                "Repeat the command when nothing else writes to the file."
            )


def check_inputs(names: Sequence[str]) -> None:
    """Check that all inputs can be read, before the first one is.

    names (Sequence[str]): Files, and `STDIN` for standard input.
    RAISES (OSError): If one is not there, or a folder, or not to be read.
    RAISES (ValueError): If standard input is named twice.
    """
    if list(names).count(STDIN) > 1:
        raise ValueError("Standard input (-) can be read only once.")
    for name in names:
        # A pipe would lose what is read from it here.
        if name != STDIN and (not Path(name).exists() or Path(name).is_file()):
            open(name, "rb").close()
        elif name != STDIN and Path(name).is_dir():
            raise IsADirectoryError(f"{escape_controls(name)} is a folder: name the files in it.")


def is_rereadable(name: str) -> bool:
    """Whether an input can be read a second time.

    name (str): A file, or `STDIN`.
    RETURNS (bool): False for standard input and for pipes.
    """
    return name != STDIN and Path(name).is_file()


def is_terminal() -> bool:
    """Whether someone types what comes from standard input.

    RETURNS (bool): True for a terminal.
    """
    return sys.stdin.isatty()


def size_of(names: Sequence[str], more: int = 0) -> int | None:
    """The size of inputs.

    names (Sequence[str]): The inputs.
    more (int): Bytes to be added.
    RETURNS (int): Bytes; None where the size of one is not known.
    """
    if not all(map(is_rereadable, names)):
        return None
    return sum(os.stat(name).st_size for name in names) + more


def _is_kept(name: str) -> bool:
    return not os.path.realpath(name).startswith(DEVICES)


def _state(name: str) -> tuple[int, int]:
    state = os.stat(name)
    return state.st_size, state.st_mtime_ns
