"""Rows that are kept as columns: tuples of arrays of one length."""

from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

Columns = TypeVar("Columns", bound=tuple[Any, ...])
Numbers = npt.NDArray[np.int64]


def take(columns: Columns, chosen: npt.NDArray[Any]) -> Columns:
    """Return some rows of a named tuple of arrays.

    Args:
        columns: Arrays of one length.
        chosen: Numbers of rows, or which rows to keep.
    """
    return cast("Columns", cast("Any", type(columns))._make(column[chosen] for column in columns))


def spread(start: npt.NDArray[Any], count: npt.NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Return the rows of several runs of rows, one after the other.

    Args:
        start: First row of each run.
        count: How many rows each has.

    Returns:
        The number of the run, and the row.
    """
    which = np.repeat(np.arange(len(count), dtype=np.int64), count)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return which, np.repeat(start, count) + offset


def stack(one: Columns, two: Columns) -> Columns:
    """Return the rows of two named tuples of arrays, one after the other."""
    both = (np.concatenate([first, second]) for first, second in zip(one, two, strict=True))
    return cast("Columns", cast("Any", type(one))._make(both))
