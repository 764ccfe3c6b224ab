"""Convert spelling correction data to JSONL and to spaCy's binary format.

`sighan` converts the data of the SIGHAN bake-offs, `pairs` files of one's own. What is wrong with a
file is counted on screen and listed in a table of problems; all sound records are kept.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NoReturn

import spacy
import typer
from spacy.tokens import Doc, DocBin
from tqdm import tqdm

from spacy_sdcl.data.formats import READERS, Problem, read_pairs, write_jsonl
from spacy_sdcl.data.records import SKIPPED, atomic_path
from spacy_sdcl.data.splits import drop_known, split
from spacy_sdcl.language.traditional import load_converter, simplify_pair
from spacy_sdcl.types import Pair

# By name, wherever they lie: the copies in circulation arrange the folders differently.
TRAIN_FILES = {
    "sighan13": [
        "Bakeoff2013_SampleSet_WithError_00001-00350.txt",
        "Bakeoff2013_SampleSet_WithoutError_10001-10350.txt",
    ],
    "sighan14": ["B1_training.sgml", "C1_training.sgml"],
    "sighan15": ["SIGHAN15_CSC_A2_Training.sgml", "SIGHAN15_CSC_B2_Training.sgml"],
}
TEST_FILES = {
    "sighan13": "FinalTest_SubTask2.txt",
    "sighan14": "CLP14_CSC_TestInput.txt",
    "sighan15": "SIGHAN15_CSC_TestInput.txt",
}
# SHA-256 of the released files as UTF-8 text with "\n" and without white space at the ends.
TEST_DIGESTS = {
    "FinalTest_SubTask2.txt": "1a58af6d2bb00e6993ed21e17191e950451545c720efe34b5df6a9e797623e4c",
    "FinalTest_SubTask2_Truth.txt": (
        "1d238486fc2b0cdcc6d68862995878cb47e1da0396b90954512bbafeaeb385d5"
    ),
    "CLP14_CSC_TestInput.txt": "1f38f879565b3aae15c713821fa824a0c5c41ce344869cbf92c70b045cb5bdce",
    "CLP14_CSC_TestTruth.txt": "d9492940ccbe9c434cb8334a14ddcfcf1231b9e84975240aa1fdb1c761ba6b42",
    "SIGHAN15_CSC_TestInput.txt": (
        "2a549803123ffffd5e16068b825e3c2841c284415df85b7a5f95e1ee026f203c"
    ),
    "SIGHAN15_CSC_TestTruth.txt": (
        "20e15db2f74a5492e2a2d2cc20c65427a9c07da95102d197cfbd532f47eb0271"
    ),
}
DEV_PASSAGES = 500
PairConverter = Callable[[Pair], Pair]

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command("sighan")
def sighan_command(
    sighan_dir: Path = typer.Argument(..., help="The folder of the three bake-offs' releases"),
    out_dir: Path = typer.Argument(..., help="The folder for the converted files"),
    simplified: bool = typer.Option(
        True, "--simplified/--traditional", help="Convert to Simplified characters, as papers do"
    ),
    verify: bool = typer.Option(False, "--verify", help="Check the test files' SHA-256 first"),
) -> None:
    """Convert SIGHAN 2013-2015: the sets by year, and train and dev out of all training sets."""
    if not sighan_dir.is_dir():
        _fail(f"{sighan_dir} is no folder.")
    if verify and (differing := differing_files(sighan_dir)):
        _fail(
            f"These are not the files that SIGHAN released: {', '.join(map(str, differing))}.\n"
            "Fetch them again, or leave out --verify if you changed them on purpose."
        )
    try:
        problems = convert_sighan(sighan_dir, out_dir, make_converter(simplified))
    except (ValueError, OSError) as err:
        _fail(str(err))
    if problems is None:
        _fail(
            f"{sighan_dir} holds no file of SIGHAN: neither {TEST_FILES['sighan15']} nor any of "
            "its like, in no folder of it.\nUnpack the three releases into it (e.g. a copy of "
            "raw_data of https://github.com/onebula/sighan_raw), or name the folder they are in."
        )


@app.command("pairs")
def pairs_command(
    files: list[Path] = typer.Argument(..., help="Files of pairs, UTF-8"),
    output: Path = typer.Option(..., "--output", "-o", help="A file .spacy or .jsonl"),
    format: str = typer.Option("auto", help=f"The files' format: auto, {', '.join(READERS)}"),
    truth: Path | None = typer.Option(None, help="The corrections of one SIGHAN test set"),
    simplified: bool = typer.Option(False, "--simplified", help="Convert from Traditional"),
) -> None:
    """Convert files of pairs of one's own to one file for training or evaluation."""
    if output.suffix not in (".spacy", ".jsonl"):
        _fail(f"The output must end in .spacy or .jsonl: {output}")
    if truth is not None and len(files) > 1:
        _fail("A truth file belongs to one file of passages: convert the others by themselves.")
    try:
        convert_pairs(files, output, make_converter(simplified), format=format, truth=truth)
    except (ValueError, OSError) as err:
        _fail(str(err))


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def make_converter(simplified: bool) -> PairConverter:
    """Make the conversion of characters.

    simplified (bool): Whether to convert at all.
    RETURNS (Callable[[Pair], Pair]): Converts a pair.
    """
    if not simplified:
        return lambda pair: pair
    try:
        convert = load_converter()
    except ImportError as err:
        typer.echo(str(err), err=True)
        raise typer.Exit(1) from err
    return lambda pair: simplify_pair(pair, convert)


def differing_files(sighan_dir: Path) -> list[Path]:
    """Compare test files with the released ones, byte order mark and line ends aside.

    sighan_dir (Path): The folder that holds them, at any depth.
    RETURNS (List[Path]): Those that differ.
    """
    differing = []
    for path in sorted(sighan_dir.rglob("*.txt")):
        if path.name in TEST_DIGESTS:
            text = path.read_bytes().decode("utf-8-sig", errors="replace")
            text = text.replace("\r\n", "\n").strip()
            if hashlib.sha256(text.encode()).hexdigest() != TEST_DIGESTS[path.name]:
                differing.append(path)
    return differing


def convert_sighan(sighan_dir: Path, out_dir: Path, convert: PairConverter) -> list[Problem] | None:
    """Convert the data of the bake-offs.

    sighan_dir (Path): The folder that holds them, at any depth.
    out_dir (Path): The folder for the converted files.
    convert (Callable[[Pair], Pair]): The conversion of characters.
    RETURNS (Optional[List[Problem]]): What was wrong; None where no file of SIGHAN was found.
    """
    # Of several copies of a file the first one counts, hence the order.
    paths = sorted(sighan_dir.rglob("*"), reverse=True)
    files = {path.name.lower(): path for path in paths if path.is_file()}
    problems: list[Problem] = []

    def read(name: str) -> list[Pair]:
        path = files.get(name.lower())
        if path is None:
            typer.echo(f"{name}: not found")
            return []
        return read_file(path, convert, problems, truth=None)

    wanted = {name.lower() for names in TRAIN_FILES.values() for name in names}
    wanted.update(name.lower() for name in TEST_FILES.values())
    if not wanted & files.keys():
        return None
    tests = {year: read(name) for year, name in TEST_FILES.items()}
    trains = {
        year: [p for name in names for p in read(name)] for year, names in TRAIN_FILES.items()
    }
    trains, in_test, repeated = drop_known(trains, [p for test in tests.values() for p in test])
    typer.echo(f"training passages dropped: {in_test} of a test set, {repeated} repeated")
    train, dev = split((pair for pairs in trains.values() for pair in pairs), size=DEV_PASSAGES)
    sets = {f"{year}_train": pairs for year, pairs in trains.items()}
    sets |= {f"{year}_test": pairs for year, pairs in tests.items()}
    sets |= {"train": train, "dev": dev}
    for name, pairs in sets.items():
        if pairs:
            write_jsonl(pairs, out_dir / f"{name}.jsonl")
            write_docs(pairs, out_dir / f"{name}.spacy", problems)
            typer.echo(f"{name}: {describe(pairs)}")
    write_problems(problems, out_dir / "problems.tsv")
    return problems


def convert_pairs(
    files: list[Path],
    output: Path,
    convert: PairConverter,
    *,
    format: str = "auto",
    truth: Path | None = None,
) -> list[Problem]:
    """Convert files of pairs to one file.

    files (List[Path]): The files.
    output (Path): The file to write, .jsonl or .spacy.
    convert (Callable[[Pair], Pair]): The conversion of characters.
    format (str): The files' format.
    truth (Optional[Path]): The corrections of a SIGHAN test set.
    RETURNS (List[Problem]): What was wrong; also written beside the output.
    """
    problems: list[Problem] = []
    pairs = [
        pair
        for path in files
        for pair in read_file(path, convert, problems, format=format, truth=truth)
    ]
    if output.suffix == ".jsonl":
        write_jsonl(pairs, output)
    else:
        write_docs(pairs, output, problems)
    typer.echo(f"{output.name}: {describe(pairs)}")
    write_problems(problems, output.with_suffix(".problems.tsv"))
    return problems


def read_file(
    path: Path,
    convert: PairConverter,
    problems: list[Problem],
    *,
    format: str = "auto",
    truth: Path | None = None,
) -> list[Pair]:
    """Read and convert a file, and print what became of its records.

    path (Path): The file.
    convert (Callable[[Pair], Pair]): The conversion of characters.
    problems (List[Problem]): Is extended by the file's problems.
    format (str): The file's format.
    truth (Optional[Path]): The corrections of a SIGHAN test set.
    RETURNS (List[Pair]): The converted pairs.
    """
    found: list[Problem] = []
    pairs = [
        convert(pair)
        for pair in read_pairs(path, format=format, truth=truth, on_problem=found.append)
    ]
    skipped = sum(problem.skipped for problem in found)
    typer.echo(f"{path.name}: {len(pairs) + skipped} read, {len(pairs)} kept")
    kinds = Counter(f"{problem.kind}{problem.outcome}" for problem in found)
    for kind, count in sorted(kinds.items()):
        typer.echo(f"    {count} x {kind}")
    problems.extend(found)
    return pairs


def describe(pairs: list[Pair]) -> str:
    """Count passages, passages with errors, and wrong characters."""
    wrong = sum(pair.source != pair.target for pair in pairs)
    characters = sum(
        a != b for pair in pairs for a, b in zip(pair.source, pair.target, strict=True)
    )
    return f"{len(pairs)} passages, {wrong} with errors, {characters} wrong characters"


def write_docs(pairs: list[Pair], path: Path, problems: list[Problem]) -> None:
    """Write pairs as Docs of the misspelt texts with their corrections.

    pairs (List[Pair]): The pairs.
    path (Path): The file.
    problems (List[Problem]): Is extended by pairs that no Doc can represent.
    """
    docs = DocBin()
    for doc in gold_docs(tqdm(pairs, desc=path.name, leave=False, disable=None), path, problems):
        docs.add(doc)
    with atomic_path(path) as temporary:
        docs.to_disk(temporary)


def gold_docs(pairs: Iterable[Pair], path: Path, problems: list[Problem]) -> Iterator[Doc]:
    """Make the Docs of pairs; see `write_docs`."""
    # Only here: whoever wants JSONL waits for no model code.
    from spacy_sdcl.annotations.spans import make_gold_doc

    nlp = spacy.blank("zh")
    for number, pair in enumerate(pairs, start=1):
        try:
            yield make_gold_doc(nlp, pair)
        except ValueError as err:
            message = f"not representable: passage {pair.id!r}: {err}{SKIPPED}"
            problems.append(Problem(str(path), number, message))


def write_problems(problems: list[Problem], path: Path) -> None:
    """Write problems as a table of path, line and message.

    problems (List[Problem]): The problems.
    path (Path): The file.
    """
    with atomic_path(path) as temporary:
        rows = ["path\tline\tmessage", *(f"{p.path}\t{p.line}\t{p.message}" for p in problems)]
        temporary.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    app()
