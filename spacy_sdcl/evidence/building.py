"""From counts to a table of a given size."""

from collections.abc import Sequence

from .buckets import LOAD, MAX_CODE, SLOTS
from .counting import NgramCounts
from .kneser_ney import discounts, estimate
from .levels import make_levels
from .pruning import prune
from .table import NgramTable

# Bytes of what each symbol, each code and a bucket of n-grams take.
_OF_SYMBOL, _OF_CODE, _OF_BUCKET = 12 + 4, 12 + 1, 16
_HEADER = 1024
# n-grams that come up less often than this are hardly ever worth their place in a table of some
# megabytes, and without them the work is a quarter. Small texts keep everything.
RARE = (1, 1, 2, 3)
ALL = (1, 1, 1, 1)
SMALL = 3_000_000


def build_table(
    counts: NgramCounts, max_bytes: int, *, least: Sequence[int] | None = None
) -> NgramTable:
    """Make the table of a text: estimated, pruned, packed.

    counts (NgramCounts): The counts of the text.
    max_bytes (int): The size of the file, at most.
    least (Sequence[int]): How often an n-gram of each length must occur to be thought of at all, or
        None to choose by the amount of text.
    RETURNS (NgramTable): The table.
    RAISES (ValueError): If there is no room for n-grams.
    """
    fixed = _HEADER + len(counts.alphabet) * _OF_SYMBOL + (MAX_CODE + 1) * _OF_CODE
    room = int((max_bytes - fixed) / _OF_BUCKET * SLOTS * LOAD)
    if room <= 0:
        raise ValueError(
            f"{max_bytes} bytes leave no room for n-grams: this alphabet alone takes {fixed}."
        )
    if least is None:
        least = ALL if len(counts) < SMALL else RARE
    by_order = discounts(counts)
    levels = prune(make_levels(counts, least), by_order, room)
    return NgramTable.make(counts.alphabet, levels, estimate(levels, by_order))
