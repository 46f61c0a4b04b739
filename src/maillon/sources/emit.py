"""Statements of one record, built in one place so that each adapter states only what and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from maillon.model import DOUBTFUL_BIRTH, UNGRADED, Grade, Kind, Statement

XPATH: Final = "xpath:"


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity under construction: its id and schema, and the dataset that it is read for."""

    id: str
    schema: str
    dataset: str

    def say(
        self,
        prop: str,
        value: str,
        locator: str,
        original: str | None = None,
        kind: Kind = Kind.FACT,
        grade: Grade = UNGRADED,
    ) -> Statement:
        """Return the statement of one value.

        ``original`` is left out where it is the value itself.
        """
        return Statement(
            self.id,
            self.schema,
            prop,
            value,
            self.dataset,
            locator,
            None if original == value else original,
            None,
            kind,
            grade,
        )


def doubtful_birth(
    entity: str, schema: str, dataset: str, locator: str, text: str, year: str = ""
) -> list[Statement]:  # fmt: skip
    """Return what remains of a person's birth date that cannot be read: a note that says so.

    Nothing for what is no person. It stands beside the `SourceError`, which names no entity: who
    has a doubtful date may be a minor, and is not merely of unknown age.

    Args:
        entity: Id of the entity.
        schema: Its schema.
        dataset: The dataset that it is read for.
        locator: Where the date stands.
        text: The date as delivered.
        year: The year, where day and month alone are in doubt.
    """
    if schema != "Person" or not text.strip():
        return []
    said = f"birth date that cannot be read: {' '.join(text.split())}"
    grade = Grade(code=year or DOUBTFUL_BIRTH.code, scheme=DOUBTFUL_BIRTH.scheme)
    return [
        Statement(entity, schema, "notes", said, dataset, locator, text, None, Kind.FACT, grade)
    ]


def joined(parts: Iterable[str], mark: str = " ") -> str:
    """Return the non-empty parts, joined."""
    return mark.join(part for part in parts if part)
