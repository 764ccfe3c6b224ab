"""`spacy sdcl correct`: correct files of text and documents."""

import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    DEFAULT_MODEL,
    MISUSE,
    GpuId,
    Model,
    Threshold,
    Variant,
    Writing,
    open_pipeline,
    reported_errors,
)

if TYPE_CHECKING:
    from collections import Counter

    from spacy.language import Language

    from ..files.plan import Plan
    from ..files.run import Output

# What shells say of a program whose reader, or whose user, had enough.
BROKEN_PIPE, INTERRUPTED = 141, 130
KEPT = "What is done so far is kept: repeat the command with --resume to go on."


class Format(str, Enum):
    """What comes out."""

    text = "text"
    jsonl = "jsonl"
    html = "html"
    diff = "diff"
    github = "github"
    sarif = "sarif"
    json = "json"
    rdjsonl = "rdjsonl"


def correct(
    context: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files and folders; - for standard input, which is also read if none is named."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A file for the result of all inputs, one after the other; it may be the input. "
            "It is written whole or not at all.  [default: standard output]",
            show_default=False,
        ),
    ] = None,
    in_place: Annotated[
        bool,
        typer.Option(
            "--in-place", "-i", help="Write the corrected text into the files, each whole or not."
        ),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Print where errors are, and exit with 1 if there are.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Short for --format diff.")] = False,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            "-f",
            help="text: the text, corrected; with --check the places. jsonl: an object a line. html: "
            "a page. diff: for patch -p0. For programs, the places: github, sarif, json, rdjsonl.  "
            "[default: text]",
            show_default=False,
        ),
    ] = None,
    type: Annotated[
        str | None,
        typer.Option(
            "--type",
            help="The kind of document of all inputs, such as markdown.  [default: by their names]",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            help="A column of a table, or a key of JSON, that is to be corrected; repeatable.",
            show_default=False,
        ),
    ] = None,
    glob: Annotated[
        list[str] | None,
        typer.Option(
            "--glob",
            help="Which files of a folder, such as '**/*.md'; repeatable.  [default: all whose "
            "suffix is known]",
            show_default=False,
        ),
    ] = None,
    model: Model = DEFAULT_MODEL,
    threshold: Threshold = None,
    variant: Variant = None,
    encoding: Annotated[
        str, typer.Option("--encoding", "-e", help="Of the inputs, such as gb18030 or big5.")
    ] = "utf-8",
    baseline: Annotated[
        Path | None,
        typer.Option(help="Pass over what is in this file of known findings.", show_default=False),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option(
            help="Write what is found to such a file, and nothing else.", show_default=False
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            help="A file of settings.  [default: .sdcl.toml, or a pyproject.toml with [tool.sdcl], "
            "beside the inputs or above them]",
            show_default=False,
        ),
    ] = None,
    no_config: Annotated[
        bool, typer.Option("--no-config", help="Look for no file of settings.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run for --output that was broken off.")
    ] = False,
    batch_size: Annotated[int, typer.Option(min=1, help="Lines to correct at a time.")] = 256,
    gpu_id: GpuId = -1,
) -> None:
    """Correct files, folders, or standard input.

    Of a document, only the prose is read; of plain text, lines that a paragraph was wrapped into are
    read together. Line ends, markup, and all that is not corrected stay as they are. Plain text is
    read bit by bit, in memory that does not grow with it. Exit codes: 0; 1 with --check if an error
    was found; 2 for wrong usage or an input that cannot be read.
    """
    from ..files import plan as planning
    from ..files.inputs import is_terminal
    from ..files.lines import STDIN

    def given(name: str, value: str) -> str | None:
        # Else a file of settings may say otherwise.
        source = context.get_parameter_source(name)
        return value if source and source.name != "DEFAULT" else None

    is_typed = files in (None, [], [STDIN]) and is_terminal()
    options = planning.Options(
        files=files or (),
        output=output,
        format=format.value if format else None,
        encoding=given("encoding", encoding),
        type=type,
        columns=column or (),
        globs=glob or (),
        check=check,
        diff=diff,
        in_place=in_place,
        resume=resume,
        is_typed=is_typed,
        config=config,
        no_config=no_config,
        baseline=baseline,
        write_baseline=write_baseline,
    )
    with reported_errors():
        plan = planning.make_plan(options, say)
        nlp = open_pipeline(
            given("model", model) or plan.settings.model_name() or model,
            threshold or plan.settings.threshold_text(),
            gpu_id,
            variant=variant or (plan.settings.variant and Writing(plan.settings.variant)) or None,
        )
        plan.settings.apply(nlp)
    # Who types lines wants to see each corrected at once.
    size = 1 if is_typed else batch_size
    counts = run_in_place(nlp, plan, size) if in_place else run(nlp, plan, size, resume=resume)
    end(plan, counts, check=check)


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
