"""From an input to a folder of parts: what is not done yet is planned, handed out and summed up."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

from tqdm import tqdm

from .. import __version__
from ..files.partial import pipeline_digest
from .blocks import MOST_PARTS, Block, cut_file, kind_of, size_for
from .manifest import Manifest, check_same, read_manifest, read_records
from .parts import FORMATS, check_file
from .storage import Place, find_files, full_address, locate, remove_temporary, state_of
from .work import MODEL, NOTICES, PROBLEM, REASONS, BlockWorker, Settings

# Files that are looked at together when a run is planned.
AT_ONCE = 8
# Reasons of failures that are told, of all.
MOST_TOLD = 10
COUNTED = ("rows", "characters", "changed", "errors", "failed")


class Order(NamedTuple):
    """What a user wants.

    input, output (str): Addresses of files and of a folder.
    settings (Settings): How texts are corrected.
    column (str): The column of texts.
    kind (str): What is in the input; None to go by the names of the files.
    format (str): What comes out; None for the same.
    block_size (int): Bytes of a block; None to go by the size of the input.
    """

    input: str
    output: str
    settings: Settings = Settings()
    column: str = "text"
    kind: str | None = None
    format: str | None = None
    block_size: int | None = None


class Hands(Protocol):
    """Does blocks, wherever that is."""

    def __call__(
        self, worker: Callable[..., BlockWorker], options: dict[str, Any], numbers: Sequence[int]
    ) -> Iterable[tuple[int, str]]:
        """Do blocks.

        worker (Callable): Makes a worker.
        options (dict): Its arguments, by name.
        numbers (Sequence[int]): The blocks.
        YIELDS (tuple[int, str]): Each block's number with what the worker says of it, as they are done.
        """
        ...


def correct_order(
    order: Order, hands: Hands, *, say: Callable[[str], None], show_progress: bool = False
) -> Counter[str]:
    """Correct an input, or go on where that was broken off.

    order (Order): What is to be done.
    hands (Hands): Who does it.
    say (Callable): Is called with each message for the user.
    show_progress (bool): Show a bar.
    RETURNS (Counter[str]): Counts of "rows", "characters", "changed" rows, "errors", "failed" rows.
    RAISES (OSError): If something cannot be read or written.
    RAISES (ValueError): If something is not as it should be, or not as it was; see the message.
    """
    order = order._replace(input=full_address(order.input), output=full_address(order.output))
    output = locate(order.output)
    manifest = prepare(order, output)
    records = read_records(output, manifest)
    todo = [number for number in range(len(manifest.blocks)) if number not in records]
    if records:
        say(f"Done already: {len(records)} of {len(manifest.blocks)} blocks.")
    options = {"inputs": order.input, "output": order.output, "settings": order.settings}
    rows_done = sum(record["rows"] for record in records.values())
    with tqdm(
        total=manifest.rows,
        initial=rows_done,
        unit=" rows",
        unit_scale=True,
        file=sys.stderr,
        disable=None if show_progress else True,
    ) as bar:
        for number, said in hands(BlockWorker, options, todo) if todo else ():
            record = json.loads(said)
            if PROBLEM in record:
                raise ValueError(record[PROBLEM])
            records[number] = record
            bar.update(record["rows"])
    missing = [number for number in todo if number not in records]
    if missing:
        raise ValueError(f"Blocks that no worker has done: {len(missing)}. Repeat the command.")
    remove_temporary(output)
    return sum_up([records[number] for number in sorted(records)], say)


def prepare(order: Order, output: Place) -> Manifest:
    """Plan a run, or take up the plan of one that was broken off.

    order (Order): What is to be done, with full addresses.
    output (Place): The folder of the output.
    RETURNS (Manifest): The plan, which is written.
    RAISES (ValueError): If the run that was begun there is another one.
    """
    source = locate(order.input)
    _check_apart(source, output)
    manifest = read_manifest(output)
    kind, paths = kind_of(find_files(source), order.kind)
    format = order.format or kind
    if format not in FORMATS[kind]:
        raise ValueError(
            f"{kind} cannot become {format} here: --format {' or '.join(FORMATS[kind])} can be had."
        )
    files = [source._replace(path=path) for path in paths]
    states = [state_of(file) for file in files]
    job = {
        "input": _digest([*paths, *map(str, states)]),
        "column": order.column,
        "--type": kind,
        "--format": format,
        "--block-size": str(order.block_size or ""),
        MODEL: pipeline_digest(order.settings.load()),
        "version of spacy_sdcl": __version__,
    }
    if manifest is not None:
        check_same(manifest, job, output)
        return manifest
    size = order.block_size or size_for(sum(size for size, _ in states))
    blocks = _cut(files, kind, order.column, size)
    manifest = Manifest(job, kind, order.column, format, paths, states, blocks)
    manifest.write(output)
    return manifest


def sum_up(records: Iterable[dict[str, Any]], say: Callable[[str], None]) -> Counter[str]:
    """Add up what was counted, and tell what went wrong.

    records (Iterable[dict]): What was counted in each block, in order.
    say (Callable): Is called with each message for the user.
    RETURNS (Counter[str]): The sums.
    """
    counts: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    reasons: list[str] = []
    notices: dict[str, None] = {}
    for record in records:
        counts.update({name: record[name] for name in COUNTED})
        reasons += record[REASONS][: MOST_TOLD - len(reasons)]
        notices |= dict.fromkeys(record[NOTICES])
    for each in (*notices, *reasons):
        say(each)
    return counts


def _cut(files: Sequence[Place], kind: str, column: str, size: int) -> list[Block]:
    def cut(number: int) -> list[Block]:
        check_file(files[number], kind, column)
        return cut_file(files[number], kind, size, number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        blocks = [block for some in pool.map(cut, range(len(files))) for block in some]
    if len(blocks) > MOST_PARTS:
        raise ValueError(
            f"{len(blocks)} blocks are more than {MOST_PARTS}: name larger ones with --block-size."
        )
    return blocks


def _check_apart(source: Place, output: Place) -> None:
    if type(source.system) is not type(output.system):
        return
    inner, outer = f"{output.path.rstrip('/')}/", f"{source.path.rstrip('/')}/"
    if inner.startswith(outer) or outer.startswith(inner):
        raise ValueError(
            f"{output.path} and {source.path} lie in one another: the output would be taken for input. "
            "Name a folder elsewhere."
        )


def _digest(parts: Iterable[str]) -> str:
    return blake2b("\n".join(parts).encode(errors="surrogateescape"), digest_size=16).hexdigest()


def in_this_process(
    worker: Callable[..., BlockWorker], options: dict[str, Any], numbers: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Do blocks one after the other, without Ray.

    worker (Callable): As in `Hands`, and so are the others.
    options (dict): The worker's arguments.
    numbers (Sequence[int]): The blocks.
    YIELDS (tuple[int, str]): Each block's number with what was counted.
    """
    one = worker(**options)
    for number in numbers:
        for said in one({"number": [number]}):
            yield said["number"][0], said["record"][0]
