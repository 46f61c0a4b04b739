"""What ties leave behind.

Calls, payments, bookings, cells … and the hubs in which everybody meets by chance.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from maillon.training.cast import Cast
from maillon.training.names import Floats, Ints
from maillon.training.people import NONE, People
from maillon.training.plant import Chain
from maillon.training.rates import BIT, DAYS, SPREAD_DAYS, Rates
from maillon.training.ties import Draw, Ties, in_prison

GROUPS: Final = {
    "booking": ((2, 3, 4, 5, 6), (0.50, 0.25, 0.15, 0.06, 0.04)),
    "cell": ((2, 3, 4), (0.50, 0.25, 0.25)),
    "codirector": ((2, 3, 4, 5), (0.50, 0.30, 0.12, 0.08)),
    "consignee": ((2, 3), (0.90, 0.10)),
    "case": ((2, 3, 4, 5), (0.55, 0.25, 0.12, 0.08)),
    "account": ((2, 3), (0.90, 0.10)),
    "firearm": ((2,), (1.0,)),
    "phone": ((2,), (1.0,)),
    "address": ((2,), (1.0,)),
    "call": ((2,), (1.0,)),
    "visit": ((2,), (1.0,)),
    "payment": ((2,), (1.0,)),
}
"""Size of the group behind a channel and how often it is met."""
AGAIN: Final = {"call": 0.55, "payment": 0.40, "visit": 0.45, "booking": 0.12, "consignee": 0.25}
"""Chance of one more event of the same tie on the same channel."""
PAIR: Final = 2
"""The first two members of a group are those of the tie."""
KIN_ALONG: Final = 0.5
"""Share of the others on a booking who belong to the first one's household."""


class Group(NamedTuple):
    """One event or shared thing.

    Attributes:
        channel: See `rates.CHANNELS`.
        members: The persons of the tie first, then the others.
        days: Its days, one an event, counted from `rates.FIRST_DAY`; a fraction is the time of day.
        mark: Of the tie, see `ties.Ties`.
    """

    channel: str
    members: tuple[int, ...]
    days: tuple[float, ...]
    mark: int


@dataclass(slots=True)
class Hubs:
    """Things that join very many who do not know each other.

    Attributes:
        dormitories: Inmates of each dormitory with the days of their stay.
        tours: Travellers of each group booking and its day.
        callers: Inmates who ring the call centre, with the day.
        clients: Lawyer (by number), inmate, day.
        exchange: Persons who pay the exchange office or are paid by it, with the day.
        office: Persons whose company sits at the registered-office address.
        employees: Persons employed by the big employer.
        colleagues: Two persons employed by one small employer.
    """

    dormitories: list[list[tuple[int, float, float]]] = field(default_factory=list)
    tours: list[tuple[list[int], float]] = field(default_factory=list)
    callers: list[tuple[int, float]] = field(default_factory=list)
    clients: list[tuple[int, int, float]] = field(default_factory=list)
    exchange: list[tuple[int, float]] = field(default_factory=list)
    office: list[int] = field(default_factory=list)
    employees: list[int] = field(default_factory=list)
    colleagues: list[tuple[int, int, int]] = field(default_factory=list)


def _sizes(rng: np.random.Generator, channel: str, marks: Ints) -> Ints:
    """Return group sizes; of a marked hop as seen from a pair.

    Which large groups hold more often.
    """
    sizes, shares = (np.array(x) for x in GROUPS[channel])
    seen = shares * sizes * (sizes - 1)
    drawn = rng.choice(sizes, size=len(marks), p=shares)
    marked = marks != 0
    drawn[marked] = rng.choice(sizes, size=int(marked.sum()), p=seen / seen.sum())
    return np.asarray(drawn, dtype=np.int64)


def _others(
    rng: np.random.Generator, people: People, cast: Cast, channel: str, a: Ints, missing: Ints
) -> list[list[int]]:
    """Return who else is in each group: neighbours by propensity, at a booking often kin."""
    weights = people.propensity * people.adult()
    if channel == "cell":
        weights = people.offender * in_prison(people, np.array(sorted(cast.inmates)))
    source = Draw.by(people, weights)
    first = np.repeat(a, missing)
    drawn = source.inside(rng, people.community[first])
    kin = first + rng.integers(-2, 3, len(first))
    kin = np.clip(kin, 0, people.size - 1)
    related = (people.household[kin] == people.household[first]) & (
        rng.random(len(first)) < KIN_ALONG
    )
    flat = np.where(related & (channel == "booking"), kin, drawn).tolist()
    ends = np.cumsum(missing).tolist()
    return [flat[end - count : end] for end, count in zip(ends, missing.tolist(), strict=True)]


def groups(rng: np.random.Generator, people: People, cast: Cast, ties: Ties) -> list[Group]:
    """Return the groups and events of every tie, channel by channel."""
    anchors = set(cast.terror.tolist()) | set(cast.crime.tolist())
    found: list[Group] = []
    for channel, bit in BIT.items():
        mine = np.flatnonzero(ties.mask >> bit & 1)
        a, b, marks = ties.a[mine], ties.b[mine], ties.mark[mine]
        extra = _others(rng, people, cast, channel, a, _sizes(rng, channel, marks) - 2)
        again = AGAIN.get(channel, 0.0)
        counts = rng.geometric(1 - again, len(mine))
        days = np.repeat(ties.day[mine], counts)
        days = np.clip(days + rng.laplace(0, SPREAD_DAYS, len(days)), 2, DAYS - 2)
        ends = np.cumsum(counts).tolist()
        rows = zip(
            a.tolist(), b.tolist(), extra, ends, counts.tolist(), marks.tolist(), strict=True
        )
        flat = days.round(4).tolist()
        for one, other, rest, end, count, mark in rows:
            among = rest if mark == 0 else [p for p in rest if p not in anchors]
            members = tuple(dict.fromkeys((one, other, *among)))
            found.append(Group(channel, members, tuple(sorted(flat[end - count : end])), mark))
    return found


def share_values(people: People, found: list[Group]) -> list[Group]:
    """Let customs hold the first person's phone, or the company register the address.

    For the second.

    A person has one such value of each kind at most; of two ties of the background the later one is
    dropped.
    """
    slots = {
        "phone": (people.second_phone, people.phone),
        "address": (people.second_address, people.address),
    }
    kept: list[Group] = []
    shared = [g for g in found if g.channel in slots]
    for group in sorted(shared, key=lambda g: g.mark == 0):
        one, other = group.members
        second, own = slots[group.channel]
        if second[other] == NONE:
            second[other] = own[one]
            people.shown[one] = True
            kept.append(group)
    return [g for g in found if g.channel not in slots] + kept


def hubs(
    rng: np.random.Generator, people: People, rates: Rates, cast: Cast, chains: list[Chain]
) -> Hubs:
    """Return the hubs; the persons of base-rate decoys are put into them two by two."""
    made = Hubs()
    inmates = np.array(sorted(cast.inmates))
    adults = np.flatnonzero(people.adult())
    size = people.size
    for _ in range(max(2, rates.inmates // 400)):
        crowd = rng.choice(
            inmates, min(len(inmates) // 3, int(rng.integers(40, 90))), replace=False
        )
        start = float(rng.uniform(30, DAYS - 300))
        made.dormitories.append([(p, *_stay(rng, start)) for p in crowd.tolist()])
    for _ in range(max(3, size // 8000)):
        made.tours.append(
            (
                rng.choice(adults, int(rng.integers(30, 60)), replace=False).tolist(),
                float(rng.uniform(10, DAYS - 10)),
            )
        )
    made.callers = _dated(rng, inmates, int(len(inmates) * 0.3))
    lawyers = max(3, size // 20_000)
    made.clients = [
        (int(rng.integers(0, lawyers)), p, d)
        for p, d in _dated(rng, inmates, int(len(inmates) * 0.5))
    ]
    made.exchange = _dated(rng, adults, max(60, size // 60))
    made.office = rng.choice(adults, max(80, size // 150), replace=False).tolist()
    made.employees = rng.choice(adults, max(60, size // 60), replace=False).tolist()
    for chain in chains:
        if chain.kind == "base_rate":
            _meet_by_chance(rng, made, cast, chain)
        for (a, b, *_), why in zip(chain.hops, chain.explained, strict=False):
            if why == "employer":
                made.colleagues.append((a, b, chain.hops[0][4]))
    return made


def _stay(rng: np.random.Generator, start: float) -> tuple[float, float]:
    begin = start + float(rng.uniform(-25, 60))
    return begin, begin + float(rng.exponential(120)) + 40


def _dated(rng: np.random.Generator, among: Ints, count: int) -> list[tuple[int, float]]:
    who: Floats = rng.uniform(5, DAYS - 5, count)
    return list(zip(rng.choice(among, count).tolist(), who.round(4).tolist(), strict=True))


def _meet_by_chance(rng: np.random.Generator, made: Hubs, cast: Cast, chain: Chain) -> None:
    """Put the two of each hop into two hubs."""
    for a, b, _, day, _ in chain.hops:
        first, second = rng.choice(["wing", "tour", "office"], 2, replace=False).tolist()
        for word in (first, second):
            if word == "wing":
                number = int(rng.integers(0, len(made.dormitories)))
                dormitory = made.dormitories[number]
                start = dormitory[0][1]
                here = {p for p, *_ in dormitory}
                dormitory.extend((p, *_stay(rng, start)) for p in (a, b) if p not in here)
                cast.inmates |= {a, b}
            elif word == "tour":
                tour = min(made.tours, key=lambda t: abs(t[1] - day))[0]
                tour.extend(p for p in (a, b) if p not in tour)
            else:
                made.office.extend(p for p in (a, b) if p not in made.office)
        chain.explained.append(f"{first}+{second}")
