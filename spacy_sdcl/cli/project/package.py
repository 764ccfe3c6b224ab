"""Make a wheel of a trained pipeline, without a network connection.

`spacy package --build wheel` would fetch what builds the wheel; setuptools, which spaCy needs
anyway, can build it in place.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import typer
from spacy.cli.package import package as make_package
from srsly import read_json

BUILD = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def package(
    pipeline: Path = typer.Argument(..., help="A trained pipeline"),
    out_dir: Path = typer.Argument(..., help="The folder for the wheel"),
    name: str = typer.Option("zh_sdcl_sm", help="The package's name"),
    version: str = typer.Option("0.1.0", help="Its version"),
) -> None:
    """Make the package's sources and its wheel."""
    lang = read_json(pipeline / "meta.json")["lang"]
    if not name.startswith(f"{lang}_"):
        typer.echo(f"A package of a {lang!r} pipeline is named {lang}_..., not {name}.", err=True)
        raise typer.Exit(1)
    out_dir.mkdir(parents=True, exist_ok=True)
    sources = out_dir / f"{name}-{version}"
    # What an earlier pipeline left there would become a part of the wheel.
    shutil.rmtree(sources, ignore_errors=True)
    make_package(
        pipeline,
        out_dir,
        name=name.removeprefix(f"{lang}_"),
        version=version,
        create_sdist=False,
        require_parent=True,
        silent=True,
    )
    built = subprocess.run(
        [sys.executable, "-c", BUILD], cwd=sources, capture_output=True, text=True, check=False
    )
    if built.returncode:
        typer.echo(built.stdout + built.stderr, err=True)
        raise typer.Exit(built.returncode)
    wheel = sources / "dist" / built.stdout.split()[-1]
    target = out_dir / wheel.name
    shutil.move(wheel, target)
    typer.echo(
        f"{target}: {target.stat().st_size / 1e6:.1f} MB. Install it with: pip install {target}"
    )
