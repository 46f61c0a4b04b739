"""What can be one: kinds of records, and what each property says of them.

``properties.csv`` is the table that a domain expert reads and changes: property by property,
whether it is a name, a number that stays with its bearer, one that is given again, a date, a place.
"""

import csv
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

SCHEMATA: Final[dict[str, tuple[str, ...]]] = {
    "person": ("Person",),
    "firm": ("Company", "Organization", "LegalEntity", "PublicBody"),
    "vessel": ("Vessel",),
    "airplane": ("Airplane",),
    "vehicle": ("Vehicle",),
    "container": ("Container",),
    "firearm": ("Firearm",),
    "address": ("Address",),
    "document": ("Passport", "Identification"),
    "account": ("BankAccount", "CryptoWallet", "UserAccount"),
}
"""FollowTheMoney schemata of each kind; an entity of two kinds is of the first."""

SAYS: Final = (
    "name", "weak name", "given", "family", "date", "number", "weak number", "number of holder",
    "name of holder", "phone", "email", "address", "address part", "gender", "country", "mark",
)  # fmt: skip
"""What a property may be: a *weak number* is given again, or unique only beside a *mark*."""


class Property(NamedTuple):
    """One row of ``properties.csv``.

    Attributes:
        record: Kind, a key of `SCHEMATA`.
        schema: The schema that is meant; for information.
        prop: FollowTheMoney property.
        says: One of `SAYS`.
        scope: Of a number: what it is compared with, and after a colon which kind of paper it is.
        differing: What another number of the same kind says: ``bars`` (two, until a person judges),
            ``speaks against``, or nothing.
        note: Why.
    """

    record: str
    schema: str
    prop: str
    says: str
    scope: str
    differing: str
    note: str

    @property
    def within(self) -> str:
        """What its numbers are compared with."""
        return self.scope.partition(":")[0]

    @property
    def paper(self) -> str:
        """Which kind of paper it is when another one speaks against; empty when it says nothing."""
        return self.scope.partition(":")[2] if self.differing else ""


@cache
def properties() -> tuple[Property, ...]:
    """Return the table, in its order."""
    text = resources.files("maillon.resolve").joinpath("properties.csv").read_text("utf-8")
    return tuple(
        Property(
            row["record"], row["schema"], row["property"], row["says"], row["scope"],
            row["differing"], row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip


def kind_of(schema: str) -> str:
    """Return the kind of a schema; empty for what is not resolved."""
    return next((kind for kind, held in SCHEMATA.items() if schema in held), "")
