"""Past subjects: what was compared of each, so that only what changed is compared again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maillon.model import DOUBTFUL_BIRTH
from maillon.screen.answer import Asked
from maillon.screen.entry import FACT_PROPS, NAME_PROPS, TAGGED
from maillon.screen.index import Segment
from maillon.screen.listed import dataset_entries, dated, subjects_of
from maillon.screen.rules import Use
from maillon.store import FEW, Workbench

if TYPE_CHECKING:
    import pyarrow as pa

_SEEN: Final = ", ".join(f"'{prop}'" for prop in (*NAME_PROPS, *FACT_PROPS, *TAGGED))
_DOUBT: Final = DOUBTFUL_BIRTH.scheme
_LISTED: Final = "entity IN (SELECT entity FROM statement WHERE prop = 'topics' AND {where})"


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs between two tables of marks: ids, sorted."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def standing(self) -> tuple[str, ...]:
        """Those that are new or changed, sorted."""
        return tuple(sorted((*self.new, *self.changed)))

    def counts(self) -> dict[str, int]:
        """Return how many there are of each."""
        return {"new": len(self.new), "changed": len(self.changed), "gone": len(self.gone)}


def questions(
    bench: Workbench, datasets: Iterable[str], use: Use, ids: Sequence[str] | None = None
) -> Iterator[Asked]:
    """Yield the records of datasets as questions.

    Args:
        bench: The view's workbench.
        datasets: Their names.
        use: Says which of them are of humanitarian actors.
        ids: Of these only; None stands for all.
    """
    helpers = _humanitarian(bench, use, ids)
    doubts = _doubts(bench, ids) if use.edition > 1 else {}
    for one in dataset_entries(bench, datasets, ids):
        doubtful = doubts.get(one.id, ())
        yield Asked(one, is_humanitarian=one.id in helpers, birth_doubts=doubtful)


def _humanitarian(bench: Workbench, use: Use, ids: Sequence[str] | None) -> frozenset[str]:
    if not use.humanitarian_topics and not use.humanitarian_datasets:
        return frozenset()
    if ids is not None and len(ids) <= FEW:
        return frozenset(
            row.entity for row in bench.rows(ids)
            if (row.prop == "topics" and row.value in use.humanitarian_topics)
            or row.dataset in use.humanitarian_datasets
        )  # fmt: skip
    where, values = _among(ids)
    found = bench.con.cursor().execute(
        f"""SELECT DISTINCT entity FROM statement
            WHERE {where} AND ((prop = 'topics' AND value IN (SELECT unnest(?)))
              OR dataset IN (SELECT unnest(?)))""",
        [*values, list(use.humanitarian_topics), list(use.humanitarian_datasets)],
    )
    return frozenset(row[0] for row in found.fetchall())


def _doubts(bench: Workbench, ids: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """Return what reading left of birth dates that are none, by entity: a year, or a word."""
    found: dict[str, set[str]] = {}
    for entity, said in _doubtful(bench, ids):
        found.setdefault(entity, set()).add(said)
    return {entity: tuple(sorted(held)) for entity, held in found.items()}


def _doubtful(bench: Workbench, ids: Sequence[str] | None) -> list[tuple[str, str]]:
    if ids is not None and len(ids) <= FEW:
        held = bench.rows(ids)
        return [(one.entity, one.native_grade or "") for one in held if one.native_scheme == _DOUBT]
    where, values = _among(ids)
    rows = bench.con.cursor().execute(
        f"SELECT entity, coalesce(native_grade, '') FROM statement "
        f"WHERE {where} AND native_scheme = ?",
        [*values, _DOUBT],
    )
    return rows.fetchall()


def _among(ids: Sequence[str] | None) -> tuple[str, list[Any]]:
    """Return a condition that says *of these alone*, and its values; None stands for all."""
    return ("TRUE", []) if ids is None else Workbench.among(ids)


def birth_dates(
    bench: Workbench, ids: Sequence[str], *, doubts: bool = True
) -> dict[str, list[str]]:  # fmt: skip
    """Return the birth dates of entities, as exact as their list calls them.

    Args:
        bench: The view's workbench.
        ids: Of the entities.
        doubts: Whether what reading left of a date that is none is among them.
    """
    said: dict[str, list[tuple[str, str, str | None]]] = {}
    for entity, value, grade, is_doubt in _births(bench, ids, doubts=doubts):
        held = ("birthDate", grade or "", None) if is_doubt else ("birthDate", value, grade)
        said.setdefault(entity, []).append(held)
    return {entity: [value for _, value in dated(held)] for entity, held in said.items()}


_Birth = tuple[str, str, str | None, bool]
"""An entity, a value, its native grade, and whether it is the note of a date that is none."""


def _births(bench: Workbench, ids: Sequence[str], *, doubts: bool) -> list[_Birth]:
    """Return each once, in their order; a grade that there is none comes last."""
    if len(ids) > FEW:
        where, values = Workbench.among(ids)
        sql = f"""SELECT DISTINCT entity, value, native_grade, coalesce(native_scheme, '') = ?
                  FROM statement WHERE (prop = 'birthDate' OR ? AND native_scheme = ?) AND {where}
                  ORDER BY ALL"""
        return bench.con.cursor().execute(sql, [_DOUBT, doubts, _DOUBT, *values]).fetchall()
    found = {
        (row.entity, row.value, row.native_grade, row.native_scheme == _DOUBT)
        for row in bench.rows(ids)
        if row.prop == "birthDate" or (doubts and row.native_scheme == _DOUBT)
    }
    return sorted(found, key=lambda one: (*one[:2], one[2] is None, one[2] or "", one[3]))


def subject_marks(bench: Workbench, datasets: Iterable[str]) -> "pa.Table":
    """Return ``id, low, high`` of each subject: a digest of all that a comparison can see."""
    return _marks(bench, *subjects_of(datasets), "")


def list_marks(bench: Workbench, lists: Iterable[str]) -> "pa.Table":
    """Return ``id, low, high`` of each entry screened against, as `subject_marks`."""
    chosen = sorted(set(lists))
    where = "dataset IN (SELECT unnest(?))" if chosen else "TRUE"
    named = ", ".join(f"'{prop}'" for prop in (*NAME_PROPS, *TAGGED))
    return _marks(
        bench, _LISTED.format(where=where), [chosen] if chosen else [],
        f"HAVING bool_or(prop IN ({named}))",
    )  # fmt: skip


def _marks(bench: Workbench, where: str, values: list[Any], having: str) -> "pa.Table":
    # made by the database, and without sorting: a million subjects cost a scan and no more
    return (
        bench.con.cursor()
        .sql(
            f"""WITH said AS (
                    SELECT DISTINCT entity, prop, value, native_grade, schema
                    FROM statement
                    WHERE ({where}) AND (prop IN ({_SEEN}) OR native_scheme = '{_DOUBT}')),
                hashed AS (
                    SELECT entity, prop,
                           concat_ws(chr(31), prop, value, native_grade, schema) AS text
                    FROM said)
                SELECT entity AS id, bit_xor(md5_number_lower(text)) AS low,
                       bit_xor(md5_number_upper(text)) AS high
                FROM hashed GROUP BY entity {having} ORDER BY entity""",
            params=values,
        )
        .to_arrow_table()
    )


def compare_marks(bench: Workbench, now: "pa.Table", before: "pa.Table | None") -> Changed:
    """Return what is new, changed and gone."""
    if before is None:
        return Changed(new=tuple(now.column("id").to_pylist()))
    cursor = bench.con.cursor()
    cursor.register("marks_now", now)
    cursor.register("marks_before", before)
    rows = cursor.execute(
        """SELECT coalesce(n.id, b.id),
                  CASE WHEN b.id IS NULL THEN 'new' WHEN n.id IS NULL THEN 'gone' ELSE 'changed' END
           FROM marks_now n FULL JOIN marks_before b ON n.id = b.id
           WHERE b.id IS NULL OR n.id IS NULL OR n.low <> b.low OR n.high <> b.high
           ORDER BY 1"""
    ).fetchall()
    cursor.unregister("marks_now")
    cursor.unregister("marks_before")
    found: dict[str, list[str]] = {"new": [], "changed": [], "gone": []}
    for id_, kind in rows:
        found[kind].append(id_)
    return Changed(*(tuple(found[kind]) for kind in ("new", "changed", "gone")))


def places(segment: int, ids: Sequence[str]) -> "pa.Table":
    """Return ``id, segment, number`` of subjects that were indexed together, in this order."""
    import pyarrow as pa  # noqa: PLC0415 - only for subjects that are kept

    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "segment": pa.array(np.full(len(ids), segment, np.int32)),
            "number": pa.array(np.arange(len(ids), dtype=np.int32)),
        }
    )


def placed(
    bench: Workbench, marks: "pa.Table", before: "pa.Table | None", new: Sequence["pa.Table"]
) -> "pa.Table":
    """Return marks with the place of each subject: a new one, or that of before.

    Args:
        bench: Joins them.
        marks: Of now.
        before: Marks with places of before.
        new: What `places` returned for what was indexed since.
    """
    import pyarrow as pa  # noqa: PLC0415 - as above

    cursor = bench.con.cursor()
    cursor.register("m_now", marks)
    cursor.register("m_new", pa.concat_tables([places(0, []), *new]))
    cursor.register("m_before", before if before is not None else places(0, []))
    return cursor.sql(
        """SELECT n.id, n.low, n.high, coalesce(p.segment, b.segment, -1) AS segment,
                  coalesce(p.number, b.number, -1) AS number
           FROM m_now n LEFT JOIN m_new p ON n.id = p.id LEFT JOIN m_before b ON n.id = b.id
           ORDER BY n.id"""
    ).to_arrow_table()


def left_behind(
    marks: "pa.Table", segments: Sequence[Segment], without: frozenset[str] = frozenset()
) -> list[frozenset[int]]:
    """Return for each segment the numbers of its entries that stand no more.

    Args:
        marks: With places.
        segments: The segments.
        without: Subjects that are not to be found either.
    """
    held = np.asarray(marks.column("segment"))
    numbers = np.asarray(marks.column("number"))
    found = []
    for place, segment in enumerate(segments):
        stands = np.zeros(segment.entry_count, np.bool_)
        stands[numbers[held == place]] = True
        found.append(frozenset(np.flatnonzero(~stands).tolist()))
    if without:
        cut = [set(one) for one in found]
        ids = marks.column("id").to_pylist()
        for row, id_ in enumerate(ids):
            if id_ in without and held[row] < len(cut):
                cut[int(held[row])].add(int(numbers[row]))
        found = [frozenset(one) for one in cut]
    return found


def differences(
    before: Workbench, now: Workbench, ids: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return what was added to entries and what was taken away, e.g. ``alias added``, sorted.

    Args:
        before: The statements of then.
        now: The statements of now.
        ids: Entities.
    """
    old, new = _values(before, ids), _values(now, ids)
    found = {}
    for id_ in ids:
        had, has = old.get(id_, frozenset()), new.get(id_, frozenset())
        words = {f"{prop} added" for prop, _ in has - had}
        words |= {f"{prop} removed" for prop, _ in had - has}
        found[id_] = tuple(sorted(words))
    return found


def _values(bench: Workbench, ids: Sequence[str]) -> dict[str, frozenset[tuple[str, str]]]:
    rows = bench.con.cursor().execute(
        f"""SELECT DISTINCT entity, prop, value FROM statement
            WHERE entity IN (SELECT unnest(?)) AND prop IN ({_SEEN})""",
        [list(ids)],
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for entity, prop, value in rows.fetchall():
        found.setdefault(entity, set()).add((prop, value))
    return {entity: frozenset(said) for entity, said in found.items()}
