"""Processes side by side answer as one process does, and end."""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import pytest

from maillon.model import MaillonError
from maillon.screen import Entry, Screen
from maillon.screen.index import Segment, build
from maillon.screen.pool import build_large
from maillon.screen.screen import WORTH_A_PROCESS, digest

from .invented import people

COUNT = WORTH_A_PROCESS + 500


def cut(queries: Sequence[Entry], size: int) -> Iterator[list[Entry]]:
    """Yield batches."""
    waiting = iter(queries)
    while batch := list(islice(waiting, size)):
        yield batch


@pytest.fixture(scope="module")
def listed() -> Segment:
    """Some list entries."""
    return build(people(1, 300))


def test_processes_answer_as_one_does(listed: Segment) -> None:
    queries = people(2, COUNT)
    with Screen([listed], threshold=0.5) as alone:
        expected = digest(one for found in alone.answers(cut(queries, 700)) for one in found)
    with Screen([listed], threshold=0.5, processes=2) as screen:
        batches = screen.answers(cut(queries, WORTH_A_PROCESS))
        answers = [one for found in batches for one in found]
    assert [one.id for one in answers] == [one.id for one in queries]
    assert digest(answers) == expected
    assert any(one.hits for one in answers)
    assert (screen.considered, screen.truncated) == (alone.considered, alone.truncated)


def test_few_records_begin_no_process(listed: Segment) -> None:
    with Screen([listed], threshold=0.5, processes=2) as screen:
        found = list(screen.answers([people(3, 10)]))
        assert len(found[0]) == 10
        assert screen.pool is None


def test_what_a_process_refuses_is_raised_here(listed: Segment) -> None:
    broken = Entry("q", "Person", "", {"name": [3]}, version="x")  # type: ignore[list-item]
    with (
        Screen([listed], processes=2) as screen,
        pytest.raises(TypeError, match=r".+"),
    ):
        list(screen.answers([[*people(4, WORTH_A_PROCESS), broken]]))


def test_a_process_that_dies_is_told_with_the_remedy(listed: Segment) -> None:
    with Screen([listed], processes=2) as screen:
        batches = screen.answers(cut(people(5, 3 * COUNT), WORTH_A_PROCESS))
        next(batches)
        assert screen.pool is not None
        held = screen.pool.workers.processes
        for one in held:
            one.kill()
        with pytest.raises(MaillonError, match="threads = 1"):
            list(batches)
    assert all(one.poll() is not None for one in held)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_long_list_is_indexed_in_parts(processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillon.screen.pool.PART", 100)
    entries = people(6, 350)
    found, whole = build_large(iter(entries), processes=processes), build(entries)
    for name, array in whole.arrays.items():
        assert np.array_equal(array, found.arrays[name]), name


def test_nothing_asked_is_nothing_answered(listed: Segment) -> None:
    with Screen([listed], processes=2) as screen:
        assert list(screen.answers([])) == []
