"""A chart leaves under what stands behind all of it: its links too."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.records import OPEN, call, loaded, person

from maillon.model import Act, Label, RefusedError
from maillon.store.charts import Placed
from maillon.workspace import Workspace
from maillon.workspace.charting import Drawn

STRANGE = Label("centre", "house", "PINK", purposes=("linking",))
BOTH = ("m1", "c1")
DRAWN = Drawn("", tuple((one, Placed((), 0.0, 0.0)) for one in BOTH))
LEAVES: dict[str, Callable[[Workspace], Any]] = {
    "file": lambda w: w.charting.export(w.view(Act.TRACE), DRAWN, "graphml"),
    "picture": lambda w: w.charting.note(w.view(Act.TRACE), BOTH, "png"),
}


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        loaded(opened, "register", OPEN, [person("m1", "Bela Konrad"), person("c1", "Cyril Dusek")])
        yield opened


@pytest.mark.parametrize("way", sorted(LEAVES))
def test_a_link_under_a_code_that_the_house_does_not_know_keeps_a_chart_here(
    w: Workspace, way: str
) -> None:
    loaded(w, "calls", STRANGE, [call("k1", "m1", "c1", "2026-01-01")])
    assert w.charting.shown(w.view(Act.TRACE), BOTH)["links"]
    with pytest.raises(RefusedError, match="PINK"):
        LEAVES[way](w)


def test_without_that_link_the_same_chart_leaves(w: Workspace) -> None:
    assert LEAVES["file"](w)


def test_a_form_that_there_is_not_is_no_file(w: Workspace) -> None:
    with pytest.raises(ValueError, match="no form pdf"):
        w.charting.export(w.view(Act.TRACE), DRAWN, "pdf")


@pytest.mark.parametrize("way", sorted(LEAVES))
@pytest.mark.parametrize(
    ("originator", "code", "leaves"),
    [("police", "PAP:RED", False), ("centre", "PAP:RED", True), ("police", "PAP:GREEN", True)],
)
def test_what_a_code_of_another_originator_keeps_in_the_house_is_in_no_file(
    w: Workspace, way: str, originator: str, code: str, *, leaves: bool
) -> None:
    label = Label(originator, "PAP", code, purposes=("linking",))
    loaded(w, "calls", label, [call("k1", "m1", "c1", "2026-01-01")])
    assert w.charting.shown(w.view(Act.TRACE), BOTH)["links"]
    if leaves:
        assert LEAVES[way](w)
    else:
        with pytest.raises(RefusedError, match="data of police must not leave"):
            LEAVES[way](w)
