"""Rows to corrected rows, a batch of characters at a time. An error in one stays with it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from spacy.language import Language

from ..files.correction import correct_texts
from ..files.formats import apply_corrections

# Characters that are corrected together. More are hardly faster, and need more memory.
CHARACTERS = 20_000

RowT = TypeVar("RowT")


class CorrectedRow(NamedTuple):
    """What became of the text of a row.

    corrected (str): The corrected text: as it was where it could not be corrected; None for none.
    corrections (list[dict]): As in `doc._.corrections`.
    error (str): Why it could not be corrected; None where it was.
    """

    corrected: str | None
    corrections: list[dict[str, Any]]
    error: str | None = None


def length_of(value: Any) -> int:
    """The characters of a value.

    value (Any): What is in a column of texts.
    RETURNS (int): Its length; 0 for what is no text.
    """
    return len(value) if isinstance(value, str) else 0


def batches(
    rows: Iterable[RowT],
    characters: int = CHARACTERS,
    *,
    length: Callable[[RowT], int] = length_of,
) -> Iterator[list[RowT]]:
    """Put rows together up to a number of characters, however many rows these are.

    rows (Iterable): The rows; they are pulled when they are needed.
    characters (int): Of a batch, at most, unless one row has more. A row counts as one more than it
        has, so that empty ones have an end, too.
    length (Callable): Tells the characters of a row.
    YIELDS (list): The rows in order, each once.
    RAISES (ValueError): If not even one character is allowed.
    """
    if characters < 1:
        raise ValueError(f"A batch must hold at least 1 character, not {characters}.")
    batch: list[RowT] = []
    size = 0
    for row in rows:
        more = length(row) + 1
        if batch and size + more > characters:
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += more
    if batch:
        yield batch


def correct_values(
    nlp: Language, values: Sequence[Any], *, characters: int = CHARACTERS
) -> list[CorrectedRow]:
    """Correct the values of a column.

    nlp (Language): A pipeline with a corrector.
    values (Sequence): Texts; None stays None, and anything else is an error of its row.
    characters (int): Of a batch, at most.
    RETURNS (list[CorrectedRow]): One for each value.
    """
    done: list[CorrectedRow] = []
    for batch in batches(values, characters):
        done += _correct_batch(nlp, batch)
    return done


def _correct_batch(nlp: Language, values: Sequence[Any]) -> list[CorrectedRow]:
    texts = [value for value in values if isinstance(value, str)]
    try:
        found = iter(_correct_texts(nlp, texts))
    except Exception:
        # One of them is to blame, and is found by asking each.
        found = (_correct_alone(nlp, text) for text in texts)
    return [next(found) if isinstance(value, str) else _no_text(value) for value in values]


def _correct_texts(nlp: Language, texts: Sequence[str]) -> list[CorrectedRow]:
    found = correct_texts(nlp, texts, at_once=max(1, len(texts)))
    return [
        CorrectedRow(apply_corrections(text, corrections), corrections)
        for text, corrections in zip(texts, found, strict=True)
    ]


def _correct_alone(nlp: Language, text: str) -> CorrectedRow:
    try:
        return _correct_texts(nlp, [text])[0]
    except Exception as error:
        return CorrectedRow(text, [], f"{type(error).__name__}: {error}")


def _no_text(value: Any) -> CorrectedRow:
    if value is None:
        return CorrectedRow(None, [])
    return CorrectedRow(None, [], f"no text, but {type(value).__name__}")
