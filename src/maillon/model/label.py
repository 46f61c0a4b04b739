"""Labels, mandates and views: who may read what, for what."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Label:
    """Who may read a statement, and for what; interned by the store.

    Attributes:
        originator: The agency that delivered, e.g. ``rt_police``.
        scheme: Scheme of the handling code, e.g. ``TLP 2.0``; empty when the originator gives none.
        code: The handling code verbatim, e.g. ``TLP:AMBER``.
        compartment: Sealed compartment, or empty.
        purposes: Purposes for which other agencies may read, e.g. ``("linking",)``; empty: the
            originator alone.
        legal_basis: Provision under which the originator holds the data.
        statistics: Whether statistics (rarity, model parameters) may be learned from it.
        category: Category of data that gateways name, e.g. ``pnr``; or empty.
    """

    originator: str
    scheme: str = ""
    code: str = ""
    compartment: str = ""
    purposes: tuple[str, ...] = ()
    legal_basis: str = ""
    statistics: bool = True
    category: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who acts, for which agency, for what purpose, on which legal basis, for which case.

    Attributes:
        who: Account of the person, or ``system`` for an act with no human behind it.
        agency: The agency for which the person acts, e.g. ``centre``.
        purpose: One of `PURPOSES`.
        legal_basis: The provision relied on, e.g. ``Coordination Centre Act, s. 4``.
        case: Case number, or empty where the purpose needs none.
    """

    who: str
    agency: str
    purpose: str
    legal_basis: str
    case: str = ""


PURPOSES: Final = ("linking", "screening", "intake", "review", "training", "oversight", "retention")
"""Purposes that a mandate may name. Source: S/2020/754, paras. 112-116 (necessity, oversight)."""

SYSTEM_LINKING: Final = Mandate(
    "system", "centre", "linking", "Coordination Centre Act, s. 7 (linking)"
)
"""The mandate under which resolve and nexus run: its own legal basis, no human behind it."""


SYSTEM_POINTING: Final = Mandate(
    "system", "centre", "pointing", "Coordination Centre Act, s. 8 (pointers)"
)
"""The mandate under which leads that nobody may see whole become pointers. Its purpose is its own:
no account may name it, no label is opened by it, and it covers one act."""

OF_SYSTEM: Final = (SYSTEM_POINTING.purpose,)
"""Purposes that bases, gateways and cards may name beside `PURPOSES`, and no account."""


class Act(StrEnum):
    """What is done under a mandate; each is one entry of the ledger."""

    LOAD = "load"
    READ = "read"
    SCREEN = "screen"
    RESOLVE = "resolve"
    JUDGE = "judge"
    TRACE = "trace"
    POINT = "point"
    DECIDE = "decide"
    RETAIN = "retain"
    DISSEMINATE = "disseminate"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class View:
    """What one mandate may read for one act: made by ``policy.open`` and by nothing else.

    Attributes:
        mandate: Under which mandate.
        act: For which act.
        labels: Ids of the labels that it may read.
        known_on: What was known at the end of this day (``2026-11-25``); empty: everything known
            now.
        seal: Proof that `policy.open` made it.
    """

    mandate: Mandate
    act: Act
    labels: frozenset[int]
    known_on: str = ""
    seal: str = field(default="", repr=False, compare=False)
