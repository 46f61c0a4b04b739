"""A mandate and an act -> a view, or a refusal that names its provision.

Every rule denies unless it finds what it needs: an incomplete mandate, an unknown person, an act
outside the purpose, a label without a gateway. Source: S/2020/754, paras. 112 and 116 (legality,
necessity, proportionality); DESIGN, section 4.
"""

import hmac
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Final, Protocol

from maillon.model import PURPOSES, SYSTEM_LINKING, Act, Label, Mandate, RefusedError, View
from maillon.policy.handling import stays_with_originator
from maillon.policy.people import Person

ACTS_BY_PURPOSE: Final[Mapping[str, frozenset[Act]]] = {
    "intake": frozenset({Act.LOAD, Act.READ}),
    "linking": frozenset({Act.LOAD, Act.READ, Act.SCREEN, Act.RESOLVE, Act.JUDGE, Act.TRACE}),
    "oversight": frozenset({Act.AUDIT}),
    "review": frozenset({Act.READ, Act.JUDGE, Act.TRACE}),
    "screening": frozenset({Act.LOAD, Act.READ, Act.SCREEN}),
    "training": frozenset(
        {Act.LOAD, Act.READ, Act.SCREEN, Act.RESOLVE, Act.JUDGE, Act.TRACE, Act.AUDIT}
    ),
}
"""Which acts a purpose covers."""


class Register(Protocol):
    """What policy needs of the store: interned labels, and a ledger durable on return."""

    def labels(self) -> Mapping[int, Label]:
        """Return every label by its id."""
        ...

    def record(
        self, mandate: Mandate, act: str, outcome: str, detail: Mapping[str, object]
    ) -> None:
        """Write one ledger entry; durable when it returns, or it raises."""
        ...


class Policy:
    """Decides who may read what, for what.

    Args:
        people: Accounts by name.
        register: Labels and ledger.
    """

    def __init__(self, people: Mapping[str, Person], register: Register) -> None:
        self._people = people
        self._register = register

    def open(
        self,
        mandate: Mandate,
        act: Act,
        *,
        known_on: str = "",
        detail: Mapping[str, object] | None = None,
    ) -> View:
        """Return what ``mandate`` may read for ``act``; the ledger has the act before this returns.

        Args:
            mandate: Under which mandate.
            act: For which act.
            known_on: Read what was known at the end of this day, ``2026-11-25``; empty for now.
            detail: What the ledger shall say of the act; no personal data.

        Raises:
            RefusedError: With its provision, after the refusal is in the ledger.
        """
        said = dict(detail or {})
        try:
            person = self._check(mandate, act)
        except RefusedError as refusal:
            said["rule"] = refusal.rule
            self._register.record(mandate, act.value, "refused", said)
            raise
        labels = frozenset(
            number
            for number, label in self._register.labels().items()
            if _may_read(label, mandate, person)
        )
        if known_on:
            said["known_on"] = known_on
        self._register.record(mandate, act.value, "opened", said)
        return View(mandate, act, labels, known_on, _seal(mandate, act, labels, known_on))

    def _check(self, mandate: Mandate, act: Act) -> Person:
        if not (mandate.who and mandate.agency and mandate.legal_basis):
            raise RefusedError(
                "S/2020/754, para. 116 (legality)",
                "the mandate lacks a person, an agency or a legal basis",
                "name all three: --who, --agency, --legal-basis, or [mandate] in maillon.toml",
            )
        if mandate.purpose not in PURPOSES:
            raise RefusedError(
                "S/2020/754, para. 112 (purpose)",
                f"{mandate.purpose!r} is no purpose of this house",
                f"name one of {', '.join(PURPOSES)}",
            )
        person = self._people.get(mandate.who)
        if mandate == SYSTEM_LINKING:
            person = Person("system", (mandate.agency,), (mandate.purpose,))
        if person is None or mandate.agency not in person.agencies:
            raise RefusedError(
                "policy: accounts",
                f"{mandate.who!r} does not act for {mandate.agency!r}",
                "the workspace's administrator adds the account under [people] in maillon.toml",
            )
        if mandate.purpose not in person.purposes:
            raise RefusedError(
                "S/2020/754, para. 112 (purpose)",
                f"{mandate.who!r} holds no purpose {mandate.purpose!r}",
                "ask the supervisor for a mandate with that purpose",
            )
        if act not in ACTS_BY_PURPOSE[mandate.purpose]:
            raise RefusedError(
                "S/2020/754, para. 112 (necessity)",
                f"the purpose {mandate.purpose!r} does not cover the act {act.value!r}",
                "act under a purpose that covers it",
            )
        return person


def _may_read(label: Label, mandate: Mandate, person: Person) -> bool:
    if label.compartment and label.compartment not in person.compartments:
        return False
    if label.originator == mandate.agency:
        return True
    return mandate.purpose in label.purposes and not stays_with_originator(label)


@cache
def _secret() -> bytes:
    return secrets.token_bytes(32)


def _seal(mandate: Mandate, act: Act, labels: frozenset[int], known_on: str) -> str:
    text = repr((mandate, act, sorted(labels), known_on)).encode()
    return hmac.new(_secret(), text, "sha256").hexdigest()


def is_opened_here(view: View) -> bool:
    """Return whether `Policy.open` of this process made the view, unchanged since."""
    seal = _seal(view.mandate, view.act, view.labels, view.known_on)
    return hmac.compare_digest(seal, view.seal)
