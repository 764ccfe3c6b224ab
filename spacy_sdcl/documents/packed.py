"""Documents whose files are no text, such as archives: they are read from bytes and write themselves."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol


class PackedDocument(Protocol):
    """A document that was read from bytes."""

    def texts(self) -> Sequence[str]:
        """The passages, in order: each is shown as a line, and read by itself.

        RETURNS (Sequence[str]): Their texts, without line feeds.
        """

    def write(self, corrections: Sequence[Sequence[Mapping[str, Any]]]) -> bytes:
        """Write the document with corrections.

        corrections (Sequence[Sequence[Mapping]]): For each passage what is wrong in it, as in
            `doc._.corrections`; one whose target is its source is only flagged.
        RETURNS (bytes): The file; the bytes that it was read from, where there is none.
        """


# By the kind of document; each takes a file's bytes, and raises MalformedDocument where they are no
# such file.
OPENERS: dict[str, Callable[[bytes], PackedDocument]] = {}
