"""What is said of a value that cannot be, whatever settings it belongs to."""

import re
from typing import Annotated

import numpy as np
import pytest
from pydantic import BaseModel, Field, field_validator

from spacy_sdcl.data.checked import Checked, Count, Positive, Share, Weight, one_of


class Part(BaseModel, extra="forbid"):
    names: list[str] = Field(default=[], description="a list of names")
    size: int = 1


class Whole(Checked):
    share: Share = 0.5
    positive: Positive = 1.0
    weight: Weight = 1.0
    count: Count = 1
    kind: Annotated[str, one_of(("a", "b"))] = "a"
    plain: int = Field(default=0, ge=0)
    either: Share | Annotated[str, one_of(("low", "high"))] = Field(
        default="low", description="within 0 and 1, or one of low, high"
    )
    part: Part = Field(default=Part(), description="a mapping with keys of names, size")

    @field_validator("plain")
    @classmethod
    def _is_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError(f"{value} is odd. Take an even one.")
        return value


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("share", 1.5, "share must be within 0 and 1, not 1.5."),
        ("share", True, "share must be within 0 and 1, not True."),
        ("share", "0.5", "share must be within 0 and 1, not '0.5'."),
        ("positive", 0, "positive must be finite and above 0, not 0."),
        ("weight", float("inf"), "weight must be a weight, finite and not negative, not inf."),
        ("count", 0, "count must be at least 1, not 0."),
        ("count", 2.5, "count must be a whole number, at least 1, not 2.5."),
        ("count", "2", "count must be a whole number, at least 1, not '2'."),
        ("kind", "c", "kind must be one of a, b, not 'c'."),
        ("kind", None, "kind must be one of a, b, not None."),
        # Without words of its own a field has pydantic's.
        ("plain", -1, "plain must be greater than or equal to 0, not -1."),
        ("plain", "x", "plain must be a valid integer, not 'x'."),
        ("plain", 3, "plain: 3 is odd. Take an even one."),
        # Of several types none is named in place of what the field may be.
        ("either", 2, "either must be within 0 and 1, or one of low, high, not 2."),
        ("either", "x", "either must be within 0 and 1, or one of low, high, not 'x'."),
        ("part", 3, "part must be a mapping with keys of names, size, not 3."),
        ("part", {"names": "x"}, "part.names must be a list of names, not 'x'."),
        ("part", {"names": ["x", 3]}, "part.names must be a list of names, not 3."),
        ("part", {"size": None}, "part.size must be a valid integer, not None."),
        ("part", {"sise": 2}, "No setting 'part.sise': there are names, size."),
        (
            "parts",
            {},
            "No setting 'parts': there are share, positive, weight, count, kind, plain, either, part.",
        ),
    ],
)
def test_one_sentence_says_where_what_would_be_right_and_what_was_given(name, value, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$") as error:
        Whole(**{name: value})
    # Not pydantic's own, which takes four lines and an address for each.
    assert type(error.value) is ValueError


def test_numbers_of_numpy_are_plain_ones_afterwards():
    assert type(Whole(share=np.float32(0.5)).share) is float
    assert type(Whole(weight=2).weight) is float
