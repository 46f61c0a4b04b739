"""Which values a comparison looked at, statement by statement, and what was set aside."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import duckdb
import pyarrow as pa

from maillon.model import Statement
from maillon.resolve.kinds import SCHEMATA, Property, properties
from maillon.resolve.records import build_records
from maillon.resolve.state import State
from maillon.store import Workbench

_NAMES: Final = ("name", "given", "family")
_NUMBERS: Final = ("number", "number of holder")
_PLACES: Final = ("address", "address part")

LOOKS_AT: Final[dict[str, tuple[str, ...]]] = {
    "name": _NAMES,
    "holder": ("name", "name of holder"),
    "other person": (*_NAMES, "date", *_NUMBERS, "phone", "email", *_PLACES),
    "one list": ("listed",),
    "birth date": ("date",),
    "founded": ("date",),
    "built": ("date",),
    "document": _NUMBERS,
    "number": _NUMBERS,
    "weak number": ("weak number",),
    "phone": ("phone",),
    "e-mail": ("email",),
    "address": _PLACES,
    "gender": ("gender",),
    "country": ("country",),
    "mark": ("mark",),
}
"""Comparison -> what properties say that it looks at, see `kinds.SAYS`."""

_CARRIED: Final = ("number", "weak number", "phone", "email", "address")
"""What is turned into a number, and may be a hub."""

USED: Final = "used"
HUB: Final = "hub"
SET_ASIDE: Final = "set aside"

"""Whom the values are tried on: only what has a name carries anything."""


class Value(NamedTuple):
    """A value that a comparison looked at.

    Attributes:
        statement: That gives it; of the record itself, or of a paper that it holds.
        row: What the property says.
        use: ``used``; ``hub``: too many differently named records have it; ``set aside``: a
            placeholder, or too short to name anybody.
    """

    statement: Statement
    row: Property
    use: str = USED

    def line(self) -> dict[str, Any]:
        """Return it for a program or a page."""
        said = self.statement
        return {
            "statement": said.id, "entity": said.entity, "prop": said.prop, "value": said.value,
            "delivered": said.value if said.original_value is None else said.original_value,
            "dataset": said.dataset, "locator": said.locator, "source_grade": said.grade.source,
            "information_grade": said.grade.information, "label": said.label, "use": self.use,
        }  # fmt: skip


class Evidence(NamedTuple):
    """The values of one record.

    Attributes:
        values: All that any comparison looks at, by property and statement id.
        keys: Numbers of the values that compare it, hubs among them: ``(says, number)`` by place
            in ``values``.
    """

    values: list[Value]
    keys: dict[int, tuple[str, int]]

    def of(self, comparison: str) -> list[Value]:
        """Return the values that a comparison looks at."""
        return [one for one in self.values if one.row.says in LOOKS_AT[comparison]]


def evidence(bench: Workbench, state: State, kind: str, entity: str) -> Evidence:
    """Return what a record says, as far as it can tell whether it is one with another.

    Args:
        bench: The view's statements.
        state: What is known of its hubs.
        kind: Kind of the record.
        entity: Its id.
    """
    rows = [row for row in properties() if row.record == kind]
    own = {row.prop: row for row in rows if "holder" not in row.says}
    found = [Value(one, own[one.prop]) for one in _statements(bench, [entity], own)]
    found += _of_papers(bench, entity, {r.prop: r for r in rows if r.says == "number of holder"})
    if kind == "document":
        found += _of_holders(bench, entity, rows)
    found.sort(key=lambda one: (one.row.says, one.statement.prop, one.statement.id))
    name = next((row.prop for row in rows if row.says == "name"), "")
    keys = _keys(kind, found)
    hubs = _hubs(state, keys.values())
    for place, one in enumerate(found):
        if _says(one.row) in _CARRIED and name:
            use = SET_ASIDE if place not in keys else HUB if keys[place] in hubs else USED
            found[place] = one._replace(use=use)
    return Evidence(found, keys)


def shared_hubs(state: State, left: Evidence, right: Evidence) -> list[dict[str, Any]]:
    """Return the values that both have and that compare nobody, with how many have them."""
    both = set(left.keys.values()) & set(right.keys.values())
    carriers = _hubs(state, both)
    shown = {left.keys[place]: left.values[place].statement.value for place in sorted(left.keys)}
    return [
        {"says": key[0], "value": shown[key], "carriers": carriers[key]} for key in sorted(carriers)
    ]


def _statements(
    bench: Workbench, entities: Sequence[str], props: Iterable[str]
) -> Sequence[Statement]:
    names = sorted(props)
    if not entities or not names:
        return []
    marks = [", ".join("?" * len(held)) for held in (entities, names)]
    return list(
        bench.statements(f"entity IN ({marks[0]}) AND prop IN ({marks[1]})", [*entities, *names])
    )


def _of_papers(bench: Workbench, entity: str, rows: Mapping[str, Property]) -> list[Value]:
    """Return the numbers of the papers of a person: papers are entities of their own."""
    if not rows:
        return []
    papers = bench.con.execute(
        """SELECT DISTINCT entity FROM statement WHERE prop = 'holder' AND value = ?
           AND schema IN ('Passport', 'Identification') ORDER BY 1""",
        [entity],
    ).fetchall()
    known = {(row.schema, row.prop): row for row in properties() if row.says == "number of holder"}
    found = _statements(bench, [row[0] for row in papers], rows)
    return [
        Value(one, known[one.schema, one.prop]) for one in found if (one.schema, one.prop) in known
    ]


def _of_holders(bench: Workbench, paper: str, rows: Sequence[Property]) -> list[Value]:
    (row,) = [row for row in rows if row.says == "name of holder"]
    holders = [one.value for one in _statements(bench, [paper], [row.prop])]
    return [Value(one, row) for one in _statements(bench, sorted(set(holders)), ["name"])]


def _says(row: Property) -> str:
    return {"number of holder": "number", "address part": "address"}.get(row.says, row.says)


def _keys(kind: str, values: Sequence[Value]) -> dict[int, tuple[str, int]]:
    """Return the numbers of values by place: each goes the way of every record, alone.

    The parts of an address go together: alone they are no address.
    """
    rows = [row for row in properties() if row.record == kind]
    within = {row.within: row.prop for row in rows if row.says == "number"}
    held: list[tuple[str, str, str]] = []
    of: dict[str, list[int]] = {}
    for place, one in enumerate(values):
        if _says(one.row) not in _CARRIED:
            continue
        anybody = "parts" if one.row.says == "address part" else f"{place:06}"
        prop = within[one.row.within] if one.row.says == "number of holder" else one.row.prop
        held.append((anybody, prop, one.statement.value))
        of.setdefault(anybody, []).append(place)
    if not held:
        return {}
    entities, props, said = (list(column) for column in zip(*held, strict=True))
    table = pa.table({"entity": entities, "schema": [SCHEMATA[kind][0]] * len(held), "prop": props,
                      "value": said, "dataset": [""] * len(held)})  # fmt: skip
    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 1")
        con.register("statement", table)
        build_records(con)
        found = con.execute(
            "SELECT e.entity, c.says, c.number FROM carried c JOIN entity e USING (n) ORDER BY ALL"
        ).fetchall()
    return {place: (says, number) for entity, says, number in found for place in of[entity]}


def _hubs(state: State, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Return those of some numbers that are hubs, with their carriers."""
    wanted = set(keys)
    if not wanted:
        return {}
    table = state.hubs
    numbers = pa.array(sorted({number for _, number in wanted}), pa.int64())
    rows = table.filter(pa.compute.is_in(table.column("number"), numbers)).to_pylist()
    found = {(row["says"], row["number"]): int(row["carriers"]) for row in rows}
    return {key: found[key] for key in sorted(wanted & found.keys())}
