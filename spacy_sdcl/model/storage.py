"""Arrays in safetensors files that can tell whether they are whole.

Beside its arrays, a file has one JSON object in its header. The first entry of that object is the
SHA-256 of all bytes of the file, with zeros in the place of that entry: a bit that has flipped
anywhere is noticed, in names, shapes and settings too. What is read is checked before memory is taken
for it, and every error says what is wrong with which file, and what to do.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from safetensors.numpy import save

_CHECKSUM = "checksum"
_BLANK = "0" * 64
_LENGTH = 8
# As the format has them; others are for hardware of which neither numpy nor this package knows.
_DTYPES = {
    "BOOL": "?",
    "I8": "i1",
    "U8": "u1",
    **{f"{kind.upper()}{8 * size}": f"<{kind}{size}" for kind in "iu" for size in (2, 4, 8)},
    **{f"F{8 * size}": f"<f{size}" for size in (2, 4, 8)},
}


@dataclass(frozen=True)
class Kind:
    """A kind of stored file.

    key (str): The name of its JSON object in the header.
    what (str): What a message calls it, such as "table of n-grams".
    format (int): The number of the format that is written, and the highest that is read.
    sealed (int): The first format that has a checksum: files of earlier ones load without it.
    remedy (str): What to do about a damaged file, a sentence.
    """

    key: str
    what: str
    format: int
    sealed: int
    remedy: str


@dataclass(frozen=True)
class Stored:
    """What a file holds.

    kind (Kind): Its kind.
    name (str): What a message calls it: its path.
    values (dict[str, Any]): The JSON object, "format" included.
    arrays (dict[str, np.ndarray]): The arrays, by name. They are views of the file's bytes.
    """

    kind: Kind
    name: str
    values: dict[str, Any]
    arrays: dict[str, np.ndarray]

    def refuse(self, problem: str) -> NoReturn:
        """Raise the error of a file that cannot be used.

        problem (str): What is wrong, after the file's name: "has no …".
        RAISES (ValueError): Always.
        """
        raise ValueError(f"{self.name} {problem}. {self.kind.remedy}")

    def array(
        self, name: str, *, dtype: str | None = None, shape: tuple[int | None, ...] | None = None
    ) -> np.ndarray:
        """Get an array that must be there.

        name (str): Its name.
        dtype (str): The type that it must have, as numpy writes it; None for any.
        shape (tuple): The shape that it must have, None for any length; None for any shape.
        RETURNS (np.ndarray): The array.
        RAISES (ValueError): If there is none, or it has another type or shape.
        """
        array = self.arrays.get(name)
        if array is None:
            self.refuse(f"has no {name}")
        if dtype is not None and array.dtype != np.dtype(dtype):
            self.refuse(f"has {name} as {array.dtype}, not as {np.dtype(dtype)}")
        if shape is not None and not _fits(array.shape, shape):
            wanted = str(shape).replace("None", "any")
            self.refuse(f"has {name} in the shape {array.shape}, not {wanted}")
        return array

    def check_types(self, types: Mapping[str, type]) -> None:
        """Check that values are there and of their types; an integer may stand for a float.

        types (Mapping[str, type]): Types of JSON by the values' names.
        RAISES (ValueError): If one is missing, or of another type.
        """
        for name, wanted in types.items():
            if name not in self.values:
                self.refuse(f"has no {name}")
            found = type(self.values[name])
            if found is not wanted and (found, wanted) != (int, float):
                self.refuse(f"has {name} as {found.__name__}, not as {wanted.__name__}")

    def check_shares(self, name: str, what: str) -> None:
        """Check that the values of an object are within 0 and 1.

        name (str): The object's name.
        what (str): What a message calls one of its values.
        RAISES (ValueError): If one is not.
        """
        for key, value in self.values[name].items():
            # NaN is not within, either.
            if type(value) not in (int, float) or not 0 <= value <= 1:
                self.refuse(f"has {value!r} as its {what} {key!r}, not within 0 and 1")

    def check_finite(self) -> None:
        """Check that all floating-point numbers are some.

        RAISES (ValueError): If an array holds NaN or infinity.
        """
        for name, array in self.arrays.items():
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                self.refuse(f"holds {name} with numbers that are none, NaN or infinity")


def pack(kind: Kind, values: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Write arrays to bytes.

    kind (Kind): The kind of the file, whose format it gets.
    values (Mapping[str, Any]): What goes beside the arrays, as JSON has it.
    arrays (Mapping[str, np.ndarray]): The arrays.
    RETURNS (bytes): A safetensors file.
    """
    # The checksum goes first, so that the first such row of zeros in the file is its place.
    sealed = {_CHECKSUM: _BLANK, "format": kind.format, **values}
    text = json.dumps(sealed, ensure_ascii=False)
    plain = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    data = save(plain, {kind.key: text})
    digest = sha256(data).hexdigest()
    end = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
    header = data[:end].replace(_BLANK.encode(), digest.encode(), 1)
    return b"".join([header, memoryview(data)[end:]])


def unpack(
    kind: Kind, data: bytes | np.ndarray, name: str | Path, *, verify: bool = True
) -> Stored:
    """Read what was written by `pack`.

    kind (Kind): The kind that the file must be of.
    data (bytes / np.ndarray): The file's bytes, such as a memory map of them, which is not copied.
    name (str / Path): What a message calls it: its path.
    verify (bool): Whether to compare the checksum, which reads all of the file.
    RETURNS (Stored): What the file holds.
    RAISES (ValueError): If it is of another kind, of a later format, or damaged.
    """
    raw = np.frombuffer(data, dtype=np.uint8) if isinstance(data, bytes) else np.asarray(data)
    stored = Stored(kind, str(name), {}, {})
    if len(raw) < _LENGTH:
        stored.refuse(f"is not a {kind.what}, but {len(raw)} bytes")
    end = _LENGTH + int.from_bytes(raw[:_LENGTH].tobytes(), "little")
    start = raw[_LENGTH : _LENGTH + 1].tobytes()
    if start != b"{":
        stored.refuse(f"is not a {kind.what}")
    if end > len(raw):
        stored.refuse(f"is cut off, or damaged: its header is of {end} bytes, all of it {len(raw)}")
    header = raw[_LENGTH:end].tobytes()
    try:
        entries = json.loads(header)
        values = json.loads(entries.pop("__metadata__")[kind.key])
        version = values["format"]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        stored.refuse(f"is not a {kind.what}, or damaged")
    if type(version) is not int or version < 1:
        stored.refuse(f"is damaged: its format is {version!r}")
    if version > kind.format:
        raise ValueError(
            f"{name} is stored in format {version}, this version reads up to {kind.format}: "
            "upgrade spacy_sdcl."
        )
    checksum = values.pop(_CHECKSUM, None)
    if checksum is None and version >= kind.sealed:
        stored.refuse("is damaged: it has no checksum")
    # The arrays first: a file that is cut off is better told so than that it differs.
    arrays = _views(raw[end:], entries, stored)
    if checksum is not None and verify and checksum != _digest(raw, header, checksum):
        stored.refuse("is damaged: its content is not what its checksum says")
    return Stored(kind, str(name), values, arrays)


def open_stored(kind: Kind, path: Path, *, verify: bool = True) -> Stored:
    """Map a file into memory: an array is read when it is used, and not copied.

    kind (Kind): The kind that the file must be of.
    path (Path): The file.
    verify (bool): As in `unpack`.
    RETURNS (Stored): What the file holds.
    RAISES (ValueError): If it is of another kind, of a later format, or damaged.
    """
    # An empty file cannot be mapped.
    is_empty = path.stat().st_size == 0
    data = b"" if is_empty else np.memmap(path, dtype=np.uint8, mode="r")
    return unpack(kind, data, path, verify=verify)


def _views(content: np.ndarray, entries: dict[str, Any], stored: Stored) -> dict[str, np.ndarray]:
    arrays: dict[str, Any] = {}
    spans = []
    for name, entry in entries.items():
        try:
            dtype, shape = np.dtype(_DTYPES[entry["dtype"]]), tuple(entry["shape"])
            start, end = entry["data_offsets"]
            sound = all(type(number) is int and number >= 0 for number in (*shape, start, end))
            # Not numpy's product, which wraps around.
            sound = sound and end - start == prod(shape) * dtype.itemsize
        except (KeyError, TypeError, ValueError):
            sound = False
        if sound and end > len(content):
            stored.refuse(f"is cut off: {name} ends at byte {end} of {len(content)}")
        try:
            arrays[name] = content[start:end].view(dtype).reshape(shape) if sound else None
        except (ValueError, OverflowError):  # Of nothing, in sizes that numpy does not have.
            sound = False
        if not sound:
            stored.refuse(f"is damaged: the place, type or shape of {name!r} cannot be")
        spans.append((start, end))
    spans.sort()
    ends = [0, *(end for _, end in spans)]
    if [start for start, _ in spans] != ends[:-1]:
        stored.refuse("is damaged: its arrays overlap, or have gaps between them")
    if ends[-1] != len(content):
        stored.refuse(f"is longer than it says, by {len(content) - ends[-1]} bytes")
    return arrays


def _digest(raw: np.ndarray, header: bytes, checksum: Any) -> str:
    digest = sha256(raw[:_LENGTH].tobytes())
    digest.update(header.replace(str(checksum).encode(), _BLANK.encode(), 1))
    digest.update(raw[_LENGTH + len(header) :].data)
    return digest.hexdigest()


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(
        each is None or length == each for length, each in zip(shape, wanted, strict=True)
    )
