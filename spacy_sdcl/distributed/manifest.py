"""What is to be done and what is done already, beside the output: a run that is broken off goes on.

A part is done when there is a record of it. The part has its name before its record is written, and both
appear whole or not at all; so what is recorded is there, and what is not is done again, to the same end.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

from .blocks import Block
from .parts import SUFFIX
from .storage import Place, written_whole

# Ray's readers, and others, pass over what begins so.
FOLDER = "_sdcl"
MANIFEST = "manifest.json"
VERSION = 1


@dataclass(frozen=True)
class Manifest:
    """What is to be done.

    job (dict[str, str]): What a run must have in common with the one it continues, by a name that a
        message may use.
    kind, column, format (str): What is in the input, which column of it is corrected, what comes out.
    files (list[str]): The input files.
    states (list[tuple[int, str]]): How each was when it was cut into blocks.
    blocks (list[Block]): The blocks of them all, in order.
    """

    job: dict[str, str]
    kind: str
    column: str
    format: str
    files: list[str]
    states: list[tuple[int, str]]
    blocks: list[Block]

    @property
    def rows(self) -> int:
        """Rows of the whole input; of JSON, empty lines count."""
        return sum(block.rows for block in self.blocks)

    def firsts(self) -> list[int]:
        """The number of the first row of each block."""
        return list(accumulate((block.rows for block in self.blocks), initial=0))[:-1]

    def part_name(self, number: int) -> str:
        """The name of a part. The order of the names is that of the rows.

        number (int): The block's number.
        RETURNS (str): The name.
        """
        return f"part-{number:06d}.{SUFFIX[self.format]}"

    def write(self, output: Place) -> None:
        """Write the manifest.

        output (Place): The folder of the output.
        """
        stored = {"version": VERSION, **asdict(self)}
        with written_whole(output / FOLDER / MANIFEST) as file:
            file.write(json.dumps(stored, ensure_ascii=False).encode())


def read_manifest(output: Place) -> Manifest | None:
    """Read the manifest of a run.

    output (Place): The folder of the output.
    RETURNS (Manifest): The manifest; None where nothing was begun.
    RAISES (ValueError): If it is damaged, or the folder holds something else.
    """
    place = output / FOLDER / MANIFEST
    if not place.system.exists(place.path):
        _check_empty(output)
        return None
    try:
        with place.system.open(place.path, "rb") as file:
            stored = json.loads(file.read())
        if stored.pop("version") != VERSION:
            raise ValueError("it is of another version of spacy_sdcl")
        stored["blocks"] = [Block(*each) for each in stored["blocks"]]
        stored["states"] = [(int(size), str(time)) for size, time in stored["states"]]
        return Manifest(**stored)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(_refusal(output, f"{place.path} is damaged ({error})")) from error


def check_same(manifest: Manifest, job: dict[str, str], output: Place) -> None:
    """Check that a run is one that was begun.

    manifest (Manifest): What was begun.
    job (dict[str, str]): What is to be done.
    output (Place): The folder of the output.
    RAISES (ValueError): If they differ.
    """
    changed = [name for name in job if manifest.job.get(name) != job[name]]
    if changed:
        raise ValueError(_refusal(output, f"it had another {' and another '.join(changed)}"))


def _check_empty(output: Place) -> None:
    system, path = output
    if system.isfile(path):
        raise NotADirectoryError(f"{path} is a file: name a folder for the output.")
    if system.isdir(path) and any(
        each.rstrip("/").rpartition("/")[2] != FOLDER for each in system.ls(path, detail=False)
    ):
        raise ValueError(
            f"{path} holds files, and none of a run that could be gone on with: name another folder, "
            "or empty it."
        )


def _refusal(output: Place, reason: str) -> str:
    return (
        f"Cannot go on with what was begun in {output.path}: {reason}. Repeat the command as it was, "
        "or name another folder, or delete this one to start from the beginning."
    )


def write_record(output: Place, manifest: Manifest, number: int, record: dict[str, Any]) -> None:
    """Note that a part is done.

    output (Place): The folder of the output.
    manifest (Manifest): What is to be done.
    number (int): The block's number.
    record (dict): What was counted.
    """
    with written_whole(_record_place(output, manifest, number)) as file:
        file.write(json.dumps(record, ensure_ascii=False).encode())


def read_record(output: Place, manifest: Manifest, number: int) -> dict[str, Any] | None:
    """Look whether a part is done.

    output (Place): The folder of the output.
    manifest (Manifest): What is to be done.
    number (int): The block's number.
    RETURNS (dict): What was counted; None where it is not done.
    """
    place, part = _record_place(output, manifest, number), output / manifest.part_name(number)
    try:
        with place.system.open(place.path, "rb") as file:
            record: dict[str, Any] = json.loads(file.read())
        size = part.system.info(part.path)["size"]
    except (FileNotFoundError, ValueError):
        return None
    # Someone has taken the part away, or cut it off.
    return record if size == record.get("bytes") else None


def read_records(output: Place, manifest: Manifest) -> dict[int, dict[str, Any]]:
    """List what is done.

    output (Place): The folder of the output.
    manifest (Manifest): What is to be done.
    RETURNS (dict[int, dict]): What was counted, by the number of the block.
    """
    folder = output / FOLDER
    names = {each.rpartition("/")[2] for each in folder.system.ls(folder.path, detail=False)}
    numbers = range(len(manifest.blocks))
    known: Sequence[int] = [each for each in numbers if _record_name(manifest, each) in names]
    found = ((number, read_record(output, manifest, number)) for number in known)
    return {number: record for number, record in found if record is not None}


def _record_name(manifest: Manifest, number: int) -> str:
    return f"{manifest.part_name(number)}.json"


def _record_place(output: Place, manifest: Manifest, number: int) -> Place:
    return output / FOLDER / _record_name(manifest, number)
