"""`spacy sdcl correct-dataset`: a corpus of any size, on Ray."""

from enum import Enum
from typing import Annotated

import typer

from .options import (
    DEFAULT_MODEL,
    Model,
    Threshold,
    Variant,
    read_threshold,
    reported_errors,
)
from .running import INTERRUPTED, say

# Rows that could not be corrected.
INCOMPLETE = 1
KEPT = "What is done so far is kept: repeat the command to go on."
MEGABYTE = 1 << 20


class DatasetFormat(str, Enum):
    """What a file of a dataset holds."""

    parquet = "parquet"
    jsonl = "jsonl"
    text = "text"


def correct_dataset(
    input: Annotated[
        str,
        typer.Argument(
            help="A file, a folder of files, or a pattern such as 'corpus/*.jsonl': here, or an "
            "address that Ray's readers know, such as s3://bucket/corpus."
        ),
    ],
    output: Annotated[
        str,
        typer.Argument(help="A folder for the parts of the result, here or at such an address."),
    ],
    type: Annotated[
        DatasetFormat | None,
        typer.Option(
            "--type",
            help="What is in the input; text has a row a line.  [default: by the names of the files]",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        DatasetFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="What comes out. Text can become all three.  [default: as the input]",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
        str, typer.Option("--column", "-c", help="The column, or the key, of the texts.")
    ] = "text",
    address: Annotated[
        str,
        typer.Option(
            help="Where Ray runs, such as 10.0.0.1:6379. auto: where RAY_ADDRESS says, or on this "
            "machine, and where none runs, one is started for this command. local: one is started."
        ),
    ] = "auto",
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, help="Processes that correct.  [default: one a processor]", show_default=False
        ),
    ] = None,
    block_size: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            help="Megabytes that are done in one go, and done again when a worker is lost.  "
            "[default: 1 to 64, by the size of the input]",
            show_default=False,
        ),
    ] = None,
    model: Model = DEFAULT_MODEL,
    threshold: Threshold = None,
    variant: Variant = None,
) -> None:
    """Correct a corpus of any size, on this machine or on many, with Ray (extra [ray]).

    Each part of the output has the rows of a block of the input, in order, with a row_id, the
    corrected text, the corrections, and an error where a row could not be corrected; text stays text.
    A run that was broken off goes on when the command is repeated. Exit codes: 0; 1 if a row could not be
    corrected; 2 for wrong usage or an input that cannot be read.
    """
    from ..distributed.engine import RayHands
    from ..distributed.run import Order, correct_order
    from ..distributed.work import Settings
    from ..files.names import escape_controls

    with reported_errors():
        order = Order(
            input=input,
            output=output,
            settings=Settings(model, read_threshold(threshold), variant and variant.value),
            column=column,
            kind=type and type.value,
            format=format and format.value,
            block_size=int(block_size * MEGABYTE) if block_size else None,
        )
        try:
            hands = RayHands(address, workers)
            counts = correct_order(order, hands, say=say, show_progress=True)
        except KeyboardInterrupt:
            say(KEPT)
            raise typer.Exit(INTERRUPTED) from None
    said = f"rows: {counts['rows']}, with errors: {counts['changed']}, errors: {counts['errors']}"
    say(f"{escape_controls(output)}: {said}")
    if counts["failed"]:
        say(f"Rows that could not be corrected: {counts['failed']}.")
        raise typer.Exit(INCOMPLETE)
