"""From which statements each channel is derived: the rules that links.sql runs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """How the two sides of a link are found."""

    DIRECT = "direct"
    """A relation entity names both."""
    OWN = "own"
    """One entity names the other itself, e.g. a company its parent."""
    NAMED = "named"
    """A text of one entity begins with a phrase and goes on with the other's name."""
    GROUP = "group"
    """Two relation entities name the same third thing."""
    SELF = "self"
    """The group is the entity that names its member, e.g. a firearm and its holder."""
    VALUE = "value"
    """Two entities carry the same value."""
    RANGE = "range"
    """Two papers of one series are numbered next to each other."""
    RIDE = "ride"
    """Two people on the same journeys, not in the same booking, more often than chance."""
    WING = "wing"
    """Two people for long in one small wing, never in one cell."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to derive links from FollowTheMoney statements.

    Attributes:
        channel: Code of the channel, a key of `channels.CHANNELS`.
        form: How the two sides are found.
        schema: Schema of the relation entity; empty for a shared value.
        source: Entity-typed property of the first side, or the property of the shared value.
        target: Entity-typed property of the second side or of the group.
        overlap: Whether the two intervals of a group must overlap.
        full_days: Days of overlap from which a tie counts in full; a shorter one counts as if the
            group were as many times larger. 0 is no such weight.
        within_days: Most days between the two of a group, where both are dated; 0 is no limit.
        kind: What the group must be: ``party``, ``vehicle``, ``account``; empty is anything.
        role: Regular expression (RE2) that the relation's role must fit; empty is any.
        not_role: Regular expression that it must not fit; empty is none.
        phrase: How the text of a *named* rule begins.
    """

    channel: str
    form: Form
    schema: str
    source: str
    target: str = ""
    overlap: bool = False
    full_days: int = 0
    within_days: int = 0
    kind: str = ""
    role: str = ""
    not_role: str = ""
    phrase: str = ""


_CREW: Final = "crew|driver"
_CONDUCTOR: Final = "conductor|agent"
_REUSED_DAYS: Final = 90
"""A container goes on to other clients; who used it a season apart has nothing to do with it."""
_CELL_DAYS: Final = 14
_WING_DAYS: Final = 180
_CRAFT: Final = ("Vehicle", "Vessel", "Airplane")
_PARTY: Final = ("Company", "LegalEntity", "Organization", "PublicBody")

RULES: Final = (
    Rule("call", Form.DIRECT, "Call", "caller", "receiver"),
    Rule("payment", Form.DIRECT, "Payment", "payer", "beneficiary"),
    Rule("visit", Form.DIRECT, "PrisonVisit", "visitor", "inmate"),
    Rule("consignment", Form.DIRECT, "Consignment", "consignor", "consignee"),
    *(
        Rule("consignment", Form.GROUP, schema, side, "container", within_days=_REUSED_DAYS)
        for schema, side in (
            ("Consignment", "consignor"),
            ("Consignment", "consignee"),
            ("Seizure", "suspect"),
        )
    ),
    Rule("directorship", Form.DIRECT, "Directorship", "director", "organization"),
    Rule("directorship", Form.DIRECT, "Ownership", "owner", "asset"),
    Rule("directorship", Form.DIRECT, "Membership", "member", "organization"),
    Rule("codirector", Form.GROUP, "Directorship", "director", "organization", overlap=True,
         kind="party"),
    Rule("codirector", Form.GROUP, "Ownership", "owner", "asset", overlap=True, kind="party"),
    Rule("control", Form.DIRECT, "Control", "controller", "controlled"),
    Rule("control", Form.DIRECT, "Succession", "predecessor", "successor"),
    *(Rule("control", Form.OWN, schema, "", "parent") for schema in _PARTY),
    Rule("associate", Form.DIRECT, "Associate", "person", "associate"),
    Rule("associate", Form.DIRECT, "UnknownLink", "subject", "object", not_role=_CONDUCTOR),
    Rule("agent", Form.DIRECT, "UnknownLink", "subject", "object", role=_CONDUCTOR),
    Rule("agent", Form.DIRECT, "Representation", "agent", "client"),
    Rule("debt", Form.DIRECT, "Debt", "debtor", "creditor"),
    Rule("message", Form.DIRECT, "Message", "sender", "recipients"),
    Rule("listed", Form.NAMED, "", "notes", "name", phrase="Linked To: "),
    Rule("booking", Form.GROUP, "Passenger", "traveller", "booking"),
    Rule("crew", Form.GROUP, "Passenger", "traveller", "trip", role=_CREW),
    Rule("flight", Form.RIDE, "Passenger", "traveller", "trip", not_role=_CREW),
    Rule("case", Form.GROUP, "CourtCaseParty", "party", "case"),
    Rule("meeting", Form.SELF, "Event", "involved"),
    Rule("meeting", Form.SELF, "Event", "organizer"),
    Rule("meeting", Form.GROUP, "ProjectParticipant", "participant", "project", overlap=True),
    Rule("cell", Form.GROUP, "PrisonStay", "inmate", "cell", overlap=True, full_days=_CELL_DAYS),
    Rule("wing", Form.WING, "PrisonStay", "inmate", "wing", overlap=True, full_days=_WING_DAYS),
    Rule("account", Form.GROUP, "Ownership", "owner", "asset", overlap=True, kind="account"),
    Rule("vehicle", Form.GROUP, "Ownership", "owner", "asset", overlap=True, kind="vehicle"),
    *(Rule("vehicle", Form.SELF, schema, side) for schema in _CRAFT
      for side in ("owner", "operator")),
    Rule("firearm", Form.SELF, "Firearm", "holder"),
    Rule("firearm", Form.GROUP, "Seizure", "suspect", "firearm"),
    Rule("wallet", Form.SELF, "CryptoWallet", "holder"),
    Rule("device", Form.SELF, "Device", "holder"),
    Rule("device", Form.SELF, "UserAccount", "owner"),
    Rule("card", Form.SELF, "PaymentCard", "holder"),
    Rule("document-range", Form.RANGE, "", "passportNumber"),
    Rule("document-range", Form.RANGE, "", "idNumber"),
    Rule("phone", Form.VALUE, "", "phone"),
    Rule("email", Form.VALUE, "", "email"),
    Rule("address", Form.VALUE, "", "address"),
    Rule("family", Form.DIRECT, "Family", "person", "relative"),
    Rule("employer", Form.DIRECT, "Employment", "employee", "employer"),
    Rule("employer", Form.GROUP, "Employment", "employee", "employer", overlap=True),
)  # fmt: skip
"""How links are derived, in the order in which they are derived."""

AWAITED: Final = frozenset({"Device", "PaymentCard"})
"""Schemata of rules that no adapter writes yet: ``holder`` and ``imei``; ``holder`` and ``token``.

They take effect with the first source that does.
"""
NO_LINK: Final = {
    "Similar": "a likeness is a question for resolution, never a contact",
    "Sanction": "speaks of one entity: its programme decides about an anchor",
    "Documentation": "a text that mentions somebody is no contact",
    "Occupancy": "a public post is no contact",
    "ContractAward": "the other side is a contract, not a party",
}
"""Relations that make no link, with the reason."""
