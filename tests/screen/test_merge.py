"""Segments put together answer as one that was built at once."""

import numpy as np
import pytest

from maillon.screen import Entry, Screen
from maillon.screen.index import Segment, build
from maillon.screen.merge import merge
from maillon.screen.screen import digest

from .invented import people


def same(one: Segment, two: Segment) -> None:
    """Assert that two segments hold the same, array by array."""
    assert one.arrays.keys() == two.arrays.keys()
    for name, array in one.arrays.items():
        assert np.array_equal(array, two.arrays[name]), name


def test_parts_put_together_are_the_whole() -> None:
    held = people(1, 200)
    same(merge([build(held[:70]), build(held[70:71]), build(held[71:])]), build(held))


def test_what_is_gone_is_left_out() -> None:
    held = people(2, 60)
    gone = [frozenset({0, 3, 29}), frozenset[int](), frozenset(range(10))]
    parts = [held[:30], held[30:50], held[50:]]
    left = [one for part, out in zip(parts, gone, strict=True)
            for number, one in enumerate(part) if number not in out]  # fmt: skip
    found, whole = merge([build(part) for part in parts], gone), build(left)
    queries = people(3, 100) + left
    assert digest(Screen([found], threshold=0.3).ask(queries)) == digest(
        Screen([whole], threshold=0.3).ask(queries)
    )
    assert found.entry_count == len(left)


@pytest.mark.parametrize("parts", [[[]], [[], []], [[], people(4, 3)]])
def test_empty_parts_are_no_trouble(parts: list[list[Entry]]) -> None:
    whole = build([one for part in parts for one in part])
    same(merge([build(part) for part in parts]), whole)
