"""A service over a small invented list, listening on this machine."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import uvicorn

from maillon.model import Act, Mandate
from maillon.sources import adapter
from maillon.store import Order
from maillon.web.app import create_app
from maillon.web.config import read_config
from maillon.web.edge import Limits
from maillon.web.server import Where, address, listening, settings
from maillon.web.service import Service
from maillon.workspace.workspace import Workspace

INTAKE = Mandate("analyst", "centre", "intake", "Coordination Centre Act, s. 4")
TABLES = """
[people.yente]
agencies = ["centre"]
purposes = ["screening"]

[open_data]
datasets = ["rt_list", "rt_other"]

[open_data.mandate]
who = "yente"
agency = "centre"
purpose = "screening"
legal_basis = "Coordination Centre Act, s. 4"

[open_data.titles]
rt_list = "Ruritanian list"

[open_data.collections]
sanctions = ["rt_list"]
"""


def line(
    id_: str, schema: str, properties: dict[str, list[str]], **more: object
) -> dict[str, object]:
    return {"id": id_, "schema": schema, "properties": properties, **more}


LIST = [
    line(
        "rt-1", "Person",
        {
            "name": ["Rudolf Ivanovich Zenda", "Рудольф Иванович Зенда"], "birthDate": ["1965-03-02"],
            "country": ["ru"], "topics": ["sanction"], "passportNumber": ["AB 1234567"],
            "addressEntity": ["adr-2", "adr-1"],
        },
        referents=["old-1", "older-1"], first_seen="2023-04-20T18:00:25",
        last_seen="2026-01-02T03:04:05",
    ),
    line("adr-2", "Address", {"full": ["2 Castle Street, Strelsau"], "country": ["de"]}),
    line("adr-1", "Address", {"full": ["1 Castle Street, Strelsau"], "country": ["de"]}),
    line("co-1", "Company", {"name": ["Hentzau Trading SARL"], "jurisdiction": ["fr"],
                             "registrationNumber": ["RCS 552 081 317"], "topics": ["debarment"]}),
    line("own-1", "Ownership", {"owner": ["rt-1"], "asset": ["co-1"], "percentage": ["60"]}),
    line("own-2", "Ownership", {"owner": ["rt-1"], "asset": ["co-2"]}),
    line("co-2", "Company", {"name": ["Black Tower Shipping Ltd"], "jurisdiction": ["mt"]}),
]  # fmt: skip
OTHER = [
    line("ot-1", "Person", {"name": ["Flavia Elphberg"], "gender": ["female"],
                            "topics": ["role.pep"], "country": ["de"]}),
]  # fmt: skip
SEALED = [line("se-1", "Person", {"name": ["Antoinette de Mauban"], "topics": ["sanction"]})]


def load(workspace: Workspace, dataset: str, lines: list[dict[str, object]], **more: str) -> None:
    raw = BytesIO("".join(json.dumps(one) + "\n" for one in lines).encode())
    label = replace(workspace.settings.label, **more)  # type: ignore[arg-type]  # texts only
    loaded = workspace.load(
        workspace.view(Act.LOAD, INTAKE), raw, Order(adapter("ftm-json"), dataset, label)
    )
    assert not loaded.problems


def make(folder: Path) -> Path:
    Workspace.create(folder)
    with (folder / "maillon.toml").open("a", encoding="utf-8") as file:
        file.write(TABLES)
    with Workspace.open(folder) as workspace:
        load(workspace, "rt_list", LIST)
        load(workspace, "rt_other", OTHER)
    return folder


@contextmanager
def serving(server: uvicorn.Server, held: socket.socket) -> Iterator[None]:
    thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


@contextmanager
def served(workspace: Workspace, limits: Limits | None = None, token: str = "") -> Iterator[str]:
    service = Service(workspace, read_config(workspace.settings, token))
    where = Where(port=0)
    with listening(where) as held:
        app = create_app(service, limits=limits)
        with serving(uvicorn.Server(settings(app, where)), held):
            yield address(held)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("web") / "workspace")


@pytest.fixture(scope="session")
def client(folder: Path) -> Iterator[httpx.Client]:
    with (
        Workspace.open(folder) as workspace,
        served(workspace, token="secret") as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        yield client
