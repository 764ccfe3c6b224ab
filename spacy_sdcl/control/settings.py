"""The corrector's settings: what each may be, and which were changed after the component was made."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictStr,
    TypeAdapter,
)

from ..data.checked import Checked, Share, Weight, one_of, said_plainly
from ..types import SETTINGS
from .phrases import problem_of_pair
from .variants import VARIANTS

# As many as the model names at a place.
MOST_CANDIDATES = 10
PAIRS = TypeAdapter(
    Sequence[Annotated[Sequence[StrictStr], Field(min_length=2, max_length=2)]],
    config=ConfigDict(defer_build=True),
)


def kept_by_config(value: Any) -> Any:
    """Refuse a value that would come back from a config as another.

    value (Any): The value.
    RETURNS (Any): The value.
    RAISES (ValueError): If it has a "$".
    """
    # spaCy doubles each when a config is saved and loaded, or takes "${" for a variable.
    if "$" in str(value):
        raise ValueError(
            f'{value!r} has a "$", which a config does not keep. Put a phrase with one into '
            'a file; in a regular expression write "\\Z" for the end and "\\x24" for the sign.'
        )
    return value


def read_pairs(value: Any) -> dict[str, str]:
    """Read phrases and their corrections.

    value (Any): A mapping of wrong to right phrases, or a list of pairs; None for none.
    RETURNS (dict[str, str]): The right phrase of each wrong one.
    RAISES (ValueError): If it is neither, or two phrases are no pair.
    """
    if isinstance(value, Mapping):
        # A read-only one is what was set before, whatever its keys are.
        if not isinstance(value, MappingProxyType):
            _check_keys(value)
        value = list(value.items())
    pairs: dict[str, str] = {}
    for wrong, right in PAIRS.validate_python(value or ()):
        problem = problem_of_pair(wrong, right)
        if pairs.get(wrong, right) != right:
            problem = f"{wrong!r} has two corrections, {pairs[wrong]!r} and {right!r}"
        if problem:
            raise ValueError(f"{problem}.")
        kept_by_config(wrong + right)
        pairs[wrong] = right
    return pairs


def _check_keys(phrases: Mapping[Any, Any]) -> None:
    for key in phrases:
        # In a .cfg file each is the name of an option.
        if (
            not isinstance(key, str)
            or key != key.strip()
            or set(key) & set("=:\n\r")
            or key.startswith(tuple("#;["))
        ):
            raise ValueError(
                f"{key!r} cannot be a key of a config. Give the phrases as a list of pairs "
                'instead: [["wrong", "right"]].'
            )


T = TypeVar("T")
ListOf = Annotated[Sequence[T], AfterValidator(tuple)]
Text = Annotated[StrictStr, Field(pattern=r"\S"), AfterValidator(kept_by_config)]
Token = Annotated[Mapping[str, Any], Field(min_length=1), AfterValidator(kept_by_config)]
TextFile = Annotated[
    Annotated[StrictStr, Field(min_length=1)] | None,
    Field(description="the path of a text file, or null"),
]
TEXTS = "a list of texts that are not empty"
EMPTY_IF_NULL = BeforeValidator(lambda value: {} if value is None else value)


class Protect(BaseModel):
    """What is never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    phrases: ListOf[Text] = Field(default=(), description=TEXTS)
    file: TextFile = None
    patterns: ListOf[Text] = Field(default=(), description=TEXTS)
    entities: ListOf[Text] = Field(default=(), description=TEXTS)
    tokens: ListOf[Token] = Field(
        default=(),
        description="a list of mappings, each of which describes one token as the Matcher does, "
        'for example {"POS": "PROPN"}',
    )
    identifiers: StrictBool = Field(default=True, description="true or false")
    numerals: StrictBool = Field(default=True, description="true or false")


class Confusions(BaseModel):
    """The user's own phrases, wrong to right, and a file of such."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    phrases: Annotated[dict[str, str], BeforeValidator(read_pairs)] = Field(
        default_factory=dict,
        description="a mapping of wrong to right phrases, or a list of such pairs",
    )
    file: TextFile = None


class Settings(Checked, frozen=False, validate_assignment=True):
    """A corrector's settings, each checked when it is set.

    values (Any): The settings by name, those that are not given by their defaults.
    RAISES (ValueError): If a value is not one that the setting can have.
    """

    threshold: Share | Annotated[str, one_of(SETTINGS)] | None = Field(
        default=None, description=f"within 0 and 1, or null, or one of {', '.join(SETTINGS)}"
    )
    evidence: Annotated[StrictStr, Field(min_length=1)] | None = Field(
        default="auto",
        description='"auto" for that of the model, the name of an embedded model, a directory, or '
        "null for none",
    )
    protect: Annotated[Protect, EMPTY_IF_NULL] = Field(
        default_factory=Protect,
        description=f"a mapping with keys of {', '.join(Protect.model_fields)}",
    )
    confusions: Annotated[Confusions, EMPTY_IF_NULL] = Field(
        default_factory=Confusions,
        description=f"a mapping with keys of {', '.join(Confusions.model_fields)}",
    )
    similarity: Weight = Field(default=0.0, description="a number from 0 (off) upwards")
    candidates: int = Field(
        default=5, ge=1, le=MOST_CANDIDATES, description=f"within 1 and {MOST_CANDIDATES}"
    )
    min_confidence: Share | None = Field(
        default=None, description="within 0 and 1, or null for never"
    )
    variant: Annotated[str, one_of(VARIANTS)] = "auto"

    _made_with: dict[str, Any] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any) -> None:
        """Note what the component is made with."""
        self._made_with = self._plain()

    def __setattr__(self, name: str, value: Any) -> None:
        with said_plainly(type(self)):
            super().__setattr__(name, value)

    def read_only(self, name: str) -> Any:
        """A setting as a user sees it, in mappings and tuples that cannot be changed in place.

        name (str): The setting.
        RETURNS (Any): Its value.
        """
        return _read_only(getattr(self, name))

    def changes(self) -> dict[str, Any]:
        """What was set after the component was made, as plain values.

        RETURNS (dict): For each such setting the value it was made with, and the present one.
        """
        return {
            name: [self._made_with[name], value]
            for name, value in self._plain().items()
            if self._made_with[name] != value
        }

    def apply_changes(self, changes: Mapping[str, Any]) -> None:
        """Take over what was set after another component was made, where this one is made alike.

        What `spacy.load(config=...)` says otherwise stays.

        changes (Mapping): What `changes` returned.
        """
        own = self._plain()
        for name, (made_with, value) in changes.items():
            if name not in own:
                continue
            # An earlier version may have known less of a setting: the rest had its defaults.
            then = type(self)(**{name: _read_only(made_with)})
            if own[name] == _plain(getattr(then, name)):
                setattr(self, name, _read_only(value))

    def _plain(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in self}


def refuse_misspelt(name: str) -> None:
    """Refuse a name that is nearly that of a setting.

    name (str): What somebody sets of a component, which has no such attribute.
    RAISES (AttributeError): If a setting is meant.
    """
    meant = get_close_matches(name, Settings.model_fields, n=1, cutoff=0.7)
    if meant:
        raise AttributeError(f"No setting {name!r}: {meant[0]!r} is meant, perhaps.")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value


def _read_only(value: Any) -> Any:
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        return MappingProxyType({key: _read_only(each) for key, each in value.items()})
    return value
