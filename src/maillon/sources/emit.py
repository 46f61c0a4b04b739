"""Statements of one record, built in one place so that each adapter states only what and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from maillon.model import UNGRADED, Grade, Kind, Statement

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


def joined(parts: Iterable[str], mark: str = " ") -> str:
    """Return the non-empty parts, joined."""
    return mark.join(part for part in parts if part)
