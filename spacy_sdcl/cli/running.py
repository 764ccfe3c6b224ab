"""How `spacy sdcl correct` runs a plan, and how that ends: messages, and codes for the shell."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from .options import MISUSE, reported_errors

if TYPE_CHECKING:
    from collections import Counter

    from spacy.language import Language

    from ..files.plan import Plan
    from ..files.run import Output

# What shells say of a program whose reader, or whose user, had enough.
BROKEN_PIPE, INTERRUPTED = 141, 130
KEPT = "What is done so far is kept: repeat the command with --resume to go on."


def run(nlp: "Language", plan: "Plan", batch_size: int, *, resume: bool) -> "Counter[str]":
    """Correct the inputs into one output."""
    from ..files.job import describe_job
    from ..files.run import correct_files, make_output

    with reported_errors():
        target = make_output(plan.path, describe_job(nlp, plan.job) if plan.path else None)
    return guarded(
        lambda: correct_files(
            nlp,
            plan.job,
            target,
            batch_size=batch_size,
            resume=resume,
            show_progress=plan.path is not None or not sys.stdout.isatty(),
            on_problem=say,
            inputs=plan.inputs,
            path=plan.path,
        ),
        target,
    )


def run_in_place(nlp: "Language", plan: "Plan", batch_size: int) -> "Counter[str]":
    """Correct the inputs in their places."""
    from ..files.in_place import correct_in_place
    from ..files.names import escape_controls

    return guarded(
        lambda: correct_in_place(
            nlp,
            plan.job,
            batch_size=batch_size,
            show_progress=True,
            on_problem=say,
            on_done=lambda name, errors: say(f"{escape_controls(name)}: errors: {errors}"),
        )
    )


def end(plan: "Plan", counts: "Counter[str]", *, check: bool) -> None:
    """Say what was done, and end with the code for it."""
    from ..files.names import escape_controls
    from ..files.run import summarize

    if plan.path is not None:
        say(f"{escape_controls(str(plan.path))}: {summarize(counts)}")
    elif (len(plan.job.names) > 1 and plan.job.format != "text") or counts["replaced"]:
        say(summarize(counts))
    if counts["unreadable"]:
        say(
            f"Lines that are not {plan.job.encoding}: {counts['unreadable']}. If the file has another "
            "encoding, name it with --encoding."
        )
    failed = counts["failed"] + plan.failures
    if failed:
        say(f"Inputs that could not be read: {failed}.")
    if check and counts["errors"]:
        raise typer.Exit(1)
    if failed or (check and counts["unreadable"]):
        raise typer.Exit(MISUSE)


def guarded(work: Callable[[], "Counter[str]"], target: "Output | None" = None) -> "Counter[str]":
    """Do the work; an error that a user can do something about ends the command with one line."""
    try:
        return work()
    except BaseException as error:
        advice = KEPT if target and target.abandon() else ""
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(BROKEN_PIPE) from None
        if isinstance(error, OSError | ValueError | ImportError):
            with reported_errors(advice):
                raise
        if advice:
            say(advice)
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(INTERRUPTED) from None
        raise


def say(message: str) -> None:
    """Write a line to standard error, not into the middle of a progress bar."""
    from tqdm import tqdm

    tqdm.write(message, file=sys.stderr)
