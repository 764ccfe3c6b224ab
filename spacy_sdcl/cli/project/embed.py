"""Put a trained network into the package, with its evidence, as the embedded model of a name."""

import json
import shutil
from pathlib import Path

import typer

from ...data.records import atomic_path
from ...evidence.bundle import Evidence
from ...loading import load_pipeline
from ...model.architecture import get_network
from ...model.network import SDCLNetwork
from ...model.weights import (
    EMBEDDED_DIR,
    NETWORK_FILE,
    STORAGES,
    network_from_file,
    network_to_bytes,
)
from ...types import EVIDENCE
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def embed(
    source: Path = typer.Argument(..., help="A trained pipeline, or a folder with a network"),
    name: str = typer.Option("zh_sdcl_sm", help="The embedded model's name"),
    storage: str = typer.Option("int8", help=f"One of {', '.join(STORAGES)}"),
    careful: float | None = typer.Option(None, help="Threshold; by default the network's own"),
    recall: float | None = typer.Option(None, help="Threshold of the setting for recall"),
    curve: Path | None = typer.Option(None, help="The curve of its pretraining, if there was one"),
    about: Path | None = typer.Option(None, help="JSON to keep in the file, such as its figures"),
    models_dir: Path = typer.Option(EMBEDDED_DIR, help="The folder of the embedded models"),
) -> None:
    """Write the network and the evidence with the thresholds that belong to them."""
    network, evidence = read_network(source), read_evidence(source)
    if not network.trained:
        typer.echo(f"The network in {source} was never trained for correction.", err=True)
        raise typer.Exit(1)
    for setting, threshold in {"careful": careful, "recall": recall}.items():
        if threshold is not None:
            (evidence or network).thresholds[setting] = threshold
    known = json.loads(about.read_text(encoding="utf-8")) if about is not None else None
    data = network_to_bytes(network, storage=storage, about=known)
    path = models_dir / name / NETWORK_FILE
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)
    # What was fitted to another network is no evidence for this one.
    shutil.rmtree(path.with_name(EVIDENCE), ignore_errors=True)
    if evidence is not None:
        evidence.save(path.with_name(EVIDENCE))
    if curve is not None and curve.is_file():
        with atomic_path(path.with_name("curve.png")) as temporary:
            shutil.copyfile(curve, temporary)
    typer.echo(
        f"{path}: {len(data) / 1e6:.1f} MB, {sum(p.numel() for p in network.parameters()):,} "
        f"parameters as {storage}, thresholds {network.thresholds}"
    )
    if evidence is not None:
        size = sum(map(len, evidence.to_bytes().values()))
        typer.echo(
            f"{path.with_name(EVIDENCE)}: {size / 1e6:.1f} MB, thresholds {evidence.thresholds}"
        )


def read_network(source: Path) -> SDCLNetwork:
    """Read the network of a pipeline, or one by itself.

    source (Path): A pipeline's directory, or one with network.safetensors.
    RETURNS (SDCLNetwork): The network. A number in the config of a pipeline without evidence
        overrides the careful threshold of its own.
    """
    if (source / NETWORK_FILE).is_file():
        return network_from_file(source / NETWORK_FILE)
    pipe = load_pipeline(str(source)).get_pipe("sdcl_corrector")
    network = get_network(pipe.model)  # type: ignore[attr-defined]
    if network is None:
        typer.echo(f"The pipeline in {source} has no network.", err=True)
        raise typer.Exit(1)
    if isinstance(pipe.threshold, float) and pipe.loaded_evidence is None:  # type: ignore[attr-defined]
        network.thresholds["careful"] = pipe.threshold  # type: ignore[attr-defined]
    return network


def read_evidence(source: Path) -> Evidence | None:
    """Read the evidence of a pipeline, or what stands beside a network.

    source (Path): A pipeline's directory, or one with network.safetensors.
    RETURNS (Evidence): The evidence; None if there is none. A number in the pipeline's config
        overrides its careful threshold.
    """
    if (source / NETWORK_FILE).is_file():
        folder = source / EVIDENCE
        return Evidence.open(folder) if folder.is_dir() else None
    pipe = load_pipeline(str(source)).get_pipe("sdcl_corrector")
    evidence: Evidence | None = pipe.loaded_evidence  # type: ignore[attr-defined]
    if evidence is not None and isinstance(pipe.threshold, float):  # type: ignore[attr-defined]
        evidence.thresholds["careful"] = pipe.threshold  # type: ignore[attr-defined]
    return evidence
