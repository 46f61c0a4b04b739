"""Which schemata no entity can have at once: a company is no public body, a person no vessel."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from maillon.model.ftm import ftm_model
from maillon.resolve.kinds import SCHEMATA

ANYTHING: Final = frozenset(("LegalEntity", "Organization"))
"""Schemata of which others are special cases: what an agency says that knows no more."""

SPECIAL: Final = tuple(
    sorted(schema for held in SCHEMATA.values() for schema in held if schema not in ANYTHING)
)
"""Schemata that keep entities apart; their places are the groups of `constraints.Groups`."""


@cache
def apart() -> npt.NDArray[np.bool_]:
    """Return whether two of `SPECIAL` cannot be one entity, shape ``(n, n)``, symmetric."""
    return np.array([[not _is_one(one, two) for two in SPECIAL] for one in SPECIAL], np.bool_)


def _is_one(one: str, two: str) -> bool:
    first, second = ftm_model().get(one), ftm_model().get(two)
    if first is None or second is None or one == two:
        return True
    return bool(first.is_a(two) or second.is_a(one))


def group(schema: str) -> int:
    """Return the place of a schema in `SPECIAL`; -1 for one that may be anything."""
    return SPECIAL.index(schema) if schema in SPECIAL else -1
