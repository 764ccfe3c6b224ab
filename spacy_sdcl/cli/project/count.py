"""Count the n-grams of text, for `evidence`.

The symbols are the characters of a model's vocabulary. What a judge or a threshold is fitted to, or
measured on, is not counted: lines of such texts, and lines that share twelve Chinese characters in a row
with the right text of pairs.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import typer

from ...data.formats import read_pairs
from ...data.records import log_problem
from ...data.text import read_text, text_files
from ...evidence.alphabet import Alphabet
from ...evidence.counting import count_files
from ...evidence.leaving_out import LeftOut
from ...model.weights import load_network
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def count(
    output: Path = typer.Argument(..., help="The file of counts to write"),
    corpus: list[str] = typer.Option(
        [], help="Text of one sentence a line, .txt or .xz, or a folder of such; may be repeated"
    ),
    network: str = typer.Option(
        "zh_sdcl_sm", help="The model of the vocabulary: embedded, or a folder"
    ),
    leave_out: list[str] = typer.Option([], help="Text whose lines are not counted"),
    leave_out_pairs: list[str] = typer.Option(
        [], help="Pairs whose right texts are not counted, or a folder of .jsonl files"
    ),
    max_ngrams: int = typer.Option(
        0, help="Keep at most about this many n-grams in memory, 30 bytes each; 0 for all"
    ),
) -> None:
    """Count, or say that there is nothing to be counted."""
    texts = [Path(each) for each in corpus if each]
    if not texts:
        typer.echo("No corpus is named (--vars.corpus): nothing to count.")
        return
    with reported_errors():
        left_out = LeftOut(_lines(leave_out), _targets(leave_out_pairs))
        tokens = load_network(network).vocabulary.tokens
        counts = count_files(
            texts,
            Alphabet(token for token in tokens if len(token) == 1),
            keeps=left_out.keeps,
            max_ngrams=max_ngrams or None,
        )
        counts.save(output)
    typer.echo(
        f"{output}: {len(counts):,} n-grams of {counts.counts.sum():,} characters; "
        f"{left_out.found:,} lines left out"
    )


def _lines(paths: Iterable[str]) -> Iterator[str]:
    for path in filter(None, paths):
        for file in text_files(Path(path)):
            yield from read_text(file, log_problem)


def _targets(paths: Iterable[str]) -> Iterator[str]:
    for path in map(Path, filter(None, paths)):
        for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
            yield from (pair.target for pair in read_pairs(file))
