"""Persons, accounts and legal entities of a goAML report, wherever they stand in it."""

from dataclasses import dataclass, field
from typing import Final

from maillon.model import SourceError, Statement, Yielded, local_id
from maillon.sources import cells, values
from maillon.sources.emit import doubtful_birth
from maillon.sources.goaml_tables import (
    ACCOUNT,
    ENTITY,
    IDENTIFICATION,
    IGNORED,
    NAME_ORDER,
    PASSPORT_TYPES,
    PERSON,
    Rule,
)
from maillon.sources.xmlrecords import Element, children, text_of

_ADDRESS_ORDER: Final = ("address", "town", "city", "zip", "state", "country_code")
_ADDRESS_PROPS: Final = {
    "address": "street",
    "town": "region",
    "city": "city",
    "zip": "postalCode",
    "state": "state",
}


@dataclass(frozen=True, slots=True)
class Party:
    """One party: its entity id, and the delivered text by which others name it."""

    id: str
    text: str
    schema: str


@dataclass(slots=True)
class AccountParty:
    """An account, and whose it is: its entity, else its only or primary signatory."""

    account: Party
    locator: str
    holder: Party | None = None
    signatories: list[tuple[Party, bool]] = field(default_factory=list)

    def owner(self) -> Party | None:
        """Return who pays from this account or is paid on it, where the report leaves no choice."""
        if self.holder is not None:
            return self.holder
        primary = [party for party, is_primary in self.signatories if is_primary]
        if len(primary) == 1:
            return primary[0]
        return self.signatories[0][0] if len(self.signatories) == 1 else None


@dataclass(slots=True)
class Parties:
    """Reads parties into `out`, which its owner empties."""

    dataset: str
    out: list[Yielded] = field(default_factory=list)

    def say(
        self, entity: str, schema: str, prop: str, value: str, locator: str, original: str | None
    ) -> None:
        """Put one statement out."""
        kept = None if original == value else original
        self.out.append(Statement(entity, schema, prop, value, self.dataset, locator, kept))

    def error(self, locator: str, reason: str) -> None:
        """Put one error out."""
        self.out.append(SourceError(self.dataset, locator, reason))

    def leaf(self, entity: str, schema: str, rule: Rule, locator: str, element: Element) -> str:
        """Read a leaf element by its rule; return the value, empty where there is none."""
        text = element.text
        if len(element):
            self.error(locator, "elements where a text is expected: not read")
            return ""
        if not text:
            return ""
        value = rule.clean(text)
        if value:
            kept = None if value == text else text.strip()
            self.out.append(
                Statement(entity, schema, rule.prop, value, self.dataset, locator, kept)
            )
            return value
        if value is None:
            self.error(locator, f"{cells.why_not(rule.kind, text, 'ymd')}: {rule.prop} is not read")
            if rule.prop == "birthDate":
                self.out.extend(doubtful_birth(entity, schema, self.dataset, locator, text))
        return ""

    def unknown(self, tag: str, locator: str, element: Element) -> None:
        """Say that an element is not known, unless it is ignored on purpose or empty."""
        if tag not in IGNORED and text_of(element):
            self.error(locator, f"element {tag} is not known here: not read")

    def person(self, element: Element, locator: str) -> Party:
        """Read a person-like element."""
        entity = local_id(locator)
        names: dict[str, str] = {}
        passport: list[tuple[str, str, Element]] = []
        for tag, below, child in children(element, locator):
            rule = PERSON.get(tag)
            if rule is not None:
                value = self.leaf(entity, "Person", rule, below, child)
                if tag in NAME_ORDER and value:
                    names[tag] = value
                if tag == "passport_number" and value:
                    passport.insert(0, (tag, below, child))
            elif tag == "passport_country":
                passport.append((tag, below, child))
            else:
                self._person_part(entity, tag, below, child)
        name = " ".join(names[tag] for tag in NAME_ORDER if tag in names)
        if name:
            self.say(entity, "Person", "name", name, locator, None)
        if passport and passport[0][0] == "passport_number":
            self._passport(entity, passport)
        return Party(entity, name, "Person")

    def _passport(self, holder: str, parts: list[tuple[str, str, Element]]) -> None:
        """Read number and country of a passport that stand beside each other in a person."""
        locator = parts[0][1]
        entity = local_id(locator)
        self.say(entity, "Passport", "holder", holder, locator, text_of(parts[0][2]))
        self.leaf(entity, "Passport", IDENTIFICATION["number"], locator, parts[0][2])
        for _, below, child in parts[1:]:
            self.leaf(entity, "Passport", IDENTIFICATION["issue_country"], below, child)

    def _person_part(self, entity: str, tag: str, locator: str, element: Element) -> None:
        """Read a structured part of a person."""
        if tag == "identifications":
            for _, below, child in children(element, locator):
                self._identification(entity, below, child)
        elif tag == "identification":
            self._identification(entity, locator, element)
        elif tag == "employer_name":
            self._employer(entity, locator, element)
        else:
            self._contact(entity, "Person", tag, locator, element)

    def _contact(self, entity: str, schema: str, tag: str, locator: str, element: Element) -> None:
        """Read phones, addresses and mails; any other element is not known."""
        if tag in {"phones", "addresses", "emails"}:
            for name, below, child in children(element, locator):
                self._contact(entity, schema, name, below, child)
        elif tag == "phone":
            self._phone(entity, schema, locator, element)
        elif tag == "address":
            self._address(entity, schema, locator, element)
        elif tag == "email":
            self.leaf(entity, schema, PERSON["email"], locator, element)
        else:
            self.unknown(tag, locator, element)

    def _phone(self, entity: str, schema: str, locator: str, element: Element) -> None:
        """Read a phone: the country prefix and the number make E.164."""
        texts: dict[str, str] = {}
        for tag, below, child in children(element, locator):
            if tag in {"tph_country_prefix", "tph_number"}:
                texts[tag] = cells.plain(child.text or "")
            elif tag != "comments":
                self.unknown(tag, below, child)
        prefix, number = texts.get("tph_country_prefix", ""), texts.get("tph_number", "")
        if not number:
            return
        is_whole = number.startswith(("+", "00")) or not prefix
        value = values.phone(number) if is_whole else values.international(prefix, number)
        if value is None:
            self.error(locator, f"{cells.why_not('phone', number, '')}: not read")
        else:
            original = number if is_whole else f"{prefix} {number}"
            self.say(entity, schema, "phone", value, locator, original)

    def _address(self, entity: str, schema: str, locator: str, element: Element) -> None:
        """Read an address; a place without a door becomes an Address entity."""
        found: dict[str, tuple[str, str]] = {}
        for tag, below, child in children(element, locator):
            if tag in _ADDRESS_ORDER:
                text = cells.plain(text_of(child))
                if text:
                    found[tag] = (below, text)
            elif tag != "comments":
                self.unknown(tag, below, child)
        if "country_code" in found:
            below, text = found["country_code"]
            code = cells.country(text)
            if code:
                self.say(entity, schema, "country", code, below, text)
            else:
                self.error(below, "no country by ISO 3166 code or name: not read")
        self._door(entity, schema, locator, found)

    def _door(
        self, entity: str, schema: str, locator: str, found: dict[str, tuple[str, str]]
    ) -> None:
        """Say an address that names a door as a value, and any other place as an entity."""
        texts = [found[tag][1] for tag in _ADDRESS_ORDER if tag in found]
        whole = ", ".join(texts)
        if values.is_street(whole):
            self.say(entity, schema, "address", whole, locator, " ".join(texts))
        elif found and set(found) != {"country_code"}:
            spot = local_id(locator)
            self.say(entity, schema, "addressEntity", spot, locator, " ".join(texts))
            for tag, prop in _ADDRESS_PROPS.items():
                if tag in found:
                    self.say(spot, "Address", prop, found[tag][1], found[tag][0], None)

    def _identification(self, holder: str, locator: str, element: Element) -> None:
        """Read an identity document, as an entity of its own and as a number of its holder."""
        parts = list(children(element, locator))
        kind = next((cells.plain(child.text or "") for tag, _, child in parts if tag == "type"), "")
        is_passport = kind.upper() in PASSPORT_TYPES
        schema, entity = "Passport" if is_passport else "Identification", local_id(locator)
        number, where = "", locator
        for tag, below, child in parts:
            rule = IDENTIFICATION.get(tag)
            if rule is None:
                self.unknown(tag, below, child)
                continue
            value = self.leaf(entity, schema, rule, below, child)
            if tag == "number" and value:
                number, where = value, below
        if number:
            self.say(entity, schema, "holder", holder, locator, number)
            self.say(
                holder,
                "Person",
                "passportNumber" if is_passport else "idNumber",
                number,
                where,
                None,
            )

    def _employer(self, person: str, locator: str, element: Element) -> None:
        """Read who employs a person."""
        text = cells.plain(element.text or "")
        if not text:
            return
        organization, job = local_id(locator), local_id(locator + "!employment")
        self.say(organization, "Organization", "name", text, locator, element.text)
        self.say(job, "Employment", "employer", organization, locator, text)
        self.say(job, "Employment", "employee", person, locator, text)

    def account(self, element: Element, locator: str) -> AccountParty:
        """Read an account; its id joins all reports that name it by institution and number."""
        parts = list(children(element, locator))
        text = {tag: cells.plain(child.text or "") for tag, _, child in parts if tag in ACCOUNT}
        bank = (
            text.get("swift") or text.get("institution_code") or text.get("institution_name") or ""
        )
        number = text.get("account") or text.get("iban") or ""
        entity = local_id(locator)
        if bank and number:
            entity = f"{self.dataset}-account-{bank}-{number}"
        found = AccountParty(Party(entity, number, "BankAccount"), locator)
        for tag, below, child in parts:
            rule = ACCOUNT.get(tag)
            if rule is not None:
                self.leaf(entity, "BankAccount", rule, below, child)
            elif tag in {"t_entity", "entity"}:
                found.holder = self.entity(child, below)
                self._owns(found.holder, found, below)
            elif tag in {"signatory", "account_related_person", "t_signatory"}:
                self._signatory(found, child, below)
            elif tag in {"related_persons", "signatories"}:
                for _, deeper, each in children(child, below):
                    self._signatory(found, each, deeper)
            else:
                self.unknown(tag, below, child)
        return found

    def _signatory(self, found: AccountParty, element: Element, locator: str) -> None:
        """Read who may sign for an account."""
        party, role, where, is_primary = None, "", locator, False
        for tag, below, child in children(element, locator):
            if tag in {"t_person", "person"}:
                party = self.person(child, below)
            elif tag == "role":
                role, where = cells.plain(child.text or ""), below
            elif tag == "is_primary":
                is_primary = (child.text or "").strip().lower() in {"true", "1"}
            elif tag == "comments" and party is not None:
                self.leaf(party.id, "Person", PERSON["comments"], below, child)
            else:
                self.unknown(tag, below, child)
        if party is None:
            self.error(locator, "a signatory without a person")
            return
        found.signatories.append((party, is_primary))
        self._owns(party, found, locator, role, where)

    def _owns(
        self, owner: Party, found: AccountParty, locator: str, role: str = "", where: str = ""
    ) -> None:
        """Say that a party owns or signs for an account."""
        link, account = local_id(locator + "!ownership"), found.account
        self.say(link, "Ownership", "owner", owner.id, locator, owner.text or None)
        self.say(link, "Ownership", "asset", account.id, found.locator, account.text or None)
        if role:
            self.say(link, "Ownership", "role", role, where, None)

    def entity(self, element: Element, locator: str) -> Party:
        """Read a legal entity: a Company where it is incorporated, else an Organization."""
        parts = list(children(element, locator))
        tags = {tag for tag, _, child in parts if (child.text or "").strip()}
        is_company = not tags.isdisjoint({"incorporation_number", "incorporation_legal_form"})
        schema, entity, name = "Company" if is_company else "Organization", local_id(locator), ""
        for tag, below, child in parts:
            rule = ENTITY.get(tag)
            if rule is not None:
                value = self.leaf(entity, schema, rule, below, child)
                name = value if tag == "name" else name
            elif tag in {"director_id", "director"}:
                self._director(Party(entity, name, schema), child, below)
            else:
                self._contact(entity, schema, tag, below, child)
        return Party(entity, name, schema)

    def _director(self, company: Party, element: Element, locator: str) -> None:
        """Read a director: a person, with a role beside the person's own fields."""
        role = element.find("{*}role")
        if role is not None:
            element.remove(role)
        party = self.person(element, locator)
        link = local_id(locator + "!directorship")
        self.say(link, "Directorship", "director", party.id, locator, party.text or None)
        above = locator.rpartition("/")[0]
        self.say(link, "Directorship", "organization", company.id, above, company.text or None)
        if role is not None and cells.plain(role.text or ""):
            self.say(
                link,
                "Directorship",
                "role",
                cells.plain(role.text or ""),
                f"{locator}/role[1]",
                role.text,
            )
