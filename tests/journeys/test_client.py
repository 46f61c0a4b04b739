"""A program works a day with its keys: sends files, has jobs done, reads leads, is overseen."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from maillon import Client
from maillon.client import ServiceError
from maillon.model import Mandate, RefusedError
from maillon.store.login.accounts import SERVICE, By
from maillon.store.login.keys import KeyOrder
from maillon.web.login import Keeper
from maillon.web.worker import run_worker
from maillon.workspace import Workspace

from ..web.pages.conftest import House, opened  # noqa: TID252 - the service as its own tests open it
from .records import OPEN_RECORDS, person

BASIS = "Coordination Centre Act, s. 4"
PEOPLE = """
[people.feeder]
agencies = ["centre"]
purposes = ["intake", "linking", "screening"]

[people.watcher]
agencies = ["oversight"]
purposes = ["oversight"]
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("client")
    Workspace.create(folder / "w")
    with (folder / "w" / "maillon.toml").open("a", encoding="utf-8") as file:
        file.write(PEOPLE)
    with opened(folder / "w", folder / "keys") as house:
        for who in ("feeder", "watcher"):
            house.accounts.add(By(), who, SERVICE)
        yield house


def key(house: House, who: str, *scopes: str) -> str:
    assert isinstance(house.service.doorkeeper, Keeper)
    return house.service.doorkeeper.keys.issue(By(), who, KeyOrder("a day", scopes)).token


def works(folder: Path) -> None:
    run_worker(folder, once=True)


def lines(records: list[dict[str, object]]) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())


def test_a_day_of_a_program(house: House) -> None:
    folder = house.workspace.settings.folder
    token = key(house, "feeder", "load", "read", "screen", "resolve", "trace")

    def client(purpose: str) -> Client:
        mandate = Mandate("", "centre", purpose, BASIS)
        return Client(house.base, token, mandate, wait=lambda _: works(folder))

    with client("intake") as intake:
        for name, records in (
            ("register", OPEN_RECORDS), ("guests", [person("g1", "Cyril Dusek", birthDate=["1979-01-02"])]),
        ):  # fmt: skip
            job = intake.do.files.send_delivery(lines(records), adapter="ftm-json", dataset=name)
            assert intake.wait_for(job["job"])["state"] == "done"
        assert {one["dataset"] for one in intake.each(intake.do.deliveries.list_deliveries)} == {
            "register", "guests"
        }  # fmt: skip
    with client("screening") as screening:
        job = screening.do.jobs.ask_job(kind="delta", datasets=["guests"], lists=["register"])
        assert screening.wait_for(job["job"])["result"]["changes"] == 1
        (hit,) = screening.do.hits.list_hits().items
        shown = screening.do.hits.show_hit(hit["hit"])
        assert shown.value["ids"] == ["g1", "c1"]
        assert shown.tag
    with client("linking") as linking:
        leads = linking.do.leads.list_leads().items
        whole = linking.do.leads.explain_lead(leads[0]["ids"][0])
        hop = whole["paths"][0]["hops"][0]
        said = hop["statements"][0]
        held = linking.each(linking.do.records.statements, said["entity"])
        assert said["id"] in {one["id"] for one in held}
    watcher = key(house, "watcher", "audit")
    oversight = Mandate("", "oversight", "oversight", "Coordination Centre Act, s. 9 (oversight)")
    with Client(house.base, watcher, oversight) as overseer:
        acts = {one["act"] for one in overseer.each(overseer.do.ledger.list_entries, limit=500)
                if one["who"] == "feeder"}  # fmt: skip
        assert {"load", "screen", "trace", "job", "look"} <= acts
        with pytest.raises(ServiceError) as raised:
            overseer.do.ledger.export_ledger()
        assert raised.value.code == "step-up"


def test_a_key_is_for_its_acts_alone(house: House) -> None:
    token = key(house, "feeder", "read")
    mandate = Mandate("", "centre", "linking", BASIS)
    with (
        Client(house.base, token, mandate) as client,
        pytest.raises(RefusedError, match="not for the act"),
    ):
        client.do.leads.list_leads()
