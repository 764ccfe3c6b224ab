"""The commands `python -m spacy sdcl …`."""

import typer
from spacy.cli._util import app

from .serve import serve

sdcl_app = typer.Typer(name="sdcl", help="Chinese spelling correction", no_args_is_help=True)
app.add_typer(sdcl_app)


@sdcl_app.callback()
def commands() -> None:
    """Correct Chinese spelling."""


sdcl_app.command("serve")(serve)
