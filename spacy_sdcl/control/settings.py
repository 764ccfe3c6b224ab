"""The corrector's settings: what each may be, and which were changed after the component was made."""

from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from types import MappingProxyType
from typing import Any

from ..types import SETTINGS
from .phrases import problem_of_pair
from .variants import VARIANTS

# As many as the model names at a place.
MOST_CANDIDATES = 10
LISTS = ("phrases", "patterns", "entities")
PROTECT: Mapping[str, Any] = MappingProxyType(
    {"phrases": (), "file": None, "patterns": (), "entities": (), "tokens": ()}
)


class Settings:
    """Values by name, each checked when it is set. They cannot be changed in place.

    values (Any): The settings of `CHECKS`, those that are not given by their defaults.
    RAISES (ValueError): If a value is not one that the setting can have.
    """

    def __init__(self, **values: Any) -> None:
        unknown = values.keys() - CHECKS.keys()
        if unknown:
            raise ValueError(f"No setting {sorted(unknown)[0]!r}: there are {', '.join(CHECKS)}.")
        self._values = {
            name: check(values[name]) if name in values else default
            for name, (check, default) in CHECKS.items()
        }
        self._made_with = dict(self._values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = CHECKS[name][0](value)

    def changes(self) -> dict[str, Any]:
        """What was set after the component was made, as plain values.

        RETURNS (dict): For each such setting the value it was made with, and the present one.
        """
        return {
            name: [_plain(made_with), _plain(self._values[name])]
            for name, made_with in self._made_with.items()
            if made_with != self._values[name]
        }

    def apply_changes(self, changes: Mapping[str, Any]) -> None:
        """Take over what was set after another component was made, where this one is made alike.

        What `spacy.load(config=...)` says otherwise stays.

        changes (Mapping): What `changes` returned.
        """
        for name, (made_with, value) in changes.items():
            if name in self._values and _plain(self._values[name]) == made_with:
                self[name] = value

    def __getstate__(self) -> dict[str, Any]:
        # Read-only mappings cannot be pickled.
        return {
            "values": {name: _plain(value) for name, value in self._values.items()},
            "made_with": {name: _plain(value) for name, value in self._made_with.items()},
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._values, self._made_with = (
            {name: CHECKS[name][0](value) for name, value in state[part].items()}
            for part in ("values", "made_with")
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value


def _check_threshold(value: Any) -> float | str | None:
    """A number within 0 and 1, None, or the name of a setting of the model's."""
    if value is None or (isinstance(value, str) and value in SETTINGS):
        return value
    if _is_share(value):
        return float(value)
    raise ValueError(
        f"threshold must be within 0 and 1, or null, or one of {', '.join(SETTINGS)}, not {value}."
    )


def _check_protect(value: Any) -> Mapping[str, Any]:
    """What is never changed: phrases, a file of them, patterns, entities, tokens."""
    protect = _with_keys("protect", value, PROTECT)
    for name in LISTS:
        for each in (entries := _list_of(f"protect.{name}", protect[name])):
            if not isinstance(each, str) or not each.strip():
                raise ValueError(
                    f"protect.{name} must be a list of texts, not empty, not {each!r}."
                )
            _check_config(f"protect.{name}", each)
        protect[name] = entries
    tokens = _list_of("protect.tokens", protect["tokens"])
    if not all(isinstance(each, Mapping) and each for each in tokens):
        raise ValueError(
            "protect.tokens must be a list of mappings, each of which describes one token as "
            f'the Matcher does, for example {{"POS": "PROPN"}}, not {list(tokens)!r}.'
        )
    for token in tokens:
        _check_config("protect.tokens", dict(token))
    protect["tokens"] = tokens
    _check_file("protect.file", protect["file"])
    return MappingProxyType(protect)


def _check_confusions(value: Any) -> Mapping[str, Any]:
    """The user's own phrases, wrong to right, and a file of such."""
    confusions = _with_keys("confusions", value, {"phrases": {}, "file": None})
    phrases = confusions["phrases"]
    if isinstance(phrases, Mapping):
        for wrong in phrases:
            # In a .cfg file each is the name of an option.
            if not isinstance(wrong, str) or not _is_option(wrong):
                raise ValueError(
                    f"confusions.phrases: {wrong!r} cannot be a key of a config. Give the phrases "
                    'as a list of pairs instead: [["wrong", "right"]].'
                )
        phrases = list(phrases.items())
    pairs: dict[str, str] = {}
    for each in _list_of("confusions.phrases", phrases or []):
        if not _is_pair(each):
            raise ValueError(
                f"confusions.phrases must map wrong to right phrases, not hold {each!r}."
            )
        wrong, right = each
        problem = problem_of_pair(wrong, right)
        if pairs.get(wrong, right) != right:
            problem = f"{wrong!r} has two corrections, {pairs[wrong]!r} and {right!r}"
        if problem:
            raise ValueError(f"confusions.phrases: {problem}.")
        _check_config("confusions.phrases", wrong + right)
        pairs[wrong] = right
    confusions["phrases"] = MappingProxyType(pairs)
    _check_file("confusions.file", confusions["file"])
    return MappingProxyType(confusions)


def _check_similarity(value: Any) -> float:
    """A weight, 0 for none."""
    if _is_number(value) and 0 <= value < float("inf"):
        return float(value)
    raise ValueError(f"similarity must be a number from 0 (off) upwards, not {value!r}.")


def _check_candidates(value: Any) -> int:
    """A number of characters."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_CANDIDATES:
        return value
    raise ValueError(f"candidates must be within 1 and {MOST_CANDIDATES}, not {value!r}.")


def _check_min_confidence(value: Any) -> float | None:
    """A number within 0 and 1, or None."""
    if value is None or _is_share(value):
        return value if value is None else float(value)
    raise ValueError(f"min_confidence must be within 0 and 1, or null for never, not {value!r}.")


def _check_variant(value: Any) -> str:
    """The name of a variant."""
    if value in VARIANTS:
        return value
    raise ValueError(f"variant must be one of {', '.join(VARIANTS)}, not {value!r}.")


def _with_keys(name: str, value: Any, defaults: Mapping[str, Any]) -> dict[str, Any]:
    value = {} if value is None else value
    if isinstance(value, Mapping):
        strange = [key for key in value if key not in defaults]
        if not strange:
            return {**defaults, **value}
        value = strange[0]
    raise ValueError(f"{name} must be a mapping with keys of {', '.join(defaults)}, not {value!r}.")


def _list_of(name: str, value: Any) -> tuple[Any, ...]:
    if value is None or not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{name} must be a list, not {value!r}.")
    return tuple(value)


def _check_file(name: str, value: Any) -> None:
    if value is not None and (not isinstance(value, str) or not value):
        raise ValueError(f"{name} must be the path of a text file, or null, not {value!r}.")


def _check_config(name: str, value: Any) -> None:
    # spaCy doubles each when a config is saved and loaded, or takes "${" for a variable.
    if "$" in str(value):
        raise ValueError(
            f'{name}: {value!r} has a "$", which a config does not keep. Put a phrase with one into '
            'a file; in a regular expression write "\\Z" for the end and "\\x24" for the sign.'
        )


def _is_option(key: str) -> bool:
    return key == key.strip() and not set(key) & set("=:\n\r") and not key.startswith(tuple("#;["))


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and len(value) == 2
        and all(isinstance(each, str) for each in value)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


CHECKS: Mapping[str, tuple[Callable[[Any], Any], Any]] = MappingProxyType(
    {
        "threshold": (_check_threshold, None),
        "protect": (_check_protect, _check_protect(None)),
        "confusions": (_check_confusions, _check_confusions(None)),
        "similarity": (_check_similarity, 0.0),
        "candidates": (_check_candidates, 5),
        "min_confidence": (_check_min_confidence, None),
        "variant": (_check_variant, "simplified"),
    }
)
