"""Lay out what the SDCL training starts from.

In OUT_DIR: network.safetensors, the encoder; confusions.safetensors, the noise's tables for its
characters; typos-1.jsonl and typos-2.jsonl, what people wrote wrong, or without such the pairs of the SIGHAN
training set, in two halves, each for a training of its own: what has learnt one half tells of the other
how sure it is of texts that it does not know; confusions-1.safetensors and confusions-2.safetensors, the
tables that do not know the errors of the other half; own.jsonl, errors that the corpus itself has, or without
such the pairs of the SIGHAN training set, which both trainings read; text.txt, text_judge.txt and text_dev.txt, correct
sentences to be noised, for the network and for the judge of its evidence, and to choose a threshold on.
With a corpus, the encoder is the one that was pretrained on it; without one, it is the embedded
model, and the correct sentences are those of the SIGHAN training set.
"""

from collections.abc import Iterable
from pathlib import Path

import typer

from ...data.formats import read_pairs, write_jsonl
from ...data.records import atomic_path, log_problem
from ...data.splits import split
from ...data.text import write_text
from ...language.confusions import Confusions
from ...language.sources import build_confusions, read_attested, without_errors
from ...model.weights import (
    EMBEDDED_DIR,
    NETWORK_FILE,
    network_from_file,
    network_to_bytes,
)
from ..options import reported_errors

# During training, thresholds of earlier trainings mean nothing: development figures are taken here.
TRAINING_THRESHOLD = 0.5

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def start(
    out_dir: Path = typer.Argument(..., help="The folder to write"),
    pairs_dir: Path = typer.Option(..., help="The folder of train.jsonl and dev.jsonl"),
    shards_dir: Path = typer.Option(Path("shards"), help="Has train.txt, judge.txt and dev.txt"),
    pretrained: Path = typer.Option(Path("training/encoder"), help="The pretraining run"),
    embedded: str = typer.Option("zh_sdcl_sm", help="The embedded model to start from"),
    corpus: str = typer.Option("", help="The corpus of the shards; '' for none"),
    typos: str = typer.Option("", help="Pairs that people wrote; '' for none"),
    own_errors: str = typer.Option(
        "", help="Errors of the corpus itself, pairs of `alarms --pairs`; '' for none"
    ),
    attested: str = typer.Option(
        "", help="Errors that people made, for the noise: TSV with wrong, right, count; '' for none"
    ),
) -> None:
    """Choose encoder and text."""
    source = pretrained if corpus else EMBEDDED_DIR / embedded
    if not (source / NETWORK_FILE).is_file():
        typer.echo(f"No encoder in {source}: pretrain it first (project run pretrain).", err=True)
        raise typer.Exit(1)
    typer.echo(f"encoder: {source}")
    network = network_from_file(source / NETWORK_FILE)
    network.thresholds = dict.fromkeys(network.thresholds, TRAINING_THRESHOLD)
    with atomic_path(out_dir / NETWORK_FILE) as temporary:
        temporary.write_bytes(network_to_bytes(network))
    counts = read_attested(Path(attested)) if attested else None
    sighan = pairs_dir / "train.jsonl"
    pairs = list(read_pairs(Path(typos) if typos else sighan, on_problem=log_problem))
    halves = split(pairs, size=len(pairs) // 2)
    tables = build_confusions(network.vocabulary.tokens, attested=counts)
    _save(tables, out_dir / "confusions.safetensors")
    for side, (half, other) in enumerate((halves, halves[::-1]), 1):
        write_jsonl(half, out_dir / f"typos-{side}.jsonl")
        if counts:
            known = without_errors(counts, other)
            tables = build_confusions(network.vocabulary.tokens, attested=known)
        _save(tables, out_dir / f"confusions-{side}.safetensors")
    # Both trainings read these, so that they must not be what people wrote: a half is hidden from each.
    own = list(read_pairs(Path(own_errors) if own_errors else sighan, on_problem=log_problem))
    write_jsonl(own, out_dir / "own.jsonl")
    wrong = {pair.source for pair in own if pair.source != pair.target}
    for ours, theirs, of_pairs in (
        ("text.txt", "train", "train"),
        ("text_judge.txt", "judge", "train"),
        ("text_dev.txt", "dev", "dev"),
    ):
        if corpus:
            text = (shards_dir / f"{theirs}.txt").read_text(encoding="utf-8")
            lines: Iterable[str] = text.splitlines()
        else:
            lines = (pair.target for pair in read_pairs(pairs_dir / f"{of_pairs}.jsonl"))
        write_text(out_dir / ours, (line for line in lines if line not in wrong))


def _save(tables: Confusions, path: Path) -> None:
    with atomic_path(path) as temporary:
        tables.save(temporary)
