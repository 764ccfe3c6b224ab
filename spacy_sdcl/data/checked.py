"""Settings with types and bounds, by pydantic; what is wrong with one is said in one sentence.

Every wing behind this one may use it, and it uses none.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

# A field's description says what it must be, where pydantic's own words would say less.
Share = Annotated[float, Field(ge=0, le=1, description="within 0 and 1")]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, description="finite and above 0")]
Weight = Annotated[
    float, Field(ge=0, allow_inf_nan=False, description="a weight, finite and not negative")
]
Count = Annotated[int, Field(ge=1, description="at least 1")]


class Checked(BaseModel):
    """A set of values that are checked when they are given, and cannot be changed.

    A subclass has a line for each: `name: type = default`; no type is taken for another, unless it
    says `strict=False`.

    values (Any): Values by name.
    RAISES (ValueError): If a value is not one that the field can have, or there is no such field.
    """

    # Built at the first use, not in everyone's `import spacy`.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    def __init__(self, /, **values: Any) -> None:
        with said_plainly(type(self)):
            super().__init__(**values)


def one_of(choices: Sequence[str]) -> BeforeValidator:
    """A field's bound: one of some words.

    choices (Sequence[str]): The words.
    RETURNS (BeforeValidator): What stands in the field's `Annotated`.
    """

    def check(value: Any) -> Any:
        if value not in choices:
            raise PydanticCustomError(
                "one_of", "Input should be one of {choices}", {"choices": ", ".join(choices)}
            )
        return value

    return BeforeValidator(check)


@contextmanager
def said_plainly(model: type[BaseModel]) -> Iterator[None]:
    """Turn pydantic's errors into a ValueError that says where, what would be right, and what was given.

    model (type): The model that is made or changed.
    """
    try:
        yield
    except ValidationError as error:
        raise ValueError(_sentence(model, error)) from None


def _sentence(model: type[BaseModel], error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    fields, names, wanted = model.model_fields, [], None
    for part in first["loc"]:
        # Below a field stand places in its list, or the types that it may be of.
        field = fields.get(part) if isinstance(part, str) else None
        if field is None:
            break
        names.append(part)
        wanted = field.description
        fields = getattr(field.annotation, "model_fields", {})
    where = ".".join(map(str, names))
    if first["type"] == "extra_forbidden":
        name = ".".join(map(str, first["loc"]))
        return f"No setting {name!r}: there are {', '.join(fields)}."
    if first["type"] == "value_error":
        message = first["msg"].removeprefix("Value error, ")
        return f"{where}: {message}" if where else message
    if wanted and first["type"].startswith("int_"):
        wanted = f"a whole number, {wanted}"
    wanted = wanted or first["msg"].removeprefix("Input should be ")
    return f"{where} must be {wanted}, not {first['input']!r}."
