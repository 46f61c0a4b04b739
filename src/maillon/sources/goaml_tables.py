"""Which goAML element is which property: the tables of the reader, and what it leaves out and why.

Source: element names of the goAML XML schema 2.0 to 5.0.2 as FIUs publish it in their reporting
guides.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from maillon.sources import cells


class Rule(NamedTuple):
    """One leaf element: its property, and its cleaner (None: no such value, empty: nothing)."""

    prop: str
    clean: Callable[[str], str | None]
    kind: str = "text"


_DAY: Final = partial(cells.date, order="ymd", form="")
_SUM: Final = partial(cells.number, mark=".")
_MAIL: Final = partial(cells.other, kind="email")
_LINK: Final = partial(cells.other, kind="url")


def _text(prop: str) -> Rule:
    return Rule(prop, cells.plain)


def _date(prop: str) -> Rule:
    return Rule(prop, _DAY, "date")


def _country(prop: str) -> Rule:
    return Rule(prop, cells.country, "country")


PERSON: Final = {
    "gender": Rule("gender", cells.gender, "gender"),
    "title": _text("title"),
    "first_name": _text("firstName"),
    "middle_name": _text("middleName"),
    "last_name": _text("lastName"),
    "prefix": _text("nameSuffix"),
    "full_name_frn": _text("name"),
    "alias": _text("alias"),
    "birthdate": _date("birthDate"),
    "birth_place": _text("birthPlace"),
    "country_of_birth": _country("birthCountry"),
    "mothers_name": _text("motherName"),
    "ssn": _text("socialSecurityNumber"),
    "id_number": _text("idNumber"),
    "passport_number": _text("passportNumber"),
    "nationality1": _country("nationality"),
    "nationality2": _country("nationality"),
    "nationality3": _country("nationality"),
    "residence": _country("country"),
    "email": Rule("email", _MAIL, "email"),
    "occupation": _text("profession"),
    "date_deceased": _date("deathDate"),
    "tax_number": _text("taxNumber"),
    "source_of_wealth": _text("notes"),
    "comments": _text("notes"),
    "reason": _text("notes"),
    "significance": _text("notes"),
}
NAME_ORDER: Final = ("first_name", "middle_name", "prefix", "last_name")

ACCOUNT: Final = {
    "institution_name": _text("bankName"),
    "institution_code": _text("notes"),
    "swift": _text("bic"),
    "branch": _text("bankAddress"),
    "account": _text("accountNumber"),
    "iban": _text("iban"),
    "currency_code": _text("currency"),
    "account_name": _text("name"),
    "client_number": _text("notes"),
    "personal_account_type": _text("accountType"),
    "account_type": _text("accountType"),
    "opened": _date("openingDate"),
    "closed": _date("closingDate"),
    "balance": Rule("balance", _SUM, "number"),
    "date_balance": _date("balanceDate"),
    "status_code": _text("summary"),
    "beneficiary": _text("description"),
    "beneficiary_comment": _text("notes"),
    "comments": _text("notes"),
    "reason": _text("notes"),
    "significance": _text("notes"),
}

ENTITY: Final = {
    "name": _text("name"),
    "commercial_name": _text("alias"),
    "incorporation_legal_form": _text("legalForm"),
    "incorporation_number": _text("registrationNumber"),
    "business": _text("sector"),
    "email": Rule("email", _MAIL, "email"),
    "url": Rule("website", _LINK, "url"),
    "incorporation_state": _text("notes"),
    "incorporation_country_code": _country("jurisdiction"),
    "incorporation_date": _date("incorporationDate"),
    "date_business_closed": _date("dissolutionDate"),
    "tax_number": _text("taxNumber"),
    "comments": _text("notes"),
    "reason": _text("notes"),
    "significance": _text("notes"),
}

PAYMENT: Final = {
    "transactionnumber": _text("transactionNumber"),
    "internal_ref_number": _text("sequenceNumber"),
    "transaction_description": _text("purpose"),
    "transaction_location": _text("description"),
    "date_transaction": _date("date"),
    "transmode_code": _text("summary"),
    "amount_local": Rule("amount", _SUM, "number"),
    "comments": _text("description"),
}

REPORT: Final = {
    "rentity_id": _text("publisher"),
    "rentity_branch": _text("publisher"),
    "report_code": _text("name"),
    "entity_reference": _text("name"),
    "fiu_ref_number": _text("keywords"),
    "submission_date": _date("createdAt"),
    "report_date": _date("createdAt"),
    "reason": _text("description"),
    "action": _text("summary"),
}

IDENTIFICATION: Final = {
    "type": _text("type"),
    "number": _text("number"),
    "issue_date": _date("startDate"),
    "expiry_date": _date("endDate"),
    "issued_by": _text("authority"),
    "issue_country": _country("country"),
    "comments": _text("summary"),
}
PASSPORT_TYPES: Final = frozenset({"PASSP", "PASSPORT", "P", "PASS"})

SIDE_TEXT: Final = {"funds_code": _text("summary"), "funds_comment": _text("description")}
ROLES: Final = {
    "B": "payer",
    "BUYER": "payer",
    "PAYER": "payer",
    "S": "beneficiary",
    "SELLER": "beneficiary",
}
"""Roles of a party where there are several, and the side of the payment that each gives."""

IGNORED: Final = {
    "schema_version": "edition of the file",
    "submission_code": "how the report was sent",
    "prev_rejected_ref_number": "the FIU's own book-keeping of resubmissions",
    "reporting_person": "the reporting officer: protected, and no party (FATF rec. 21)",
    "location": "address of the reporting institution",
    "additional_information": "free attachments by profile",
    "teller": "staff of the bank, no party",
    "authorized": "staff of the bank, no party",
    "late_deposit": "flag of the bank's own process",
    "date_posting": "book-keeping day; date_transaction is read",
    "value_date": "book-keeping day; date_transaction is read",
    "transmode_comment": "one letter in national profiles, without meaning by itself",
    "non_bank_institution": "flag of the institution",
    "tax_reg_number": "flag: registered for tax or not",
    "deceased": "flag; date_deceased is read",
    "business_closed": "flag; date_business_closed is read",
    "is_primary": "decides who pays from an account; kept in the choice of payer",
    "residence_since": "a day of no use without its end",
    "tph_contact_type": "kind of contact",
    "tph_communication_type": "kind of line",
    "tph_extension": "extension behind an exchange: the number is read",
    "address_type": "kind of address",
    "employer_address_id": "address of the employer, not of the person",
    "employer_phone_id": "phone of the employer, not of the person",
    "passport_country": "read with passport_number, as a document",
    "country": "of a side: read as the country of its account or person",
    "address_comments": "free text beside an address",
    "phone_comments": "free text beside a phone",
}
"""Elements that are not read, each with the reason.

Placeholders (UNKNOWN, N/A, 1900-01-01) are nothing anywhere.
"""
