"""What is compared: the names and the few facts of one record, on both sides alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rigour.names import remove_org_types

from maillon.screen.normalise import parts, skeleton
from maillon.store import Workbench

NAME_PROPS: Final = ("name", "alias", "previousName", "abbreviation", "weakAlias")
ORG_SCHEMATA: Final = frozenset(
    ("Company", "LegalEntity", "Organization", "PublicBody", "Airplane", "Vehicle", "Vessel")
)
FACT_PROPS: Final = (
    "birthDate", "gender", "nationality", "country", "citizenship", "jurisdiction", "birthCountry",
    "passportNumber", "idNumber", "registrationNumber", "taxNumber", "imoNumber",
)  # fmt: skip
DOCUMENT_PROPS: Final = frozenset(
    ("idNumber", "imoNumber", "passportNumber", "registrationNumber", "taxNumber")
)
COUNTRY_PROPS: Final = frozenset(
    ("birthCountry", "citizenship", "country", "jurisdiction", "nationality")
)
OTHER_PROPS: Final = ("firstName", "middleName", "lastName", "secondName", "topics")
LONGEST_NAME: Final = 500
"""Characters of one name that are compared; what is longer is cut, and said in the receipt."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one record.

    Attributes:
        text: As the record has it.
        prop: Which property holds it: ``weakAlias`` never alerts alone.
        parts: Normalised, without titles and particles.
        skeletons: Of the parts, in the same order.
    """

    text: str
    prop: str
    parts: tuple[str, ...]
    skeletons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record to compare.

    Attributes:
        id: Entity id.
        schema: FollowTheMoney schema.
        dataset: Where it is from; empty for a query.
        names: Its names, the primary ones first.
        facts: Birth dates, gender, countries and documents by property.
    """

    id: str
    schema: str
    dataset: str
    names: tuple[Name, ...]
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def caption(self) -> str:
        """The name to show."""
        return self.names[0].text if self.names else self.id

    def values(self, props: Iterable[str]) -> frozenset[str]:
        """Return the values of several properties, in upper case."""
        return frozenset(value.upper() for prop in props for value in self.facts.get(prop, ()))


def entry(id_: str, schema: str, dataset: str, properties: Mapping[str, Sequence[str]]) -> Entry:
    """Make an entry from FollowTheMoney properties."""
    names = []
    seen: set[tuple[str, ...]] = set()
    for prop in NAME_PROPS:
        for text in sorted(set(properties.get(prop, ()))):
            name = _name(text[:LONGEST_NAME], prop, organisation=schema in ORG_SCHEMATA)
            if name.parts and name.parts not in seen:
                seen.add(name.parts)
                names.append(name)
    if not names:
        whole = " ".join(
            value
            for prop in ("firstName", "secondName", "middleName", "lastName")
            for value in properties.get(prop, ())
        )
        name = _name(whole[:LONGEST_NAME], "name", organisation=False)
        names = [name] if name.parts else []
    facts = {
        prop: tuple(sorted(set(properties[prop]))) for prop in FACT_PROPS if properties.get(prop)
    }
    return Entry(id_, schema, dataset, tuple(names), facts)


def _name(text: str, prop: str, *, organisation: bool) -> Name:
    found = parts(remove_org_types(text) if organisation else text) or parts(text)
    return Name(text, prop, found, tuple(skeleton(part) for part in found))


def list_entries(bench: Workbench, datasets: Iterable[str] = ()) -> list[Entry]:
    """Return what a view screens against: entities with topics, of these datasets or of all.

    Args:
        bench: The view's workbench.
        datasets: Names of lists; none stands for every dataset with topics.
    """
    chosen = sorted(set(datasets))
    where = "dataset IN (SELECT unnest(?))" if chosen else "TRUE"
    found = _entries(
        bench,
        f"entity IN (SELECT entity FROM statement WHERE prop = 'topics' AND {where})",
        [chosen] if chosen else [],
    )
    return [one for one in found if one.names]


def dataset_entries(bench: Workbench, datasets: Iterable[str]) -> Iterator[Entry]:
    """Yield the persons and organisations of these datasets, those without a name too."""
    return _entries(
        bench,
        "dataset IN (SELECT unnest(?)) AND schema IN ('Person', 'Company', 'Organization', "
        "'LegalEntity')",
        [sorted(set(datasets))],
    )


def _entries(bench: Workbench, where: str, values: list[Any]) -> Iterator[Entry]:
    wanted = ", ".join(f"'{prop}'" for prop in (*NAME_PROPS, *FACT_PROPS, *OTHER_PROPS))
    cursor = bench.con.cursor()
    cursor.execute(
        f"""SELECT entity, max(schema) FILTER (schema <> 'Thing'),
                   coalesce(min(dataset) FILTER (prop = 'topics'), min(dataset)),
                   list(prop ORDER BY prop, value), list(value ORDER BY prop, value)
            FROM statement WHERE ({where}) AND prop IN ({wanted})
            GROUP BY entity ORDER BY entity""",
        values,
    )
    while rows := cursor.fetchmany(20_000):
        for entity, schema, dataset, props, texts in rows:
            properties: dict[str, list[str]] = {}
            for prop, text in zip(props, texts, strict=True):
                properties.setdefault(prop, []).append(text)
            yield entry(entity, schema or "Thing", dataset, properties)
