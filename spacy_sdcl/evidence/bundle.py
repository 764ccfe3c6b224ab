"""Evidence as it is kept: n-grams, words, likeness and a judge, in a folder of two files, and a third one
where something was learnt of the user's own text.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..data.records import atomic_path
from ..model.storage import Kind, Stored, open_stored, pack, unpack
from ..types import SETTINGS
from .alphabet import FIRST_CHARACTER
from .judge import Judge
from .learned import LEARNED_FILE, Learned
from .lexicon import Lexicon
from .likeness import Likeness
from .table import NgramTable
from .verifier import Verifier

NGRAMS_FILE = "ngrams.safetensors"
JUDGE_FILE = "judge.safetensors"
EVIDENCE = Kind(
    key="evidence",
    what="judge of evidence",
    format=2,
    sealed=2,
    remedy="Make it anew with `project run evidence`, or install or copy it again.",
)
_PARTS = ("lexicon", "likeness", "judge", "verifier")


class Evidence:
    """All that is weighed beside what the network predicts.

    What was learnt is looked up with the rest: `table` and `lexicon` are of both, `general_table` and
    `general_lexicon` of what was counted on other text.

    table (NgramTable): Character n-grams; its alphabet has the symbols of all parts.
    lexicon (Lexicon): Words and names.
    likeness (Likeness): Sounds and shapes.
    judge (Judge): Weighs them; None before it is fitted.
    verifier (Verifier): Says after a second reading whether changes are right; None for the judge's
        word alone.
    learned (Learned): What was learnt of the user's own text; None for nothing.
    thresholds (Mapping[str, float]): As those of a network, for the probabilities of the judge.
    about (Mapping[str, Any]): Plain values to keep, such as what was counted.
    """

    def __init__(
        self,
        table: NgramTable,
        lexicon: Lexicon,
        likeness: Likeness,
        judge: Judge | None = None,
        verifier: Verifier | None = None,
        *,
        learned: Learned | None = None,
        thresholds: Mapping[str, float] | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        self.general_table, self.general_lexicon, self.likeness = table, lexicon, likeness
        self.learned = learned
        self.table = table if learned is None else learned.table_with(table)
        self.lexicon = lexicon if learned is None else learned.lexicon_with(lexicon)
        self.judge, self.verifier = judge, verifier
        self.thresholds = dict.fromkeys(SETTINGS, 0.5) | dict(thresholds or {})
        self.about = dict(about or {})

    def with_learned(self, learned: Learned | None) -> "Evidence":
        """The same with what was learnt.

        learned (Learned): What was learnt, None for nothing.
        RETURNS (Evidence): New evidence.
        RAISES (ValueError): If it was learnt with another alphabet.
        """
        return Evidence(
            self.general_table,
            self.general_lexicon,
            self.likeness,
            self.judge,
            self.verifier,
            learned=learned,
            thresholds=self.thresholds,
            about=self.about,
        )

    @classmethod
    def open(cls, directory: Path) -> "Evidence":
        """Open what a folder holds; the n-grams are mapped into memory, not read.

        directory (Path): The folder.
        RETURNS (Evidence): The evidence.
        RAISES (ValueError): If a file is missing or holds something else.
        """
        for name in (NGRAMS_FILE, JUDGE_FILE):
            if not (directory / name).is_file():
                raise ValueError(
                    f"No evidence in {directory}: it has no {name}. Make it with `project run "
                    "evidence`, or set evidence = null."
                )
        table = NgramTable.open(directory / NGRAMS_FILE)
        learned = directory / LEARNED_FILE
        return cls._with_table(
            table,
            open_stored(EVIDENCE, directory / JUDGE_FILE),
            Learned.open(learned) if learned.exists() else None,
        )

    @classmethod
    def from_bytes(cls, files: Mapping[str, bytes]) -> "Evidence":
        """Restore evidence.

        files (Mapping[str, bytes]): What `to_bytes` returned.
        RETURNS (Evidence): The evidence.
        RAISES (ValueError): If a file is missing or holds something else.
        """
        if not {NGRAMS_FILE, JUDGE_FILE} <= set(files):
            raise ValueError("These bytes hold no evidence: save the pipeline anew.")
        table = NgramTable.from_buffer(files[NGRAMS_FILE])
        learned = files.get(LEARNED_FILE)
        return cls._with_table(
            table,
            unpack(EVIDENCE, files[JUDGE_FILE], "The evidence"),
            None if learned is None else Learned.from_bytes(learned),
        )

    @classmethod
    def _with_table(cls, table: NgramTable, stored: Stored, learned: Learned | None) -> "Evidence":
        stored.check_types({"thresholds": dict, "about": dict})
        stored.check_shares("thresholds", "threshold")
        stored.check_finite()
        parts: dict[str, dict[str, np.ndarray]] = {part: {} for part in _PARTS}
        for name, array in stored.arrays.items():
            part, _, of = name.partition(".")
            if part not in parts:
                stored.refuse(f"has an unknown part {part}")
            # A copy: else each small array would hold on to the bytes of the whole file.
            parts[part][of] = array.copy()
        try:
            lexicon, likeness = Lexicon(**parts["lexicon"]), Likeness(**parts["likeness"])
        except TypeError:
            stored.refuse("lacks words or likeness")
        symbols = FIRST_CHARACTER + len(table.alphabet.characters)
        if len(likeness.readings) != symbols:
            stored.refuse(
                f"is of {len(likeness.readings)} symbols, the n-grams beside it of {symbols}"
            )
        return cls(
            table,
            lexicon,
            likeness,
            Judge.from_arrays(parts["judge"]) if parts["judge"] else None,
            Verifier.from_arrays(parts["verifier"]) if parts["verifier"] else None,
            learned=learned,
            thresholds=stored.values["thresholds"],
            about=stored.values["about"],
        )

    def to_bytes(self) -> dict[str, bytes]:
        """Write the files to bytes.

        RETURNS (dict[str, bytes]): The content of each file.
        """
        arrays = {
            f"{part}.{name}": array
            for part, of in self._parts().items()
            if of is not None
            for name, array in of.arrays().items()
        }
        values = {"thresholds": self.thresholds, "about": self.about}
        files = {
            NGRAMS_FILE: self.general_table.to_bytes(),
            JUDGE_FILE: pack(EVIDENCE, values, arrays),
        }
        if self.learned is not None:
            files[LEARNED_FILE] = self.learned.to_bytes()
        return files

    def _parts(self) -> dict[str, Any]:
        found = (self.general_lexicon, self.likeness, self.judge, self.verifier)
        return dict(zip(_PARTS, found, strict=True))

    def save(self, directory: Path) -> None:
        """Write the files to a folder.

        directory (Path): The folder; it is made where it is missing.
        """
        directory.mkdir(parents=True, exist_ok=True)
        files = self.to_bytes()
        if LEARNED_FILE not in files:
            # Of other evidence that was saved there before.
            (directory / LEARNED_FILE).unlink(missing_ok=True)
        for name, content in files.items():
            with atomic_path(directory / name) as temporary:
                temporary.write_bytes(content)
