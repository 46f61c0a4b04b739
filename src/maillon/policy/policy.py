"""A mandate and an act -> a view, or a refusal that names its provision.

Every rule denies unless it finds what it needs: an incomplete mandate, an unknown person, an act
outside the purpose, a label without a gateway. Source: S/2020/754, paras. 112 and 116 (legality,
necessity, proportionality); DESIGN, section 4.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final, Protocol

from maillon.model import (
    PURPOSES,
    SYSTEM_LINKING,
    SYSTEM_POINTING,
    Act,
    Label,
    Mandate,
    RefusedError,
    View,
)
from maillon.policy.handling import is_known, stays_with_originator
from maillon.policy.law import Law, flow_key, is_in_force, read_law
from maillon.policy.people import Person
from maillon.policy.standing import Standing

if TYPE_CHECKING:
    from maillon.policy.cedar import Judge, Provision

SYSTEM: Final = (SYSTEM_LINKING, SYSTEM_POINTING)
"""Mandates with no human behind them."""

KEPT: Final = 256
"""Decisions that one process keeps."""


class Register(Protocol):
    """What policy needs of the store: labels, what stands around a mandate, a durable ledger."""

    def labels(self) -> Mapping[int, Label]:
        """Return every label by its id."""
        ...

    def standing(self, mandate: Mandate, person: str, day: str) -> Standing:
        """Return the case of a mandate and what else stands around it on a day.

        Args:
            mandate: The mandate.
            person: The natural person behind its account.
            day: The day, ISO.
        """
        ...

    def decided(self, key: str) -> Mapping[str, Any] | None:
        """Return a decision that was kept under a key, or None."""
        ...

    def keep_decision(self, key: str, decision: Mapping[str, Any]) -> None:
        """Keep a decision: the key holds everything that it was made from."""
        ...

    def record(
        self,
        mandate: Mandate,
        act: str,
        outcome: str,
        detail: Mapping[str, object],
        objects: Sequence[str] = (),
    ) -> None:
        """Write one ledger entry; durable when it returns, or it raises."""
        ...


class Policy:
    """Decides who may read what, for what.

    Args:
        people: Accounts by name.
        register: Labels, cases and ledger.
        law: The law; None for the one of the package.
        now: The clock: this instant, aware UTC.
    """

    def __init__(
        self,
        people: Mapping[str, Person],
        register: Register,
        law: Law | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._people = people
        self._register = register
        self._law = law or read_law()
        self._now = now
        self._judge: Judge | None = None
        self._kept: dict[str, Mapping[str, Any]] = {}

    @property
    def law(self) -> Law:
        """The law that decides."""
        return self._law

    def validate(self) -> None:
        """Parse the policies and check them against their schema.

        Raises:
            StoreError: They do not validate; names the policy.
        """
        self._cedar()

    def open(
        self,
        mandate: Mandate,
        act: Act,
        *,
        known_on: str = "",
        detail: Mapping[str, object] | None = None,
        objects: Sequence[str] = (),
    ) -> View:
        """Return what ``mandate`` may read for ``act``; the ledger has the act before this returns.

        Args:
            mandate: Under which mandate.
            act: For which act.
            known_on: Read what was known at the end of this day, ``2026-11-25``; empty for now.
            detail: What the ledger shall say of the act; no personal data.
            objects: Ids of what is looked at; the ledger keeps keyed hashes of them.

        Raises:
            RefusedError: With its provision, after the refusal is in the ledger.
        """
        said = dict(detail or {})
        decision = self._decision(mandate, act)
        refusal = decision.get("refused")
        if refusal is not None:
            said["rule"] = refusal["rule"]
            if decision.get("errors"):
                said["errors"] = decision["errors"]
            self._register.record(mandate, act.value, "refused", said, objects)
            raise RefusedError(refusal["rule"], refusal["reason"], refusal["remedy"])
        labels = frozenset(decision["labels"])
        if known_on:
            said["known_on"] = known_on
        self._register.record(mandate, act.value, "opened", said, objects)
        return View(mandate, act, labels, known_on, _seal(mandate, act, labels, known_on))

    def lets(self, mandate: Mandate, act: Act) -> bool:
        """Return whether `open` would open: a page offers nothing that it would refuse.

        Nothing is opened and nothing read, and the ledger has no entry.
        """
        return self._decision(mandate, act).get("refused") is None

    def reaches(
        self, act: Act, purposes: Sequence[str], cases: Sequence[str]
    ) -> set[frozenset[int]]:
        """Return the sets of labels that accounts may read for an act, none within another.

        For the system's own use: nobody asks, nothing is opened, and the ledger has no entry.

        Args:
            act: For which act.
            purposes: Under which purposes.
            cases: Numbers of the cases under which they may act too.
        """
        bases = sorted(self._law.bases)
        found: set[frozenset[int]] = set()
        for who, person in sorted(self._people.items()):
            for agency, purpose, case in product(person.agencies, purposes, ("", *cases)):
                for basis in bases:
                    held = self._decision(Mandate(who, agency, purpose, basis, case), act)
                    if held.get("refused") is None:  # which basis it is opens no further label
                        found.add(frozenset(held["labels"]))
                        break
        return {one for one in found if not any(one < other for other in found)}

    def flow(self, source: str, target: str, purpose: str, category: str) -> tuple[str, ...]:
        """Return the conditions under which data may go from one agency to another.

        Raises:
            RefusedError: No gateway lets it; says which provision would be needed.
        """
        gateway = self._law.gateway(source, target, purpose, category, self._day())
        if gateway is None:
            what = category or "uncategorised"
            raise RefusedError(
                "law/gateways.toml: no gateway, no flow",
                f"no provision lets {what} data go from {source} to {target} for {purpose}",
                f"it needs a [[gateway]] from {source!r} to {target!r} with that purpose and"
                " category, and the provision that allows it",
            )
        return (gateway.provision, *gateway.conditions)

    def administer(self, who: str, about: str, change: str, *, is_fresh: bool = True) -> None:
        """Let through who manages accounts, and not one of their own; the ledger has it first.

        Args:
            who: The account that asks.
            about: The account that is managed; empty for the list of them.
            change: What is done to it, for the ledger.
            is_fresh: Whether the person has proved anew who they are.

        Raises:
            RefusedError: With its provision, after the refusal is in the ledger.
        """
        person, other = self._people.get(who), self._people.get(about)
        is_own = about == who or (
            person is not None and other is not None and person.natural == other.natural
        )
        context = {"is_own": is_own, "is_fresh": is_fresh}
        why, errors = self._cedar().administer(_attributes(person), context)
        mandate, said = Mandate(who, "", "", ""), {"change": change}
        if why is None:
            self._register.record(mandate, "administer", "allowed", said)
            return
        refused: dict[str, object] = {**said, "rule": why.provision}
        if errors:
            refused["errors"] = errors
        self._register.record(mandate, "administer", "refused", refused)
        words = {"who": who, "act": "administer"}
        refusal = _refusal(why, words)
        raise RefusedError(refusal["rule"], refusal["reason"], refusal["remedy"])

    def _decision(self, mandate: Mandate, act: Act) -> Mapping[str, Any]:
        """Return the decision on a mandate and an act, made once for all that it depends on."""
        day = self._day()
        person = self._person(mandate)
        standing = self._register.standing(mandate, person.natural if person else "", day)
        labels = self._register.labels()
        asked = self._context(mandate, standing, labels, day)
        numbers = hashlib.sha256(repr(sorted(labels)).encode()).hexdigest()
        parts = [self._law.digest, act.value, _attributes(person), asked, numbers, mandate.case]
        text = json.dumps(parts, sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        held = self._kept.get(key) or self._register.decided(key)
        if held is None:
            held = self._decide(mandate, act, person, asked, labels, standing)
            if not held.get("errors"):
                self._register.keep_decision(key, held)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[key] = held
        return held

    def _decide(
        self,
        mandate: Mandate,
        act: Act,
        person: Person | None,
        asked: Mapping[str, Any],
        labels: Mapping[int, Label],
        standing: Standing,
    ) -> Mapping[str, Any]:
        judge, said = self._cedar(), _attributes(person)
        why, errors = judge.act(said, act.value, asked)
        if why is not None:
            words = self._words(mandate, act, standing)
            return {"refused": _refusal(why, words), "errors": errors}
        of = {number: _label_attributes(label) for number, label in labels.items()}
        return {"labels": sorted(judge.labels(said, act.value, asked, of))}

    def _context(
        self,
        mandate: Mandate,
        standing: Standing,
        labels: Mapping[int, Label],
        day: str,
    ) -> dict[str, Any]:
        basis = self._law.bases.get(mandate.legal_basis)
        ways = {(label.originator, label.category) for label in labels.values()}
        flows = self._law.flows(mandate.agency, mandate.purpose, day, sorted(ways))
        return {
            "who": mandate.who.strip(),
            "agency": mandate.agency.strip(),
            "purpose": mandate.purpose,
            "legal_basis": mandate.legal_basis.strip(),
            "is_house_purpose": mandate.purpose in PURPOSES or mandate in SYSTEM,
            "basis": {
                "is_known": basis is not None,
                "is_in_force": basis is not None and is_in_force(basis.since, basis.until, day),
                "covers_purpose": basis is not None and mandate.purpose in basis.purposes,
                "needs_case": basis is not None and basis.needs_case,
                "regimes": sorted(basis.regimes) if basis is not None else [],
            },
            "case_file": _case(mandate, standing, day),
            "flows": sorted(flows),
            "compartments": sorted(standing.compartments),
        }

    def _person(self, mandate: Mandate) -> Person | None:
        if mandate in SYSTEM:
            return Person(mandate.who, (mandate.agency,), (mandate.purpose,))
        return self._people.get(mandate.who)

    def _words(self, mandate: Mandate, act: Act, standing: Standing) -> dict[str, object]:
        basis = self._law.bases.get(mandate.legal_basis)
        return {
            "who": mandate.who, "agency": mandate.agency, "purpose": mandate.purpose,
            "legal_basis": mandate.legal_basis, "case": mandate.case, "act": act.value,
            "purposes": ", ".join(PURPOSES), "bases": "; ".join(sorted(self._law.bases)),
            "basis_regimes": " or ".join(basis.regimes) if basis else "",
            "case_regime": standing.case.regime if standing.case else "",
        }  # fmt: skip

    def _cedar(self) -> "Judge":
        if self._judge is None:
            from maillon.policy.cedar import Judge  # noqa: PLC0415 - only what is not decided yet

            self._judge = Judge(self._law.policies, self._law.schema)
        return self._judge

    def _day(self) -> str:
        return self._now().astimezone(UTC).date().isoformat()


def _case(mandate: Mandate, standing: Standing, day: str) -> dict[str, Any]:
    case = standing.case
    return {
        "is_named": bool(mandate.case.strip()),
        "is_known": case is not None,
        "is_open": case is not None and case.is_open(day),
        "is_for_agency": case is not None and mandate.agency in case.agencies,
        "is_for_purpose": case is not None and mandate.purpose in case.purposes,
        "has_member": case is not None and standing.is_member,
        "declared": standing.declared,
        "regime": case.regime if case is not None else "",
    }


def _attributes(person: Person | None) -> dict[str, Any]:
    return {
        "is_known": person is not None,
        "agencies": sorted(person.agencies) if person else [],
        "purposes": sorted(person.purposes) if person else [],
        "compartments": sorted(person.compartments) if person else [],
        "roles": sorted(person.roles) if person else [],
    }


def _label_attributes(label: Label) -> dict[str, Any]:
    return {
        "originator": label.originator,
        "compartment": label.compartment,
        "purposes": sorted(label.purposes),
        "is_known_code": is_known(label),
        "travels": not stays_with_originator(label),
        "flow": flow_key(label.originator, label.category),
    }


def _refusal(why: "Provision", words: Mapping[str, object]) -> dict[str, str]:
    return {
        "rule": why.provision,
        "reason": why.says.format(**words),
        "remedy": why.remedy.format(**words),
    }


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
