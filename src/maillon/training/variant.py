"""How a country differs from the usual one: what a measure wants more, less or none of."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from maillon.training.rates import Rates
from maillon.training.ties import Ties

SHORTEST, LONGEST = 2, 6
MOST: Final = 0.5
"""Largest share of the crime anchors that may end a planted chain."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What differs; as it stands nothing does, and the bytes of the country are the usual ones.

    Attributes:
        prevalence: Factor on the number of planted chains; 0 plants none.
        has_decoys: Whether there are chains with an explanation.
        has_weak_hop: Whether one hop of each planted chain has a single channel.
        coverage: Share of the ties, planted or not, that some agency recorded, each by itself.
            At 1 the usual few chains have one hop that none saw.
        hops: Lengths of the planted chains, each as often; none is the usual mixture.

    Raises:
        ValueError: A figure is outside what a country can have.
    """

    prevalence: float = 1.0
    has_decoys: bool = True
    has_weak_hop: bool = False
    coverage: float = 1.0
    hops: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.prevalence >= 0:
            message = f"prevalence {self.prevalence} is less than 0: give a factor, 0 plants none"
            raise ValueError(message)
        if not 0 < self.coverage <= 1:
            message = f"coverage {self.coverage} is no share: give one above 0, at most 1"
            raise ValueError(message)
        if any(not SHORTEST <= length <= LONGEST for length in self.hops):
            message = f"hops {self.hops}: a chain has {SHORTEST} to {LONGEST}"
            raise ValueError(message)

    def rates(self, usual: Rates) -> Rates:
        """Return the usual rates as this variant has them.

        Raises:
            ValueError: More chains than `MOST` of the crime anchors can end.
        """
        planted = round(usual.planted * self.prevalence)
        if planted > max(usual.planted, usual.crime * MOST):
            message = (
                f"prevalence {self.prevalence} plants {planted} chains at {usual.crime} crime"
                f" anchors: take at most {int(usual.crime * MOST)}"
            )
            raise ValueError(message)
        return replace(
            usual,
            planted=planted,
            decoys=usual.decoys if self.has_decoys else 0,
            unrecorded=usual.unrecorded if planted else 0,
        )

    def recorded(self, rng: np.random.Generator, ties: Ties) -> Ties:
        """Return the ties that some agency recorded; full coverage draws nothing."""
        if self.coverage == 1.0:
            return ties
        kept = rng.random(len(ties.a)) < self.coverage
        return Ties(ties.a[kept], ties.b[kept], ties.mask[kept], ties.day[kept], ties.mark[kept])


USUAL: Final = Variant()
