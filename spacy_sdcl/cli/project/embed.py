"""Put a trained network into the package, as the embedded model of a name."""

import json
import shutil
from pathlib import Path

import typer

from ...data.records import atomic_path
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
    """Write the network with the thresholds that belong to it."""
    network = read_network(source)
    if not network.trained:
        typer.echo(f"The network in {source} was never trained for correction.", err=True)
        raise typer.Exit(1)
    for setting, threshold in {"careful": careful, "recall": recall}.items():
        if threshold is not None:
            network.thresholds[setting] = threshold
    known = json.loads(about.read_text(encoding="utf-8")) if about is not None else None
    data = network_to_bytes(network, storage=storage, about=known)
    path = models_dir / name / NETWORK_FILE
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)
    if curve is not None and curve.is_file():
        with atomic_path(path.with_name("curve.png")) as temporary:
            shutil.copyfile(curve, temporary)
    typer.echo(
        f"{path}: {len(data) / 1e6:.1f} MB, {sum(p.numel() for p in network.parameters()):,} "
        f"parameters as {storage}, thresholds {network.thresholds}"
    )


def read_network(source: Path) -> SDCLNetwork:
    """Read the network of a pipeline, or one by itself.

    source (Path): A pipeline's directory, or one with network.safetensors.
    RETURNS (SDCLNetwork): The network. A number in the pipeline's config overrides the
        careful threshold of its own.
    """
    if (source / NETWORK_FILE).is_file():
        return network_from_file(source / NETWORK_FILE)
    pipe = load_pipeline(str(source)).get_pipe("sdcl_corrector")
    network = get_network(pipe.model)  # type: ignore[attr-defined]
    if network is None:
        typer.echo(f"The pipeline in {source} has no network.", err=True)
        raise typer.Exit(1)
    if isinstance(pipe.threshold, float):  # type: ignore[attr-defined]
        network.thresholds["careful"] = pipe.threshold  # type: ignore[attr-defined]
    return network
