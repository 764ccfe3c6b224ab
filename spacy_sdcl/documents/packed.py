"""Documents whose files are no text, such as archives: they are read from bytes and write themselves."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from .passages import Passage


class PackedDocument(Protocol):
    """A document that was read from bytes.

    passages (Sequence[Passage]): What is read of it, with places in its texts, joined by line feeds.
    """

    @property
    def passages(self) -> Sequence[Passage]: ...

    def texts(self) -> Sequence[str]:
        """What is shown of it: its paragraphs, each as a line.

        RETURNS (Sequence[str]): Their texts, without line feeds.
        """

    def write(self, corrections: Sequence[Sequence[Mapping[str, Any]]]) -> bytes:
        """Write the document with corrections.

        corrections (Sequence[Sequence[Mapping]]): For each of the texts what is wrong in it, as in
            `doc._.corrections`; one whose target is its source is only flagged.
        RETURNS (bytes): The file; the bytes that it was read from, where there is none.
        """


def _docx(data: bytes) -> PackedDocument:
    from .docx import read_docx

    return read_docx(data)


# By the kind of document; each takes a file's bytes, and raises MalformedDocument where they are no
# such file.
OPENERS: dict[str, Callable[[bytes], PackedDocument]] = {"docx": _docx}
