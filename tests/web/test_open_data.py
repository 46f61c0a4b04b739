"""Open data are a view like any other: hidden is absent, each answer stands in the ledger."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from maillon.model import Act, Mandate, RefusedError, StoreError, View
from maillon.store.tables_ledger import LEDGER
from maillon.web.config import read_config
from maillon.workspace.workspace import Workspace

from .conftest import SEALED, TABLES, load, make, served

ANTOINETTE = {"schema": "Person", "properties": {"name": ["Antoinette de Mauban"]}}
PATHS = (
    "/catalog", "/search/default", "/search/default?q=antoinette", "/search/rt_list?q=mauban",
    "/entities/se-1", "/entities/se-1/adjacent", "/reconcile/default",
    "/reconcile/default/suggest/entity?prefix=antoi", "/entities/rt-1",
)  # fmt: skip


def said(base: str) -> list[tuple[int, str]]:
    with httpx.Client(base_url=base, timeout=60) as client:
        found = [client.get(path) for path in PATHS]
        found.append(client.post("/match/default", json={"queries": {"q": ANTOINETTE}}))
        form = {"queries": '{"q": {"query": "Antoinette de Mauban"}}'}
        found.append(client.post("/reconcile/default", data=form))
        form = {"extend": '{"ids": ["se-1"], "properties": [{"id": "name"}]}'}
        found.append(client.post("/reconcile/default", data=form))
        return [(one.status_code, one.text.replace(base, "")) for one in found]


def test_a_sealed_delivery_changes_no_byte(tmp_path: Path) -> None:
    answers = []
    for name in ("without", "with"):
        folder = make(tmp_path / name)
        with Workspace.open(folder) as workspace:
            if name == "with":
                load(workspace, "rt_list_sealed", SEALED, compartment="alpha")
            with served(workspace) as base:
                answers.append(said(base))
    times = ("updated_at", "version")
    assert [status for status, _ in answers[0]] == [status for status, _ in answers[1]]
    for (_, without), (_, with_) in zip(answers[0][1:], answers[1][1:], strict=True):
        assert _undated(without) == _undated(with_)
    assert all(word in answers[0][0][1] for word in times)


def _undated(text: str) -> str:
    return re.sub(r"2\d{3}-\d\d-\d\dT[\d:]{8}", "then", text)


def test_what_is_loaded_later_is_found_and_what_it_replaced_is_gone(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with (
        Workspace.open(folder) as workspace,
        served(workspace, token="t") as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        body = {"queries": {"q": ANTOINETTE}}
        assert not client.post("/match/default", json=body).json()["responses"]["q"]["results"]
        load(workspace, "rt_other", SEALED)
        client.post("/updatez?token=t&sync=true")
        found = client.post("/match/default", json=body).json()["responses"]["q"]["results"]
        assert [one["id"] for one in found] == ["se-1"]
        assert client.get("/entities/ot-1").status_code == 404


def test_each_answer_is_in_the_ledger_with_whom_it_showed(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with Workspace.open(folder) as workspace, served(workspace) as base:
        with httpx.Client(base_url=base, timeout=60) as client:
            client.get("/healthz")
            client.get("/readyz")
            before = len(_entries(workspace))
            client.get("/search/default?q=zenda")
            client.get("/search/default?q=nobodyatall")
            client.get("/entities/nobody")
            client.get("/entities/rt-1")
        entries = _entries(workspace)[before:]
        looks = [one for one in entries if one.act == "look"]
        assert [json.loads(one.detail)["verb"] for one in looks] == [
            "search",
            "search",
            "entity",
            "entity",
        ]
        assert [json.loads(one.detail)["found"] for one in looks] == [1, 0, 0, 7]
        assert all(one.who == "yente" for one in looks)
        assert workspace.store.verify_ledger()


def _entries(workspace: Workspace) -> list[Any]:
    with workspace.store._desk.housekeeping() as connection:
        return list(connection.execute(select(LEDGER).order_by(LEDGER.c.number)))


def test_a_mandate_that_is_refused_answers_nobody(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    file = folder / "maillon.toml"
    text = file.read_text("utf-8").replace(
        '[people.yente]\nagencies = ["centre"]', "[people.yente]\nagencies = []"
    )
    file.write_text(text, "utf-8")
    with Workspace.open(folder) as workspace, served(workspace) as base:
        response = httpx.get(f"{base}/search/default?q=zenda", timeout=60)
        assert response.status_code == 403
        assert "refused" in response.json()["detail"]
        assert httpx.get(f"{base}/readyz", timeout=60).status_code == 503
        assert httpx.get(f"{base}/healthz").status_code == 200


def test_without_open_data_nothing_is_there(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as workspace, served(workspace) as base:
        assert httpx.get(f"{base}/catalog").json()["datasets"] == []
        assert httpx.get(f"{base}/readyz").status_code == 200
        for path in ("/search/default", "/entities/x", "/reconcile/default"):
            assert httpx.get(base + path).status_code == 404


def test_an_open_dataset_that_is_not_there_is_outdated(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    Workspace.create(folder)
    with (folder / "maillon.toml").open("a") as file:
        file.write(TABLES)
    with Workspace.open(folder) as workspace, served(workspace) as base:
        assert httpx.get(f"{base}/catalog", timeout=60).json()["outdated"] == [
            "rt_list",
            "rt_other",
        ]
        said = httpx.get(f"{base}/search/default", timeout=60).json()
        assert (said["results"], said["total"]["value"]) == ([], 0)
        body = {"queries": {"q": ANTOINETTE}}
        response = httpx.post(f"{base}/match/default", json=body, timeout=60)
        assert response.json()["responses"]["q"]["results"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[open_data]\ndatasets = ['a']", "open_data"),
        ("[open_data]\nbanana = 1", "banana: not known"),
        ("[service]\nbanana = 1", "banana: not known"),
        ("[service]\nhosts = 'x'", "a list of names"),
        (
            (
                "[open_data]\ndatasets = ['a']\ncollections = { b = ['c'] }\n"
                "[open_data.mandate]\nwho='x'\nagency='y'\npurpose='screening'\nlegal_basis='z'"
            ),
            "c is not open",
        ),
    ],
)
def test_a_wrong_table_names_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    Workspace.create(tmp_path / "w")
    with (tmp_path / "w" / "maillon.toml").open("a") as file:
        file.write("\n" + text + "\n")
    with Workspace.open(tmp_path / "w") as workspace:
        with pytest.raises(StoreError, match=message) as caught:
            read_config(workspace.settings)
        assert "maillon.toml" in str(caught.value)


def test_the_verbs_of_finding_refuse_what_no_policy_opened(folder: Path) -> None:
    forged = View(Mandate("x", "y", "screening", "z"), Act.SCREEN, frozenset({1}))
    with Workspace.open(folder) as workspace:
        for verb in (
            lambda: workspace.finding.key(forged),
            lambda: workspace.finding.opened(forged, ["rt_list"]),
            lambda: workspace.finding.note(forged, "search", []),
        ):
            with pytest.raises((RefusedError, StoreError)):
                verb()
