"""Evaluate a pipeline or an embedded model on test sets: a table on screen, as JSON and as Markdown.

SIGHAN 2013 is reported twice, the second time without corrections to 地 and 得, whose mixed use its
gold does not mark.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import spacy
import typer
from spacy.language import Language
from tqdm import tqdm

from spacy_sdcl.component import SDCLCorrector
from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.data.records import atomic_path
from spacy_sdcl.loading import load_pipeline
from spacy_sdcl.metrics import correction_scores, ignore_particles
from spacy_sdcl.tables import markdown_table, percent
from spacy_sdcl.types import SETTINGS, Pair

NAMES = {"sighan13": "SIGHAN 2013", "sighan14": "SIGHAN 2014", "sighan15": "SIGHAN 2015"}
PRF = ("p", "r", "f")
COLUMNS = {
    "strict": {"correction": "correction", "detection": "detection"},
    "loose": {"correction_loose": "correction", "detection_loose": "detection"},
    "characters": {"char": "correction", "char_detection": "detection"},
}

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def evaluate_command(
    sets: list[Path] = typer.Argument(..., help="Files of pairs, or folders with *_test.jsonl"),
    output: Path = typer.Option(..., "--output", "-o", help="The JSON; the table goes beside it"),
    model: str = typer.Option("", help="A pipeline, or the name of an embedded model"),
    trained: Path | None = typer.Option(None, help="The pipeline if --model is not given"),
    embedded: str = typer.Option("zh_sdcl_sm", help="The embedded model if that is not there"),
    threshold: list[str] = typer.Option(
        list(SETTINGS), help="A number, or one of the model's own settings; one table for each"
    ),
    batch_size: int = typer.Option(256, help="Sentences at a time"),
    gpu_id: int = typer.Option(-1, help="The GPU, -1 for none"),
) -> None:
    """Evaluate, print the table, write both files."""
    if gpu_id >= 0:
        spacy.require_gpu(gpu_id)
    if not model:
        model = str(trained) if trained is not None and trained.is_dir() else embedded
    files = [file for path in sets for file in (_test_files(path) if path.is_dir() else [path])]
    if not files:
        typer.echo(f"No test set in {', '.join(map(str, sets))}: run `convert` first.", err=True)
        raise typer.Exit(1)
    settings: list[dict[str, Any]] = []
    tables: list[str] = []
    for each in threshold:
        name = each if each in SETTINGS else None
        nlp = load_pipeline(model, threshold=name or float(each))
        # Once before the clock runs: the first text loads the weights.
        nlp("请稍等。")
        number = threshold_of(nlp)
        if any(number == other["threshold"] for other in settings):
            continue
        results: dict[str, dict[str, Any]] = {}
        for file in files:
            key = file.stem.removesuffix("_test")
            results |= evaluate(nlp, list(read_pairs(file)), key, batch_size)
        settings.append({"setting": name, "threshold": number, "sets": results})
        title = f"`{model}`, threshold {number}" + (f" ({name})" if name else "")
        tables.append(make_tables(title, results))
        typer.echo(tables[-1] + "\n")
    with atomic_path(output) as temporary:
        record = {"model": model, "settings": settings}
        temporary.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
    with atomic_path(output.with_suffix(".md")) as temporary:
        temporary.write_text("\n\n".join(tables) + "\n", encoding="utf-8")


def evaluate(
    nlp: Language, pairs: list[Pair], key: str, batch_size: int
) -> dict[str, dict[str, Any]]:
    """Evaluate on one test set.

    nlp (Language): The pipeline.
    pairs (List[Pair]): The test set.
    key (str): Its name.
    batch_size (int): Sentences at a time.
    RETURNS (Dict[str, Dict[str, Any]]): All figures, by the name of the set, or of its variant.
    """
    sources, golds = [pair.source for pair in pairs], [pair.target for pair in pairs]
    start = time.perf_counter()
    docs = nlp.pipe(sources, batch_size=batch_size)
    predictions = [
        doc._.corrected for doc in tqdm(docs, key, len(sources), unit=" sentences", disable=None)
    ]
    seconds = time.perf_counter() - start
    speed = {"seconds": round(seconds, 2), "sentences_per_second": round(len(pairs) / seconds, 1)}
    variants = {key: predictions}
    if key == "sighan13":
        variants[f"{key}_without_particles"] = ignore_particles(sources, predictions)
    return {
        name: {**correction_scores(sources, golds, predicted).as_dict(), **speed}
        for name, predicted in variants.items()
    }


def threshold_of(nlp: Language) -> float:
    """The number that a corrector's threshold comes down to.

    nlp (Language): A pipeline with a trained corrector.
    RETURNS (float): The threshold.
    """
    pipe = nlp.get_pipe("sdcl_corrector")
    assert isinstance(pipe, SDCLCorrector)
    return pipe.least_score


def make_tables(title: str, results: Mapping[str, Mapping[str, Any]]) -> str:
    """Lay the figures out as Markdown, in percent.

    title (str): What was evaluated.
    results (Mapping[str, Mapping[str, Any]]): What `evaluate` returned.
    RETURNS (str): One table for each way of counting, and one of all that is counted once.
    """
    parts = [f"Evaluated: {title}. Shares in percent."]
    for kind, names in COLUMNS.items():
        header = [f"{kind}", *(f"{title} {x.upper()}" for title in names.values() for x in PRF)]
        rows = [
            [_title(key), *(percent(scores[f"sdcl_{name}_{x}"]) for name in names for x in PRF)]
            for key, scores in results.items()
        ]
        parts.append(markdown_table(header, rows))
    header = ["all", "sentences", "with errors", "accuracy", "false-positive rate"]
    rows = [
        [
            _title(key),
            str(round(scores["sdcl_sentences"])),
            str(round(scores["sdcl_sentences_with_errors"])),
            percent(scores["sdcl_correction_accuracy"]),
            percent(scores["sdcl_fpr"]),
            str(scores["seconds"]),
            str(scores["sentences_per_second"]),
        ]
        for key, scores in results.items()
    ]
    parts.append(markdown_table([*header, "seconds", "sentences/s"], rows))
    return "\n\n".join(parts)


def _test_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*_test.jsonl"))


def _title(key: str) -> str:
    name, _, variant = key.partition("_")
    return NAMES.get(name, name) + (" without 地, 得" if variant else "")


if __name__ == "__main__":
    app()
