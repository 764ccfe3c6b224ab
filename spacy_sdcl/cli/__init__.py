"""The commands `python -m spacy sdcl …`.

spaCy imports this module for every command of its own, so that a command's module imports what is
heavy only when it is called. A new command is a module with a function, and a line below.
"""

import typer
from spacy.cli._util import app

from .serve import serve

sdcl = typer.Typer(name="sdcl", help="Chinese spelling correction.", no_args_is_help=True)
for command in (serve,):
    sdcl.command()(command)


@sdcl.callback()
def commands() -> None:
    """Chinese spelling correction."""


app.add_typer(sdcl)
