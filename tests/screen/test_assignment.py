"""The assignment of parts: as good as scipy's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from maillon.screen.assignment import best_assignment

TABLES = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.floats(0, 9), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(TABLES)
def test_the_sum_is_the_greatest(table: list[list[float]]) -> None:
    rows, columns = linear_sum_assignment(table, maximize=True)
    greatest = sum(table[m][n] for m, n in zip(rows, columns, strict=True))
    assert sum(table[m][n] for m, n in best_assignment(table)) == pytest.approx(greatest)


@given(TABLES)
def test_each_row_and_column_is_used_once(table: list[list[float]]) -> None:
    found = best_assignment(table)
    assert len({m for m, _ in found}) == len({n for _, n in found}) == len(found)
    assert len(found) == min(len(table), len(table[0]))


def test_an_empty_table_assigns_nothing() -> None:
    assert best_assignment([]) == []
