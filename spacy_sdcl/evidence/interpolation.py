"""Two tables of n-grams as one: what much text says, and what a little text of the user's own says.

The own text is asked first, by its longest n-gram that is known; what its histories leave to others goes
to the general table instead of to shorter n-grams of its own (fill-up, Besling & Meier 1995). So where
the own text knows nothing, nothing changes. With both, p = (1 - w) p_general + w p_filled-up.
"""

import numpy as np

from .alphabet import BOUNDARY, FIRST_CHARACTER
from .packing import ORDER
from .table import NgramTable
from .window import BACK_OFF, LOG_COUNT, LOG_P, Window

# Characters of held-out text that are worth as much as knowing nothing.
PRIOR = 200


class InterpolatedTable(NgramTable):
    """A general table, interpolated with an own one.

    general (NgramTable): What was counted on much text.
    own (NgramTable): What was counted on the user's text, over the same alphabet.
    weight (float): The share w of the own one, above 0, at most 1.
    RAISES (ValueError): If the alphabets differ.
    """

    def __init__(self, general: NgramTable, own: NgramTable, weight: float) -> None:
        if general.alphabet != own.alphabet:
            raise ValueError(
                "What was learnt has another alphabet than the evidence: learn it anew with this model."
            )
        super().__init__(
            general.alphabet, general.characters, general.book, general.lengths, general.words
        )
        self.general, self.own, self.weight = general, own, weight

    def window(self, columns: list[np.ndarray]) -> Window:
        """As that of `NgramTable`."""
        return InterpolatedWindow(self, columns)


class InterpolatedWindow(Window):
    """The n-grams in some columns of symbols, as both tables of an interpolated one know them.

    table (InterpolatedTable): The tables.
    columns (list[np.ndarray]): Symbols, at one place of the text after the other.
    """

    def __init__(self, table: InterpolatedTable, columns: list[np.ndarray]) -> None:
        self.columns = columns
        self.general = table.general.window(columns)
        self.own = table.own.window(columns)
        self.weight = np.float32(table.weight)

    def log_probability(self, end: int) -> np.ndarray:
        """As that of `Window`; 0 for boundaries, as the general table has it."""
        general = np.exp(self.general.log_probability(end))
        symbols, codes = self.own.table.symbol_columns, self.own.table.code_columns
        adapted, own = general, np.exp(symbols[LOG_P].take(self.columns[end]))
        back_off = symbols[BACK_OFF]
        for order in range(2, min(end + 1, ORDER) + 1):
            share = np.exp(back_off.take(self.own.codes[end - 1, order - 1]))
            known = self.own.codes[end, order]
            lower = share * own
            own = np.where(known > 0, np.exp(codes[LOG_P].take(known)), lower)
            adapted = np.maximum(own - lower, 0) + share * adapted
            back_off = codes[BACK_OFF]
        mixed = (1 - self.weight) * general + self.weight * adapted
        return np.where(self.columns[end] > BOUNDARY, np.log(mixed), np.float32(0))

    def log_count(self, end: int, order: int) -> np.ndarray:
        """As that of `Window`: the counts of both together."""
        general, own = (each.log_count(end, order) for each in (self.general, self.own))
        return np.log1p(np.expm1(general) + np.expm1(own))


def number_of_characters(table: NgramTable) -> float:
    """How much text was counted.

    table (NgramTable): Its counts.
    RETURNS (float): The number of its listed characters, at least 1.
    """
    counts = np.expm1(table.characters[FIRST_CHARACTER:, LOG_COUNT].astype(np.float64))
    return max(float(counts.sum()), 1.0)


def fit_weight(general: np.ndarray, own: np.ndarray, *, rounds: int = 30) -> float:
    """The weight under which held-out text is likeliest, by expectation maximisation. Where there is little of
    it, it says little: it counts as if PRIOR further characters were even between both.

    general, own (np.ndarray): Log probabilities of its characters by the general table, and by that with
        the own one in full, shape (n,).
    rounds (int): How often the weight is improved.
    RETURNS (float): The weight, 0.5 where there is no text.
    """
    weight = 0.5
    ratio = np.exp(np.clip(general - own, -50, 50))
    for _ in range(rounds):
        shares = weight / (weight + (1 - weight) * ratio)
        weight = float((shares.sum() + PRIOR / 2) / (len(ratio) + PRIOR))
    return weight
