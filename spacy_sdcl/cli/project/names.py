"""Count the sentences with names that a pipeline changes, in the name and outside of it."""

import json
from pathlib import Path

import typer

from ...data.records import atomic_path
from ...data.text import write_text
from ...evaluation.names import Verdict, judge_name_sentences, make_name_sentences
from ...loading import load_pipeline
from ...metrics.tables import markdown_table
from ...types import SETTINGS

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def names_command(
    names: Path = typer.Argument(..., help="Names: lines of kind<TAB>name"),
    frames: Path = typer.Argument(..., help="Frames: lines of kind<TAB>sentence, {} for the name"),
    model: str = typer.Option("zh_sdcl_sm", help="A pipeline, or the name of an embedded model"),
    threshold: list[str] = typer.Option(list(SETTINGS), help="A number, or a setting"),
    sentences: Path | None = typer.Option(
        None, help="Write the sentences there, one a line, for tune's --correct, and do no more"
    ),
    output: Path | None = typer.Option(None, "--output", "-o", help="The figures as JSON"),
) -> None:
    """Print the tables, and the sentences that were changed."""
    found = make_name_sentences(names, frames)
    if sentences is not None:
        write_text(sentences, (each.text for each in found))
        return
    record = {}
    for each in threshold:
        nlp = load_pipeline(model, threshold=each if each in SETTINGS else float(each))
        verdicts = judge_name_sentences(nlp, found)
        kinds = list(dict.fromkeys(sentence.kind for sentence in found))
        groups = {
            kind: [verdict for verdict in verdicts if verdict.sentence.kind == kind]
            for kind in kinds
        }
        figures = {name: _figures(group) for name, group in {"all": verdicts, **groups}.items()}
        changed = [verdict.marked for verdict in verdicts if verdict.inside or verdict.outside]
        record[each] = {"figures": figures, "changed": changed}
        header = [f"`{each}`, percent", "sentences", "changed", "in the name", "outside of it"]
        rows = [
            [name, f"{row['sentences']:g}", *(f"{100 * row[key]:.2f}" for key in list(row)[1:])]
            for name, row in figures.items()
        ]
        typer.echo("\n".join([markdown_table(header, rows), "", *changed, ""]))
    if output is not None:
        with atomic_path(output) as temporary:
            text = json.dumps({"model": model, "names": record}, ensure_ascii=False, indent=2)
            temporary.write_text(text + "\n", encoding="utf-8")


def _figures(verdicts: list[Verdict]) -> dict[str, float]:
    count = max(len(verdicts), 1)
    return {
        "sentences": len(verdicts),
        "changed": sum(each.inside or each.outside for each in verdicts) / count,
        "inside": sum(each.inside for each in verdicts) / count,
        "outside": sum(each.outside for each in verdicts) / count,
    }
