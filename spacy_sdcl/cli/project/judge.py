"""Fit the judge of evidence and its verifier: to pairs, to their right texts, to noised text and to correct text.

All are FILE or FILE:WEIGHT, where the weight is that of each place in the file. The n-grams must not have
been counted on them (`count --leave-out`). Any large text has errors of its own, and a judge that is told
that they are right learns to leave such errors alone: `--leave-out` takes the lines of which that is known.
A share of the sentences of each is held out, to see whether of corrections at probability p a share of
about p is right.
"""

from collections.abc import Iterator, Sequence, Set
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import spacy
import typer
from spacy.language import Language

from ...data.formats import read_pairs
from ...data.noise import NoiseRates
from ...data.records import log_problem
from ...data.text import read_text, text_files
from ...evaluation.cleaning import LeftOut
from ...evaluation.figures import corrector_of
from ...evaluation.tuning import check_folder, save_pipeline
from ...evidence.bundle import Evidence
from ...evidence.calibration import Guesses, calibration, guess, plot_calibration
from ...evidence.cross_fitting import fit_evidence
from ...evidence.material import Material, Read, as_correct, noising
from ...language.confusions import Confusions
from ...language.sources import build_confusions, read_attested
from ...loading import blank_pipeline, load_pipeline
from ...metrics.tables import markdown_table, percent
from ...model.architecture import get_network, load_embedded
from ...model.reading import read_doubts
from ...model.weights import NETWORK_FILE
from ...types import Pair
from ..options import fail, reported_errors
from .weighted import read_weighted

PICTURE_FILE = "calibration.png"

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def judge(
    evidence_dir: Path = typer.Argument(..., help="What `evidence` wrote"),
    out_dir: Path = typer.Argument(..., help="The folder to write, with the judge"),
    network: str = typer.Option(..., help="A pipeline, an embedded model, a folder of a network"),
    pairs: list[str] = typer.Option([], help="Pairs, misspelt and right; may be repeated"),
    targets: list[str] = typer.Option([], help="Pairs whose right texts are to be left alone"),
    noise: list[str] = typer.Option([], help="Correct text that is noised"),
    correct: list[str] = typer.Option([], help="Correct text that is to be left alone"),
    reader: list[str] = typer.Option(
        [],
        help="FILE=NETWORK: what reads one of the files, because the network was trained on it and is "
        "surer there than it will be of texts of others; may be repeated",
    ),
    leave_out: list[Path] = typer.Option(
        [], help="Right texts that are not right after all, or rows of alarms; may be repeated"
    ),
    limit: int = typer.Option(24_000, min=0, help="Lines of each text at most, 0 for all"),
    held_out: float = typer.Option(0.1, min=0, max=0.9, help="The share that is held out"),
    confusions: Path | None = typer.Option(None, help="The noise's tables; by default made anew"),
    attested: Path | None = typer.Option(None, help="Errors that people made, for such tables"),
    rate: list[str] = typer.Option([], help="A rate of the noise, NAME=NUMBER, see NoiseRates"),
    hidden: int = typer.Option(64, min=1, help="Width of the judge's hidden layers"),
    steps: int = typer.Option(3000, min=1, help="Steps of the fit"),
    batch: int = typer.Option(1024, min=1, help="Places a step"),
    seed: int = typer.Option(0, help="Of all that is random"),
    pipeline: Path | None = typer.Option(None, help="Where to save the pipeline with the evidence"),
    plot: Path | None = typer.Option(
        None, help=f"The picture; {PICTURE_FILE} in OUT_DIR if not given"
    ),
    gpu_id: int = typer.Option(-1, help="The GPU, -1 for none"),
) -> None:
    """Fit, save, and print the calibration."""
    if gpu_id >= 0:
        spacy.require_gpu(gpu_id)
    with reported_errors():
        if pipeline is not None:
            check_folder(pipeline)
        evidence = Evidence.open(evidence_dir)
        nlp = open_reader(network)
        pipe = corrector_of(nlp)
        change = None
        if any(noise):
            tokens = get_network(pipe.model).vocabulary.tokens  # type: ignore[union-attr]
            tables = _confusion_tables(tokens, confusions, attested)
            change = noising(tables, _read_rates(rate), seed=seed)
        lines = partial(_read_lines, limit=limit)
        read = partial(read_doubts, pipe.model)
        files = {
            kind: read_weighted(options)
            for kind, options in (
                ("pairs", pairs),
                ("targets", targets),
                ("noised", noise),
                ("correct", correct),
            )
        }
        left_out = LeftOut(leave_out)
        readers = _open_readers(reader, {file.path for each in files.values() for file in each})
        material = [
            Material.of(
                kind,
                weight,
                (pair for pair in read_file(path) if pair.target not in left_out),
                readers.get(path, read),
                held_out=held_out,
                change=make,
            )
            for kind, read_file, make in (
                ("pairs", read_pairs, None),
                ("targets", read_pairs, as_correct),
                ("noised", lines, change),
                ("correct", lines, as_correct),
            )
            for path, weight in files[kind]
        ]
        if not any(part.fitted for part in material):
            fail("Nothing to fit to: name --pairs, or text by --noise.")
        fit_evidence(evidence, material, hidden=hidden, steps=steps, batch_places=batch, seed=seed)
        parts = [f"{part.name} {part.weight:g} ({len(part.fitted):,})" for part in material]
        evidence.about["judge"] = f"{', '.join(parts)}; {steps:,} steps"
        evidence.save(out_dir)
        _report_calibration(evidence, material, plot or out_dir / PICTURE_FILE)
        if pipeline is not None:
            pipe.loaded_evidence = evidence
            nlp.get_pipe_config("sdcl_corrector")["evidence"] = pipe.evidence
            save_pipeline(nlp, pipeline)
            typer.echo(f"Saved to {pipeline}")


def open_reader(name: str) -> Language:
    """Load a network that reads texts, in a pipeline.

    name (str): A folder with a stored network, or as in `load_pipeline`.
    RETURNS (Language): The pipeline.
    RAISES (ValueError): If there is none of that name, or it was never trained.
    """
    if (Path(name) / NETWORK_FILE).is_file():
        nlp = blank_pipeline()
        nlp.add_pipe("sdcl_corrector", config={"model": {"name": name}, "evidence": None})
        model = corrector_of(nlp).model
        model.initialize()
    else:
        nlp = load_pipeline(name)
        model = corrector_of(nlp).model
        load_embedded(model)
    found = get_network(model)
    if found is None or not found.trained:
        raise ValueError(f"The network of {name!r} was never trained for correction.")
    return nlp


def _open_readers(values: Sequence[str], files: Set[Path]) -> dict[Path, Read]:
    readers: dict[Path, Read] = {}
    for value in values:
        path, equals, name = value.partition("=")
        if not (path.strip() and equals and name.strip()):
            raise ValueError(f"--reader {value}: must be FILE=NETWORK.")
        if Path(path) not in files:
            raise ValueError(f"--reader {value}: {path} is none of the files to fit to.")
        readers[Path(path)] = partial(read_doubts, corrector_of(open_reader(name)).model)
    return readers


def _read_lines(path: Path, *, limit: int) -> Iterator[Pair]:
    lines = (line for file in text_files(path) for line in read_text(file, log_problem))
    return (Pair(line, line) for line in islice(lines, limit or None))


def _confusion_tables(
    tokens: Sequence[str], stored: Path | None, attested: Path | None
) -> Confusions:
    if stored is not None:
        return Confusions.load(stored)
    return build_confusions(tokens, attested=None if attested is None else read_attested(attested))


def _read_rates(values: Sequence[str]) -> NoiseRates:
    rates: dict[str, Any] = {}
    for value in values:
        name, _, number = value.partition("=")
        try:
            rates[name] = float(number)
        except ValueError:
            raise ValueError(f"--rate {value}: must be NAME=NUMBER, as error_rate=0.05.") from None
    return NoiseRates(**rates)


def _report_calibration(
    evidence: Evidence,
    material: Sequence[Material],
    picture: Path,
) -> None:
    guesses = [
        (part.name, guess(evidence, part.held_out, part.read, weight=part.weight))
        for part in material
        if part.held_out
    ]
    groups = {
        "pairs": [found for name, found in guesses if name == "pairs"],
        "all, as weighted": [found for _, found in guesses],
    }
    curves = {name: calibration(Guesses.joined(found)) for name, found in groups.items() if found}
    if not any(curves.values()):
        typer.echo("No calibration: nothing was held out, or no correction was likely there.")
        return
    for name, bins in curves.items():
        rows = [
            [f"{low:.2f} to {high:.2f}", percent(probability), percent(right), str(number)]
            for low, high, probability, right, number in bins
        ]
        typer.echo(f"\nCorrections in held-out sentences ({name}), in percent:\n")
        typer.echo(markdown_table(["probability", "on average", "right", "number"], rows))
    plot_calibration(curves, picture)
    typer.echo(f"\n{picture}")
