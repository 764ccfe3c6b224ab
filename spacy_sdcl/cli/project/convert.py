"""Convert spelling correction data to JSONL and to spaCy's binary format.

`sighan` converts the data of the SIGHAN bake-offs, `pairs` files of one's own. What is wrong with a
file is counted on screen and listed in a table of problems; all sound records are kept.
"""

from pathlib import Path

import typer

from ...data.conversion import PairConverter, convert_pairs, convert_sighan
from ...data.formats import READERS
from ...data.releases import TEST_FILES, differing_files
from ...language.traditional import load_converter, simplify_pair
from ..options import fail, reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command("sighan")
@reported_errors()
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
        fail(f"{sighan_dir} is no folder.")
    if verify and (differing := differing_files(sighan_dir)):
        fail(
            f"These are not the files that SIGHAN released: {', '.join(map(str, differing))}.\n"
            "Fetch them again, or leave out --verify if you changed them on purpose."
        )
    problems = convert_sighan(sighan_dir, out_dir, make_converter(simplified), say=typer.echo)
    if problems is None:
        fail(
            f"{sighan_dir} holds no file of SIGHAN: neither {TEST_FILES['sighan15']} nor any of "
            "its like, in no folder of it.\nUnpack the three releases into it (e.g. a copy of "
            "raw_data of https://github.com/onebula/sighan_raw), or name the folder they are in."
        )


@app.command("pairs")
@reported_errors()
def pairs_command(
    files: list[Path] = typer.Argument(..., help="Files of pairs, UTF-8"),
    output: Path = typer.Option(..., "--output", "-o", help="A file .spacy or .jsonl"),
    format: str = typer.Option("auto", help=f"The files' format: auto, {', '.join(READERS)}"),
    truth: Path | None = typer.Option(None, help="The corrections of one SIGHAN test set"),
    simplified: bool = typer.Option(False, "--simplified", help="Convert from Traditional"),
) -> None:
    """Convert files of pairs of one's own to one file for training or evaluation."""
    if output.suffix not in (".spacy", ".jsonl"):
        fail(f"The output must end in .spacy or .jsonl: {output}")
    if truth is not None and len(files) > 1:
        fail("A truth file belongs to one file of passages: convert the others by themselves.")
    convert_pairs(
        files, output, make_converter(simplified), format=format, truth=truth, say=typer.echo
    )


def make_converter(simplified: bool) -> PairConverter:
    """Make the conversion of characters.

    simplified (bool): Whether to convert at all.
    RETURNS (Callable[[Pair], Pair]): Converts a pair.
    RAISES (ImportError): If the package for it is missing.
    """
    if not simplified:
        return lambda pair: pair
    convert = load_converter()
    return lambda pair: simplify_pair(pair, convert)
