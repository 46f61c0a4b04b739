"""Entities of a workbench: few and many are read by other ways, to one result."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.model import DOUBTFUL_BIRTH, View
from maillon.screen import Use, birth_dates, list_entries, read_rules
from maillon.screen.entry import Entry
from maillon.screen.listed import dataset_entries
from maillon.screen.rules import EDITION
from maillon.screen.subjects import questions
from maillon.store import Row, Workbench
from maillon.workspace import guarding

IDS = ("a", "b", "c")
MANY = tuple(f"nobody {n}" for n in range(30))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(IDS), st.sampled_from(("Person", "Thing", "Company", "LegalEntity")),
        st.sampled_from(("one", "other")),
        st.sampled_from(("name", "alias", "birthDate", "topics", "country", "notes")),
        st.sampled_from(("Amos Verner", "Bela", "1979", "1980-02-03", "crime.terror", "", "żółw")),
        st.sampled_from((None, "BETWEEN", "circa", "low")),
        st.sampled_from((None, DOUBTFUL_BIRTH.scheme, "admiralty")), st.sampled_from((1, 2)),
    ),
    max_size=25,
)  # fmt: skip


CON = duckdb.connect(":memory:")
GIVEN = (
    "entity", "schema", "dataset", "prop", "value", "native_grade", "native_scheme", "label",
)  # fmt: skip
"""What the rows of a test say; the other columns are empty."""
SCHEMA = pa.schema([(name, pa.int32() if name == "label" else pa.string()) for name in Row._fields])


def bench_of(rows: list[tuple[str | int | None, ...]]) -> Workbench:
    """Return a workbench over these; the database is one for all, opening one takes long."""
    columns = dict(zip(GIVEN, zip(*rows, strict=True), strict=False))
    held = [pa.array(columns.get(one.name, (None,) * len(rows)), one.type) for one in SCHEMA]
    CON.register("given", pa.table(held, schema=SCHEMA))
    CON.execute("CREATE OR REPLACE TABLE statement AS SELECT * FROM given")
    return Workbench(lambda: CON, cast("View", None), 0)


def seen(found: Iterable[Entry]) -> list[tuple[object, ...]]:
    return [
        (one.id, one.schema, one.dataset, one.caption, one.version, one.facts,
         [(name.prop, name.text) for name in one.names])
        for one in found
    ]  # fmt: skip


@given(ROWS)
def test_few_entries_are_read_as_all_are(rows: list[tuple[str | int | None, ...]]) -> None:
    bench = bench_of(rows)
    assert seen(list_entries(bench, ids=IDS)) == seen(list_entries(bench))


@given(ROWS)
def test_few_records_are_read_as_many_are(rows: list[tuple[str | int | None, ...]]) -> None:
    bench = bench_of(rows)

    def read(ids: list[str]) -> list[tuple[object, ...]]:
        return seen(dataset_entries(bench, ["one", "other"], ids))

    assert read(list(IDS)) == read([*IDS, *MANY])


@given(ROWS, st.booleans())
def test_few_birth_dates_are_read_as_many_are(
    rows: list[tuple[str | int | None, ...]], doubts: bool
) -> None:
    bench = bench_of(rows)
    few, many = (birth_dates(bench, ids, doubts=doubts) for ids in (IDS, (*IDS, *MANY)))
    assert few == many


@given(ROWS)
def test_few_questions_are_put_as_many_are(rows: list[tuple[str | int | None, ...]]) -> None:
    bench = bench_of(rows)
    use = replace(
        read_rules(Path()).use(), humanitarian_topics=("crime.terror",),
        humanitarian_datasets=("other",), edition=EDITION,
    )  # fmt: skip

    def put(ids: Sequence[str]) -> list[tuple[str, bool, tuple[str, ...]]]:
        asked = questions(bench, ["one"], use, ids)
        return [(one.entry.id, one.is_humanitarian, one.birth_doubts) for one in asked]

    assert put(IDS) == put((*IDS, *MANY)) == put_all(bench, use)


def put_all(bench: Workbench, use: Use) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [
        (one.entry.id, one.is_humanitarian, one.birth_doubts)
        for one in questions(bench, ["one"], use)
    ]


@given(ROWS)
def test_what_protects_few_is_read_as_of_many(rows: list[tuple[str | int | None, ...]]) -> None:
    bench = bench_of(rows)
    assert sorted(guarding._few(bench, IDS)) == sorted(guarding._many(bench, IDS))


@given(ROWS)
def test_what_is_held_is_what_is_read(rows: list[tuple[str | int | None, ...]]) -> None:
    bench = bench_of(rows)
    fresh = {one: sorted(bench.rows([one]), key=repr) for one in IDS}
    bench.hold(IDS)
    bench.con.execute("DROP TABLE statement")  # nothing is asked of the database any more
    assert {one: sorted(bench.rows([one]), key=repr) for one in IDS} == fresh
    assert sorted(bench.rows(IDS), key=repr) == sorted(
        (r for one in fresh.values() for r in one), key=repr
    )


def test_few_are_asked_for_at_once() -> None:
    bench = bench_of([])
    with pytest.raises(ValueError, match="21 entities are not few"):
        bench.rows([str(n) for n in range(21)])
