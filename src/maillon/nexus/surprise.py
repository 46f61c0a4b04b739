"""How surprising a pair is as a hop, against what degree and community alone would give.

``S = log P(signature | working tie) + f(repetition) + f(specificity) - log lambda``, where lambda
is what the degrees of both sides and the density of their community would give by chance.
Nothing here is trained on planted chains.
"""

from dataclasses import dataclass, replace
from math import log
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillon.nexus.channels import CHANNELS
from maillon.nexus.communities import communities
from maillon.nexus.links import NO_DAY, Floats, Ints
from maillon.nexus.pairs import Pairs

REGISTER_SHARE: Final = 0.01
"""Prior weight of a working tie where a register already explains the contact."""
TIME_WINDOW_DAYS: Final = 1_000.0
"""Span over which two unrelated hops would be spread: the yardstick of a short gap."""
TIME_MEAN_DAYS: Final = 60.0
"""Mean gap between two hops of one working chain, assumed."""
TIME_SPREAD_DAYS: Final = 15.0
"""How far the events of one hop lie from each other, assumed."""
SMOOTHING: Final = 20.0
"""Pairs that what channels alone give weighs as much as, where a signature is seldom seen."""
_BITS: Final = max(channel.bit for channel in CHANNELS.values()) + 1
_IS_WORKING: Final = np.isin(
    np.arange(_BITS), [channel.bit for channel in CHANNELS.values() if not channel.register]
)
_RICH: Final = 3
"""Ties with this many channels stand for working ties in the histograms."""


@dataclass(frozen=True, slots=True)
class Surprise:
    """Surprise by pair with its parts (natural logarithms), and what each node costs to cross.

    Attributes:
        total: Surprise of the pair as a hop.
        channels: log P(signature | working tie).
        repetition: Log ratio of its repetition among rich ties to the rest.
        specificity: The same for its smallest group.
        chance: log lambda, what degree and community give.
        crosses: 1 where the two sides stand in different communities.
        through: One a node: log of the chance that a path goes through it, from its own community.
        anywhere: The same from any other community.
        rate_inside: One a pair: log rate of its signature within communities of mean density.
        rate_outside: The same between communities.
        floor: One a pair: least log lambda, where a register explains it; -inf elsewhere.
        density: One a community: log of its density against the mean.
        community: One a node: the number of its community, see `communities`.
    """

    total: Floats
    channels: Floats
    repetition: Floats
    specificity: Floats
    chance: Floats
    crosses: Ints
    through: Floats
    anywhere: Floats
    rate_inside: Floats
    rate_outside: Floats
    floor: Floats
    density: Floats
    community: Ints


def surprise(pairs: Pairs, block: Ints) -> Surprise:
    """Return the surprise of every pair, rounded to 1e-6; ``block`` is where communities begin."""
    return within(pairs, communities(pairs, block))


def within(pairs: Pairs, block: Ints) -> Surprise:
    """Return the surprise of every pair, given the community of each node."""
    degree: Floats = 1.0 + pairs.degree.astype(np.float64)
    share = _shares(pairs)
    inside, outside, density = _rates(pairs, block, degree, share)
    floor = np.where(pairs.register > 0, _register_rate(pairs) - log(REGISTER_SHARE), -np.inf)
    mass = np.bincount(block, weights=degree)
    through = (
        np.log(0.5 * degree / mass[block] + 0.5 * degree / degree.sum()) if len(degree) else degree
    )
    anywhere = np.log(0.5 * degree / degree.sum()) if len(degree) else degree
    parts = Surprise(
        total=np.zeros(len(pairs.i)),
        channels=np.where(pairs.channels > 0, log(1 / 3) + np.log(share), -20.0),
        repetition=_told(np.log2(np.clip(pairs.repeats, 1, 128)).astype(np.int64), pairs.channels),
        specificity=_told(np.log2(np.clip(pairs.size, 1, 128)).astype(np.int64), pairs.channels),
        chance=np.zeros(len(pairs.i)),
        crosses=np.zeros(len(pairs.i), dtype=np.int64),
        through=np.round(through, 6),
        anywhere=np.round(anywhere, 6),
        rate_inside=inside,
        rate_outside=outside,
        floor=floor,
        density=density,
        community=block,
    )
    return against_chance(pairs, parts)


def shuffled(pairs: Pairs, told: Surprise) -> Surprise:
    """Return the surprise of pairs whose ends were shuffled: chance has rates of its own.

    What a pair says by itself, and what its ends cost to cross, stays as it was.

    Args:
        pairs: The pairs, with other ends and the same degrees.
        told: As `within` gave it for the real ends.
    """
    degree: Floats = 1.0 + pairs.degree.astype(np.float64)
    alone = np.exp(told.channels - log(1 / 3))
    share: Floats = np.where(pairs.channels > 0, alone, 1.0)
    inside, outside, density = _rates(pairs, told.community, degree, share)
    other = replace(told, rate_inside=inside, rate_outside=outside, density=density)
    return against_chance(pairs, other)


def against_chance(pairs: Pairs, told: Surprise) -> Surprise:
    """Return ``told`` with lambda and total as the ends of ``pairs`` give them now."""
    block = told.community
    degree: Floats = 1.0 + pairs.degree.astype(np.float64)
    same = block[pairs.i] == block[pairs.j]
    rate = np.where(same, told.rate_inside + told.density[block[pairs.i]], told.rate_outside)
    chance = np.maximum(np.log(degree[pairs.i] * degree[pairs.j]) + rate, told.floor)
    total = told.channels + told.repetition + told.specificity - chance
    return replace(
        told, total=np.round(total, 6), chance=np.round(chance, 6), crosses=(~same).astype(np.int64)
    )


class Lowered(NamedTuple):
    """By how much the surprise of a pair is lower, natural logarithms.

    Attributes:
        register: For a register that explains the contact.
        town: For its community, denser than the mean; 0 between two communities.
        busy: For its busier side, against a side of mean degree.
    """

    register: float
    town: float
    busy: float


def lowered(pairs: Pairs, told: Surprise, number: int) -> Lowered:
    """Return what lowers the surprise of a pair.

    Args:
        pairs: The pairs.
        told: Their surprise.
        number: Of the pair.
    """
    i, j = int(pairs.i[number]), int(pairs.j[number])
    degree = 1.0 + float(pairs.degree[i]), 1.0 + float(pairs.degree[j])
    inside = told.community[i] == told.community[j]
    town = float(told.density[told.community[i]]) if inside else 0.0
    rate = float(told.rate_inside[number]) + town if inside else float(told.rate_outside[number])
    plain = log(degree[0] * degree[1]) + rate
    mean = 1.0 + float(pairs.degree.mean())
    return Lowered(float(told.chance[number]) - plain, max(town, 0.0), log(max(degree) / mean))


def _shares(pairs: Pairs) -> Floats:
    """Return, one a pair, how often ties with as many channels would have just these.

    As if channels came together by their frequency alone, which is taken from the pairs with
    several: a working tie uses common channels rather than rare ones, so that a rare signature
    tells no more than a common one of as many channels.
    """
    several = pairs.mask[pairs.channels > 1]
    bits = np.arange(_BITS)
    often = ((several[:, None] >> bits) & 1).sum(axis=0) + 0.5
    often = np.where(_IS_WORKING, often, 0.0)
    often = often / often.sum()
    ways = np.zeros(_BITS + 1)  # elementary symmetric polynomials of the frequencies
    ways[0] = 1.0
    for one in often:
        ways[1:] += one * ways[:-1]
    signature, number = np.unique(pairs.mask, return_inverse=True)
    among = (signature[:, None] >> bits) & 1
    product = np.ones(len(signature))
    for bit in bits:  # one after the other: the same on any number of threads
        product *= np.where(among[:, bit] > 0, max(often[bit], 1e-12), 1.0)
    share: Floats = product / np.maximum(ways[among.sum(axis=1)], 1e-300)
    return share[number]


def _rates(
    pairs: Pairs, block: Ints, degree: Floats, share: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return log rates of each signature inside and between communities, and log densities.

    A signature that is seldom seen is counted together with what its channels alone would give.
    """
    mass = np.bincount(block, weights=degree)
    room = np.maximum((mass * mass - np.bincount(block, weights=degree * degree)) / 2.0, 1.0)
    inside = max(float(room.sum()), 1.0)  # an empty workspace has no community
    outside = max((float(degree.sum()) ** 2 - float((mass * mass).sum())) / 2.0, 1.0)
    same = block[pairs.i] == block[pairs.j]
    number = np.unique(pairs.mask, return_inverse=True)[1]
    k_in = _smooth(number, pairs.channels, share, same) / inside
    k_out = _smooth(number, pairs.channels, share, ~same) / outside
    met = np.bincount(block[pairs.i[same]], minlength=len(room))
    mean = max(float(met.sum()) / inside, 1e-12)
    density: Floats = np.log((met + 1.0) / (room + 1.0 / mean) / mean)
    return np.log(k_in), np.log(k_out), density


def _smooth(number: Ints, channels: Ints, share: Floats, held: NDArray[np.bool_]) -> Floats:
    """Return, one a pair, how many of the ``held`` pairs have its signature, smoothed.

    As if `SMOOTHING` more pairs with as many channels had been seen, by ``share``.
    """
    seen = np.bincount(number[held], minlength=int(number.max(initial=0)) + 1)[number]
    alike = np.bincount(channels[held], minlength=int(channels.max(initial=0)) + 1)[channels]
    smooth: Floats = (alike + 0.5) * (seen + SMOOTHING * share) / (alike + SMOOTHING)
    return smooth


def _register_rate(pairs: Pairs) -> Floats:
    """Return log of how often a pair known to a register (family, employer) has this signature."""
    signature, number = np.unique(pairs.mask, return_inverse=True)
    rate = np.zeros(len(pairs.mask))
    for register in np.unique(pairs.register):
        held = pairs.register == register
        share = (np.bincount(number[held], minlength=len(signature)) + 0.5) / (held.sum() + 0.5)
        rate[held] = np.log(share[number[held]])
    return rate


def _told(value: Ints, channels: Ints) -> Floats:
    """Return the log ratio of ``value`` among rich ties to the rest, smoothed."""
    rich = channels >= _RICH
    among = np.bincount(value[rich], minlength=8) + 1.0
    rest = np.bincount(value[~rich & (channels > 0)], minlength=8) + 1.0
    ratio: Floats = np.log(among / among.sum()) - np.log(rest / rest.sum())
    return np.clip(ratio, -2.0, 2.0)[value]


def gap_score(middle: Ints, after: Ints) -> Floats:
    """Return the log ratio of two hops in this order as one chain to two unrelated hops.

    Args:
        middle: Mean day of the hop before, or `NO_DAY`.
        after: Mean day of the hop behind.

    Returns:
        0 where a hop is undated, at least -4; the wrong order is forgiven within
        `TIME_SPREAD_DAYS`.
    """
    gap = (after - middle).astype(np.float64)
    cost = np.where(gap >= 0, gap / TIME_MEAN_DAYS, -gap / TIME_SPREAD_DAYS)
    fits = np.log(TIME_WINDOW_DAYS / TIME_MEAN_DAYS) - cost
    return np.where((middle == NO_DAY) | (after == NO_DAY), 0.0, np.maximum(fits, -4.0))
