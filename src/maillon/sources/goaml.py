"""goAML reports: what banks and other obliged entities send to the financial intelligence unit.

Source: UNODC goAML XML schema, editions 2.0 to 5.0.2 as FIUs publish them; with the namespace or
without.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from maillon.model import Adapter, Kind, Mode, SourceError, Statement, Yielded, local_id
from maillon.sources import cells
from maillon.sources.emit import XPATH
from maillon.sources.goaml_parties import AccountParty, Parties, Party
from maillon.sources.goaml_tables import IGNORED, PAYMENT, PERSON, REPORT, ROLES, SIDE_TEXT
from maillon.sources.xmlrecords import (
    Element,
    Shape,
    children,
    local_name,
    records,
    text_at,
    text_of,
)

SHAPE: Final = Shape(
    root="report",
    depth=1,
    names=("transaction", "activity"),
    remedy="export the report again from goAML as XML (element report)",
)
_SIDES: Final = {
    "t_from": "from",
    "t_from_my_client": "from",
    "t_to": "to",
    "t_to_my_client": "to",
}
_ASSESSED: Final = frozenset({"reason"})

__all__ = ["ADAPTER", "IGNORED", "SHAPE", "locate", "read"]


def read(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    """Read one report.

    Args:
        raw: The XML file as delivered. Left open.
        dataset: The name under which its statements are kept, e.g. ``rt_fiu``.

    Yields:
        The statements of the report's head (a Note), of each transaction (a Payment with its
        parties and accounts) and of each party of an activity report, in file order. A
        `SourceError` for what cannot be read, among them a transaction number that is empty or met
        twice (that transaction is read under a local id).
    """
    report = _Report(Parties(dataset))
    broken = False
    for found in records(raw, dataset, SHAPE):
        if isinstance(found, SourceError):
            broken = True
            yield from report.close()
            yield found
            continue
        path, element = found
        report.record(XPATH + path, element)
        out = report.parties.out
        yield from out
        out.clear()
    if not broken:
        yield from report.close()


@dataclass(slots=True)
class _Report:
    """One report while it is read: its reference, its currency, and the transactions met."""

    parties: Parties
    reference: str = ""
    currency: tuple[str, str] = ("", "")
    pending: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    is_open: bool = True
    count: int = 0

    def record(self, locator: str, element: Element) -> None:
        """Read one child of the root."""
        tag = local_name(element)
        if tag == "transaction":
            self.flush()
            self.count += 1
            self._transaction(locator, element)
        elif tag in REPORT:
            self._head(tag, locator, element)
        elif tag == "currency_code_local":
            self.currency = (cells.plain(element.text or "").upper(), locator)
        elif tag == "report_indicators":
            for _, below, child in children(element, locator):
                self._note("keywords", cells.plain(child.text or ""), below, child.text)
        elif tag == "activity":
            self.flush()
            self._activity(locator, element)
        else:
            self.parties.unknown(tag, locator, element)

    def _head(self, tag: str, locator: str, element: Element) -> None:
        """Read one field of the report itself."""
        value = REPORT[tag].clean(element.text or "")
        if value is None:
            self.parties.error(locator, cells.why_not(REPORT[tag].kind, element.text or "", "ymd"))
        elif value:
            if tag == "entity_reference" and not self.reference and self.is_open:
                self.reference = value
            self._note(REPORT[tag].prop, value, locator, element.text)

    def _note(self, prop: str, value: str, locator: str, original: str | None) -> None:
        """Keep a statement on the report until its id is known, or say it."""
        if value:
            self.pending.append((prop, value, locator, None if original == value else original))
        if not self.is_open:
            self.flush()

    def flush(self) -> None:
        """Say what is kept: from here on the id of the report does not change."""
        dataset = self.parties.dataset
        if self.is_open and not self.reference:
            self.parties.error(
                XPATH + "/report", "no entity_reference before the transactions: ids are local"
            )
        self.is_open = False
        entity = f"{dataset}-{self.reference}" if self.reference else local_id(XPATH + "/report")
        for prop, value, locator, original in self.pending:
            is_assessed = locator.rpartition("/")[2].partition("[")[0] in _ASSESSED
            kind = Kind.ASSESSMENT if is_assessed else Kind.FACT
            self.parties.out.append(
                Statement(entity, "Note", prop, value, dataset, locator, original, None, kind)
            )
        self.pending.clear()

    def close(self) -> Iterator[Yielded]:
        """Say what is still kept at the end of the file."""
        if self.pending:
            self.flush()
        out = list(self.parties.out)
        self.parties.out.clear()
        return iter(out)

    def _transaction(self, locator: str, element: Element) -> None:
        """Read one transaction as a Payment."""
        parts = list(children(element, locator))
        if not parts:
            self.parties.error(locator, "an empty transaction")
            return
        numbers = [
            cells.plain(child.text or "") for tag, _, child in parts if tag == "transactionnumber"
        ]
        payment = self._payment_id(locator, numbers[0] if numbers else "")
        for tag, below, child in parts:
            rule = PAYMENT.get(tag)
            if rule is not None:
                value = self.parties.leaf(payment, "Payment", rule, below, child)
                if rule.prop == "amount" and value and self.currency[0]:
                    self.parties.say(
                        payment, "Payment", "currency", self.currency[0], self.currency[1], None
                    )
            elif tag in _SIDES:
                self._side(payment, _SIDES[tag], below, child)
            elif tag == "involved_parties":
                for _, deeper, party in children(child, below):
                    self._party(payment, deeper, party)
            elif tag == "goods_services":
                for _, deeper, item in children(child, below):
                    self.parties.say(payment, "Payment", "description", text_of(item), deeper, None)
            else:
                self.parties.unknown(tag, below, child)

    def _payment_id(self, locator: str, number: str) -> str:
        """Return the id of a transaction; a local one where its number does not name it alone."""
        if not number:
            self.parties.error(locator, "transactionnumber is empty: read under a local id")
            return local_id(locator)
        if number in self.numbers:
            first = f"{XPATH}/report/transaction[{self.numbers[number]}]"
            self.parties.error(
                locator, f"its transactionnumber stands at {first} too: read under a local id"
            )
            return local_id(locator)
        self.numbers[number] = self.count
        if not self.reference:
            return local_id(locator)
        return f"{self.parties.dataset}-{self.reference}-{number}"

    def _side(self, payment: str, side: str, locator: str, element: Element) -> None:
        """Read where a payment comes from, or where it goes."""
        conductors: list[tuple[Party, str]] = []
        found: Party | AccountParty | None = None
        country: tuple[str, Element] | None = None
        for name, below, child in children(element, locator):
            tag = name.removeprefix(side + "_").removesuffix("_my_client")
            rule = SIDE_TEXT.get(tag)
            if rule is not None:
                self.parties.leaf(payment, "Payment", rule, below, child)
            elif tag == "foreign_currency":
                self.parties.say(payment, "Payment", "description", text_of(child), below, None)
            elif tag in {"t_conductor", "conductor"}:
                conductors.append((self.parties.person(child, below), below))
            elif tag == "country":
                country = (below, child)
            elif tag in {"person", "account", "entity"}:
                found = self._link(
                    payment, "payer" if side == "from" else "beneficiary", tag, below, child
                )
            else:
                self.parties.unknown(tag, below, child)
        if country is not None:
            self._country(found, *country)
        for party, below in conductors:
            self._conductor(party, found, below)

    def _link(
        self, payment: str, prop: str, tag: str, locator: str, element: Element
    ) -> Party | AccountParty:
        """Read a party and say that it is the payer or the beneficiary."""
        say = self.parties.say
        if tag != "account":
            reader = self.parties.person if tag == "person" else self.parties.entity
            party = reader(element, locator)
            say(payment, "Payment", prop, party.id, locator, party.text or None)
            return party
        found = self.parties.account(element, locator)
        say(
            payment,
            "Payment",
            prop + "Account",
            found.account.id,
            locator,
            found.account.text or None,
        )
        owner = found.owner()
        if owner is not None:
            say(payment, "Payment", prop, owner.id, locator, owner.text or None)
        return found

    def _country(self, found: Party | AccountParty | None, locator: str, element: Element) -> None:
        """Say the country of a side, on its account or its party."""
        rule = PERSON["residence"]
        party = found.account if isinstance(found, AccountParty) else found
        if party is not None:
            self.parties.leaf(party.id, party.schema, rule, locator, element)
        else:
            self.parties.error(locator, "the country of a side without a party: not read")

    def _conductor(self, party: Party, found: Party | AccountParty | None, locator: str) -> None:
        """Say who carried a transaction out for another."""
        other = found.account if isinstance(found, AccountParty) else found
        if other is None:
            self.parties.error(
                locator, "a conductor without the party that he acts for: read as a person only"
            )
            return
        link = local_id(locator + "!conductor")
        self.parties.say(link, "UnknownLink", "subject", party.id, locator, party.text or None)
        self.parties.say(
            link, "UnknownLink", "object", other.id, locator.rpartition("/")[0], other.text or None
        )
        self.parties.say(link, "UnknownLink", "role", "conductor", locator, party.text or None)

    def _party(self, payment: str, locator: str, element: Element) -> None:
        """Read one party of a transaction of several parties."""
        role = ""
        found: Party | AccountParty | None = None
        for name, below, child in children(element, locator):
            tag = name.removesuffix("_my_client")
            if tag in {"role", "party_role"}:
                role = cells.plain(child.text or "").upper()
            elif tag in SIDE_TEXT:
                self.parties.leaf(payment, "Payment", SIDE_TEXT[tag], below, child)
            elif tag == "foreign_currency":
                self.parties.say(payment, "Payment", "description", text_of(child), below, None)
            elif tag == "country":
                self._country(found, below, child)
            elif tag in {"reason", "significance", "comments"} and found is not None:
                self._remark(found, tag, below, child)
            elif tag in {"person", "account", "entity"}:
                found = self._multi(payment, ROLES.get(role, ""), tag, below, child)
            else:
                self.parties.unknown(tag, below, child)
        if found is not None and role not in ROLES:
            reason = f"role {role[:20]!r} gives no side of the payment: only the party is read"
            self.parties.error(locator, reason)

    def _multi(
        self, payment: str, prop: str, tag: str, locator: str, element: Element
    ) -> Party | AccountParty:
        """Read a party; say its side where its role gives one."""
        if prop:
            return self._link(payment, prop, tag, locator, element)
        if tag == "account":
            return self.parties.account(element, locator)
        return (self.parties.person if tag == "person" else self.parties.entity)(element, locator)

    def _remark(
        self, found: Party | AccountParty, tag: str, locator: str, element: Element
    ) -> None:
        """Say what the reporter remarks on a party: an assessment."""
        text = cells.plain(element.text or "")
        party = found.account if isinstance(found, AccountParty) else found
        if text:
            kind = Kind.ASSESSMENT if tag == "reason" else Kind.FACT
            original = None if text == element.text else element.text
            said = Statement(
                party.id,
                party.schema,
                "notes",
                text,
                self.parties.dataset,
                locator,
                original,
                None,
                kind,
            )
            self.parties.out.append(said)

    def _activity(self, locator: str, element: Element) -> None:
        """Read the parties of a report without transactions."""
        for tag, below, child in children(element, locator):
            if tag == "report_parties":
                for _, deeper, party in children(child, below):
                    self._report_party(deeper, party)
            elif tag == "goods_services":
                for _, deeper, item in children(child, below):
                    self._note("description", text_of(item), deeper, None)
            else:
                self.parties.unknown(tag, below, child)

    def _report_party(self, locator: str, element: Element) -> None:
        """Read one party of an activity report."""
        found: Party | AccountParty | None = None
        for name, below, child in children(element, locator):
            tag = name.removesuffix("_my_client")
            if tag in {"person", "account", "entity"}:
                found = self._multi("", "", tag, below, child)
            elif tag in {"reason", "significance", "comments"} and found is not None:
                self._remark(found, tag, below, child)
            else:
                self.parties.unknown(tag, below, child)


def locate(raw: IO[bytes], locator: str) -> str:
    """Return the delivered text at ``locator``.

    Example: ``xpath:/report/transaction[3]/amount_local[1]``.
    """
    return text_at(raw, locator, SHAPE)


ADAPTER: Final = Adapter(
    name="goaml",
    spec="UNODC goAML XML schema 2.0 to 5.0.2",
    read=read,
    locate=locate,
    mode=Mode.MESSAGES,
)
