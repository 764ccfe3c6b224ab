"""From what the command line says to a job: which options go together, which files are meant."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..documents.kinds import DEFAULT, KINDS, kind_of
from ..documents.packed import OPENERS
from .baseline import Baseline
from .folders import find_files
from .in_place import check_in_place
from .inputs import Inputs, check_inputs, is_rereadable
from .job import RESUMABLE, Job, check_job
from .lines import STDIN, check_encoding
from .names import escape_controls
from .settings import FileSettings, find_settings

PLACES, BASELINE = "places", "baseline"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line says; None for what it does not say.

    Each is the option of its name.
    """

    files: Sequence[str] = ()
    output: Path | None = None
    format: str | None = None
    encoding: str | None = None
    type: str | None = None
    columns: Sequence[str] = ()
    globs: Sequence[str] = ()
    check: bool = False
    diff: bool = False
    in_place: bool = False
    resume: bool = False
    is_typed: bool = False
    config: Path | None = None
    no_config: bool = False
    baseline: Path | None = None
    write_baseline: Path | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    job (Job): The job.
    settings (FileSettings): What a file of settings says.
    inputs (Inputs): How the inputs are.
    path (Path): The output file; None for standard output, or for the inputs themselves.
    failures (int): Folders that could not be read.
    """

    job: Job
    settings: FileSettings
    inputs: Inputs
    path: Path | None = None
    failures: int = 0


def make_plan(options: Options, on_problem: Callable[[str], None]) -> Plan:
    """Find out what is to be done, before anything is read of the inputs.

    options (Options): What the command line says.
    on_problem (Callable): Is called with a message for each file that is left out.
    RETURNS (Plan): The plan.
    RAISES (ValueError): If options do not go together, or one has a value that it cannot have.
    RAISES (OSError): If an input that is named cannot be read.
    """
    format = _format(options)
    settings = _settings(options)
    encoding = check_encoding(options.encoding or settings.encoding or "utf-8")
    known = {**KINDS, **OPENERS}
    if options.type is not None and options.type not in known:
        raise ValueError(f"--type is {options.type}, must be one of {', '.join(known)}.")
    names = list(options.files) or [STDIN]
    has_folders = any(Path(name).is_dir() for name in names if name != STDIN)
    if has_folders and format == "text" and not options.in_place:
        folder = next(each for each in names if Path(each).is_dir())
        raise ValueError(
            f"{escape_controls(folder)} is a folder: correct its files with --in-place, or see "
            "what is wrong in them with --check or --diff."
        )
    columns = tuple(options.columns) or tuple(settings.columns)
    named = [name for name in names if name == STDIN or not Path(name).is_dir()]
    failures: list[str] = []
    found = list(_expand(names, options, settings, bool(columns), on_problem, failures))
    # As `cat` does, a text comes as often as it is named; elsewhere a file is read once.
    once: dict[str, str] = {}
    for each in found:
        once.setdefault(os.path.realpath(each), each)
    names = list(once.values()) if has_folders or options.in_place else found
    kinds = [options.type or (DEFAULT if each == STDIN else kind_of(each)) for each in names]
    if options.columns and not any(kind in KINDS and KINDS[kind].has_columns for kind in kinds):
        raise ValueError("--column is for tables and JSON, and none of the inputs is one.")
    job = Job(
        names,
        kinds,
        columns=columns,
        format=format,
        encoding=encoding,
        alone=options.is_typed,
        tolerant=has_folders or (len(names) > 1 and format != "text"),
        known=_known(options, settings),
    )
    _check(options, job, named)
    output = options.write_baseline or options.output
    path = None if output == Path(STDIN) else output
    return Plan(job, settings, Inputs.look_at(names), path, len(failures))


def _format(options: Options) -> str:
    if options.write_baseline:
        for one in ("output", "format", "check", "diff", "in_place", "resume"):
            if getattr(options, one):
                option = f"--{one.replace('_', '-')}"
                raise ValueError(f"--write-baseline only writes the baseline: leave out {option}.")
        return BASELINE
    if options.diff:
        if options.format not in (None, "diff"):
            raise ValueError(f"--diff and --format {options.format} are two formats: choose one.")
        return "diff"
    if options.check and options.format in (None, "text"):
        return PLACES
    return options.format or "text"


def _settings(options: Options) -> FileSettings:
    if options.config and options.no_config:
        raise ValueError("--config and --no-config contradict each other: leave out one.")
    if options.no_config:
        return FileSettings()
    inputs = [name for name in options.files if name != STDIN]
    path = options.config or find_settings(inputs)
    return FileSettings.load(path) if path else FileSettings()


def _known(options: Options, settings: FileSettings) -> Baseline | None:
    if options.write_baseline:
        return None
    if options.baseline:
        return Baseline.load(options.baseline)
    return Baseline.load(settings.place(settings.baseline)) if settings.baseline else None


def _expand(
    names: Sequence[str],
    options: Options,
    settings: FileSettings,
    has_columns: bool,
    on_problem: Callable[[str], None],
    failures: list[str],
) -> Iterator[str]:
    def failure(message: str) -> None:
        failures.append(message)
        on_problem(message)

    excluded = settings.excluded()
    for name in names:
        if name == STDIN or not Path(name).is_dir():
            if excluded and name != STDIN and excluded.says(str(Path(name).resolve())):
                on_problem(
                    f"{escape_controls(name)} is excluded by {escape_controls(str(settings.path))}; left out"
                )
            else:
                yield name
            continue
        globs = list(options.globs) or settings.glob
        any_suffix = options.type is not None
        none = True
        for each in find_files(name, globs=globs, any_suffix=any_suffix, on_failure=failure):
            if excluded and excluded.says(str(Path(each).resolve())):
                continue
            # Of a table it must be said what is text in it.
            kind = kind_of(each)
            if not any_suffix and not has_columns and kind in KINDS and KINDS[kind].has_columns:
                continue
            none = False
            yield each
        if none:
            on_problem(f"{escape_controls(name)}: no files of text in it")


def _check(options: Options, job: Job, named: Sequence[str]) -> None:
    if options.globs and not any(Path(name).is_dir() for name in options.files):
        raise ValueError("--glob chooses among the files of a folder: name a folder.")
    if options.in_place:
        if options.output or options.check or job.format != "text" or options.resume:
            raise ValueError(
                "--in-place writes the corrected text into the files: leave out --output, "
                "--format, --diff, --check and --resume."
            )
        check_in_place(named)
    # What is found in a folder and cannot be read is reported when its turn comes.
    check_inputs(named)
    if not options.in_place:
        check_job(job)
    if not options.resume:
        return
    if options.output is None or options.output == Path(STDIN):
        raise ValueError("--resume goes on with an output file: name it with --output.")
    if job.format not in RESUMABLE:
        raise ValueError(
            f"--resume does not work with {job.format}, whose parts depend on those before them."
        )
    if not all(map(is_rereadable, job.names)):
        raise ValueError(
            "--resume needs inputs that can be read again: save standard input to a file."
        )
