"""The verbs of facts by hand: state one, correct one by another, list them.

A fact is a delivery like any other: parsed, labelled, sealed, committed with its ledger entry, seen
by everything that reads deliveries. Nothing is overwritten: a corrected fact stays readable as what
was known, and stands no more.
"""

import io
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any, Final

from maillon.model import (
    UNGRADED,
    Act,
    Adapter,
    Grade,
    Kind,
    Label,
    Mode,
    NotFoundError,
    Purged,
    RefusedError,
    SourceError,
    Statement,
    View,
    Yielded,
)
from maillon.policy import is_known, protected_by
from maillon.store import Order, Store
from maillon.store.by_hand import DATASETS, HandFact, put_fact
from maillon.store.door import check_act
from maillon.workspace.looking import look

NEVER: Final = "Directive (EU) 2016/680, art. 10"
"""What the refusal of a protected characteristic cites."""

FREE: Final = frozenset({"description", "keywords", "notes", "summary", "indexText", "abuseType"})
"""Properties of free text: what they say is looked at word by word."""

MOST_VALUES: Final = 200
LONGEST: Final = 10_000
"""Characters of one value."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a person states: of an entity that is known, of a new one, or a link between two.

    Attributes:
        schema: Schema of the entity, e.g. ``Person`` or ``Ownership``.
        properties: Its values by property.
        reason: Why it is stated; never empty.
        entity: Id of the entity that it is about; empty: a new one.
        grade: How good source and information are.
        kind: Fact, assessment or hearsay.
        handling: Handling code verbatim, ``SCHEME/CODE``; empty: the workspace's own label.
        compartment: Sealed compartment, or empty.
    """

    schema: str
    properties: Mapping[str, Sequence[str]]
    reason: str
    entity: str = ""
    grade: Grade = UNGRADED
    kind: Kind = Kind.FACT
    handling: str = ""
    compartment: str = ""


class ByHand:
    """Facts by hand in one workspace; every verb takes a view.

    Args:
        store: Its store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def state(self, view: View, stated: Stated) -> HandFact:
        """State a fact; it stands as a delivery when this returns.

        Args:
            view: Opened for the act ``load``.
            stated: The fact.

        Raises:
            RefusedError: It says a protected characteristic, gives no reason, names no grade, or a
                handling code that the house does not know.
            SourceError: The model does not allow a value.
            StoreError: It names an entity that the view cannot see: as one that is not there.
        """
        return self._put(view, stated, self._label(view, stated), "")

    def correct(self, view: View, delivery: str, stated: Stated) -> HandFact:
        """State a fact in the place of an earlier one; the earlier one stands no more.

        It keeps the label of the earlier one: who saw that one sees what became of it.

        Raises:
            StoreError: The view cannot see such a fact of its agency: the same for hidden and
                absent.
            StaleError: Somebody corrected it before.
        """
        check_act(view, Act.LOAD)
        before = next((one for one in self.facts(view) if one.delivery == delivery), None)
        if before is None or before.dataset != dataset_of(view.mandate.agency):
            raise NotFoundError(f"no fact {delivery} of this agency")
        (number,) = self._store.labels_of(view, [delivery])
        label = self._store.labels(view)[number]
        same = replace(stated, entity=stated.entity or before.entity)
        return self._put(view, same, label, delivery, own=before.entity)

    def facts(self, view: View) -> list[HandFact]:
        """Return the facts by hand that the view can see, corrected ones too, oldest first."""
        held = self._store.deliveries(view, current=False)
        mine = [one.id for one in held if one.dataset.startswith(DATASETS)]
        return self._store.hand_facts.read(view, mine) if mine else []

    def _put(
        self, view: View, stated: Stated, label: Label, corrects: str, own: str = ""
    ) -> HandFact:
        check_act(view, Act.LOAD)
        check_stated(stated)
        act = secrets.token_hex(8)
        entity = stated.entity or f"hand-{act}"
        dataset = dataset_of(view.mandate.agency)
        raw = _written(act, entity, stated)
        self._check_read(raw, dataset)
        self._check_seen(view, stated, own)
        house = self._store.house
        said = HandFact(
            act, "", dataset, corrects, entity, stated.reason, view.mandate.who, house.at
        )
        order = Order(ADAPTER, dataset, label, mode=Mode.MESSAGES, grade=stated.grade)
        loaded = self._store.load(
            view, io.BytesIO(raw), order,
            also=lambda connection, made: put_fact(
                connection, view.mandate, replace(said, delivery=made.delivery.id)
            ),
        )  # fmt: skip
        return replace(said, delivery=loaded.delivery.id)

    def _label(self, view: View, stated: Stated) -> Label:
        scheme, _, code = stated.handling.rpartition("/")
        label = replace(self._store.settings.label, originator=view.mandate.agency)
        if stated.handling:
            label = replace(label, scheme=scheme, code=code)
        if stated.compartment:  # nothing is learned from sealed records
            label = replace(label, compartment=stated.compartment, statistics=False)
        if not is_known(label):
            raise RefusedError(
                "law/handling.toml", "the handling code is unknown to the house",
                "name one of law/handling.toml, as SCHEME/CODE",
            )  # fmt: skip
        return label

    def _check_read(self, raw: bytes, dataset: str) -> None:
        for item in read(io.BytesIO(raw), dataset):
            if isinstance(item, SourceError):
                raise item
            if isinstance(item, Purged):
                raise RefusedError(NEVER, item.reason, "such contacts are kept by nobody")

    def _check_seen(self, view: View, stated: Stated, own: str) -> None:
        from maillon.model.ftm import entity_property_names  # noqa: PLC0415 - slow

        props = entity_property_names()
        named = {value for prop in stated.properties if prop in props
                 for value in stated.properties[prop]}  # fmt: skip
        named |= {stated.entity} - {"", own}
        if not named:
            return
        with self._store.workbench(view) as bench:
            rows = bench.con.execute(
                "SELECT DISTINCT entity, dataset FROM statement "
                "WHERE entity IN (SELECT unnest($of))",
                {"of": sorted(named)},
            ).fetchall()
        look(self._store, view, "state", sorted(named), {dataset for _, dataset in rows})
        if missing := sorted(named - {entity for entity, _ in rows}):
            raise NotFoundError(f"no entity {missing[0]}")


def dataset_of(agency: str) -> str:
    """Return the dataset of an agency's facts by hand, e.g. ``by_hand_centre``."""
    return DATASETS + re.sub(r"[^a-z0-9]+", "_", agency.casefold())[:80]


def check_stated(stated: Stated) -> None:
    """Let through what may be stated at all.

    Raises:
        RefusedError: It gives no reason or no grade, says too much, or says of somebody what the
            law protects.
    """
    if not stated.reason.strip():
        raise RefusedError("S/2020/754, para. 112 (necessity)", "no reason is given", "say why")
    if stated.grade == UNGRADED:
        raise RefusedError(
            "DESIGN, section 4: grades", "source and information are not graded",
            "grade both: source A to F, information 1 to 6",
        )  # fmt: skip
    values = [(prop, text) for prop, held in stated.properties.items() for text in held]
    if not values or len(values) > MOST_VALUES or any(len(text) > LONGEST for _, text in values):
        raise RefusedError(
            "store: a fact by hand", "it says nothing, or more than one person states",
            f"1 to {MOST_VALUES} values of at most {LONGEST:,} characters",
        )  # fmt: skip
    for prop, text in values:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", prop)
        what = protected_by(words) or (protected_by(text) if prop in FREE else "")
        if what:
            raise RefusedError(
                NEVER, f"{prop} says something of {what}", "leave it out: no exception"
            )


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands around the entity in a stated file."""

    act: str
    grade: Grade
    kind: Kind
    line: bytes = field(repr=False)


def _written(act: str, entity: str, stated: Stated) -> bytes:
    properties = {prop: list(held) for prop, held in sorted(stated.properties.items())}
    grade = stated.grade
    said = {
        "act": act, "kind": stated.kind.value,
        "grade": [grade.source, grade.information, grade.code, grade.scheme],
        "entity": {"id": entity, "schema": stated.schema, "properties": properties},
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _head(raw: IO[bytes]) -> _Head:
    said: dict[str, Any] = json.loads(raw.read())
    line = json.dumps(said["entity"], ensure_ascii=False).encode()
    return _Head(said["act"], Grade(*said["grade"]), Kind(said["kind"]), line)


def read(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    """Read one stated fact: an entity as FollowTheMoney has it, at ``act:`` and the act's id."""
    from maillon.sources import adapter  # noqa: PLC0415 - slow, and only who states needs it

    head = _head(raw)
    locator = f"act:{head.act}"
    for item in adapter("ftm-json").read(io.BytesIO(head.line), dataset):
        if isinstance(item, Statement):
            yield item._replace(locator=locator, grade=head.grade, kind=head.kind)
        elif isinstance(item, SourceError):
            yield SourceError(dataset, locator, item.reason, whole=item.whole)
        else:
            yield Purged(dataset, locator, item.reason)


def locate(raw: IO[bytes], locator: str) -> str:
    """Return the stated fact at its locator."""
    head = _head(raw)
    if locator != f"act:{head.act}":
        raise ValueError(f"{locator} is not of this fact")
    return head.line.decode()


ADAPTER: Final = Adapter(
    "by-hand", "Maillon, a fact by hand, edition 2026-11", read, locate, Mode.MESSAGES
)
"""Reads what `ByHand` writes; no file of others comes in this form."""
