"""Neighbouring characters, many places at once: the n-grams in them, and what a table says of each."""

from typing import Protocol

import numpy as np

from .alphabet import BOUNDARY, NOTHING
from .packing import BITS, ORDER

# What a table holds of each symbol and of each code, in this order.
LOG_P, BACK_OFF, LOG_COUNT = range(3)
# How far a symbol is shifted in a key, by the number of symbols behind it.
_SHIFTS = (BITS * np.arange(ORDER, dtype=np.uint64)).astype(np.uint64)[:, None, None]


class Table(Protocol):
    """What n-grams are looked up in.

    symbol_columns (np.ndarray): Three numbers of each symbol, shape (3, symbols).
    code_columns (np.ndarray): Three numbers of each code of longer n-grams, shape (3, codes).
    """

    symbol_columns: np.ndarray
    code_columns: np.ndarray

    def look_up(self, keys: np.ndarray, order: int) -> np.ndarray: ...


class Window:
    """The codes of all n-grams in some columns of symbols.

    What is the same for all candidates of a place is looked up once; all n-grams of one length are
    looked up at once, and made in as few steps as may be, since most texts are short.

    table (Table): Where they are looked up.
    columns (list[np.ndarray]): Symbols, at one place of the text after the other, of one shape; or of
        shape (places, 1), and one of shape (places, candidates) with three or more on either side.
    """

    def __init__(self, table: Table, columns: list[np.ndarray]) -> None:
        self.table = table
        self.columns = columns
        # By the column of the last symbol and the length; for one character, its symbol.
        self.codes = {(end, 1): column for end, column in enumerate(columns)}
        shapes = [column.shape for column in columns]
        own = shapes.index(max(shapes)) if max(shapes) != min(shapes) else -1
        # In the place of the candidates is nothing, which no known n-gram has.
        fixed = np.stack(
            [
                columns[at] if at != own else np.zeros_like(columns[own - 1])
                for at in range(len(columns))
            ]
        )
        symbols = fixed.astype(np.uint64)
        keys = symbols
        known, history = fixed > BOUNDARY, fixed > NOTHING
        if own >= 0:
            candidates = columns[own].astype(np.uint64)[None]
            own_known, own_history = columns[own][None] > BOUNDARY, columns[own][None] > NOTHING
        for order in range(2, min(ORDER, len(columns)) + 1):
            keys = symbols[: len(columns) - order + 1] << np.uint64(BITS * (order - 1)) | keys[1:]
            possible = [known[1:] & history[:-1]]
            wanted = [keys[possible[0]]]
            if own >= 0:
                # The candidate is last in the first of them, first in the last.
                first = own - order + 1
                before, behind = history[first : first + 1], known[own + 1 : own + 2]
                with_own = np.empty((order, *columns[own].shape), dtype=bool)
                np.logical_and(before, own_known[:1], out=with_own[:1])
                np.logical_and(own_history[:-1], own_known[1:], out=with_own[1:-1])
                np.logical_and(own_history[-1:], behind, out=with_own[-1:])
                shifted = candidates << _SHIFTS[:order]
                shifted |= keys[first : own + 1]
                possible.append(with_own)
                wanted.append(shifted[with_own])
            codes = table.look_up(np.concatenate(wanted), order)
            found = [np.zeros(each.shape, dtype=np.int64) for each in possible]
            found[0][possible[0]] = codes[: len(wanted[0])]
            self.codes |= {(at + order - 1, order): row for at, row in enumerate(found[0])}
            known = history = found[0] > 0
            if own >= 0:
                found[1][possible[1]] = codes[len(wanted[0]) :]
                self.codes |= {(own + at, order): row for at, row in enumerate(found[1])}
                own_known = own_history = found[1] > 0

    def log_probability(self, end: int) -> np.ndarray:
        """Log probability of a column after those before it.

        end (int): The column.
        RETURNS (np.ndarray): float32, of the shape of the columns up to this one; 0 for boundaries.
        """
        of_symbols, of_codes = self.table.symbol_columns, self.table.code_columns
        result = of_symbols[LOG_P].take(self.columns[end])
        back_off = of_symbols[BACK_OFF]
        for order in range(2, min(end + 1, ORDER) + 1):
            codes = self.codes[end, order]
            lower = result + back_off.take(self.codes[end - 1, order - 1])
            result = np.where(codes > 0, of_codes[LOG_P].take(codes), lower)
            back_off = of_codes[BACK_OFF]
        return np.where(self.columns[end] > BOUNDARY, result, np.float32(0))

    def following(self, end: int) -> np.ndarray:
        """Log probability of what stands after a column, up to the end of the sentence.

        end (int): The column.
        RETURNS (np.ndarray): float32, of the shape of that column.
        """
        result = np.zeros(self.columns[end].shape, dtype=np.float32)
        inside: np.ndarray = np.ones(1, dtype=bool)
        for after in range(end + 1, len(self.columns)):
            inside = inside & (self.columns[after] > BOUNDARY)
            result = result + np.where(inside, self.log_probability(after), np.float32(0))
        return result

    def log_count(self, end: int, order: int) -> np.ndarray:
        """log(1 + count) of n-grams.

        end (int): The column of their last symbol.
        order (int): Their length.
        RETURNS (np.ndarray): float32, of the shape of these columns; 0 for unknown ones.
        """
        columns = self.table.symbol_columns if order == 1 else self.table.code_columns
        return columns[LOG_COUNT].take(self.codes[end, order])
