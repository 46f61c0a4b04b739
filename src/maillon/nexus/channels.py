"""The channels by which two parties are seen to be in touch, and how telling each one is.

A channel is either *direct* (a relation entity names both sides), a *group* (two relation entities
name the same
third thing) or a *value* (two entities carry the same value). The register channels explain a tie,
they never make one.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """How the two sides of a link are found."""

    DIRECT = "direct"
    GROUP = "group"
    VALUE = "value"
    SELF = "self"
    """The group is the entity that names its member, e.g. a firearm and its holder."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to derive links from FollowTheMoney statements.

    Attributes:
        channel: Code of the channel, a key of `CHANNELS`.
        form: How the two sides are found.
        schema: Schema of the relation entity; empty for a shared value.
        source: Entity-typed property of the first side, or the property of the shared value.
        target: Entity-typed property of the second side or of the group.
        overlap: Whether the two intervals of a group must overlap.
    """

    channel: str
    form: Form
    schema: str
    source: str
    target: str = ""
    overlap: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel.

    Attributes:
        code: As printed in a hop's ``type`` and ``channels``.
        bit: Place in a pair's channel mask.
        telling: Probability in (0, 1) that one such link, in a group of two, is a working contact;
            set by judgement.
        hub_limit: Largest group that makes links; a larger one is a hub.
        is_event: Whether its dates say when the two were in touch, not for how long something
            lasted.
        register: Whether it explains a tie instead of making one.
        modes: Codes of `vocabulary` modes that this channel shows.
        types: Codes of `vocabulary` link types that this channel shows by itself.
    """

    code: str
    bit: int
    telling: float
    hub_limit: int = 25
    is_event: bool = False
    register: bool = False
    modes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


CHANNELS: Final = {
    channel.code: channel
    for channel in (
        Channel("call", 0, 0.30, is_event=True, modes=("personal-tie",)),
        Channel("payment", 1, 0.35, is_event=True, modes=("transaction",)),
        Channel("visit", 2, 0.35, is_event=True, modes=("personal-tie", "prison-tie")),
        Channel("consignment", 3, 0.30, is_event=True, modes=("service",)),
        Channel("phone", 4, 0.45, hub_limit=12, modes=("personal-tie",)),
        Channel("email", 5, 0.45, hub_limit=12, modes=("personal-tie",)),
        Channel("address", 6, 0.15, modes=("personal-tie",)),
        Channel("booking", 7, 0.40, hub_limit=12, is_event=True, modes=("personal-tie",)),
        Channel("cell", 8, 0.35, hub_limit=12, modes=("prison-tie",)),
        Channel("codirector", 9, 0.30, modes=("alliance",), types=("misuse-companies",)),
        Channel("directorship", 10, 0.25, modes=("service",), types=("misuse-companies",)),
        Channel("case", 11, 0.35, is_event=True, modes=("convergence",)),
        Channel("firearm", 12, 0.50, hub_limit=12, modes=("transaction",), types=("arms",)),
        Channel("account", 13, 0.50, hub_limit=12, modes=("transaction",)),
        Channel("associate", 14, 0.40, modes=("alliance",)),
        Channel("family", 15, 0.02, register=True, modes=("personal-tie",)),
        Channel("employer", 16, 0.02, register=True, modes=("personal-tie",)),
    )
}
"""Every channel by code; the bits are part of the trained artefacts and are never reused."""

RULES: Final = (
    Rule("call", Form.DIRECT, "Call", "caller", "receiver"),
    Rule("payment", Form.DIRECT, "Payment", "payer", "beneficiary"),
    Rule("visit", Form.DIRECT, "PrisonVisit", "visitor", "inmate"),
    Rule("consignment", Form.DIRECT, "Consignment", "consignor", "consignee"),
    Rule("consignment", Form.GROUP, "Consignment", "consignor", "container"),
    Rule("consignment", Form.GROUP, "Consignment", "consignee", "container"),
    Rule("consignment", Form.GROUP, "Seizure", "suspect", "container"),
    Rule("directorship", Form.DIRECT, "Directorship", "director", "organization"),
    Rule("directorship", Form.DIRECT, "Ownership", "owner", "asset"),
    Rule("directorship", Form.DIRECT, "Membership", "member", "organization"),
    Rule("codirector", Form.GROUP, "Directorship", "director", "organization", overlap=True),
    Rule("codirector", Form.GROUP, "Ownership", "owner", "asset", overlap=True),
    Rule("associate", Form.DIRECT, "Associate", "person", "associate"),
    Rule("associate", Form.DIRECT, "UnknownLink", "subject", "object"),
    Rule("booking", Form.GROUP, "Passenger", "traveller", "booking"),
    Rule("case", Form.GROUP, "CourtCaseParty", "party", "case"),
    Rule("cell", Form.GROUP, "PrisonStay", "inmate", "cell", overlap=True),
    Rule("account", Form.GROUP, "Ownership", "owner", "asset", overlap=True),
    Rule("firearm", Form.SELF, "Firearm", "holder"),
    Rule("firearm", Form.GROUP, "Seizure", "suspect", "firearm"),
    Rule("phone", Form.VALUE, "", "phone"),
    Rule("email", Form.VALUE, "", "email"),
    Rule("address", Form.VALUE, "", "address"),
    Rule("family", Form.DIRECT, "Family", "person", "relative"),
    Rule("employer", Form.DIRECT, "Employment", "employee", "employer"),
    Rule("employer", Form.GROUP, "Employment", "employee", "employer", overlap=True),
)
"""How links are derived, in the order in which they are derived."""

HOUSEHOLD: Final = frozenset({"address", "phone", "email"})
"""Channels that a home has by itself: a hop with no other one never completes a lead."""

CODE_BY_BIT: Final = {channel.bit: code for code, channel in CHANNELS.items()}


def codes_of(mask: int) -> list[str]:
    """Return the channel codes of a mask, by bit, e.g. ``0b11`` gives ``["call", "payment"]``."""
    return [code for bit, code in sorted(CODE_BY_BIT.items()) if mask >> bit & 1]


def mask_of(codes: frozenset[str]) -> int:
    """Return the mask of some channel codes."""
    return sum(1 << CHANNELS[code].bit for code in codes)


REGISTER_MASK: Final = mask_of(frozenset(c.code for c in CHANNELS.values() if c.register))
HOUSEHOLD_MASK: Final = mask_of(HOUSEHOLD)
EVENT_MASK: Final = mask_of(frozenset(c.code for c in CHANNELS.values() if c.is_event))
WORKING_MASK: Final = mask_of(frozenset(CHANNELS)) & ~REGISTER_MASK
"""Channels that can make a tie: all but the registers."""
