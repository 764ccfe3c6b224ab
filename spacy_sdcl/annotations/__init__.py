"""Corrections on a Doc. What a user imports is found here; within the package, in its file."""

from .alignment import register_alignment
from .details import SPANS_KEY
from .getters import register_extensions
from .spans import corrected_text, make_gold_doc, set_corrections

__all__ = ["SPANS_KEY", "corrected_text", "make_gold_doc", "set_corrections"]

register_extensions()
register_alignment()
