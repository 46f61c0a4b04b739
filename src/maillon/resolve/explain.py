"""Why two records are one, or not: what each comparison says, and the statements that it read.

What speaks for *same* and what speaks against it are told alike. The numbers are those of the
score: the prior and the weights add up to it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from maillon.model import MaillonError
from maillon.resolve.comparisons import RULES, TABLES
from maillon.resolve.evidence import USED, Evidence, evidence, shared_hubs
from maillon.resolve.kinds import properties
from maillon.resolve.levels import level_weights, log_odds, probability
from maillon.resolve.model import Models
from maillon.resolve.resolve import Log
from maillon.resolve.stand import are_sure, rows_of, stand
from maillon.resolve.state import PAPER_KINDS, State, paper_name
from maillon.store import Event, Workbench, standing_events

NOTHING: Final = "not known"
"""The level of a comparison that says nothing."""

"""The comparison that is a rule: it speaks against, or not at all."""

Row = dict[str, Any]


class NoPairError(MaillonError, ValueError):
    """Two ids that are no pair: one is of no record that the view can see, or they are the same."""

    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 404


def explain_pair(
    bench: Workbench, state: State, left: str, right: str, log: Log | None = None
) -> dict[str, Any]:
    """Return why two records are one, or not.

    Args:
        bench: The statements of the view.
        state: What the model says of them.
        left: Entity id of one record.
        right: Entity id of the other.
        log: The judgement log as the view reads it; without it no judgement is told.

    Returns:
        ``kind``, ``left``, ``right`` (the smaller id first), ``prior`` and ``sum`` (natural
        logarithm of the odds), ``probability`` (of these levels, 1e-6), ``stored`` (the score that
        resolution keeps; None when the two were not brought together, or are below the review
        threshold; ``is_repeated`` tells that one agency says the very same twice), ``threshold``,
        ``review_threshold``, ``comparisons`` (name, level, weight, ``stands``, values of both
        sides), ``agrees``, ``conflicts``, ``absent`` (names of comparisons), ``hubs``, ``papers``
        (other papers, which keep the two apart until a person judges), ``judgements``,
        ``would_change``. ``is_one`` is what the model and the papers say.

    Raises:
        NoPairError: The view holds no such record, the two are of different kinds, or are the same.
    """
    one, two, kind = numbers_of_pair(state, left, right)
    models, records = state.models, state.records(kind)
    rows = rows_of(state, np.array([one, two], np.int64))
    (levels,) = stand(kind, rows, np.array([one]), np.array([two]))
    sides = [evidence(bench, state, kind, state.name(number)) for number in (one, two)]
    told = [_comparison(models, kind, name, levels[name], sides) for name in TABLES[kind]]
    stored = _stored(state, one, two)
    value = probability(models, kind, levels, records)
    (is_sure,) = are_sure(kind, rows, np.array([one]), np.array([two]))
    papers = [] if is_sure else _papers(state, one, two, sides)
    score = value if stored is None else stored
    return {
        "kind": kind, "left": state.name(one), "right": state.name(two),
        "prior": round(log_odds(models, kind, {}, records), 4),
        "sum": round(log_odds(models, kind, levels, records), 4),
        "probability": value, "stored": stored,
        "is_repeated": _is_repeated(rows),
        "threshold": models.threshold(kind), "review_threshold": models.review_threshold(kind),
        "is_one": score >= models.threshold(kind) and not papers,
        "comparisons": told,
        **{name: [item["comparison"] for item in told if item["stands"] == name]
           for name in ("agrees", "conflicts", "absent")},
        "hubs": shared_hubs(state, *sides),
        "papers": papers,
        "judgements": [] if log is None else judgements(log, state.name(one), state.name(two)),
        "would_change": would_change(
            models, kind, rows, levels, records, are_barred=bool(papers)
        ),
    }  # fmt: skip


def _is_repeated(rows: pa.Table) -> bool:
    """Return whether one agency says the very same of both, see records.sql."""
    twins = set(rows.column("twin").to_pylist())
    return len(twins) == 1 and None not in twins


def numbers_of_pair(state: State, left: str, right: str) -> tuple[int, int, str]:
    """Return the numbers of two entities, the smaller first, and their kind, or raise."""
    if left == right:
        raise NoPairError(f"{left} is one record: name two")
    numbers = []
    for entity in (left, right):
        number = state.number(entity)
        if number is None:
            raise NoPairError(
                f"no entity {entity} among those that can be one with another; "
                "see properties.csv of resolve for the kinds"
            )
        numbers.append(number)
    one, two = sorted(numbers)
    kinds = [str(state.entity.column("kind")[number].as_py()) for number in (one, two)]
    if kinds[0] != kinds[1]:
        raise NoPairError(
            f"{state.name(one)} is a {kinds[0]}, {state.name(two)} a {kinds[1]}: "
            "records of two kinds are never compared"
        )
    return one, two, kinds[0]


def judgements(log: Log, left: str, right: str) -> list[dict[str, Any]]:
    """Return the judgements about a pair that stand, as lines: one, or none."""
    held = [one for one in log.read(touching=[left]) if {one.left, one.right} == {left, right}]
    return [judgement_line(one) for one in standing_events(held)]


def judgement_line(event: Event) -> dict[str, Any]:
    """Return a judgement as an explanation tells it."""
    return {
        "judgement": event.id, "verdict": event.verdict.value, "by": event.by.value,
        "who": event.who, "at": event.at, "reason": event.reason,
    }  # fmt: skip


def _comparison(
    models: Models, kind: str, name: str, level: str, sides: Sequence[Evidence]
) -> dict[str, Any]:
    weight = level_weights(models, kind, name)[level]
    stands = "agrees" if weight > 0 else "conflicts" if weight < 0 else "neutral"
    if level == NOTHING:
        stands = "neutral" if name in RULES else "absent"
    values = [[one.line() for one in side.of(name)] for side in sides]
    used = [any(one["use"] == USED for one in held) for held in values]
    lacks = {(True, True): "", (False, True): "left", (True, False): "right"}.get(
        (used[0], used[1]), "both"
    )
    return {
        "comparison": name, "level": level, "weight": round(weight, 4), "stands": stands,
        "lacks": lacks if stands == "absent" else "", "left": values[0], "right": values[1],
    }  # fmt: skip


def _stored(state: State, one: int, two: int) -> float | None:
    rows = state.rows_of(one)
    rows = rows[np.asarray(state.array("right")[rows]) == two]
    return float(state.array("score")[rows[0]]) if len(rows) else None


def _papers(state: State, one: int, two: int, sides: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Return the kinds of paper of which both hold another number, when they share none."""
    held = state.papers(np.array([one, two]))
    numbers = [set(held.number[held.entity == entity].tolist()) for entity in (one, two)]
    kinds = [set(held.kind[held.entity == entity].tolist()) for entity in (one, two)]
    if numbers[0] & numbers[1]:
        return []
    return [
        {
            "paper": (paper := paper_name(number)),
            **{
                name: [one.line() for one in side.values if one.row.paper == paper]
                for name, side in zip(("left", "right"), sides, strict=True)
            },
        }
        for number in sorted(kinds[0] & kinds[1])
    ]


# -- what one fact more would change

_DAY, _OTHER_DAY = "1970-02-03", "1978-11-24"


def _same(column: str, sample: object) -> Callable[[Row, Row], None]:
    """Return what gives both sides the same values: those of one of them, or a sample."""

    def give(left: Row, right: Row) -> None:
        held = left[column] or right[column] or sample
        left[column] = right[column] = held

    return give


def _other(column: str, first: object, second: object) -> Callable[[Row, Row], None]:
    """Return what gives the side that lacks them other values than the other side has."""

    def give(left: Row, right: Row) -> None:
        left[column] = left[column] or (first if right[column] != first else second)
        right[column] = right[column] or (first if left[column] != first else second)

    return give


def _date(day: str) -> Row:
    swapped = f"{day[:4]}-{day[8:]}-{day[5:7]}"
    return {
        "days": [day], "swapped": [swapped], "years": [day[:4]], "day": day,
        "first_year": int(day[:4]), "last_year": int(day[:4]), "is_partial": False,
    }  # fmt: skip


def _same_day(left: Row, right: Row) -> None:
    known = left if left["years"] else right if right["years"] else _date(_DAY)
    for row in (left, right):
        row.update({name: known[name] for name in _date(_DAY)})


def _other_day(left: Row, right: Row) -> None:
    for row, beside in ((left, right), (right, left)):
        if not row["years"]:
            near = int(beside["first_year"]) or int(_DAY[:4])
            row.update(_date(f"{near + 8}{_OTHER_DAY[4:]}" if beside["years"] else _DAY))


def _same_paper(left: Row, right: Row) -> None:
    for row in (left, right):
        row["numbers"] = [*row["numbers"], -1]
        row["paper_kinds"] = [*row["paper_kinds"], "of both"]


def _other_paper(left: Row, right: Row) -> None:
    for number, row in ((-1, left), (-2, right)):
        row["numbers"] = [*row["numbers"], number]
        row["paper_kinds"] = [*row["paper_kinds"], "of both"]


Fact = tuple[str, str, Callable[[Row, Row], None]]

_NUMBER_FACTS: Final = (("same", _same_paper), ("other", _other_paper))
_DATE_FACTS: Final = (("same", _same_day), ("other", _other_day))

FACTS: Final[tuple[Fact, ...]] = (
    *(("document", answer, give) for answer, give in _NUMBER_FACTS),
    *(("number", answer, give) for answer, give in _NUMBER_FACTS),
    *((name, answer, give) for name in ("birth date", "founded", "built")
      for answer, give in _DATE_FACTS),
    ("phone", "same", _same("phones", [-1])),
    ("e-mail", "same", _same("emails", [-1])),
    ("address", "same", _same("addresses", [-1])),
    ("weak number", "same", _same("weak_numbers", [-1])),
    ("gender", "same", _same("gender", "male")),
    ("gender", "other", _other("gender", "male", "female")),
    ("country", "same", _same("countries", ["fr"])),
    ("country", "other", _other("countries", ["zz"], ["zy"])),
)  # fmt: skip
"""Facts that a caseworker can look up: comparison, answer, what it puts into the two records."""


def would_change(
    models: Models,
    kind: str,
    rows: pa.Table,
    levels: Mapping[str, str],
    records: int,
    *,
    are_barred: bool,
) -> list[dict[str, Any]]:
    """Return which single absent fact would carry the pair over the threshold, or under it.

    The records are given the fact and compared again: one fact may move several comparisons.

    Args:
        models: The models.
        kind: Kind of the two records.
        rows: The two records, rows of ``record``, the smaller number first.
        levels: Where they stand now.
        records: How many records of the kind there are, see `model.prior`.
        are_barred: Whether other papers keep the two apart now: then only a paper that both have
            joins them.

    Returns:
        ``comparison``, ``answer`` (``same`` or ``other``), ``probability``, ``is_one``.
    """
    facts = [fact for fact in FACTS if levels.get(fact[0]) == NOTHING]
    if not facts:
        return []
    least = models.threshold(kind)
    is_one = probability(models, kind, levels, records) >= least and not are_barred
    altered: list[Row] = []
    pair: list[Row] = rows.to_pylist()
    for place, (_, _, give) in enumerate(facts):
        left, right = dict(pair[0]), dict(pair[1])
        give(left, right)
        altered += [left | {"unique_id": 2 * place}, right | {"unique_id": 2 * place + 1}]
    table, at = pa.Table.from_pylist(altered, schema=rows.schema), np.arange(len(facts)) * 2
    found = []
    for (name, answer, _), moved, is_sure in zip(
        facts, stand(kind, table, at, at + 1), are_sure(kind, table, at, at + 1), strict=True
    ):
        value = probability(models, kind, moved, records)
        is_paper = name in {"document", "number"}
        barred = answer == "other" and _bars(kind) if is_paper else are_barred
        becomes = value >= least and (is_sure or not barred)
        if becomes != is_one:
            found.append({
                "comparison": name, "answer": answer, "probability": value, "is_one": becomes,
            })  # fmt: skip
    return found


def _bars(kind: str) -> bool:
    """Return whether another paper of a kind keeps two records apart."""
    return any(row.record == kind and row.paper in PAPER_KINDS for row in properties())
