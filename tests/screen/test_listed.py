"""Entities of a workbench: few and many are read by other ways, to one result."""

from collections.abc import Iterable
from typing import cast

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from maillon.model import View
from maillon.screen import list_entries
from maillon.screen.entry import Entry
from maillon.screen.listed import dataset_entries
from maillon.store import Workbench

IDS = ("a", "b", "c")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(IDS), st.sampled_from(("Person", "Thing", "Company", "LegalEntity")),
        st.sampled_from(("one", "other")),
        st.sampled_from(("name", "alias", "birthDate", "topics", "country", "notes")),
        st.sampled_from(("Amos Verner", "Bela", "1979", "1980-02-03", "crime.terror", "", "żółw")),
        st.sampled_from((None, "BETWEEN", "circa", "low")),
    ),
    max_size=25,
)  # fmt: skip


def bench_of(rows: list[tuple[str | None, ...]]) -> Workbench:
    con = duckdb.connect(":memory:")
    con.execute(
        "CREATE TABLE statement (entity VARCHAR, schema VARCHAR, dataset VARCHAR, prop VARCHAR,"
        " value VARCHAR, native_grade VARCHAR)"
    )
    if rows:
        con.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?)", rows)
    return Workbench(lambda: con, cast("View", None), 0)


def seen(found: Iterable[Entry]) -> list[tuple[object, ...]]:
    return [
        (one.id, one.schema, one.dataset, one.caption, one.version, one.facts,
         [(name.prop, name.text) for name in one.names])
        for one in found
    ]  # fmt: skip


@given(ROWS)
def test_few_entries_are_read_as_all_are(rows: list[tuple[str | None, ...]]) -> None:
    bench = bench_of(rows)
    assert seen(list_entries(bench, ids=IDS)) == seen(list_entries(bench))
    bench.close()


@given(ROWS)
def test_few_records_are_read_as_many_are(rows: list[tuple[str | None, ...]]) -> None:
    bench = bench_of(rows)

    def read(ids: list[str]) -> list[tuple[object, ...]]:
        return seen(dataset_entries(bench, ["one", "other"], ids))

    many = [f"nobody {n}" for n in range(30)]
    assert read(list(IDS)) == read([*IDS, *many])
    bench.close()
