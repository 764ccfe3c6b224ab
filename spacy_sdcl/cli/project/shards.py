"""Make what pretraining reads out of a corpus of correct text, and cut off text for later steps.

In OUT_DIR: shards (see spacy_sdcl/pretraining/shards.py), train.txt for the noised sentences of the
SDCL training, judge.txt for those of the judge's, and dev.txt, held-out sentences to choose a threshold
on.
"""

import json
from itertools import islice
from pathlib import Path

import typer

from ...data.records import atomic_path, log_problem
from ...data.text import read_text, text_files, write_text
from ...pretraining.preparation import prepare

SOURCE_FILE = "source.json"

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def make_shards(
    out_dir: Path = typer.Argument(..., help="The folder to write"),
    corpus: str = typer.Option(
        "", help="Text of one sentence a line, .txt or .xz, or a folder of such; '' for none"
    ),
    vocabulary_size: int = typer.Option(6000, help="Characters of the encoder"),
    dev_sentences: int = typer.Option(5000, help="Held-out sentences"),
    attested: str = typer.Option(
        "", help="Errors that people made, for the noise: TSV with wrong, right, count; '' for none"
    ),
    start: str = typer.Option("", help="The network that is to go on reading; '' for a new one"),
    train_sentences: int = typer.Option(200_000, help="Sentences of train.txt"),
    judge_sentences: int = typer.Option(24_000, help="Sentences of judge.txt"),
) -> None:
    """Make the shards; those that are there already, of the same corpus, are kept."""
    if not corpus:
        typer.echo("No corpus is named (--vars.corpus): nothing to prepare.")
        return
    files = text_files(Path(corpus))
    settings = {
        "files": {str(path): path.stat().st_size for path in files},
        "vocabulary_size": vocabulary_size,
        "dev_sentences": dev_sentences,
        "attested": attested,
        "start": start,
    }
    _discard_others(out_dir, settings)
    prepare(
        files,
        out_dir,
        vocabulary_size=vocabulary_size,
        dev_sentences=dev_sentences,
        attested=Path(attested) if attested else None,
        start=start,
    )
    last = list(read_text(files[-1], log_problem))
    held_out = last[-dev_sentences:]
    write_text(out_dir / "dev.txt", held_out)
    write_text(out_dir / "judge.txt", last[:-dev_sentences][-judge_sentences:])
    known = set(held_out)
    # Of the first file, as the files are in random order; what is held out stays held out.
    lines = (line for line in read_text(files[0], log_problem) if line not in known)
    write_text(out_dir / "train.txt", islice(lines, train_sentences))


def _discard_others(out_dir: Path, settings: dict[str, object]) -> None:
    """Shards of another corpus, or with another vocabulary, must not be taken for these."""
    source = out_dir / SOURCE_FILE
    if source.is_file() and json.loads(source.read_text(encoding="utf-8")) == settings:
        return
    for path in [*out_dir.glob("*.safetensors"), *out_dir.glob("vocabulary.json")]:
        path.unlink()
    with atomic_path(source) as temporary:
        temporary.write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
