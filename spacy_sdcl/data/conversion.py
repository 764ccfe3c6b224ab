"""Files of pairs to JSONL and to spaCy's binary format.

All sound records are kept; what is wrong with a file is counted, and listed in a table of problems.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin
from tqdm import tqdm

from ..annotations.spans import make_gold_doc
from ..types import Pair
from .formats import Problem, read_pairs, write_jsonl
from .records import SKIPPED, atomic_path
from .releases import TEST_FILES, TRAIN_FILES
from .splits import drop_known, split

DEV_PASSAGES = 500
PairConverter = Callable[[Pair], Pair]
Say = Callable[[str], Any]


def convert_sighan(
    sighan_dir: Path, out_dir: Path, convert: PairConverter, *, say: Say = print
) -> list[Problem] | None:
    """Convert the data of the bake-offs.

    sighan_dir (Path): The folder that holds them, at any depth.
    out_dir (Path): The folder for the converted files.
    convert (Callable[[Pair], Pair]): The conversion of characters.
    say (Callable[[str], Any]): Is told what became of each file.
    RETURNS (list[Problem] | None): What was wrong; None where no file of SIGHAN was found.
    RAISES (ValueError): If no pair was kept.
    """
    # Of several copies of a file the first one counts, hence the order.
    paths = sorted(sighan_dir.rglob("*"), reverse=True)
    files = {path.name.lower(): path for path in paths if path.is_file()}
    problems: list[Problem] = []

    def read(name: str) -> list[Pair]:
        path = files.get(name.lower())
        if path is None:
            say(f"{name}: not found")
            return []
        return read_file(path, convert, problems, say=say)

    wanted = {name.lower() for names in TRAIN_FILES.values() for name in names}
    wanted.update(name.lower() for name in TEST_FILES.values())
    if not wanted & files.keys():
        return None
    tests = {year: read(name) for year, name in TEST_FILES.items()}
    trains = {
        year: [p for name in names for p in read(name)] for year, names in TRAIN_FILES.items()
    }
    trains, in_test, repeated = drop_known(trains, [p for test in tests.values() for p in test])
    say(f"training passages dropped: {in_test} of a test set, {repeated} repeated")
    train, dev = split((pair for pairs in trains.values() for pair in pairs), size=DEV_PASSAGES)
    sets = {f"{year}_train": pairs for year, pairs in trains.items()}
    sets |= {f"{year}_test": pairs for year, pairs in tests.items()}
    sets |= {"train": train, "dev": dev}
    table = out_dir / "problems.tsv"
    try:
        check_kept(sum(map(len, sets.values())), problems, table)
        for name, pairs in sets.items():
            if pairs:
                write_jsonl(pairs, out_dir / f"{name}.jsonl")
                write_docs(pairs, out_dir / f"{name}.spacy", problems, table)
                say(f"{name}: {describe(pairs)}")
    finally:
        write_problems(problems, table)
    return problems


def convert_pairs(
    files: list[Path],
    output: Path,
    convert: PairConverter,
    *,
    format: str = "auto",
    truth: Path | None = None,
    say: Say = print,
) -> list[Problem]:
    """Convert files of pairs to one file.

    files (list[Path]): The files.
    output (Path): The file to write, .jsonl or .spacy.
    convert (Callable[[Pair], Pair]): The conversion of characters.
    format (str): The files' format.
    truth (Path | None): The corrections of a SIGHAN test set.
    say (Callable[[str], Any]): Is told what became of each file.
    RETURNS (list[Problem]): What was wrong; also written beside the output.
    RAISES (ValueError): If no pair was kept: the output is then not written.
    """
    problems: list[Problem] = []
    pairs = [
        pair
        for path in files
        for pair in read_file(path, convert, problems, format=format, truth=truth, say=say)
    ]
    table = output.with_suffix(".problems.tsv")
    try:
        check_kept(len(pairs), problems, table)
        if output.suffix == ".jsonl":
            write_jsonl(pairs, output)
        else:
            write_docs(pairs, output, problems, table)
    finally:
        write_problems(problems, table)
    say(f"{output.name}: {describe(pairs)}")
    return problems


def check_kept(count: int, problems: list[Problem], table: Path) -> None:
    """Check that anything was kept.

    count (int): How many pairs were.
    problems (list[Problem]): Why others were not.
    table (Path): Where the problems are going to be listed.
    RAISES (ValueError): If none was.
    """
    if count:
        return
    skipped = Counter(problem.kind for problem in problems if problem.skipped)
    if not skipped:
        raise ValueError("No pair was kept: there is none in what was read. See --format.")
    kinds = ", ".join(f"{number} x {kind}" for kind, number in sorted(skipped.items()))
    raise ValueError(f"No pair was kept: {kinds}. Each is listed with its line in {table}.")


def read_file(
    path: Path,
    convert: PairConverter,
    problems: list[Problem],
    *,
    format: str = "auto",
    truth: Path | None = None,
    say: Say = print,
) -> list[Pair]:
    """Read and convert a file, and print what became of its records.

    path (Path): The file.
    convert (Callable[[Pair], Pair]): The conversion of characters.
    problems (list[Problem]): Is extended by the file's problems.
    format (str): The file's format.
    truth (Path | None): The corrections of a SIGHAN test set.
    say (Callable[[str], Any]): Is told what became of each file.
    RETURNS (list[Pair]): The converted pairs.
    """
    found: list[Problem] = []
    pairs = [
        convert(pair)
        for pair in read_pairs(path, format=format, truth=truth, on_problem=found.append)
    ]
    skipped = sum(problem.skipped for problem in found)
    say(f"{path.name}: {len(pairs) + skipped} read, {len(pairs)} kept")
    kinds = Counter(f"{problem.kind}{problem.outcome}" for problem in found)
    for kind, count in sorted(kinds.items()):
        say(f"    {count} x {kind}")
    problems.extend(found)
    return pairs


def describe(pairs: list[Pair]) -> str:
    """Count passages, passages with errors, and wrong characters."""
    wrong = sum(pair.source != pair.target for pair in pairs)
    characters = sum(
        a != b for pair in pairs for a, b in zip(pair.source, pair.target, strict=True)
    )
    return f"{len(pairs)} passages, {wrong} with errors, {characters} wrong characters"


def write_docs(pairs: list[Pair], path: Path, problems: list[Problem], table: Path) -> None:
    """Write pairs as Docs of the misspelt texts with their corrections.

    pairs (list[Pair]): The pairs.
    path (Path): The file.
    problems (list[Problem]): Is extended by pairs that no Doc can represent.
    table (Path): Where they are going to be listed.
    RAISES (ValueError): If that is all of them.
    """
    docs = DocBin()
    for doc in gold_docs(tqdm(pairs, desc=path.name, leave=False, disable=None), path, problems):
        docs.add(doc)
    check_kept(len(docs), problems, table)
    with atomic_path(path) as temporary:
        docs.to_disk(temporary)


def gold_docs(pairs: Iterable[Pair], path: Path, problems: list[Problem]) -> Iterator[Doc]:
    """Make the Docs of pairs; see `write_docs`."""
    nlp = spacy.blank("zh")
    for number, pair in enumerate(pairs, start=1):
        try:
            yield make_gold_doc(nlp, pair)
        except ValueError as err:
            message = f"not representable: passage {pair.id!r}: {err}{SKIPPED}"
            problems.append(Problem(str(path), number, message))


def write_problems(problems: list[Problem], path: Path) -> None:
    """Write problems as a table of path, line and message.

    problems (list[Problem]): The problems.
    path (Path): The file.
    """
    with atomic_path(path) as temporary:
        rows = ["path\tline\tmessage", *(f"{p.path}\t{p.line}\t{p.message}" for p in problems)]
        temporary.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")
