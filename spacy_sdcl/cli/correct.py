"""`spacy sdcl correct`: correct files of text and documents."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from .options import (
    DEFAULT_MODEL,
    DocumentType,
    Encoding,
    GpuId,
    Model,
    Threshold,
    Variant,
    Writing,
    open_pipeline,
    reported_errors,
)
from .running import end, run, run_in_place, say


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
    type: DocumentType = None,
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
    encoding: Encoding = "utf-8",
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
