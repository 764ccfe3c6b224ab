"""Make evidence out of counts and lists of words: n-grams, lexicon, likeness of characters.

The folder has no judge yet: `judge` fits one. Without a corpus nothing was counted, and the n-grams are
those of an embedded model.
"""

from pathlib import Path

import typer

from ...evidence.building import build_table
from ...evidence.bundle import Evidence
from ...evidence.counting import NgramCounts
from ...evidence.lexicon import build_lexicon
from ...evidence.likeness import build_likeness
from ...evidence.sources import find_evidence
from ...evidence.table import NgramTable
from ...evidence.words import collect_words
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def evidence(
    out_dir: Path = typer.Argument(..., help="The folder to write"),
    counts: Path = typer.Option(Path("training/counts.safetensors"), help="What `count` wrote"),
    corpus: str = typer.Option("", help="The corpus that was counted; '' for none"),
    embedded: str = typer.Option("zh_sdcl_sm", help="Whose n-grams to take without a corpus"),
    lexicon: list[str] = typer.Option(
        [], help="Words, a line each, or word TAB frequency; a file, or a folder of such"
    ),
    jieba: bool = typer.Option(True, help="Take the words of jieba's dictionary, too"),
    size: int = typer.Option(12_000_000, help="Bytes of the n-grams, at most"),
) -> None:
    """Make the folder."""
    with reported_errors():
        if corpus:
            typer.echo(f"n-grams: {counts}")
            counted = NgramCounts.load(counts)
            about = {"counted": f"{int(counted.counts.sum()):,} characters of {Path(corpus).name}"}
            table = build_table(counted, size)
            del counted
        else:
            typer.echo(f"No corpus is named (--vars.corpus): the n-grams are those of {embedded}.")
            table, about = _of_model(embedded)
        lists = [Path(each) for each in lexicon if each]
        words = collect_words(lists, jieba=jieba)
        about["words"] = ", ".join([*(["jieba"] if jieba else []), *(path.name for path in lists)])
        lexicon_of = build_lexicon(words, table.alphabet)
        made = Evidence(table, lexicon_of, build_likeness(table.alphabet), about=about)
        made.save(out_dir)
    typer.echo(
        f"{out_dir}: {len(table.to_bytes()) / 1e6:.1f} MB of n-grams, {len(lexicon_of):,} words, "
        f"{len(table.alphabet):,} characters; no judge yet"
    )


def _of_model(name: str) -> tuple[NgramTable, dict[str, str]]:
    found = find_evidence(name, None)
    assert found is not None
    return found.table, {"counted": str(found.about.get("counted", ""))}
