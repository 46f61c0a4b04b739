"""Which records a request of a yente client is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from followthemoney.schema import Schema
from starlette.exceptions import HTTPException

from maillon.model import View
from maillon.model.ftm import schema_of
from maillon.screen.find.write import numbered
from maillon.web.service import Service
from maillon.web.yente.examples import BASE
from maillon.workspace.finding import Opened


@dataclass(frozen=True, slots=True)
class Chosen:
    """Among which records is matched; every condition of a request.

    Attributes:
        datasets: In one of these.
        include: And in one of these, when any is named.
        exclude: And in none of these.
        exclude_schema: Of none of exactly these schemata.
        exclude_ids: With none of these ids.
        topics: With one of these topics, when any is named.
        changed_since: Changed after this instant; empty for any.
    """

    datasets: frozenset[str]
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    exclude_schema: frozenset[str] = frozenset()
    exclude_ids: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    changed_since: str = ""

    def takes(self, record: Mapping[str, Any], schema: Schema) -> bool:
        """Whether a record is one of them, and can be what a query of a schema describes."""
        datasets = record["datasets"]
        if self.datasets.isdisjoint(datasets) or not self.exclude.isdisjoint(datasets):
            return False
        if self.include and self.include.isdisjoint(datasets):
            return False
        if record["schema"] in self.exclude_schema or not _can_be(schema, record["schema"]):
            return False
        if self.topics and self.topics.isdisjoint(record["properties"].get("topics", ())):
            return False
        if self.exclude_ids and not self.exclude_ids.isdisjoint(
            (record["id"], *record["referents"])
        ):
            return False
        since = self.changed_since
        return not since or numbered(record["last_change"] or "") > numbered(since + "000000")


def _can_be(schema: Schema, name: str) -> bool:
    if schema.name == BASE:
        return True
    other = schema_of(name)
    return other is not None and (schema.can_match(other) or other.can_match(schema))


def scope_of(service: Service, name: str) -> tuple[str, ...]:
    """Return the datasets that a name stands for, or raise 404."""
    found = service.config.open.scope(name) if service.config.open.mandate else None
    if found is None:
        raise HTTPException(404, "No such dataset.")
    return found


def note(
    service: Service, view: View, verb: str, records: Iterable[Mapping[str, Any]],
    asked: int = 1,
) -> None:  # fmt: skip
    """Write into the ledger what a request is about to be shown."""
    found: Sequence[tuple[str, Sequence[str]]] = [(one["id"], one["datasets"]) for one in records]
    service.workspace.finding.note(view, verb, found, {"asked": asked})


def has_opened(service: Service) -> tuple[View, Opened]:
    """Return what is open, or raise 404 where nothing is."""
    if service.config.open.mandate is None:
        raise HTTPException(404, "No such entity!")
    return service.opened()
