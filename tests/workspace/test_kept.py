"""What was traced lately is kept as long as nothing that it comes of changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.records import OPEN, OPEN_RECORDS, SEALED, SEALED_RECORDS, loaded, person

from maillon.model import Act, NotFoundError
from maillon.store import Event, Verdict
from maillon.workspace import Workspace
from maillon.workspace.kept import LONGEST_S, MOST, Kept


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        loaded(w, "register", OPEN, OPEN_RECORDS)
        yield w


def asked(w: Workspace, kept: Kept, made: list[int], what: str = "trace") -> int:
    def make() -> int:
        made.append(len(made))
        return made[-1]

    return kept.get(w.view(Act.TRACE), (what,), make)


def test_an_answer_is_made_once(w: Workspace) -> None:
    kept, made = Kept(w.store), list[int]()
    assert [asked(w, kept, made), asked(w, kept, made), asked(w, kept, made, "other")] == [0, 0, 1]


def test_a_delivery_a_judgement_and_a_hidden_record_are_other_answers(w: Workspace) -> None:
    kept, made = Kept(w.store), list[int]()
    assert asked(w, kept, made) == 0
    loaded(w, "more", OPEN, [person("n1", "Nora Nemec")])
    assert asked(w, kept, made) == 1
    view = w.view(Act.JUDGE)
    w.judge(view, Event("t1", "t1b", Verdict.NEGATIVE, "two", tuple(sorted(view.labels))))
    assert asked(w, kept, made) == 2
    loaded(w, "vault", SEALED, SEALED_RECORDS)
    assert asked(w, kept, made) == 2  # this reader does not see it


def test_old_and_many_answers_go(w: Workspace) -> None:
    clock, made = Clock(), list[int]()
    kept = Kept(w.store, clock)
    asked(w, kept, made)
    clock.now += LONGEST_S / 2
    assert asked(w, kept, made) == 0
    clock.now += LONGEST_S * 0.8
    assert asked(w, kept, made) == 0  # it was asked for again
    clock.now += LONGEST_S + 1
    assert asked(w, kept, made) == 1
    for number in range(MOST):
        asked(w, kept, made, f"other {number}")
    assert asked(w, kept, made) == 1 + MOST + 1


def test_what_cannot_be_made_is_not_kept(w: Workspace) -> None:
    kept = Kept(w.store)

    def fails() -> int:
        raise NotFoundError("no")

    for _ in range(2):
        with pytest.raises(NotFoundError):
            kept.get(w.view(Act.TRACE), ("trace",), fails)
    assert asked(w, kept, []) == 0


def test_a_kept_explanation_is_changed_by_nobody(w: Workspace) -> None:
    lead = w.trace(w.view(Act.TRACE)).leads[0].lead_id
    first = w.tracing.explain(w.view(Act.TRACE), lead)
    first["paths"].clear()
    assert w.tracing.explain(w.view(Act.TRACE), lead)["paths"]


def test_a_trace_follows_what_changes(w: Workspace) -> None:
    before = [one.line() for one in w.trace(w.view(Act.TRACE)).leads]
    assert before == [one.line() for one in w.trace(w.view(Act.TRACE)).leads]
    loaded(w, "more", OPEN, [person("c1", "Cyril Dusek", topics=["crime.fin"])])
    after = [one.line() for one in w.trace(w.view(Act.TRACE)).leads]
    assert after != before
