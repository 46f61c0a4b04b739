"""Links by pair: one pair of nodes with all its channels, and what a node's degree is."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from maillon.nexus.channels import (
    CHANNELS,
    EVENT_MASK,
    HOUSEHOLD_MASK,
    REGISTER_MASK,
    WORKING_MASK,
)
from maillon.nexus.links import NO_DAY, Bools, Floats, Ints, Ties

FIXED: Final = 1_000_000
"""Sums that reach output are sums of whole millionths: the same in any order."""
_HOME: Final = 1 << CHANNELS["address"].bit
_BITS: Final = max(channel.bit for channel in CHANNELS.values()) + 1


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of nodes, ordered by (i, j); all arrays have one length but ``degree`` (one a node).

    Attributes:
        count: Number of nodes.
        i: Lower node number.
        j: Higher node number.
        mask: Working channels, by bit.
        register: Register channels (family, employer), by bit.
        channels: Number of working channels.
        repeats: Events or groups over the working channels.
        size: Members of the smallest group over the working channels.
        first_day: First day, or `NO_DAY`.
        last_day: Last day, or `NO_DAY`.
        middle: Mean day of its events (of its lasting ties where it has no event), or `NO_DAY`.
        telling: How telling the channels are together, in (0, 1).
        identity: Best identity confidence.
        grade: Best source grade.
        degree: Working pairs of each node.
    """

    count: int
    i: Ints
    j: Ints
    mask: Ints
    register: Ints
    channels: Ints
    repeats: Ints
    size: Ints
    first_day: Ints
    last_day: Ints
    middle: Ints
    telling: Floats
    identity: Floats
    grade: Floats
    degree: Ints

    @property
    def strength(self) -> Floats:
        """Identity confidence x source grade x how telling, rounded to 1e-6."""
        strength: Floats = np.round(self.identity * self.grade * self.telling, 6)
        return strength

    @property
    def completes(self) -> Bools:
        """Whether a pair may be a hop: a family or household tie alone may not.

        A home is a shared address or a family entry, with whatever telephone or mailbox goes with
        it.
        """
        at_home = ((self.mask & _HOME) > 0) | (self.register > 0)
        return np.where(at_home, self.mask & ~HOUSEHOLD_MASK, self.mask) > 0


def telling_of(bit: Ints, size: Ints, n: Ints) -> Floats:
    """Return how telling each tie is: less in a larger group, more when repeated."""
    base = np.zeros(_BITS)
    for channel in CHANNELS.values():
        base[channel.bit] = channel.telling
    told: Floats = base[bit] * 2.0 / np.maximum(size, 2) * (1.0 + 0.25 * np.log2(np.minimum(n, 16)))
    return np.clip(told, 0.001, 0.9)


def pair_up(ties: Ties, count: int) -> Pairs:
    """Return the pairs of ``ties`` between ``count`` nodes, those of a register alone included."""
    key = ties.i * count + ties.j
    starts = (
        np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
        if len(key)
        else np.zeros(0, dtype=np.int64)
    )
    if not len(key):
        return _none(count)
    bits = np.left_shift(1, ties.bit)
    working = (bits & WORKING_MASK) > 0
    untold = np.round(-np.log1p(-telling_of(ties.bit, ties.size, ties.n)) * FIXED).astype(np.int64)
    days = np.where(ties.first_day == NO_DAY, -NO_DAY, ties.first_day)
    first = np.minimum.reduceat(np.where(working, days, -NO_DAY), starts)
    channels = np.add.reduceat(working.astype(np.int64), starts)
    i, j = ties.i[starts], ties.j[starts]
    live = channels > 0
    mask = np.bitwise_or.reduceat(bits, starts)
    return Pairs(
        count=count,
        i=i,
        j=j,
        mask=mask & WORKING_MASK,
        register=mask & REGISTER_MASK,
        channels=channels,
        repeats=np.add.reduceat(np.where(working, ties.n, 0), starts),
        size=np.minimum.reduceat(np.where(working, ties.size, 99), starts),
        first_day=np.where(first == -NO_DAY, NO_DAY, first),
        last_day=np.maximum.reduceat(np.where(working, ties.last_day, NO_DAY), starts),
        middle=_middle(ties, bits, starts),
        telling=np.asarray(
            np.round(-np.expm1(-np.add.reduceat(untold, starts) / FIXED), 6), dtype=np.float64
        ),
        identity=np.maximum.reduceat(ties.identity, starts),
        grade=np.maximum.reduceat(ties.grade, starts),
        degree=np.bincount(i[live], minlength=count) + np.bincount(j[live], minlength=count),
    )


def _middle(ties: Ties, bits: Ints, starts: Ints) -> Ints:
    """Return the mean day by pair: of events where it has any, else of lasting ties."""
    event = (bits & EVENT_MASK) > 0
    lasting = (bits & WORKING_MASK & ~EVENT_MASK) > 0
    found = np.full(len(starts), NO_DAY, dtype=np.int64)
    for kind in (lasting, event):
        days = np.add.reduceat(np.where(kind, ties.day_sum, 0), starts)
        dated = np.add.reduceat(np.where(kind, ties.dated, 0), starts)
        found = np.where(dated > 0, days // np.maximum(2 * dated, 1), found)
    return found


def _none(count: int) -> Pairs:
    no: Ints = np.zeros(0, dtype=np.int64)
    never: Floats = np.zeros(0)
    degree: Ints = np.zeros(count, dtype=np.int64)
    return Pairs(count, no, no, no, no, no, no, no, no, no, no, never, never, never, degree)
