"""Evidence as it is kept: n-grams, words, likeness and a judge, in a folder of two files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..data.records import atomic_path
from ..model.storage import Kind, Stored, open_stored, pack, unpack
from ..types import SETTINGS
from .alphabet import FIRST_CHARACTER
from .judge import Judge
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

    table (NgramTable): Character n-grams; its alphabet has the symbols of all parts.
    lexicon (Lexicon): Words and names.
    likeness (Likeness): Sounds and shapes.
    judge (Judge): Weighs them; None before it is fitted.
    verifier (Verifier): Says after a second reading whether changes are right; None for the judge's
        word alone.
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
        thresholds: Mapping[str, float] | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        self.table, self.lexicon, self.likeness = table, lexicon, likeness
        self.judge, self.verifier = judge, verifier
        self.thresholds = dict.fromkeys(SETTINGS, 0.5) | dict(thresholds or {})
        self.about = dict(about or {})

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
        return cls._with_table(table, open_stored(EVIDENCE, directory / JUDGE_FILE))

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
        return cls._with_table(table, unpack(EVIDENCE, files[JUDGE_FILE], "The evidence"))

    @classmethod
    def _with_table(cls, table: NgramTable, stored: Stored) -> "Evidence":
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
            thresholds=stored.values["thresholds"],
            about=stored.values["about"],
        )

    def to_bytes(self) -> dict[str, bytes]:
        """Write the files to bytes.

        RETURNS (dict[str, bytes]): The content of each file.
        """
        arrays = {
            f"{part}.{name}": array
            for part in _PARTS
            if (of := getattr(self, part)) is not None
            for name, array in of.arrays().items()
        }
        values = {"thresholds": self.thresholds, "about": self.about}
        return {NGRAMS_FILE: self.table.to_bytes(), JUDGE_FILE: pack(EVIDENCE, values, arrays)}

    def save(self, directory: Path) -> None:
        """Write the files to a folder.

        directory (Path): The folder; it is made where it is missing.
        """
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in self.to_bytes().items():
            with atomic_path(directory / name) as temporary:
                temporary.write_bytes(content)
