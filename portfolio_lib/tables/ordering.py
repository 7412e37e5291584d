"""Order and equality of rows, by value and never by place, so that shuffling changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Codes = np.ndarray[Any, np.dtype[np.int64]]


def rank_codes(column: pa.ChunkedArray) -> Codes:
    """Whole numbers that order and compare like the values; empty cells come last and are equal."""
    encoded = column.combine_chunks().dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    ranks = np.empty(len(order) + 1, dtype=np.int64)
    ranks[order] = np.arange(len(order))
    ranks[-1] = len(order)
    indices = encoded.indices.fill_null(len(order)).to_numpy(zero_copy_only=False)
    return np.asarray(ranks[indices.astype(np.int64)])


def sorted_positions(cells: pa.Table, names: Sequence[str]) -> Codes:
    """Positions of the rows in the order of the named columns, the first named weighing most."""
    filled = [name for name in names if cells[name].null_count < len(cells)]
    if not filled or not len(cells):
        return np.arange(len(cells), dtype=np.int64)
    return np.asarray(np.lexsort([rank_codes(cells[name]) for name in reversed(filled)]))


def group_numbers(cells: pa.Table, names: Sequence[str]) -> Codes:
    """The same number for rows that agree in all the named columns."""
    if not len(cells):
        return np.empty(0, dtype=np.int64)
    codes = np.zeros(len(cells), dtype=np.int64)
    for name in names:
        ranks = rank_codes(cells[name])
        pairs = codes * (int(ranks.max()) + 1) + ranks
        codes = np.unique(pairs, return_inverse=True)[1].astype(np.int64)
    return codes


def later_copies(cells: pa.Table, names: Sequence[str]) -> Codes:
    """Positions of rows that agree in all the named columns with a row above them."""
    numbers = group_numbers(cells, names)
    firsts = np.unique(numbers, return_index=True)[1]
    is_copy = np.ones(len(cells), dtype=bool)
    is_copy[firsts] = False
    return np.flatnonzero(is_copy)


def sharing_rows(cells: pa.Table, names: Sequence[str]) -> Codes:
    """Positions of all rows that agree in the named columns with at least one other row."""
    numbers = group_numbers(cells, names)
    counts = np.bincount(numbers) if len(numbers) else np.empty(0, dtype=np.int64)
    return np.flatnonzero(counts[numbers] > 1) if len(numbers) else np.empty(0, dtype=np.int64)
