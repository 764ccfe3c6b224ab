"""`spacy sdcl correct`: correct text files."""

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
    fail,
    open_pipeline,
    reported_errors,
)

if TYPE_CHECKING:
    from collections import Counter

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


def correct(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            help="Text files; - for standard input, which is also read if none is named."
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
    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            "-f",
            help="text: the text, corrected. jsonl: an object a line. html: a page. diff: for "
            "patch -p0.  [default: text; with --check the places]",
            show_default=False,
        ),
    ] = None,
    model: Model = DEFAULT_MODEL,
    threshold: Threshold = None,
    variant: Variant = None,
    encoding: Annotated[
        str, typer.Option("--encoding", "-e", help="Of the inputs, such as gb18030 or big5.")
    ] = "utf-8",
    check: Annotated[
        bool, typer.Option("--check", help="Print where errors are, and exit with 1 if there are.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run for --output that was broken off.")
    ] = False,
    batch_size: Annotated[int, typer.Option(min=1, help="Lines to correct at a time.")] = 256,
    gpu_id: GpuId = -1,
) -> None:
    """Correct text files, or standard input.

    They are read line by line, in memory that does not grow with them. Line ends, and all that is
    not corrected, stay as they are. Exit codes: 0; 1 with --check if an error was found; 2 for wrong
    usage or an input that cannot be read.
    """
    from ..files.inputs import Inputs, check_inputs, is_rereadable
    from ..files.lines import STDIN, check_encoding
    from ..files.run import correct_files, describe_job, make_output, summarize

    names = files or [STDIN]
    path = None if output == Path(STDIN) else output
    kind = format.value if format else "places" if check else "text"
    with reported_errors():
        encoding = check_encoding(encoding)
        check_inputs(names)
        # Before anything is read of them.
        inputs = Inputs.look_at(names)
    if resume and path is None:
        fail("--resume goes on with an output file: name it with --output.")
    if resume and kind == "diff":
        fail("--resume does not work with a diff, whose hunks have no end before the next begins.")
    if resume and not all(map(is_rereadable, names)):
        fail("--resume needs inputs that can be read again: save standard input to a file.")
    with reported_errors():
        nlp = open_pipeline(model, threshold, gpu_id, variant=variant)
        job = describe_job(nlp, names, format=kind, encoding=encoding) if path else None
        target = make_output(path, job)
    counts = _guarded(
        target,
        lambda: correct_files(
            nlp,
            names,
            target,
            format=kind,
            encoding=encoding,
            # Who types lines wants to see each corrected at once.
            batch_size=1 if names == [STDIN] and sys.stdin.isatty() else batch_size,
            resume=resume,
            show_progress=path is not None or not sys.stdout.isatty(),
            on_problem=_say,
            inputs=inputs,
        ),
    )
    if path is not None:
        from ..files.names import escape_controls

        _say(f"{escape_controls(str(path))}: {summarize(counts)}")
    if counts["unreadable"]:
        _say(
            f"Lines that are not {encoding}: {counts['unreadable']}. If the file has another "
            "encoding, name it with --encoding."
        )
    if check and counts["errors"]:
        raise typer.Exit(1)
    if check and counts["unreadable"]:
        raise typer.Exit(MISUSE)


def _guarded(target: "Output", run: Callable[[], "Counter[str]"]) -> "Counter[str]":
    try:
        return run()
    except BaseException as error:
        advice = KEPT if target.abandon() else ""
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(BROKEN_PIPE) from None
        if isinstance(error, OSError | ValueError | ImportError):
            with reported_errors(advice):
                raise
        if advice:
            _say(advice)
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(INTERRUPTED) from None
        raise


def _say(message: str) -> None:
    from tqdm import tqdm

    # Not into the middle of a progress bar.
    tqdm.write(message, file=sys.stderr)
