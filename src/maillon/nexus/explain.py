"""What speaks against a path: innocent explanations, weaknesses, and what would refute it."""

import csv
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from math import log
from typing import Final

from maillon.nexus.evidence import independent_sources
from maillon.nexus.lead import Hop, Remark
from maillon.nexus.surprise import Lowered

PROVIDER_DEGREE: Final = 30
"""Working contacts from which a person may be a shop or a service."""
_WEAK_GRADE: Final = 0.5
_SURE: Final = 0.9
_GAP_DAYS: Final = 365
_MANY: Final = 4
"""Holders of one address from which it may be a building."""


@cache
def _texts() -> dict[tuple[str, str], dict[str, str]]:
    text = resources.files("maillon.nexus").joinpath("explanations.csv").read_text("utf-8")
    return {(row["kind"], row["code"]): row for row in csv.DictReader(text.splitlines())}


@cache
def _ordinary() -> dict[str, str]:
    """Return the innocent explanation of each channel that has one wherever it is seen."""
    rows = _texts().values()
    return {row["channel"]: row["code"] for row in rows
            if row["kind"] == "alternative" and row["channel"] not in {"", "address"}}  # fmt: skip


def explanation(kind: str, code: str, language: str) -> str:
    """Return what a remark says.

    Args:
        kind: ``alternative``, ``against`` or ``refute``.
        code: Code of the remark.
        language: ``en`` or ``fr``.
    """
    return _texts()[kind, code][language]


def _remark(kind: str, code: str, hop: int | None = None, lowers: float = 0.0) -> Remark:
    return Remark(code, explanation(kind, code, "en"), hop, lowers)


SMALL_TOWN: Final = log(2.0)
"""Log density of a community, against the mean, from which everybody meets everybody there."""


def alternatives(
    hops: tuple[Hop, ...],
    degrees: tuple[int, ...],
    sizes: tuple[int, ...],
    lowered: tuple[Lowered, ...],
) -> tuple[Remark, ...]:
    """Return the innocent explanations that fit, by hop.

    Args:
        hops: The best path.
        degrees: Working contacts of each node of the path, anchors included.
        sizes: Members of the smallest group of each hop.
        lowered: What the surprise of each hop is lower for.
    """
    found = []
    for at, hop in enumerate(hops):
        lower = lowered[at]
        channels = set(hop.channels)
        fits = {
            "family": "family" in hop.register,
            "household": "family" in hop.register and "address" in channels,
            "employer": "employer" in hop.register,
            "provider": max(degrees[at], degrees[at + 1]) >= PROVIDER_DEGREE,
            "building": "address" in channels and sizes[at] >= _MANY,
            **{code: channel in channels for channel, code in _ordinary().items()},
            "same-name": hop.identity < _SURE,
            "small-town": lower.town >= SMALL_TOWN,
        }
        by = {"small-town": lower.town, "provider": lower.busy,
              "family" if fits["family"] else "employer": lower.register,
              "same-name": -log(max(hop.identity, 1e-6))}  # fmt: skip
        found += [
            _remark("alternative", code, at, max(round(by.get(code, 0.0), 6), 0.0))
            for code, is_fit in fits.items()
            if is_fit
        ]
    return tuple(found)


def against(hops: tuple[Hop, ...], time_order: str) -> tuple[Remark, ...]:
    """Return what weakens the path, by hop, then as a whole."""
    found = []
    for at, hop in enumerate(hops):
        holds = {
            "identity": hop.identity < _SURE,
            "undated": not hop.first_day,
            "weak-grade": hop.grade < _WEAK_GRADE,
            "one-channel": len(hop.channels) == 1,
        }
        found += [_remark("against", code, at) for code, is_so in holds.items() if is_so]
    if time_order == "mixed":
        found.append(_remark("against", "out-of-order"))
    if any(_gap(one, two) > _GAP_DAYS for one, two in pairwise(hops)):
        found.append(_remark("against", "long-gap"))
    if independent_sources(line for hop in hops for line in hop.statements) == 1:
        found.append(_remark("against", "one-source"))
    return tuple(found)


def refute(hops: tuple[Hop, ...]) -> tuple[Remark, ...]:
    """Return what would end the path: for each hop, one thing to look for a channel."""
    found = [_remark("refute", code, at) for at, hop in enumerate(hops) for code in hop.channels]
    return (*found, _remark("refute", "identity")) if len(hops) > 1 else tuple(found)


def time_order(hops: tuple[Hop, ...]) -> str:
    """Return ``forward`` (terrorism first), ``backward``, ``together``, ``mixed`` or ``undated``.

    Hops follow each other when there are days, one a hop within its interval, that never go back.
    """
    if len(hops) == 1:
        return "together" if hops[0].first_day else "undated"
    if not all(hop.first_day and hop.last_day for hop in hops):
        return "undated"
    forward, backward = _follow(hops), _follow(hops[::-1])
    if forward and backward:
        return "together"
    return "forward" if forward else "backward" if backward else "mixed"


def _follow(hops: tuple[Hop, ...]) -> bool:
    now = ""
    for hop in hops:
        now = max(now, hop.first_day)
        if hop.last_day < now:
            return False
    return True


def _gap(one: Hop, two: Hop) -> int:
    if not (one.first_day and one.last_day and two.first_day and two.last_day):
        return 0
    days = [
        date.fromisoformat(day)
        for day in (one.first_day, one.last_day, two.first_day, two.last_day)
    ]
    return max((days[2] - days[1]).days, (days[0] - days[3]).days, 0)
