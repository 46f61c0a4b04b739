"""A client's example of a record, cleaned as FollowTheMoney cleans it, ready to be screened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from followthemoney.schema import Schema

from maillon.model.ftm import ftm_model
from maillon.screen import NAME_PROPS, TAGGED, Entry, entry

BASE: Final = "Thing"
LONGEST: Final = 5_000
"""Characters of one value; the rest is cut."""
MOST_VALUES: Final = 1_000
"""Values of one record."""


class ExampleError(ValueError):
    """An example that cannot be matched; its text says why."""


@dataclass(frozen=True, slots=True)
class Query:
    """An example, read.

    Attributes:
        id: What the client calls it; of no meaning here.
        schema: FollowTheMoney schema.
        properties: Values by property, cleaned.
        entry: What is screened.
    """

    id: str | None
    schema: Schema
    properties: Mapping[str, Sequence[str]]
    entry: Entry

    def line(self) -> dict[str, Any]:
        """Return it as it is said back to the client."""
        return {"id": self.id, "schema": self.schema.name, "properties": self.properties}


def read_example(
    id_: str | None, schema: str, properties: Mapping[str, Any], *, names_only: bool = False
) -> Query:
    """Read an example.

    Args:
        id_: What the client calls it.
        schema: Name of a FollowTheMoney schema, matchable or ``Thing``.
        properties: Values by property: a list, or one value; texts, numbers.
        names_only: Whether only names are compared.

    Raises:
        ExampleError: There is no such schema, or nothing of it can be matched.
    """
    known = ftm_model().get(schema)
    if known is None:
        raise ExampleError("Unknown schema")
    if known.name != BASE and not known.matchable:
        raise ExampleError(f"Non-matchable schema for query: {known.name}")
    proxy = ftm_model().make_entity(known)
    count = 0
    for name, given in properties.items():
        prop = known.get(name)
        if prop is None or prop.stub:
            continue
        for value in given if isinstance(given, list | tuple) else [given]:
            text = _text(value)
            count += bool(text)
            if count > MOST_VALUES:
                raise ExampleError(f"more than {MOST_VALUES} values")
            if text:
                proxy.unsafe_add(prop, text, cleaned=False, fuzzy=True)
    held = {name: list(values) for name, values in proxy.properties.items() if values}
    if not any(held.get(name) for name in NAME_PROPS) and (whole := _combined(held)):
        held["name"] = [whole]
    names = {*NAME_PROPS, *TAGGED}
    compared = {name: values for name, values in held.items() if name in names or not names_only}
    return Query(id_, known, held, entry("", known.name, "", compared))


def _text(value: object) -> str:
    if value is None or isinstance(value, bool | list | dict):
        return str(value).lower() if isinstance(value, bool) else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().replace("\0", "")[:LONGEST]


def _combined(held: Mapping[str, Sequence[str]]) -> str:
    """Return a whole name from its parts, in the order in which they are spoken."""
    order = ("firstName", "secondName", "middleName", "fatherName", "lastName")
    return " ".join(held[name][0] for name in order if held.get(name))
