"""Two tables of n-grams as one: what much text says, and what a little text of the user's own says.

From shorter to longer n-grams, the own text is asked after the general one at each length: what its history
leaves to others goes to what is known until then (fill-up, Besling & Meier 1995, at each order). So where
the own text knows nothing, nothing changes, and what much text says of a long history is not drowned by
what the own text says of a short one. With both, p = (1 - w) p_general + w p_filled-up.
"""

import numpy as np

from .alphabet import BOUNDARY, FIRST_CHARACTER
from .packing import ORDER
from .table import NgramTable
from .window import BACK_OFF, LOG_COUNT, LOG_P, Window

# Characters of held-out text that are worth as much as knowing nothing.
PRIOR = 200
# The own text never weighs more than that: what is corrected later is not all like it. Beyond it, false
# alarms and errors in other text became more again (docs/learning.md).
MOST = 0.5
SMALLEST = 1e-12


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
        general, own = _Steps(self.general, end), _Steps(self.own, end)
        filled = general.probability
        for order in range(2, min(end + 1, ORDER) + 1):
            for step in (general, own):
                gained, share = step.up(order)
                filled = gained + share * filled
        mixed = (1 - self.weight) * general.probability + self.weight * filled
        # The codes of a table are rounded, so that a gain may be a little too small.
        logs = np.log(np.maximum(mixed, SMALLEST))
        return np.where(self.columns[end] > BOUNDARY, logs, np.float32(0))

    def log_count(self, end: int, order: int) -> np.ndarray:
        """As that of `Window`: the counts of both together."""
        general, own = (each.log_count(end, order) for each in (self.general, self.own))
        return np.log1p(np.expm1(general) + np.expm1(own))


class _Steps:
    """What a table says of a column, by longer and longer n-grams.

    window (Window): The n-grams.
    end (int): The column.
    """

    def __init__(self, window: Window, end: int) -> None:
        self.window, self.end = window, end
        self.probability = np.exp(window.table.symbol_columns[LOG_P].take(window.columns[end]))
        self._back_off = window.table.symbol_columns[BACK_OFF]

    def up(self, order: int) -> tuple[np.ndarray, np.ndarray]:
        """Go on to n-grams that are longer by one.

        order (int): Their length.
        RETURNS (tuple[np.ndarray, np.ndarray]): The probability that the n-gram has beside what shorter
            ones give it, and the share that these have.
        """
        columns = self.window.table.code_columns
        share = np.exp(self._back_off.take(self.window.codes[self.end - 1, order - 1]))
        codes = self.window.codes[self.end, order]
        lower = share * self.probability
        self.probability = np.where(codes > 0, np.exp(columns[LOG_P].take(codes)), lower)
        self._back_off = columns[BACK_OFF]
        return self.probability - lower, share


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
    RETURNS (float): The weight, at most MOST, which it is where there is no text.
    """
    weight = 0.5
    ratio = np.exp(np.clip(general - own, -50, 50))
    for _ in range(rounds):
        shares = weight / (weight + (1 - weight) * ratio)
        weight = float((shares.sum() + PRIOR / 2) / (len(ratio) + PRIOR))
    return min(weight, MOST)
