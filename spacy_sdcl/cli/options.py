"""What several commands share: options, and how a mistake of the user ends a command."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from spacy.language import Language

DEFAULT_MODEL = "zh_sdcl_sm"
# Of a command that was called wrongly, as typer has it, or whose input cannot be read.
MISUSE = 2
NEWLINE = "\n"
Model = Annotated[
    str,
    typer.Option(
        "--model",
        "-m",
        help="An embedded model, the folder of a pipeline, or the name of an installed one.",
    ),
]
THRESHOLD_HELP = (
    "The probability from which a correction is kept, 0 to 1, or one of the model's own settings, "
    "careful or recall."
)
Threshold = Annotated[str | None, typer.Option("--threshold", "-t", help=THRESHOLD_HELP)]


class Writing(str, Enum):
    """The characters that texts are written in."""

    auto = "auto"
    simplified = "simplified"
    traditional = "traditional"


Variant = Annotated[
    Writing | None,
    typer.Option(
        "--variant",
        help="The characters of the texts; auto sees by each which they are.  [default: the pipeline's]",
        show_default=False,
    ),
]
DocumentType = Annotated[
    str | None,
    typer.Option(
        "--type",
        help="The kind of document of all inputs, such as markdown.  [default: by their names]",
        show_default=False,
    ),
]
Encoding = Annotated[
    str, typer.Option("--encoding", "-e", help="Of the inputs, such as gb18030 or big5.")
]
GpuId = Annotated[int, typer.Option("--gpu-id", "-g", help="The GPU, -1 for none.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def fail(message: str, code: int = MISUSE) -> NoReturn:
    """End the command with a message on standard error.

    message (str): What is wrong, and what to do about it.
    code (int): The exit code.
    """
    from ..files.names import escape_controls

    # What a message cites must not command the terminal.
    typer.echo(f"Error: {escape_controls(message, keep=NEWLINE)}", err=True)
    raise typer.Exit(code)


@contextmanager
def reported_errors(advice: str = "") -> Iterator[None]:
    """Turn errors that say what the user can do into a message and the exit code `MISUSE`.

    advice (str): What else the user can do, a sentence.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        fail(f"{_said_with_remedy(error)} {advice}".rstrip())
    except (ValueError, ImportError) as error:
        fail(f"{error} {advice}".rstrip())


def _said_with_remedy(error: OSError) -> str:
    # spaCy imports this file whatever it was called for.
    from ..data.writing import FULL
    from ..files.names import escape_controls

    message = str(error)
    if isinstance(error.filename, str | bytes):
        message = f"{escape_controls(os.fsdecode(error.filename))}: {error.strerror}"
    remedies = {
        **dict.fromkeys(FULL, "Make room there, or write to another place."),
        errno.ENAMETOOLONG: "Give it a shorter name.",
        errno.ELOOP: "Name the file itself.",
    }
    remedy = remedies.get(error.errno or 0)
    return f"{message}. {remedy}" if remedy else message


def read_threshold(text: str | None) -> float | str | None:
    """Read a threshold.

    text (str): A number, or the name of a setting.
    RETURNS (float / str): The number, or the name.
    RAISES (ValueError): If it is neither.
    """
    from ..types import SETTINGS

    if text is None or text in SETTINGS:
        return text
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ValueError(
            f"--threshold is {text}, must be within 0 and 1, or one of {', '.join(SETTINGS)}."
        )
    return number


def open_pipeline(
    model: str,
    threshold: str | None = None,
    gpu_id: int = -1,
    *,
    variant: Writing | None = None,
) -> "Language":
    """Load a pipeline that is ready to correct.

    model (str): As in `load_pipeline`.
    threshold (str): The corrector's threshold as it was given.
    gpu_id (int): The GPU to use, -1 for none.
    variant (Writing): The characters of the texts, None for what the pipeline says.
    RETURNS (Language): The pipeline.
    RAISES (ValueError): If there is no such pipeline, or it was never trained.
    """
    import spacy

    from ..loading import load_pipeline

    number = read_threshold(threshold)
    if gpu_id >= 0:
        spacy.require_gpu(gpu_id)
    nlp = load_pipeline(model, threshold=number, variant=variant and variant.value)
    # The first text loads the weights, and shows whether they were trained.
    nlp("请稍等。")
    return nlp
