"""Neighbouring characters, many places at once: the n-grams in them, and what a table says of each."""

from typing import Protocol

import numpy as np

from .alphabet import BOUNDARY, NOTHING
from .packing import BITS, ORDER

# What a table holds of each symbol and of each code, in this order.
LOG_P, BACK_OFF, LOG_COUNT = range(3)


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

    Columns are of shapes that broadcast, so that what is the same for all candidates of a place is
    looked up once; all n-grams of one length are looked up at once.

    table (Table): Where they are looked up.
    columns (list[np.ndarray]): Symbols, at one place of the text after the other.
    """

    def __init__(self, table: Table, columns: list[np.ndarray]) -> None:
        self.table = table
        self.columns = columns
        # By the column of the last symbol and the length; for one character, its symbol.
        self.codes = {(end, 1): column for end, column in enumerate(columns)}
        keys = [column.astype(np.uint64) for column in columns]
        known = {end: column > BOUNDARY for end, column in enumerate(columns)}
        history_known = {end: column > NOTHING for end, column in enumerate(columns)}
        for order in range(2, ORDER + 1):
            ends = range(order - 1, len(columns))
            if not ends:
                break
            shift = np.uint64(BITS * (order - 1))
            possible = {end: known[end] & history_known[end - 1] for end in ends}
            for end in ends:
                keys[end] = (columns[end - order + 1].astype(np.uint64) << shift) | keys[end]
            flat = np.concatenate([keys[end].reshape(-1) for end in ends])
            asked = np.flatnonzero(np.concatenate([possible[end].reshape(-1) for end in ends]))
            codes = np.zeros(len(flat), dtype=np.int64)
            codes[asked] = table.look_up(flat[asked], order)
            start = 0
            for end in ends:
                stop = start + possible[end].size
                self.codes[end, order] = codes[start:stop].reshape(possible[end].shape)
                start = stop
            known = history_known = {end: self.codes[end, order] > 0 for end in ends}

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
