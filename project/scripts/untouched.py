"""Count the correct sentences that a pipeline leaves alone, over all and by domain.

Corpora seldom say where a sentence comes from. A domain is a regular expression that tells its
sentences well enough: a sentence belongs to the first domain whose expression is found in it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import typer
from spacy.language import Language
from tqdm import tqdm

from spacy_sdcl.data.records import atomic_path, log_problem
from spacy_sdcl.data.text import read_text
from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.metrics.tables import markdown_table, percent
from spacy_sdcl.types import SETTINGS

DOMAINS = [
    "legal=第[一二三四五六七八九十百]+[条款项]|本法|条例|人民法院|人民政府|应当|依法|规定|机关|不得|予以|当事人",
    "technical=[A-Za-z]{2}",
    "dialogue=你|吗|呢|我",
]

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def untouched_command(
    text: Path = typer.Argument(..., help="Correct sentences, one a line, .txt or .xz"),
    model: str = typer.Option("zh_sdcl_sm", help="A pipeline, or the name of an embedded model"),
    threshold: list[str] = typer.Option(list(SETTINGS), help="A number, or a setting"),
    domain: list[str] = typer.Option(DOMAINS, help="NAME=EXPRESSION"),
    skip: int = typer.Option(0, help="Leave out this many, such as those that tuning has seen"),
    limit: int = typer.Option(0, help="At most this many, 0 for all"),
    output: Path | None = typer.Option(None, "--output", "-o", help="The figures as JSON"),
) -> None:
    """Correct the sentences and print the table."""
    sentences = list(islice(read_text(text, log_problem), skip, skip + limit if limit else None))
    groups = by_domain(sentences, dict(each.split("=", 1) for each in domain))
    shares: dict[str, dict[str, float]] = {}
    for each in threshold:
        nlp = load_pipeline(model, threshold=each if each in SETTINGS else float(each))
        left_alone = set(unchanged(nlp, sentences))
        shares[each] = {
            name: len(left_alone.intersection(group)) / max(len(group), 1)
            for name, group in groups.items()
        }
    header = ["untouched, percent", *groups]
    rows = [["sentences", *(str(len(group)) for group in groups.values())]]
    rows += [[f"`{each}`", *map(percent, shares[each].values())] for each in shares]
    typer.echo(markdown_table(header, rows))
    if output is not None:
        counts = {name: len(group) for name, group in groups.items()}
        with atomic_path(output) as temporary:
            record = {"model": model, "sentences": counts, "untouched": shares}
            temporary.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def by_domain(sentences: Sequence[str], domains: Mapping[str, str]) -> dict[str, list[int]]:
    """Tell the domains of sentences.

    sentences (Sequence[str]): The sentences.
    domains (Mapping[str, str]): The expression of each domain, in order.
    RETURNS (Dict[str, List[int]]): The indices of all sentences, of each domain's, and of others.
    """
    groups: dict[str, list[int]] = {"all": [], **{name: [] for name in domains}, "other": []}
    patterns = {name: re.compile(expression) for name, expression in domains.items()}
    for i, sentence in enumerate(sentences):
        found = (name for name, pattern in patterns.items() if pattern.search(sentence))
        groups["all"].append(i)
        groups[next(found, "other")].append(i)
    return groups


def unchanged(nlp: Language, sentences: Sequence[str]) -> list[int]:
    """Correct sentences that have no error.

    nlp (Language): The pipeline.
    sentences (Sequence[str]): The sentences.
    RETURNS (List[int]): The indices of those that it leaves alone.
    """
    docs = tqdm(nlp.pipe(sentences, batch_size=256), "correct", len(sentences), disable=None)
    return [i for i, doc in enumerate(docs) if doc._.corrected == doc.text]


if __name__ == "__main__":
    app()
