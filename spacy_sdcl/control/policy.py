"""What a user decides over corrections: the settings, and what they make of a text.

Before the model reads a text, what cannot be seen is left out, the user's own phrases are put right
and Traditional characters are simplified; from what it predicts, decisions are made, in the
characters of the text as written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from pathlib import Path
from typing import Any, NamedTuple

from spacy.tokens import Doc
from spacy.vocab import Vocab

from ..annotations.spans import text_of
from ..language.invisible import Visible, see
from ..language.writing import is_traditional
from ..types import CharPrediction, Decision, Hold
from .decoding import decide
from .phrases import read_phrase_pairs, read_phrases
from .protection import Protection
from .replacements import Replacements
from .settings import Settings
from .usual import joined, unusual_forms
from .variants import can_convert, restore, simplify

FILES: Mapping[str, Callable[[Path], Any]] = {
    "protect": read_phrases,
    "confusions": read_phrase_pairs,
}


class Reading(NamedTuple):
    """A text as the model is to read it.

    All offsets are those of what can be seen of the text, but for `visible.places`.

    visible (Visible): What can be seen of the text as it is written.
    read (str): The text that the model reads, of the same length; empty where it is left alone.
    held (dict[int, Hold]): The characters that must stay.
    decisions (list[Decision]): What was decided before the model reads.
    traditional (bool): Whether it was simplified.
    """

    visible: Visible
    read: str
    held: dict[int, Hold]
    decisions: list[Decision]
    traditional: bool


class Control:
    """The settings of a corrector, and what they need compiled.

    vocab (Vocab): The pipeline's vocabulary.
    settings (Any): Settings by name.
    RAISES (ValueError): If a value is not one that the setting can have.
    """

    def __init__(self, vocab: Vocab, **settings: Any) -> None:
        self.vocab = vocab
        self.settings = Settings(**settings)
        # What was read from the files of phrases: a saved pipeline brings it along.
        self.files: dict[str, dict[str, Any]] = {}
        self._protection: Protection | None = None
        self._replacements: Replacements | None = None
        self._make_protection(())

    def __getitem__(self, name: str) -> Any:
        return self.settings.read_only(name)

    def __setitem__(self, name: str, value: Any) -> None:
        before = getattr(self.settings, name)
        setattr(self.settings, name, value)
        if name == "protect":
            try:
                self._make_protection(())
            except ValueError:
                setattr(self.settings, name, before)
                raise
        if name in FILES:
            # Set anew, a file is read anew.
            self.files.pop(name, None)
            self._protection = self._replacements = None

    def read(self, doc: Doc) -> Reading:
        """Prepare a text for the model.

        doc (Doc): The Doc; it is not modified.
        RETURNS (Reading): What the model is to read, and what is already decided.
        """
        visible = see(text_of(doc))
        held = self.protection.find(doc, visible)
        replaced = self.replacements.apply(visible.text, held)
        held = _joined(held, replaced.held)
        read, traditional = self._simplified(visible.text, replaced.text)
        return Reading(visible, read, held, replaced.decisions, traditional)

    def plain(self, text: str) -> str:
        """What the model would read of a text on which nothing was decided.

        text (str): The text.
        RETURNS (str): What can be seen of it, in Simplified characters; empty where it is left alone.
        """
        visible = see(text).text
        return self._simplified(visible, visible)[0]

    def _simplified(self, written: str, read: str) -> tuple[str, bool]:
        traditional = self.settings.variant == "traditional"
        if self.settings.variant == "auto" and is_traditional(written):
            traditional = can_convert()
            read = read if traditional else ""
        return simplify(read) if traditional else read, traditional

    def decide(
        self, reading: Reading, predictions: Iterable[CharPrediction], *, threshold: float
    ) -> Iterator[Decision]:
        """Decide on all places of a text.

        reading (Reading): What the model has read.
        predictions (Iterable[CharPrediction]): What it found, in the order of the text.
        threshold (float): The probability from which a correction is kept.
        YIELDS (Decision): The decisions, in the order of the text, with offsets in it. A Traditional
            text is decided on as a whole; of another, few are there at a time.
        """
        decided = {each.start for each in reading.decisions}
        decisions: Iterable[Decision] = decide(
            reading.read,
            (each for each in predictions if each.start not in decided),
            threshold=threshold,
            held=reading.held,
            similarity=self.settings.similarity,
            min_confidence=self.settings.min_confidence,
            candidates=self.settings.candidates,
        )
        if reading.traditional:
            decisions = list(decisions)
            texts = {"written": reading.visible.text, "read": reading.read}
            forms = unusual_forms(decisions, **texts, held=reading.held, threshold=threshold)
            forms = (each for each in forms if each.start not in decided)
            decisions = sorted(joined(restore(decisions, **texts), forms))
        places = reading.visible.places
        for each in merge(sorted(reading.decisions), decisions):
            yield each if reading.visible.is_all else each._replace(start=places[each.start])

    @property
    def protection(self) -> Protection:
        """What finds the protected characters, compiled at the first use.

        RAISES (ValueError): If the file of phrases cannot be read.
        """
        # Another thread may set it anew meanwhile.
        protection = self._protection
        if protection is None:
            protection = self._make_protection(self._file_entries("protect") or ())
            self._protection = protection
        return protection

    @property
    def replacements(self) -> Replacements:
        """What puts the user's phrases right, compiled at the first use.

        RAISES (ValueError): If the file of phrases cannot be read.
        """
        replacements = self._replacements
        if replacements is None:
            phrases = dict(self._file_entries("confusions") or {})
            replacements = Replacements(phrases | self.settings.confusions.phrases)
            self._replacements = replacements
        return replacements

    def record(self) -> dict[str, Any]:
        """What a saved pipeline has beside its config, as plain values.

        RETURNS (dict): The settings that were changed since the config was read, and what was
            read from files.
        RAISES (ValueError): If a file of phrases cannot be read.
        """
        for name in FILES:
            self._file_entries(name)
        return {"changes": self.settings.changes(), "files": self.files}

    def restore(self, record: Mapping[str, Any]) -> None:
        """Take over what a saved pipeline has beside its config.

        record (Mapping): What `record` returned.
        """
        self.settings.apply_changes(record.get("changes", {}))
        self.files = dict(record.get("files", {}))
        self._protection = self._replacements = None

    def _make_protection(self, phrases: Iterable[str]) -> Protection:
        protect = self.settings.protect
        return Protection(
            self.vocab,
            phrases=[*protect.phrases, *phrases],
            patterns=protect.patterns,
            entities=protect.entities,
            tokens=protect.tokens,
            identifiers=protect.identifiers,
            numerals=protect.numerals,
        )

    def _file_entries(self, name: str) -> Any:
        # Not before they are needed: a pipeline that is being loaded brings them along, and the
        # file may be on the machine where it was made only.
        path = getattr(self.settings, name).file
        if path is None:
            self.files.pop(name, None)
            return None
        if self.files.get(name, {}).get("path") != path:
            try:
                entries = FILES[name](Path(path))
            except OSError as error:
                raise ValueError(
                    f"Cannot read the file of {name}, {path!r}: {error.strerror}. Correct the path "
                    f"in {name}.file, or set it to null."
                ) from error
            self.files[name] = {"path": path, "entries": entries}
        return self.files[name]["entries"]


def _joined(held: dict[int, Hold], others: dict[int, Hold]) -> dict[int, Hold]:
    # Of two holds on one character, that which allows nothing counts.
    return held | {
        i: hold for i, hold in others.items() if i not in held or not held[i].is_absolute
    }


class Setting:
    """A setting of a corrector: checked when it is set, and not to be changed in place."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, corrector: Any, owner: type) -> Any:
        return self if corrector is None else corrector.control[self.name]

    def __set__(self, corrector: Any, value: Any) -> None:
        corrector.control[self.name] = value
