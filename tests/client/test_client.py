"""The client against a service that listens on this machine."""

import asyncio
import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import maillon
from maillon.client import AsyncClient, Client, ServiceError
from maillon.model import Mandate, NotFoundError, RefusedError, StaleError, StoreError
from maillon.web.worker import run_worker
from maillon.workspace.workspace import Workspace

from ..web.callers import BASIS, answering  # noqa: TID252 - the service as its own tests open it
from ..web.conftest import LIST, make  # noqa: TID252 - as above

LINKING = Mandate("", "centre", "linking", BASIS)
SCREENING = Mandate("", "centre", "screening", BASIS)
FACT: dict[str, Any] = {
    "schema": "Person", "properties": {"name": ["Black Michael"]}, "reason": "seen",
    "grade": {"source": "B", "information": "2"},
}  # fmt: skip


def never(_seconds: float) -> None:
    raise AssertionError("nothing was to be waited for")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("client") / "w")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with Workspace.open(folder) as workspace, answering(workspace) as client:
        yield str(client.base_url)


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client(address, "analyst", wait=never) as client:
        yield client


def test_the_client_is_named_by_the_package() -> None:
    assert maillon.Client is Client
    assert maillon.AsyncClient is AsyncClient


def test_a_search_is_a_page_with_its_total(client: Client) -> None:
    found = client.do.records.search(q="Zenda")
    assert [one["id"] for one in found.items] == ["rt-1"]
    assert found.more["total"] == 1


def test_each_follows_the_pages(client: Client) -> None:
    whole = client.do.records.search(limit=500)
    assert list(client.each(client.do.records.search, limit=2)) == whole.items


def test_a_mandate_goes_with_every_request(address: str) -> None:
    with Client(address, "analyst", LINKING) as linker:
        assert linker.do.resolution.current_id("rt-1")["id"] == "rt-1"
    with Client(address, "analyst", Mandate("", "centre", "no purpose", BASIS)) as other:
        with pytest.raises(RefusedError) as raised:
            other.do.records.search()
        assert raised.value.rule


def test_refusals_are_errors_of_the_house(client: Client) -> None:
    with pytest.raises(NotFoundError):
        client.do.records.record("no/such record?")
    with pytest.raises(ServiceError) as raised:
        client.do.records.search(limit=0)
    assert raised.value.code == "not-valid"
    assert raised.value.errors[0]["pointer"] == "/query/limit"


def test_a_stale_correction_is_a_stale_error(address: str) -> None:
    with Client(address, "clerk") as clerk:
        stated = clerk.do.facts_by_hand.state_fact(**FACT)
        clerk.do.facts_by_hand.correct_fact(stated["delivery"], **FACT)
        with pytest.raises(StaleError):
            clerk.do.facts_by_hand.correct_fact(stated["delivery"], **FACT)


def test_a_file_is_sent_and_its_job_waited_for(address: str, folder: Path) -> None:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in LIST[:1]).encode())

    def works(_seconds: float) -> None:
        run_worker(folder, once=True)

    with Client(address, "clerk", wait=works) as clerk:
        job = clerk.do.files.send_delivery(raw, adapter="ftm-json", dataset="sent")
        ended = clerk.wait_for(job["job"])
    assert (ended["state"], ended["result"]["entities"]) == ("done", 1)


def test_answers_of_a_job_are_read_line_by_line(address: str, folder: Path) -> None:
    asked = {"id": "a", "schema": "Person", "properties": {"name": ["Rudolf Zenda"]}}
    with Client(address, "screener", wait=lambda _: None) as screener:
        job = screener.do.files.send_questions(io.BytesIO(json.dumps(asked).encode()))["job"]
        run_worker(folder, once=True)
        assert [one["id"] for one in screener.lines(f"/api/v1/jobs/{job}/result")] == ["a"]
        with pytest.raises(NotFoundError):
            list(screener.lines("/api/v1/jobs/0123456789abcdef/result"))


def test_the_awaited_client_says_the_same(address: str, client: Client) -> None:
    async def asked() -> tuple[Any, Any]:
        async with AsyncClient(address, "analyst") as awaited:
            found = await awaited.do.records.search(q="Zenda")
            with pytest.raises(NotFoundError):
                await awaited.do.records.record("no-1")
            return found.items, await awaited.do.records.record("rt-1")

    items, record = asyncio.run(asked())
    assert items == client.do.records.search(q="Zenda").items
    assert record == client.do.records.record("rt-1")


def test_the_awaited_client_sends_files(address: str) -> None:
    async def sent() -> str:
        async with AsyncClient(address, "clerk") as clerk:
            raw = io.BytesIO(json.dumps(LIST[3]).encode())
            job = await clerk.do.files.send_delivery(raw, adapter="ftm-json", dataset="soon")
            return str(job["state"])

    assert asyncio.run(sent()) == "waiting"


@contextmanager
def losing(address: str, lost: int) -> Iterator[tuple[str, list[bytes]]]:
    """A wire that passes requests on, and loses the answers of the first ones."""
    host, port = address.removeprefix("http://").split(":")
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            with near, socket.create_connection((host, int(port))) as far:
                far.settimeout(30)
                request = near.recv(1 << 16)
                while b"\r\n\r\n" not in request or not _is_whole(request):
                    request += near.recv(1 << 16)
                asked.append(request)
                far.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
                answer = b""
                while piece := far.recv(1 << 16):
                    answer += piece
                if len(asked) > lost:
                    near.sendall(answer)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    finally:
        listener.close()


def _is_whole(request: bytes) -> bool:
    head, _, body = request.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return True


def test_an_act_whose_answer_was_lost_is_done_once(address: str) -> None:
    waits: list[float] = []
    with losing(address, 2) as (wire, asked), Client(wire, "clerk", wait=waits.append) as clerk:
        stated = clerk.do.facts_by_hand.state_fact(**FACT)
    with Client(address, "clerk") as direct:
        held = [one for one in direct.each(direct.do.facts_by_hand.list_facts, limit=500)
                if one["at"] >= stated["at"]]  # fmt: skip
    assert len(asked) == 3
    assert len(set(asked)) == 1
    assert [one["delivery"] for one in held].count(stated["delivery"]) == 1
    assert waits == [0.5, 1.0]


def test_a_service_that_is_not_there_is_told() -> None:
    waits: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"http://127.0.0.1:{held.getsockname()[1]}"
    with (
        Client(address, "key", wait=waits.append) as client,
        pytest.raises(StoreError, match="does not answer"),
    ):
        client.do.records.search()
    assert waits == [0.5, 1.0, 2.0]
