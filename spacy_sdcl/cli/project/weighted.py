"""Files with a weight, as the project's commands take them: FILE:WEIGHT."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Weighted(NamedTuple):
    """A file, and how much what is in it counts.

    path (Path): The file.
    weight (float): The weight.
    """

    path: Path
    weight: float


def read_weighted(values: Iterable[str]) -> list[Weighted]:
    """Read options of the form FILE:WEIGHT; a FILE by itself has the weight 1.

    values (Iterable[str]): The options. Those with no file, as of an empty variable, are left out.
    RETURNS (list[Weighted]): The files.
    RAISES (ValueError): If a weight is not above 0.
    """
    found = []
    for value in values:
        name, colon, end = value.rpartition(":")
        try:
            weight = float(end) if colon else 1.0
        except ValueError:
            # A colon of the path, such as that of a drive.
            weight = 1.0
            name, colon = value, ""
        if not colon:
            name = value
        if weight <= 0:
            raise ValueError(f"{value}: a weight must be above 0; leave the file out instead.")
        if name.strip():
            found.append(Weighted(Path(name), weight))
    return found
