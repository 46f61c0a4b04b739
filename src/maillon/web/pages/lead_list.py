"""The list of leads: which of them are asked for, a page of them, what is new in them."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from maillon.nexus import Assessed, Lead, Standing
from maillon.store import LeadState

Json = dict[str, Any]
PAGE: Final = 50
"""Leads of one page."""
STATES: Final = tuple(one.value for one in LeadState)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads are asked for; what is empty leaves none out.

    Attributes:
        state: Where they stand, e.g. ``open``.
        link: A kind of link that they show, e.g. ``drugs``.
        channel: A channel that one of their hops has, e.g. ``call``.
        terror: Words of the terrorism anchor's name.
        crime: Words of the organised-crime anchor's name.
        new: ``yes``: only what came since the own account's last visit.
    """

    state: str = ""
    link: str = ""
    channel: str = ""
    terror: str = ""
    crime: str = ""
    new: str = ""

    def takes(self, lead: Lead, standing: Standing, *, is_new: bool) -> bool:
        """Return whether a lead is asked for."""
        return (
            self.state in {"", standing.state.value}
            and (not self.link or self.link in lead.link_types)
            and (not self.channel or self.channel in channels_of(lead))
            and _has(lead.terror_caption, self.terror)
            and _has(lead.crime_caption, self.crime)
            and (not self.new or is_new)
        )

    @property
    def query(self) -> str:
        """What an address says of it."""
        return urlencode([(name, value) for name, value in self.values().items() if value])

    def values(self) -> dict[str, str]:
        """Return what the fields of its form hold."""
        return {
            "state": self.state, "link": self.link, "channel": self.channel,
            "terror": self.terror, "crime": self.crime, "new": self.new,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of leads.

    Attributes:
        rows: Its leads, each with ``standing``, ``is_new`` and ``weakest``.
        count: How many leads are asked for.
        following: Where the next page begins; 0 where there is none.
        links: Kinds of link among all leads.
        channels: Channels among all leads.
    """

    rows: list[Json]
    count: int
    following: int
    links: list[str]
    channels: list[str]


def listed(
    held: Assessed, wanted: Wanted, received: Mapping[str, str], since: str, offset: int
) -> Listed:
    """Return a page of the leads that are asked for, the most telling first.

    Args:
        held: All leads, and where each stands.
        wanted: Which are asked for.
        received: When each delivery came.
        since: When the own account looked last; empty: never, so everything is new.
        offset: How many leads stand on the pages before.
    """
    of_state = [*held.leads, *held.set_aside] if wanted.state == LeadState.REFUTED else held.leads
    found = [
        (lead, standing, is_new)
        for lead in of_state
        for standing in [held.standing.get(lead.lead_id, Standing())]
        for is_new in [came(lead, received) >= since]
        if wanted.takes(lead, standing, is_new=is_new)
    ]
    shown = found[offset : offset + PAGE]
    end = offset + len(shown)
    return Listed(
        [_row(lead, standing, is_new=is_new) for lead, standing, is_new in shown],
        len(found), end if end < len(found) else 0,
        sorted({one for lead in held.leads for one in lead.link_types}),
        sorted({one for lead in held.leads for one in channels_of(lead)}),
    )  # fmt: skip


def came(lead: Lead, received: Mapping[str, str]) -> str:
    """Return when the newest delivery came that a lead stands on."""
    hops = [hop for path in lead.paths for hop in path.hops]
    deliveries = {one["delivery"] for hop in hops for one in hop.statements}
    return max((received.get(one, "") for one in deliveries), default="")


def channels_of(lead: Lead) -> set[str]:
    """Return the channels of a lead's hops."""
    return {one for path in lead.paths for hop in path.hops for one in hop.channels}


def _row(lead: Lead, standing: Standing, *, is_new: bool) -> Json:
    line = lead.line()
    weakest = line["weakest_hop"]
    hop = line["paths"][weakest["path"]]["hops"][weakest["hop"]]
    return {**line, "standing": standing.line(), "is_new": is_new, "weakest": {**weakest, **hop}}


def _has(name: str, words: str) -> bool:
    """Return whether a name has all the words, in any case and with or without accents."""
    plain = _plain(name)
    return all(word in plain for word in _plain(words).split())


def _plain(text: str) -> str:
    apart: Sequence[str] = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()
