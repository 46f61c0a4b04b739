"""What the routes of our own API are made of: who asks, mandate, pages, tags, acts done once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
import uvicorn
from fastapi import APIRouter, Body, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, Mandate, StaleError
from maillon.store import Event, Verdict
from maillon.web.api.effects import KeyHeader, once
from maillon.web.api.paging import Cursor, Limit, cursor_of, cut, cut_log, expected, page, with_etag
from maillon.web.app import create_app
from maillon.web.config import read_config
from maillon.web.identity import CallDep, Caller
from maillon.web.server import Where, address, listening, settings
from maillon.web.service import Service
from maillon.workspace.workspace import Workspace

from .conftest import make, serving

BASIS = "Coordination Centre Act, s. 4"
MANDATE = {
    "x-maillon-agency": "centre",
    "x-maillon-purpose": "review",
    "x-maillon-legal-basis": BASIS,
}
router = APIRouter(prefix="/api/v1")


@router.get("/numbers")
def numbers(call: CallDep, cursor: Cursor = "", limit: Limit = 3) -> Response:
    call.view(Act.READ, "numbers")
    shown, next_ = cut(range(1, 8), lambda one: (one,), cursor, limit)
    return page(list(shown), next_)


@router.get("/tagged")
def tagged(request: Request, call: CallDep) -> Response:
    call.view(Act.READ, "tagged")
    return with_etag(request, {"a": 1})


@router.post("/judgements")
def judge(
    request: Request, call: CallDep, body: Annotated[dict[str, Any], Body()], key: KeyHeader = ""
) -> Response:
    def act() -> dict[str, str]:
        view = call.view(Act.JUDGE, "judge")
        event = Event("a", "b", Verdict.NEGATIVE, body["reason"], ())
        return {"judgement": call.workspace.judge(view, event)}

    return once(request, call, key, body, act)


@router.post("/decisions")
def decide(request: Request, call: CallDep) -> Response:
    if expected(request) != "seen":
        raise StaleError("somebody decided in between")
    call.fresh()
    return Response(status_code=204)


class Keeper:
    """Knows two callers by what they send."""

    def caller(self, request: Request) -> Caller | None:
        said = request.headers.get("authorization", "")
        if said == "Bearer reader":
            return Caller("analyst", "key", "k1", frozenset({"read"}))
        if said == "Bearer person":
            base = Mandate("analyst", "centre", "review", BASIS)
            return Caller("analyst", "session", "s1", mandate=base)
        return None


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder: Path = make(tmp_path_factory.mktemp("call") / "w")
    with Workspace.open(folder) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def base(workspace: Workspace) -> Iterator[str]:
    service = Service(workspace, read_config(workspace.settings))
    service.doorkeeper = Keeper()
    where = Where(port=0)
    with listening(where) as held:
        app = create_app(service, [router])
        with serving(uvicorn.Server(settings(app, where)), held):
            yield address(held)


@pytest.fixture
def person(base: str) -> Iterator[httpx.Client]:
    headers = {"authorization": "Bearer person"}
    with httpx.Client(base_url=base + "/api/v1", headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def reader(base: str) -> Iterator[httpx.Client]:
    headers = {"authorization": "Bearer reader", **MANDATE}
    with httpx.Client(base_url=base + "/api/v1", headers=headers, timeout=60) as client:
        yield client


def code(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    said = response.json()
    assert said["status"] == response.status_code
    assert said["type"] == f"urn:maillon:problem:{said['code']}"
    return response.status_code, said["code"]


def test_nobody_is_told_to_log_in(base: str) -> None:
    response = httpx.get(f"{base}/api/v1/numbers")
    assert code(response) == (401, "not-logged-in")
    assert response.headers["www-authenticate"] == "Bearer"


def test_pages_go_on_after_their_last_key(person: httpx.Client) -> None:
    found: list[int] = []
    cursor = ""
    while True:
        said = person.get("/numbers", params={"cursor": cursor}).json()
        found += said["items"]
        if said["next"] is None:
            break
        cursor = said["next"]
    assert found == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0", "WzEsMl0", "e30", "\u00e9", "W10", "W1tdXQ"])
def test_a_foreign_cursor_is_refused(person: httpx.Client, cursor: str) -> None:
    assert code(person.get("/numbers", params={"cursor": cursor})) == (400, "bad-request")


def test_a_limit_beyond_the_most_is_not_valid(person: httpx.Client) -> None:
    response = person.get("/numbers?limit=501")
    assert code(response) == (422, "not-valid")
    assert response.json()["errors"][0]["pointer"] == "/query/limit"


def test_a_mandate_comes_of_headers_or_of_the_session(
    reader: httpx.Client, person: httpx.Client
) -> None:
    assert reader.get("/numbers").status_code == 200
    assert person.get("/numbers").status_code == 200
    other = person.get("/numbers", headers={"x-maillon-purpose": "retention"})
    assert code(other) == (403, "refused")
    assert other.json()["rule"]
    unset = reader.get("/numbers", headers={"x-maillon-purpose": ""})
    assert code(unset) == (403, "refused")
    assert reader.get(
        "/numbers", headers={"x-maillon-legal-basis": BASIS.replace(" ", "%20")}
    ).status_code == 200  # fmt: skip


def test_a_key_is_for_its_acts_alone(reader: httpx.Client) -> None:
    response = reader.post("/judgements", json={"reason": "r"})
    assert code(response) == (403, "refused")
    assert response.json()["rule"] == "keys: scope"


def test_a_day_that_is_none_is_not_valid(person: httpx.Client) -> None:
    assert code(person.get("/numbers?as_of=yesterday")) == (422, "not-valid")
    assert person.get("/numbers?as_of=2026-11-25").status_code == 200


def test_what_the_client_has_is_not_sent_again(person: httpx.Client) -> None:
    tag = person.get("/tagged").headers["etag"]
    again = person.get("/tagged", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert person.get("/tagged", headers={"if-none-match": '"x"'}).status_code == 200


def test_an_act_under_a_key_is_done_once(workspace: Workspace, person: httpx.Client) -> None:
    def count() -> int:
        return len(workspace.store.judgements(workspace.view(Act.READ)))

    before, headers = count(), {"idempotency-key": "one"}
    first = person.post("/judgements", json={"reason": "r"}, headers=headers)
    again = person.post("/judgements", json={"reason": "r"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert count() == before + 1
    other = person.post("/judgements", json={"reason": "else"}, headers=headers)
    assert code(other) == (409, "conflict")
    assert count() == before + 1
    person.post("/judgements", json={"reason": "r"})
    assert count() == before + 2
    long = person.post("/judgements", json={"reason": "r"}, headers={"idempotency-key": "k" * 201})
    assert long.status_code == 422


def test_a_decision_names_what_was_seen(person: httpx.Client) -> None:
    assert code(person.post("/decisions")) == (428, "precondition-required")
    assert code(person.post("/decisions", headers={"if-match": '"old"'})) == (412, "stale")
    assert code(person.post("/decisions", headers={"if-match": '"seen"'})) == (401, "step-up")


@dataclass(frozen=True, slots=True)
class Line:
    """Something of a log."""

    id: str
    at: str


LOG = [Line(one, at) for one, at in zip("zaqbmc", "111122", strict=True)]
"""What was written within a second has ids in no order."""


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
def test_a_log_is_read_in_the_order_in_which_it_was_written(limit: int) -> None:
    found, cursor = list(cut_log(LOG, "", limit)[0]), cut_log(LOG, "", limit)[1]
    while cursor:
        shown, cursor = cut_log(LOG, cursor, limit)
        found += shown
    assert found == LOG


def test_a_page_that_ended_at_what_is_gone_passes_nothing_over() -> None:
    cursor = cut_log(LOG, "", 3)[1]
    left = [one for one in LOG if one.id != "q"]
    assert cut_log(left, cursor, 9) == (left, "")  # the second begins again
    assert cut_log([], cursor, 9) == ([], "")


def test_a_log_refuses_a_place_of_another_list() -> None:
    with pytest.raises(HTTPException, match="begin without it"):
        cut_log(LOG, cursor_of(1, 2, 3), 1)
