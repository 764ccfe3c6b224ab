"""The commands `python -m spacy sdcl …`.

spaCy imports this module for every command of its own, so that a command's module imports what is
heavy only when it is called. A new command is a module with a function, and a line below.
"""

import typer
from spacy.cli._util import app

from .alarms import alarms
from .correct import correct
from .correct_dataset import correct_dataset
from .evaluate import evaluate
from .explain import explain
from .info import info
from .learn import learn
from .lsp import lsp
from .serve import serve
from .tune import tune

HELP = "Chinese spelling correction: correct files, see why, teach, measure, tune, serve, check in editors."

sdcl = typer.Typer(name="sdcl", help=HELP, no_args_is_help=True, rich_markup_mode=None)
COMMANDS = (
    correct,
    correct_dataset,
    explain,
    learn,
    evaluate,
    tune,
    alarms,
    info,
    serve,
    lsp,
)
for command in COMMANDS:
    sdcl.command()(command)

app.add_typer(sdcl)
