"""The most points that a pair can get before it is scored: what facts can add to a name."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from maillon.screen.facts import likelihoods
from maillon.screen.index import FACT_BITS, OTHER, PERSON

SLACK: Final = 1.1
"""Points by which the bound may fall short of what a pair turns out to get; bench/funnel.py prints
what is lost by it."""
LOWEST: Final = -8.0
"""Least points that a pair must be able to reach, whatever the threshold."""
OTHER_KIND: Final = -6.0


def least_points(threshold: float) -> float:
    """Return the points that a pair must be able to reach for a score at a threshold."""
    if threshold <= 0:
        return LOWEST
    return max(LOWEST, math.log(threshold / max(1 - threshold, 1e-6)) - SLACK)


def by_facts(mine: npt.NDArray[np.int64], theirs: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return the most points that facts other than birth dates can add, from which both have."""
    table = likelihoods()
    common = mine & theirs
    found = np.zeros(len(mine))
    for bit, (kind, _) in enumerate(FACT_BITS):
        found += table[kind]["same"] * ((common >> bit) & 1)
    return found


def other_kind(mine: npt.NDArray[np.int64], theirs: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return where one is a person and the other is known to be none."""
    turned = ((mine & PERSON) > 0) & ((theirs & OTHER) > 0)
    return turned | (((mine & OTHER) > 0) & ((theirs & PERSON) > 0))


def by_year(mine: npt.NDArray[np.int64], theirs: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Return the most points that the birth dates can add, from their years alone."""
    table = likelihoods()["birth date"]
    known = (mine[:, 0] > 0) & (theirs[:, 0] > 0)
    gap = np.maximum(mine[:, 0] - theirs[:, 1], theirs[:, 0] - mine[:, 1])
    whole = (mine[:, 2] > 0) & (theirs[:, 2] > 0)
    same_day = whole & (mine[:, 2] == theirs[:, 2])
    far = np.where(gap <= FEW_YEARS, table["few years apart"], table["other year"])
    far = np.where(same_day, table["one digit differs"], far)
    turned = mine[:, 2] % 100 * 100 + mine[:, 2] // 100 == theirs[:, 2]
    day = np.where(turned, table["day and month swapped"], table["one digit differs"])
    close = np.where(whole & ~same_day, day, table["same day"])
    close = np.where(gap > 0, np.where(same_day, table["one digit differs"], table["about"]), close)
    return np.where(known, np.where(gap <= 1, close, far), 0.0)


FEW_YEARS: Final = 3
