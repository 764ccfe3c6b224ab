"""Measure what learning of a domain brings: false alarms and F1 on its text, before and after.

The text of each domain is left out of the counts, and its words out of the lexicon. The pipeline that is
left then learns text of the domain, and is measured on other sentences of it, as they are and misspelt.
The network may have read them all: only what was counted is left out.
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import typer
from spacy.language import Language

from ...data.noise import NoiseRates
from ...data.records import atomic_path, log_problem
from ...data.text import read_text, text_files
from ...evaluation.domains import Domain, leave_out_domain, read_domain
from ...evaluation.figures import corrector_of, read_sets
from ...evaluation.tuning import score_thresholds
from ...evidence.counting import NgramCounts
from ...evidence.material import noising
from ...language.confusions import Confusions
from ...loading import load_pipeline
from ...metrics.tables import markdown_table, percent
from ...types import SETTINGS, Pair
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
# As `project run judge` misspells text, without sentences that stay right.
RATES = NoiseRates(
    error_rate=0.05,
    clean_sentences=0.0,
    word=0.1,
    homophone=0.25,
    near_homophone=0.05,
    lookalike=0.05,
    attested=0.5,
    random=0.02,
)
BLOCK = 50_000


class Measured(NamedTuple):
    """Figures of one state of a pipeline, by the names of the settings.

    f1 (dict[str, float]): Strict correction F1 on misspelt sentences.
    alarms (dict[str, float]): The share of correct sentences that are changed.
    """

    f1: dict[str, float]
    alarms: dict[str, float]


def measure(nlp: Language, pairs: Sequence[Pair], correct: Sequence[str]) -> Measured:
    """Measure a pipeline.

    nlp (Language): The pipeline.
    pairs (Sequence[Pair]): Misspelt sentences.
    correct (Sequence[str]): Correct ones.
    RETURNS (Measured): Figures at both thresholds of the pipeline.
    """
    rows = score_thresholds(nlp, pairs, {"correct": correct})
    of = {
        name: min(rows, key=lambda row: abs(row.threshold - corrector_of(nlp).thresholds[name]))
        for name in SETTINGS
    }
    return Measured(
        {name: row.pairs.correction.f1 for name, row in of.items()},
        {name: row.false_positive_rate for name, row in of.items()},
    )


@app.command()
def learning(
    corpus: list[str] = typer.Option([], help="The text that was counted, as for `count`"),
    counts: Path = typer.Option(Path("training/evidence/counts.safetensors"), help="Its counts"),
    words: str = typer.Option("", help="Words with categories, tab-separated; '' for none"),
    domain: list[str] = typer.Option([], help="A category; may be repeated"),
    confusions: Path = typer.Option(
        Path("training/start/confusions.safetensors"), help="What is mistaken for what"
    ),
    sizes: list[int] = typer.Option([10_000, 100_000, 1_000_000], help="Characters to learn"),
    sentences: int = typer.Option(2000, help="Sentences to measure on, misspelt and as they are"),
    others: str = typer.Option("", help="Pairs of other text, to see what learning costs there"),
    model: str = typer.Option("zh_sdcl_sm", help="The pipeline whose evidence it is"),
    size: int = typer.Option(10_840_000, help="Bytes of the n-grams, at most"),
    report: Path = typer.Option(Path("metrics/learning.json"), help="The figures, as JSON"),
    seed: int = typer.Option(0, help="Of the order of the sentences, and of the errors"),
) -> None:
    """Leave out each domain, learn it, and print the figures."""
    with reported_errors():
        texts = [file for each in corpus if each for file in text_files(Path(each))]
        if not texts or not words:
            typer.echo(
                "Name a corpus (--vars.corpus) and words with categories (--vars.categories): without "
                "them there is no domain to leave out."
            )
            return
        nlp = load_pipeline(model)
        nlp("请稍等。")
        pipe = corrector_of(nlp)
        known = pipe.loaded_evidence
        if known is None:
            raise ValueError(f"{model} has no evidence: name a pipeline that has.")
        of_others = [] if not others else read_sets([Path(others)]).popitem()[1]
        results: dict[str, dict[str, Any]] = {}
        for name in domain:
            vocabulary = read_domain(Path(words), name)
            found = list(_select(Domain(vocabulary, known.table.alphabet), texts))
            random.Random(seed).shuffle(found)
            noised, correct, rest = _split(found, sentences)
            change = noising(Confusions.load(confusions), RATES, seed=seed)
            pairs = [change(Pair(each, each)) for each in noised]
            evidence = leave_out_domain(
                known, NgramCounts.load(counts), found, vocabulary, size=size
            )
            results[name] = {}
            for learnt in (0, *sizes):
                pipe.loaded_evidence = evidence
                part = _first(rest, learnt)
                lesson = pipe.learn(part) if part else None
                figures = measure(nlp, pairs, correct)._asdict()
                if of_others and learnt in (0, sizes[-1]):
                    figures["others"] = measure(nlp, of_others, correct).f1
                figures["weight"] = 0.0 if lesson is None else lesson.learned.weight
                figures["words"] = 0 if lesson is None else len(lesson.words)
                results[name][str(sum(map(len, part)))] = figures
            typer.echo(f"{name}: {len(found):,} sentences\n{make_table(results[name])}\n")
        with atomic_path(report) as temporary:
            temporary.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def make_table(results: dict[str, Any]) -> str:
    """Lay out the figures of a domain.

    results (dict[str, Any]): By characters learnt.
    RETURNS (str): A table in Markdown.
    """
    header = ["characters learnt", "weight", "new words"]
    header += [f"F1, {name}" for name in SETTINGS]
    header += [f"correct sentences changed, {name}" for name in SETTINGS]
    header += [f"F1 on other text, {name}" for name in SETTINGS]
    rows = [
        [
            f"{int(learnt):,}",
            f"{of['weight']:.2f}",
            f"{of['words']:,}",
            *(percent(of["f1"][name]) for name in SETTINGS),
            *(f"{100 * of['alarms'][name]:.2f}%" for name in SETTINGS),
            *(percent(of["others"][name]) if "others" in of else "" for name in SETTINGS),
        ]
        for learnt, of in results.items()
    ]
    return markdown_table(header, rows)


def _select(domain: Domain, files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        block: list[str] = []
        for line in read_text(file, log_problem):
            block.append(line)
            if len(block) == BLOCK:
                yield from domain.select(block)
                block = []
        yield from domain.select(block)


def _split(found: list[str], count: int) -> tuple[list[str], list[str], list[str]]:
    if len(found) < 3 * count:
        raise ValueError(
            f"{len(found)} sentences of the domain are too few to measure on two times {count} and "
            "to learn of others: name a larger corpus, or fewer --sentences."
        )
    return found[:count], found[count : 2 * count], found[2 * count :]


def _first(sentences: Sequence[str], characters: int) -> list[str]:
    part, length = [], 0
    for sentence in sentences:
        if length >= characters:
            break
        part.append(sentence)
        length += len(sentence)
    return part
