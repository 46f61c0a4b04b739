"""The verbs of standing questions: ask, end, hear what is new; and asking again after a load."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from maillon.model import Act, Mandate, NotFoundError, RefusedError, View
from maillon.store import Store
from maillon.store.standing_questions import (
    LEAD,
    MOST_ENTITIES,
    SUBJECT,
    VALUES,
    StandingQuestion,
    Touch,
)
from maillon.store.waiting import counts_since
from maillon.workspace.looking import look
from maillon.workspace.resolution import resolved

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maillon.store import Workbench
    from maillon.workspace.tracing import Tracing

_TOUCHED: Final = """
WITH wanted AS (SELECT unnest($questions) AS question, unnest($entities) AS entity),
fresh AS (SELECT * FROM statement WHERE delivery IN (SELECT unnest($new))),
touching AS (
    SELECT w.question, n.* FROM fresh AS n JOIN wanted AS w ON n.entity = w.entity
    UNION ALL
    SELECT w.question, n.* FROM fresh AS n JOIN wanted AS w ON n.value = w.entity
)
SELECT DISTINCT question, delivery, entity, label FROM touching AS t WHERE NOT EXISTS (
    SELECT 1 FROM statement AS o WHERE o.dataset = t.dataset AND o.entity = t.entity
    AND o.prop = t.prop AND o.value = t.value AND o.delivery IN (SELECT unnest($old))
) ORDER BY ALL
"""
"""What stood in an earlier delivery of the same dataset already is not new."""

_VALUES: Final = """
SELECT DISTINCT n.delivery, n.entity, n.label, n.prop, n.schema, n.value
FROM statement AS n WHERE n.delivery IN (SELECT unnest($new)) AND n.prop IN (SELECT unnest($props))
AND NOT EXISTS (
    SELECT 1 FROM statement AS o WHERE o.dataset = n.dataset AND o.entity = n.entity
    AND o.prop = n.prop AND o.value = n.value AND o.delivery IN (SELECT unnest($old))
) ORDER BY ALL
"""

_MEMBERS: Final = """
SELECT DISTINCT b.canonical, b.entity FROM rows AS a JOIN rows AS b USING (canonical)
WHERE a.entity IN (SELECT unnest($asked)) OR a.canonical IN (SELECT unnest($asked))
"""
_ROWS: Final = 10_000


AlsoHeard = Callable[["Connection", Mapping[str, int]], None]
"""What else is written in the transaction of the answers."""


class Asking:
    """Standing questions over one workspace; every verb takes a view.

    Args:
        store: Its store.
        tracing: Lends the verbs of tracing, when a lead is asked about.
    """

    def __init__(self, store: Store, tracing: "Callable[[], Tracing]") -> None:
        self._store = store
        self._tracing = tracing

    def ask(self, view: View, kind: str, what: str, expires: str, reason: str) -> StandingQuestion:
        """Ask to be told when anything new touches a subject, a lead or a value.

        Args:
            view: What may be read: the question is asked again under the rights that its account
                has then.
            kind: ``subject``, ``lead``, ``phone``, ``document`` or ``plate``.
            what: An entity id, a lead id, or the value.
            expires: Last day, ISO.
            reason: Why; never empty.

        Raises:
            StoreError: The view holds no such entity: the same answer for hidden and absent.
            UnknownLeadError: As `Tracing.explain`.
            RefusedError: See `StandingQuestions.ask`.
        """
        entities: tuple[str, ...] = ()
        if kind == SUBJECT:
            entities = self._subject(view, what)
        elif kind == LEAD:
            entities = self._lead(view, what)
        value = what if kind in VALUES else ""
        id_ = self._store.questions.ask(
            view, StandingQuestion(kind, entities, value, expires, reason)
        )
        return next(one for one in self._store.questions.own(view) if one.id == id_)

    def questions(self, view: View) -> list[StandingQuestion]:
        """Return the own account's questions, oldest first."""
        return self._store.questions.own(view)

    def withdraw(self, view: View, question: str) -> None:
        """End a question of the own account. See `StandingQuestions.end`."""
        self._store.questions.end(view, question)

    def notices(self, view: View, after: str = "", *, unread: bool = False) -> list[Touch]:
        """Return what is new to the own questions, a page. See `StandingQuestions.notices`."""
        return self._store.questions.notices(view, after=after, unread=unread)

    def mark_seen(self, view: View, notices: Iterable[str]) -> int:
        """Mark notices as read; return how many were not before."""
        return self._store.questions.mark_seen(view, notices)

    def whats_new(self, view: View) -> dict[str, Any]:
        """Return how much is new since the own account's last visit, by kind, as the view sees it.

        What was written in the very second of the last visit is counted again: nothing is missed.
        """
        since = self._store.visits.last(view)
        jobs = self._store.jobs.page(view)
        counts = {
            "deliveries": sum(one.received >= since for one in self._store.deliveries(view)),
            **counts_since(self._store.house.desk, view, since),
            "proposals": sum(one.at >= since for one in self._store.proposals.page(view)),
            "jobs": sum(bool(one.ended) and one.ended >= since for one in jobs),
            "notices": len(self._store.questions.notices(view, unread=True)),
        }
        return {"since": since, **counts}

    def visit(self, view: View) -> str:
        """Note that the own account looked; return when: the next `whats_new` counts from there."""
        return self._store.visits.note(view)

    def _subject(self, view: View, entity: str) -> tuple[str, ...]:
        members = _members(self._store, view, [entity])
        with self._store.workbench(view) as bench:
            held = bench.con.execute(
                "SELECT DISTINCT entity, dataset FROM statement "
                "WHERE entity IN (SELECT unnest($of)) ORDER BY ALL",
                {"of": sorted({entity, *members})},
            ).fetchall()
        look(self._store, view, "question", [entity], {dataset for _, dataset in held})
        if not held:
            raise NotFoundError(f"no entity {entity}")
        return tuple(dict.fromkeys([entity, *(one for one, _ in held)]))[:MOST_ENTITIES]

    def _lead(self, view: View, lead: str) -> tuple[str, ...]:
        line = self._tracing().explain(view, lead)
        named = {line["terror"]["id"], line["crime"]["id"]}
        for path in line["paths"]:
            named.update(hop[side] for hop in path["hops"] for side in ("from", "to"))
        members = _members(self._store, view, sorted(named))
        return tuple(sorted({*named, *members}))[:MOST_ENTITIES]


def ask_again(store: Store, also: AlsoHeard, heard: Callable[[int, int], None]) -> None:
    """Ask every standing question again, each under its account's rights of now.

    Args:
        store: The store.
        also: Written in the transaction of the answers, given how many questions were asked, how
            many of them ended, and how many notices are new.
        heard: Called with how many accounts are done, of how many.
    """
    standing = store.questions.standing()
    until = store.house.desk.generation()
    by_mandate: dict[Mandate, list[StandingQuestion]] = defaultdict(list)
    for one in standing:
        assert one.mandate is not None
        by_mandate[one.mandate].append(one)
    answers: list[tuple[StandingQuestion, Sequence[Touch]]] = []
    ended = 0
    for number, (mandate, questions) in enumerate(by_mandate.items()):
        heard(number, len(by_mandate))
        detail = {"verb": "standing questions", "questions": [one.id for one in questions]}
        try:
            view = store.policy.open(mandate, Act.READ, detail=detail)
        except RefusedError as error:
            store.questions.end_refused(questions, error.rule)
            ended += len(questions)
            continue
        answers += _answered(store, view, questions, until)
    said = {"questions": len(standing), "ended": ended}
    store.questions.answer(
        answers, until, lambda connection, new: also(connection, {**said, "notices": new})
    )


def _answered(
    store: Store, view: View, questions: Sequence[StandingQuestion], until: int
) -> list[tuple[StandingQuestion, Sequence[Touch]]]:
    """Return what is new to each question of one mandate."""
    oldest = min(one.until for one in questions)
    numbers = store.questions.numbers()
    current = store.deliveries(view)
    new = {one.id for one in current if oldest < numbers.get(one.id, 0) <= until}
    datasets = {one.dataset for one in current if one.id in new}
    touches: dict[str, dict[tuple[str, str], set[int]]] = defaultdict(lambda: defaultdict(set))
    if new:
        held = [one for one in store.deliveries(view, current=False) if one.dataset in datasets]
        old = {one.id for one in held if numbers.get(one.id, 0) <= oldest}
        sides = {"new": sorted(new), "old": sorted(old)}
        members = _grown(store, view, questions)
        with store.workbench(view, deliveries=new | old) as bench:
            for question, delivery, entity, label in _rows(bench, members, sides):
                touches[question][delivery, entity].add(label)
            for question, delivery, entity, label in _by_value(store, bench, questions, sides):
                touches[question][delivery, entity].add(label)
    return [
        (
            one,
            [
                Touch(one.id, delivery, entity, tuple(sorted(labels)))
                for (delivery, entity), labels in sorted(
                    touches[one.id].items(), key=lambda held: (numbers[held[0][0]], held[0][1])
                )
                if numbers[delivery] > one.until
            ],
        )
        for one in questions
    ]


def _rows(
    bench: "Workbench", members: Sequence[tuple[str, str]], sides: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, str, int]]:
    if not members:
        return []
    asked = {"questions": [one for one, _ in members], "entities": [one for _, one in members]}
    return bench.con.execute(_TOUCHED, {**asked, **sides}).fetchall()


def _by_value(
    store: Store,
    bench: "Workbench",
    questions: Sequence[StandingQuestion],
    sides: Mapping[str, Sequence[str]],
) -> list[tuple[str, str, str, int]]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for one in questions:
        if one.value:
            wanted[one.value].append(one.id)
    kinds = {one.kind for one in questions if one.value}
    if not kinds:
        return []
    props, plates = _properties()
    asked = sorted({name for kind in kinds for name in props[kind]})
    hashed = store.questions.hasher()
    cursor = bench.con.cursor()
    cursor.execute(_VALUES, {"props": asked, **sides})
    found = []
    while rows := cursor.fetchmany(_ROWS):
        for delivery, entity, label, prop, schema, value in rows:
            for kind in kinds:
                if prop in props[kind] and (kind != "plate" or schema in plates):
                    asking = wanted.get(hashed(kind, value), ())
                    found += [(question, delivery, entity, label) for question in asking]
    return found


def _properties() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Return the properties that hold each kind of value, and the schemata of what bears plates."""
    from maillon.model.ftm import ftm_model  # noqa: PLC0415 - slow, and only who asks needs it

    by_type: dict[str, set[str]] = defaultdict(set)
    schemata = ftm_model().schemata.values()
    for schema in schemata:
        for name, prop in schema.properties.items():
            by_type[prop.type.name].add(name)
    plates = frozenset(one.name for one in schemata if one.is_a("Vehicle"))
    props = {"phone": frozenset(by_type["phone"]), "document": frozenset(by_type["identifier"])}
    return {**props, "plate": frozenset({"registrationNumber"})}, plates


def _grown(
    store: Store, view: View, questions: Sequence[StandingQuestion]
) -> list[tuple[str, str]]:
    """Return pairs of question and entity: what is one with an entity by now is asked about too."""
    asked = sorted({entity for one in questions for entity in one.entities})
    members = _members(store, view, asked, by_name=True) if asked else {}
    return [
        (one.id, entity)
        for one in questions
        for entity in sorted(
            {*one.entities, *(m for e in one.entities for m in members.get(e, ()))}
        )
    ]


def _members(
    store: Store, view: View, asked: Sequence[str], *, by_name: bool = False
) -> dict[str, set[str]]:
    """Return what is one with these, by id, as the view sees it; nothing where it may not resolve.

    Args:
        store: The store.
        view: What may be read.
        asked: Ids of records, or canonical ids.
        by_name: Whether to tell the members of each; else each is told of itself alone.
    """
    try:
        canonical = resolved(store, view).canonical
    except RefusedError:  # the purpose does not cover it: the ids as they were said
        return {}
    import duckdb  # noqa: PLC0415 - only where something is resolved

    with duckdb.connect(":memory:") as con:
        con.register("rows", canonical)
        rows = con.execute(_MEMBERS, {"asked": list(asked)}).fetchall()
    of: dict[str, set[str]] = defaultdict(set)
    for name, entity in rows:
        of[name].add(entity)
    if not by_name:
        return {entity: {entity} for held in of.values() for entity in held}
    by_entity = {entity: held for held in of.values() for entity in held}
    return {one: of.get(one) or by_entity.get(one, set()) for one in asked}
