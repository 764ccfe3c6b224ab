"""Pretrain an encoder from scratch: network.safetensors in RUN_DIR, its log and its curve.

All options but --corpus are those of `python -m spacy_sdcl.pretraining`. A run that was broken off
goes on from its last checkpoint; one with other settings begins anew.
"""

from pathlib import Path

import typer

from ...data.records import atomic_path

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
SETTINGS_FILE = "settings.txt"
# A longer budget is a reason to go on with a run, not to begin anew.
FREE_OPTIONS = ("--minutes", "--threads", "--log-every", "--evaluate-every")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def pretrain(
    context: typer.Context,
    shards_dir: Path = typer.Argument(..., help="The shards"),
    run_dir: Path = typer.Argument(..., help="The folder of the run"),
    corpus: str = typer.Option("", help="The corpus of the shards; '' for none"),
    config: Path | None = typer.Option(None, help="The .cfg file of the recipe"),
) -> None:
    """Pretrain, or say that there is nothing to pretrain on."""
    if not corpus:
        typer.echo(
            "No corpus is named (--vars.corpus): training will start from the embedded model."
        )
        return
    # Only here: torch takes seconds to import.
    from ...pretraining.__main__ import main
    from ...pretraining.curve import plot_curve
    from ...pretraining.trainer import LOG_FILE, STATE_FILE

    source = (shards_dir / "source.json").read_text(encoding="utf-8")
    recipe = config.read_text(encoding="utf-8") if config is not None else ""
    settings = "\n".join([source, recipe, *fixed_options(context.args)])
    stored = run_dir / SETTINGS_FILE
    if not stored.is_file() or stored.read_text(encoding="utf-8") != settings:
        if (run_dir / STATE_FILE).is_file():
            typer.echo(f"The run in {run_dir} had other settings: it begins anew.")
        for name in (STATE_FILE, LOG_FILE):
            (run_dir / name).unlink(missing_ok=True)
        with atomic_path(stored) as temporary:
            temporary.write_text(settings, encoding="utf-8")
    recipe_options = [] if config is None else ["--config", str(config)]
    main([str(shards_dir), str(run_dir), "--resume", *recipe_options, *context.args])
    plot_curve(run_dir / LOG_FILE, run_dir / "curve.png")


def fixed_options(arguments: list[str]) -> list[str]:
    """The options that a run cannot be resumed without."""
    fixed = []
    skipped = False
    for argument in arguments:
        if not skipped and not argument.startswith(FREE_OPTIONS):
            fixed.append(argument)
        skipped = argument in FREE_OPTIONS
    return fixed
