"""The Python face, as its page says."""

import io
import re
import runpy
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from maillon.model import Act, Label, RefusedError, StoreError, View
from maillon.screen import entry
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace, members

PAGE = Path(__file__).parents[2] / "docs" / "layers" / "workspace.md"
RECORDS = (
    b'{"id": "p1", "schema": "Person", "properties": {"name": ["Ada Byron"], "topics": ["sanction"]}}\n'
    b'{"id": "p2", "schema": "Person", "properties": {"name": ["Bob Crown"]}}\n'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    Workspace.create(tmp_path / "w")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "w"


def load(w: Workspace, content: bytes = RECORDS) -> str:
    order = Order(adapter("ftm-json"), "d", w.settings.label)
    return w.load(w.view(Act.LOAD), io.BytesIO(content), order).delivery.id


def test_the_code_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "page.py").write_text(code, "utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path("page.py")
    assert capsys.readouterr().out == ""
    with Workspace.open(Path("centre")) as w:
        delivery = load(w)
    (tmp_path / "again.py").write_text(code.replace("Workspace.create", "print"), "utf-8")
    runpy.run_path("again.py")
    assert capsys.readouterr().out == f"centre\n{delivery} 3\n"


def test_the_verbs_of_the_page_are_those_that_take_a_view() -> None:
    (sentence,) = re.findall(r"Every verb takes a view: (.*?)\.", PAGE.read_text("utf-8"))
    taking = {
        name
        for name, verb in vars(Workspace).items()
        if not name.startswith("_") and "view" in getattr(verb, "__annotations__", {})
    }
    assert set(re.findall(r"`(\w+)`", sentence)) == taking


def test_a_folder_that_is_none_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run `maillon init` first"):
        Workspace.open(tmp_path)


def test_a_workspace_is_not_made_twice(folder: Path) -> None:
    with pytest.raises(RefusedError, match="one workspace a folder"):
        Workspace.create(folder)


def test_statements_of_one_entity_come_back(folder: Path) -> None:
    with Workspace.open(folder) as w:
        load(w)
        found = {(s.prop, s.value) for s in w.statements(w.view(Act.READ), "p1")}
        assert found == {("name", "Ada Byron"), ("topics", "sanction")}
        assert list(w.statements(w.view(Act.READ), "nobody")) == []


def test_a_view_of_another_workspace_reads_only_its_own_labels(folder: Path) -> None:
    Workspace.create(folder.parent / "other")
    with Workspace.open(folder) as w, Workspace.open(folder.parent / "other") as other:
        load(w)
        assert w.deliveries(other.view(Act.READ)) == []


def test_a_view_made_by_hand_opens_nothing(folder: Path) -> None:
    with Workspace.open(folder) as w:
        load(w)
        view = w.view(Act.READ)
        forged = View(view.mandate, view.act, view.labels)
        for verb in (w.deliveries, w.resolve, w.trace, lambda v: list(w.statements(v, "p1"))):
            with pytest.raises(RefusedError):
                verb(forged)


def test_a_refused_mandate_raises(folder: Path) -> None:
    with Workspace.open(folder) as w:
        mandate = replace(w.settings.mandate, purpose="oversight")
        with pytest.raises(RefusedError, match="holds no purpose"):
            w.view(Act.AUDIT, mandate)


def test_a_hidden_list_is_no_list(folder: Path) -> None:
    with Workspace.open(folder) as w:
        sealed = Label("police", purposes=("screening",), legal_basis="Police Act")
        order = Order(adapter("ftm-json"), "d", sealed)
        w.load(w.view(Act.LOAD), io.BytesIO(RECORDS), order)
        query = entry("q", "Person", "", {"name": ["Ada Byron"]})
        with pytest.raises(StoreError, match="nothing to screen against"):
            list(w.screen(w.view(Act.SCREEN), lambda _: [query]))
        mandate = replace(w.settings.mandate, purpose="screening")
        (answer,) = w.screen(w.view(Act.SCREEN, mandate), lambda _: [query])
        assert [hit.id for hit in answer.hits] == ["p1"]


def test_a_screening_leaves_its_receipt_in_the_ledger(folder: Path) -> None:
    with Workspace.open(folder) as w:
        load(w)
        view, before = w.view(Act.SCREEN), w.store.verify_ledger()
        query = entry("q", "Person", "", {"name": ["Ada Byron"]})
        list(w.screen(view, lambda _: [query]))
        assert w.store.verify_ledger() == before + 1


def test_members_are_sorted_by_canonical_id() -> None:
    table = pa.table({"entity": ["b", "c", "a"], "canonical": ["y", "x", "y"]})
    assert members(table) == {"x": ["c"], "y": ["a", "b"]}
    assert list(members(table)) == ["x", "y"]
