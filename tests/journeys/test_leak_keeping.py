"""Retention tells nobody of a sealed record: two workspaces, one with it, and every verb."""

from collections.abc import Iterator

import pytest

from maillon.workspace import Workspace

from .conftest import Create
from .keeping_verbs import KEEPING_VERBS, keeping_verbs
from .telling import told
from .test_leak import make


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, create: Create
) -> Iterator[tuple[Workspace, Workspace]]:
    folder = tmp_path_factory.mktemp("keeping")
    with_it = make(folder / "a", sealed=True, create=create)
    without = make(folder / "b", sealed=False, create=create)
    yield with_it, without
    with_it.store.close()
    without.store.close()


def test_every_verb_of_retention_is_listed() -> None:
    assert keeping_verbs() == set(KEEPING_VERBS)


@pytest.mark.parametrize("verb", sorted(KEEPING_VERBS))
def test_a_sealed_record_changes_no_answer_of_retention(
    both: tuple[Workspace, Workspace], verb: str
) -> None:
    with_it, without = both
    assert told(with_it, KEEPING_VERBS[verb]) == told(without, KEEPING_VERBS[verb])
