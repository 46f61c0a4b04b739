"""What went wrong, and why: missed and wrong pairs by what their records say of each other.

A pair is described by what agrees and what does not (name, birth date, number, telephone, address)
and by how far it came: never a candidate, scored below the review threshold, scored and not joined,
joined through others. Pairs of records that one agency repeats are counted once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa
from rapidfuzz.distance import OSA
from resolving.alone import Run

from maillon.model import Act
from maillon.training.names import without_marks
from maillon.workspace import Workspace

MOST: Final = 20_000
"""Pairs of one sort that are looked at."""
STRONG: Final = 0.95
"""Score from which a pair that is not joined was kept apart, and was not too weak."""
TOP: Final = 10
"""Reasons that are listed."""
EXAMPLES: Final = 10
"""Examples of each."""

_FIELD: Final = {
    "name": "name", "alias": "name", "firstName": "given", "lastName": "family",
    "birthDate": "date", "phone": "phone", "address": "address",
    "idNumber": "number", "passportNumber": "number", "socialSecurityNumber": "number",
    "taxNumber": "number", "document": "number",
}  # fmt: skip

Said = dict[str, list[str]]


class Kinds(NamedTuple):
    """Error kinds of one partition.

    Attributes:
        lines: The most frequent kinds with their counts.
        examples: The same with examples under each.
        counts: Pairs of different records that are missed and wrong.
    """

    lines: list[str]
    examples: list[str]
    counts: dict[str, int]


def kinds(run: Run, truth: pa.Table, workspace: Path) -> Kinds:
    """Return the error kinds of a run."""
    pairs = {sort: _pairs(run, truth, sort) for sort in ("missed", "wrong")}
    said = _values(workspace, {e for held, _ in pairs.values() for pair in held for e in pair[:2]})
    lines, examples = [], []
    for sort, (held, count) in pairs.items():
        by_kind: dict[str, list[str]] = defaultdict(list)
        stages: dict[str, int] = defaultdict(int)
        for left, right, stage in held:
            one, two = said[left], said[right]
            stages[stage] += 1
            by_kind[f"{stage}: {reason(one, two)}"].append(
                f"      {left}: {shown(one)}\n      {right}: {shown(two)}"
            )
        looked = "" if len(held) == count else f", {len(held):,} of them looked at"
        lines.append(f"{sort} pairs of different records: {count:,}{looked}")
        lines += [f"  {n:6} {stage}" for stage, n in sorted(stages.items(), key=lambda x: -x[1])]
        ordered = sorted(by_kind.items(), key=lambda x: (-len(x[1]), x[0]))[:TOP]
        examples.append(
            f"-- {sort} pairs, the {len(ordered)} most frequent kinds of {len(by_kind)}"
        )
        for kind, found in ordered:
            lines.append(f"    {len(found):6} {kind}")
            examples += [f"  {len(found)} x {kind}", "\n\n".join(found[:EXAMPLES])]
    return Kinds(lines, examples, {f"{sort}_distinct": n for sort, (_, n) in pairs.items()})


_SORTS: Final = {
    "missed": "l.person = r.person AND l.canonical <> r.canonical",
    "wrong": "l.canonical = r.canonical AND l.person <> r.person",
}


def _pairs(run: Run, truth: pa.Table, sort: str) -> tuple[list[tuple[str, str, str]], int]:
    """Return pairs that went wrong with how far they came, and how many there are."""
    with duckdb.connect(":memory:") as con:
        for name, table in (("canonical", run.canonical), ("truth", truth), ("pairs", run.pairs),
                            ("unblocked", run.missed), ("repeated", run.repeated)):  # fmt: skip
            con.register(name, table)
        con.execute(
            f"""CREATE TABLE known AS SELECT entity, canonical, person FROM truth
                JOIN canonical USING (entity) ANTI JOIN repeated USING (entity);
                CREATE TABLE bad AS SELECT l.entity AS "left", r.entity AS "right"
                FROM known l JOIN known r ON {_SORTS[sort]} AND l.entity < r.entity"""
        )
        ((count,),) = con.execute("SELECT count(*) FROM bad").fetchall()
        rows = con.execute(
            f"""SELECT b."left", b."right",
                CASE WHEN p.score >= {STRONG} THEN 'scored {STRONG} or more'
                     WHEN p.score >= 0.5 THEN 'scored 0.5 to {STRONG}'
                     WHEN p.score IS NOT NULL THEN 'scored below 0.5'
                     WHEN '{sort}' = 'wrong' THEN 'joined through others'
                     WHEN u."left" IS NOT NULL THEN 'no candidate'
                     ELSE 'below the review threshold' END
                FROM (FROM bad ORDER BY hash("left", "right") LIMIT {MOST}) b
                LEFT JOIN (SELECT least("left", "right") AS "left",
                                  greatest("left", "right") AS "right", max(score) AS score
                           FROM pairs GROUP BY ALL) p USING ("left", "right")
                LEFT JOIN unblocked u USING ("left", "right") ORDER BY 1, 2"""
        ).fetchall()
    return rows, count


def _values(workspace: Path, wanted: Iterable[str]) -> dict[str, Said]:
    """Return what these records say, by field."""
    found: dict[str, Said] = {entity: defaultdict(list) for entity in sorted(wanted)}
    table = pa.table({"entity": pa.array(list(found), pa.string())})
    listed = ", ".join(f"'{prop}'" for prop in _FIELD)
    with Workspace.open(workspace) as w, w.store.workbench(w.view(Act.RESOLVE)) as bench:
        bench.con.register("wanted", table)
        rows = bench.con.execute(
            f"""SELECT DISTINCT entity, prop, value FROM statement SEMI JOIN wanted USING (entity)
                WHERE prop IN ({listed})
                UNION SELECT h.value, 'document', s.value FROM statement h
                JOIN statement s ON s.entity = h.entity AND s.prop IN ('number', 'passportNumber')
                WHERE h.prop = 'holder' AND h.value IN (SELECT entity FROM wanted)
                ORDER BY ALL"""
        ).fetchall()
    for entity, prop, value in rows:
        found[entity][_FIELD[prop]].append(value)
    return found


def reason(one: Said, two: Said) -> str:
    """Return what two records agree and disagree on, in words."""
    parts = [f"name {_name(one, two)}", f"date {_date(one.get('date', []), two.get('date', []))}"]
    parts += [
        f"{field} {_shared(one.get(field, []), two.get(field, []))}"
        for field in ("number", "phone", "address")
    ]
    return ", ".join(parts)


def shown(said: Said) -> str:
    """Return a record in one line."""
    order = ("name", "date", "number", "phone", "address")
    return " | ".join("; ".join(dict.fromkeys(said.get(field, []))) or "-" for field in order)


def _words(name: str) -> list[str]:
    return without_marks(name).casefold().replace("-", " ").split()


def _name(one: Said, two: Said) -> str:
    mine, theirs = ([_words(n) for n in said.get("name", [])] for said in (one, two))
    if not mine or not theirs:
        return "missing"
    return min((_name_pair(a, b) for a in mine for b in theirs), key=_NAMES.index)


_NAMES: Final = (
    "same", "in another order", "a part more", "one or two letters off", "in another script",
    "one part in common", "differs",
)  # fmt: skip


def _name_pair(a: Sequence[str], b: Sequence[str]) -> str:
    if a == b:
        return "same"
    if sorted(a) == sorted(b):
        return "in another order"
    if set(a) < set(b) or set(b) < set(a):
        return "a part more" if min(len(a), len(b)) > 1 else "one part in common"
    if OSA.distance(" ".join(a), " ".join(b)) <= 2:
        return "one or two letters off"
    if all(w.isascii() for w in a) != all(w.isascii() for w in b):
        return "in another script"
    return "one part in common" if set(a) & set(b) else "differs"


def _date(one: Sequence[str], two: Sequence[str]) -> str:
    if not one or not two:
        return "missing"
    return min((_date_pair(a, b) for a in one for b in two), key=_DATES.index)


_DATES: Final = (
    "same", "day and month swapped", "a digit off", "same year, partial", "same year",
    "years differ by one", "differs",
)  # fmt: skip


def _date_pair(a: str, b: str) -> str:
    if a == b:
        return "same"
    full = len(a) == len(b) == 10
    if full and a[:4] == b[:4] and (a[5:7], a[8:]) == (b[8:], b[5:7]):
        return "day and month swapped"
    if full and OSA.distance(a, b) == 1:
        return "a digit off"
    if a[:4] == b[:4]:
        return "same year" if full else "same year, partial"
    return "years differ by one" if abs(int(a[:4]) - int(b[:4])) == 1 else "differs"


def _shared(one: Sequence[str], two: Sequence[str]) -> str:
    if not one or not two:
        return "missing"
    a, b = ({"".join(c for c in v.casefold() if c.isalnum()) for v in held} for held in (one, two))
    if a & b:
        return "same"
    near = any(OSA.distance(x, y) <= 2 for x in a for y in b)
    return "nearly" if near else "differs"
