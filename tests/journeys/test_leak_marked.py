"""Rows that their markings hide, in the very file that the reader reads, leave no trace in any answer.

Two workspaces, each with one delivery: in one of them the file has marked rows at its end. The id of
a marked delivery is drawn under a key and its hash is of what is seen; that much differs, so the id
is given here, and the hashes are put aside.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act, Delivery, View
from maillon.store import Event, Verdict
from maillon.workspace import Workspace

from .conftest import Create
from .keeping_verbs import KEEPING_VERBS
from .records import OPEN, OPEN_PLACES, OPEN_RECORDS, SEALED_PLACES, SEALED_RECORDS, loaded
from .screening_verbs import DESK_VERBS
from .telling import told
from .test_leak import GROUPS, STORE_VERBS, VERBS
from .verdict_verbs import THIRD

MARKED = [{**record, "marking": marking} for record, marking in zip(
    [*SEALED_RECORDS, *SEALED_PLACES],
    ["TLP:RED", "COSMIC", ["TLP:AMBER", "H3"], *["tlp:red"] * 10], strict=True)]  # fmt: skip
CHIEF = '\n[people.chief]\nagencies = ["police"]\npurposes = ["linking"]\nroles = ["supervisor"]\n'

EVERY: dict[str, dict[str, Callable[[Workspace], object]]] = {
    **GROUPS, "workspace": VERBS, "store": STORE_VERBS, "desk": DESK_VERBS,
    "keeping": {verb: do for verb, do in KEEPING_VERBS.items() if do is not KEEPING_VERBS["affected"]},
}  # fmt: skip


def chief(w: Workspace, act: Act = Act.READ) -> View:
    return w.view(act, replace(w.settings.mandate, who="chief", agency="police"))


def make(folder: Path, create: Create, *, marked: bool, name: str = "") -> Workspace:
    create(folder)
    file = folder / "maillon.toml"
    file.write_text(file.read_text("utf-8") + CHIEF + THIRD, "utf-8")
    w = Workspace.open(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("maillon.store.intake.unseen_id", lambda *_: name)
        loaded(w, "register", OPEN, [*OPEN_RECORDS, *OPEN_PLACES, *(MARKED if marked else [])])
    if marked:
        view = chief(w, Act.JUDGE)
        labels = tuple(sorted(view.labels))
        w.judge(view, Event("s1", "t1", Verdict.POSITIVE, "same papers", labels))
    return w


def register(w: Workspace, view: View) -> Delivery:
    (one,) = [d for d in w.deliveries(view) if d.dataset == "register"]
    return one


def without_hashes(w: Workspace, text: str) -> str:
    """Put aside the hash that this reader is shown of the one delivery."""
    return text.replace(register(w, w.view(Act.READ)).sha256, "")


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, create: Create
) -> Iterator[tuple[Workspace, Workspace]]:
    folder = tmp_path_factory.mktemp("marked")
    without = make(folder / "b", create, marked=False)
    name = register(without, without.view(Act.READ)).id
    with_it = make(folder / "a", create, marked=True, name=name)
    yield with_it, without
    with_it.store.close()
    without.store.close()


@pytest.mark.parametrize(
    ("group", "verb"), [(group, verb) for group in EVERY for verb in sorted(EVERY[group])]
)
def test_marked_rows_change_no_answer(
    both: tuple[Workspace, Workspace], group: str, verb: str
) -> None:
    with_it, without = (without_hashes(w, told(w, EVERY[group][verb])) for w in both)
    assert with_it == without


def test_the_agency_that_marked_them_sees_them(both: tuple[Workspace, Workspace]) -> None:
    with_it, without = both
    assert list(with_it.store.scan(chief(with_it), "entity = 's1'"))
    mine, whole = register(with_it, with_it.view(Act.READ)), register(with_it, chief(with_it))
    other = register(without, without.view(Act.READ))
    assert mine.id == whole.id == other.id
    assert (mine.statements, mine.entities) == (other.statements, other.entities)
    assert whole.statements > mine.statements


def test_who_keeps_the_clocks_is_told_whom_a_breach_concerns_whatever_their_marking(
    both: tuple[Workspace, Workspace],
) -> None:
    """A marking is no compartment: whoever answers for a breach is told of every part."""
    with_it, without = (repr(KEEPING_VERBS["affected"](w)) for w in both)
    assert ("'s1'" in with_it, "'s1'" in without) == (True, False)
