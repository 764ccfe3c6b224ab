"""`spacy sdcl learn`: show the corrector correct text of your own, and it knows its words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    DEFAULT_MODEL,
    DocumentType,
    Encoding,
    GpuId,
    Model,
    fail,
    open_pipeline,
    reported_errors,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..evidence.learning import Doubted, Lesson
    from ..files.plan import Plan

# Words, and findings, that are printed.
SHOWN = 20
# Characters of a line that are printed on either side of what is cited.
AROUND = 20


def learn(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Correct text: files and folders of any kind; - for standard input."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A folder for the pipeline.", show_default=False),
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update", "-u", help="Add to what the pipeline in --output has learnt."),
    ] = False,
    words: Annotated[
        list[Path] | None,
        typer.Option(
            "--words",
            "-w",
            help="Words that are right, one a line; may be repeated.",
            show_default=False,
        ),
    ] = None,
    forget: Annotated[
        list[str] | None,
        typer.Option(help="Take out a word that was learnt; may be repeated.", show_default=False),
    ] = None,
    model: Model = DEFAULT_MODEL,
    type: DocumentType = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            help="A column of a table, or a key of JSON, that holds text; repeatable.",
            show_default=False,
        ),
    ] = None,
    glob: Annotated[
        list[str] | None,
        typer.Option(
            "--glob",
            help="Which files of a folder, such as '**/*.md'; repeatable.",
            show_default=False,
        ),
    ] = None,
    encoding: Encoding = "utf-8",
    gpu_id: GpuId = -1,
) -> None:
    """Learn the words of your own correct text, in seconds.

    Nothing is trained, and nothing leaves the machine: the text is counted, and the pipeline that is
    written weighs its counts beside its own. What looks like an error of the text is not learnt but
    listed; read the list. Exit codes: 0; 2 for wrong usage or an input that cannot be read.
    """
    from ..evaluation.figures import corrector_of
    from ..evaluation.tuning import check_folder, save_pipeline
    from ..evidence.words import read_words
    from ..files.plan import Options, make_plan
    from .running import say

    if output is None:
        fail("Name a folder for the pipeline with --output.")
    if not (files or words or forget):
        fail("Name files of correct text, or words with --words.")
    with reported_errors():
        check_folder(output)
        there = output.is_dir() and any(output.iterdir())
        if update and not there:
            fail(f"{output} is not there yet: leave out --update to write it.")
        if there and not update:
            fail(f"{output} is there already: add to it with --update, or name another folder.")
        if update and model not in (DEFAULT_MODEL, str(output)):
            fail("--update adds to the pipeline in --output: leave out --model.")
        options = Options(
            files=files or (),
            type=type,
            columns=column or (),
            globs=glob or (),
            encoding=encoding,
            check=True,
            no_config=True,
        )
        plan = make_plan(options, say) if files else None
        listed = [word for path in words or () for word in read_words(path)]
        nlp = open_pipeline(str(output) if update else model, gpu_id=gpu_id)
        pipe = corrector_of(nlp)
        pipe.forget(forget or ())
        texts = [] if plan is None else list(_read(plan))
        if files or words:
            _report(pipe.learn(texts, words=listed))
        save_pipeline(nlp, output)
    typer.echo(f"Saved to {output}")


def _read(plan: "Plan") -> "Iterator[str]":
    from ..files.job import Troubles, read_job
    from ..files.lines import START
    from ..files.run import progress_bar, size_of_line
    from .running import say

    troubles = Troubles(plan.job, say)
    with progress_bar(plan.job.names, START, show=True) as bar:
        for unit in read_job(plan.job, troubles):
            yield from (passage.text for passage in unit.passages)
            bar.update(sum(map(size_of_line, unit.lines)))
    plan.inputs.check()
    if troubles.failed or plan.failures:
        failed = len(troubles.failed) + plan.failures
        fail(f"{failed} of the inputs could not be read: nothing was learnt.")
    if troubles.lines:
        fail(
            f"{troubles.lines} lines are not {plan.job.encoding}: nothing was learnt. Name another "
            "--encoding, or mend them."
        )


def _around(doubted: "Doubted") -> str:
    start = doubted.sentence.find(doubted.source)
    first, last = max(0, start - AROUND), start + len(doubted.source) + AROUND
    before, behind = ("…" if cut else "" for cut in (first, last < len(doubted.sentence)))
    return f"{before}{doubted.sentence[first:last]}{behind}"


def _report(lesson: "Lesson") -> None:
    from ..files.names import escape_controls

    learned = lesson.learned
    before = f", {lesson.repeated:,} of them in lines that come again" if lesson.repeated else ""
    weight = f"what was learnt weighs {learned.weight:.2f} in probabilities"
    typer.echo(f"Read {lesson.characters:,} characters{before}; {weight}.")
    shown = list(lesson.words.items())[:SHOWN]
    said = "  ".join(f"{word} {times}" if times else word for word, times in shown)
    more = "" if len(lesson.words) == len(shown) else "  …"
    typer.echo(f"New words: {len(lesson.words):,}{': ' if shown else ''}{said}{more}")
    if lesson.left_out:
        some = escape_controls("  ".join(lesson.left_out[:SHOWN]))
        more = "" if len(lesson.left_out) <= SHOWN else "  …"
        typer.echo(
            f"Left out, for they are not of two or more Chinese characters that the model knows: "
            f"{len(lesson.left_out):,}: {some}{more}"
        )
    if lesson.doubted:
        typer.echo(f"Not learnt, for it may be wrong: {len(lesson.doubted):,}")
    for each in lesson.doubted:
        times = "once" if each.times == 1 else f"{each.times} times"
        sentence = escape_controls(_around(each))
        typer.echo(f"  {each.source} -> {each.target}  {each.score:.2f}  {times}: {sentence}")
    if lesson.unread:
        typer.echo(
            f"Not learnt and not read, for so much of the text may be wrong: {lesson.unread:,}"
        )
