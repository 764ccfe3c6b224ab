"""Make an HTML page of corrected sentences: what was wrong struck out, the correction beside it."""

from html import escape
from pathlib import Path

import typer
from spacy.tokens import Doc

from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.data.records import atomic_path, log_problem
from spacy_sdcl.data.text import read_text
from spacy_sdcl.loading import load_pipeline

PAGE = """<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #ddd; --wrong: #b42318; --right: #067647; --mark: #e6f4ea }}
@media (prefers-color-scheme: dark) {{
  :root {{ --line: #444; --wrong: #ff8a80; --right: #6ee7a8; --mark: #16382a }}
}}
body {{ font: 18px/1.8 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 46rem; margin: 2rem auto;
  padding: 0 1rem }}
h1 {{ font-size: 1.3rem }}
li {{ padding: .4rem 0; border-bottom: 1px solid var(--line) }}
li.same {{ opacity: .65 }}
del {{ color: var(--wrong) }}
ins {{ color: var(--right); background: var(--mark); text-decoration: none; border-radius: .2em;
  padding: 0 .15em; cursor: help }}
</style>
<h1>{title}</h1>
<p>{summary}</p>
<ol>
{items}
</ol>
</html>
"""

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def visualize(
    texts: Path = typer.Argument(..., help="A .txt of one sentence a line, or a file of pairs"),
    output: Path = typer.Argument(..., help="The page"),
    model: str = typer.Option("", help="A pipeline, or the name of an embedded model"),
    trained: Path | None = typer.Option(None, help="The pipeline if --model is not given"),
    embedded: str = typer.Option("zh_sdcl_sm", help="The embedded model if that is not there"),
    limit: int = typer.Option(500, help="At most this many sentences"),
) -> None:
    """Correct the sentences and write the page."""
    if not model:
        model = str(trained) if trained is not None and trained.is_dir() else embedded
    if texts.suffix == ".txt":
        lines = list(read_text(texts, log_problem))
    else:
        lines = [pair.source for pair in read_pairs(texts)]
    docs = list(load_pipeline(model).pipe(lines[:limit]))
    with atomic_path(output) as temporary:
        temporary.write_text(make_page(docs, model), encoding="utf-8")
    typer.echo(f"{output}: {len(docs)} sentences")


def make_page(docs: list[Doc], model: str) -> str:
    """Make the page.

    docs (List[Doc]): Corrected Docs.
    model (str): What corrected them.
    RETURNS (str): HTML without scripts.
    """
    changed = sum(bool(doc._.corrections) for doc in docs)
    return PAGE.format(
        title=f"Corrected by {escape(model)}",
        summary=f"{len(docs)} sentences, {changed} of them corrected. Hover over a correction for its "
        "probability.",
        items="\n".join(_item(doc) for doc in docs),
    )


def _item(doc: Doc) -> str:
    pieces = []
    end = 0
    for each in doc._.corrections:
        pieces.append(escape(doc.text[end : each["start"]]))
        pieces.append(
            f"<del>{escape(each['source'])}</del>"
            f'<ins title="{each["score"]:.1%}">{escape(each["target"])}</ins>'
        )
        end = each["end"]
    kind = "changed" if pieces else "same"
    return f'<li class="{kind}">{"".join(pieces)}{escape(doc.text[end:])}</li>'


if __name__ == "__main__":
    app()
