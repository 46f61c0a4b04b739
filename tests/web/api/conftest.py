"""A workspace with open and sealed records, and people who ask over HTTP; answers are checked."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
import uvicorn
from fastapi import APIRouter

from maillon.model import Act, Mandate, View
from maillon.screen import questions
from maillon.web.api import (
    anchors,
    breaches,
    cases,
    charts,
    clearings,
    glass,
    guards,
    hits,
    holds,
    judging,
    leads,
    places,
    pointers,
    releases,
    requests,
    retention,
    teams,
    telling,
    verdicts,
)
from maillon.web.app import create_app
from maillon.web.config import read_config
from maillon.web.identity import Caller
from maillon.web.server import Where, address, listening, settings
from maillon.web.service import Service
from maillon.workspace import Workspace
from maillon.workspace.screenrun import ScreenOrder

from ...journeys.records import OPEN, OPEN_RECORDS, SEALED, SEALED_RECORDS, loaded  # noqa: TID252 - as the journeys have them
from ..callers import BASIS, Keeper  # noqa: TID252 - as above
from ..conftest import serving  # noqa: TID252 - as above

PREFIX = "/api/v1"
NEXT_MONTH = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
YESTERDAY = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
ABSENT = "0123456789abcdef"
ROUTERS: tuple[APIRouter, ...] = tuple(
    one.router
    for one in (
        hits, leads, charts, verdicts, judging, clearings, guards, glass, cases, teams, anchors, releases,
        places, pointers, requests, breaches, retention, holds, telling,
    )
)  # fmt: skip
PEOPLE = """
[people.cleared]
agencies = ["centre"]
purposes = ["linking", "review", "screening"]
compartments = ["vault", "protection:sealed"]
roles = ["supervisor"]

[people.analyst2]
agencies = ["centre"]
purposes = ["review"]
person = "analyst"
roles = ["broker", "supervisor"]

[people.chief]
agencies = ["police"]
purposes = ["review"]
roles = ["broker", "supervisor"]
"""


def _caller(who: str, agency: str, purpose: str, *, is_fresh: bool) -> Caller:
    mandate = Mandate(who, agency, purpose, BASIS)
    return Caller(who, "session", f"s-{who}", is_fresh=is_fresh, mandate=mandate)


_WHO = (
    ("analyst", "centre", "review"), ("supervisor", "centre", "review"),
    ("cleared", "centre", "review"), ("analyst2", "centre", "review"),
    ("chief", "police", "review"), ("keeper", "centre", "retention"),
    ("officer", "centre", "retention"), ("overseer", "oversight", "oversight"),
)  # fmt: skip
CALLERS = {
    name: _caller(who, agency, purpose, is_fresh=name != f"stale {who}")
    for who, agency, purpose in _WHO
    for name in (who, f"stale {who}")
} | {
    "screener": _caller("analyst", "centre", "screening", is_fresh=True),
    "linker": _caller("analyst", "centre", "linking", is_fresh=True),
}


class Document:
    """What the OpenAPI document says of answers.

    Args:
        document: The document.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._components = document["components"]
        found = sorted(document["paths"].items(), key=lambda one: one[0].count("{"))
        self._paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), of) for path, of in found]

    def check(self, response: httpx.Response) -> None:
        """Fail where an answer is not what its route documents."""
        response.read()
        path, method = response.request.url.path, response.request.method.lower()
        of = next(of for shape, of in self._paths if method in of and shape.fullmatch(path))
        if not response.is_success:
            assert response.headers["content-type"] == "application/problem+json", response.text
            return
        said = of[method]["responses"][str(response.status_code)]
        kind = response.headers["content-type"].split(";")[0]
        if kind != "application/json":
            assert kind in said["content"], kind
            return
        schema = {**said["content"][kind]["schema"], "components": self._components}
        jsonschema_rs.validator_for(schema).validate(response.json())


class People:
    """Clients by who asks.

    Args:
        base: Where the service listens.
        document: Says what answers are.
    """

    def __init__(self, base: str, document: Document) -> None:
        self._base = base + PREFIX
        self.document = document
        self._held: dict[str, httpx.Client] = {}

    def __getitem__(self, who: str) -> httpx.Client:
        if who not in self._held:
            assert who in CALLERS
            self._held[who] = httpx.Client(
                base_url=self._base, timeout=60, headers={"authorization": f"Bearer {who}"},
                event_hooks={"response": [self.document.check]},
            )  # fmt: skip
        return self._held[who]

    def close(self) -> None:
        for one in self._held.values():
            one.close()


@contextmanager
def asked_by(w: Workspace, keys: Path | None) -> Iterator[People]:
    """Lend the people who ask a service over a workspace."""
    service = Service(w, read_config(w.settings, keys=keys))
    service.doorkeeper = Keeper(CALLERS)
    app = create_app(service, ROUTERS)
    with listening(Where(port=0)) as held:
        server = uvicorn.Server(settings(app, Where(port=0)))
        with serving(server, held):
            people = People(address(held), Document(app.openapi()))
            yield people
            people.close()


def view(w: Workspace, act: Act, who: str = "analyst", **changes: str) -> View:
    """A view of the Python face, for what a test needs to be there."""
    mandate = replace(w.settings.mandate, who=who, purpose="review")
    return w.view(act, replace(mandate, **changes))


def screened(w: Workspace, who: str, *datasets: str) -> None:
    """Bring what hits somebody sees into the queue."""
    use = w.screening.rules().use()
    order = ScreenOrder(
        lambda bench: questions(bench, datasets, use), {"datasets": list(datasets)}, use
    )
    w.screening.delta(view(w, Act.SCREEN, who, purpose="screening"), order)


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("people") / "w"
    Workspace.create(folder)
    with (folder / "maillon.toml").open("a", encoding="utf-8") as file:
        file.write(PEOPLE)
    with Workspace.open(folder) as opened:
        loaded(opened, "vault", SEALED, SEALED_RECORDS)
        loaded(opened, "register", OPEN, OPEN_RECORDS)
        yield opened


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def people(w: Workspace, keys: Path) -> Iterator[People]:
    with asked_by(w, keys) as found:
        yield found


def problem(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    said = response.json()
    assert said["status"] == response.status_code, said
    assert said["type"] == f"urn:maillon:problem:{said['code']}"
    return response.status_code, said["code"]


def rule(response: httpx.Response) -> str:
    """The rule that refuses."""
    assert problem(response) == (403, "refused"), response.text
    said: str = response.json()["rule"]
    assert said
    return said


def hidden_as_absent(do: Callable[[str], httpx.Response], hidden: str, absent: str) -> None:
    """Fail where what is hidden is answered otherwise than what is not there."""
    one, other = do(hidden), do(absent)
    assert one.status_code == other.status_code == 404, (one.text, other.text)
    assert one.content.replace(hidden.encode(), b"X") == other.content.replace(
        absent.encode(), b"X"
    )
    names = {name for name in one.headers if name not in {"traceparent", "content-length"}}
    assert names == {
        name for name in other.headers if name not in {"traceparent", "content-length"}
    }


def once(do: Callable[[Mapping[str, str]], httpx.Response], key: str) -> httpx.Response:
    """Do something twice under one key: the second answer is the first one, given again."""
    headers = {"idempotency-key": key}
    first, again = do(headers), do(headers)
    assert first.is_success, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    return first


def match(tag: str) -> dict[str, str]:
    """The headers of a decision on what was read under a tag."""
    return {"if-match": tag}


def lines(response: httpx.Response) -> list[dict[str, Any]]:
    """The things of a page."""
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = json.loads(response.content)["items"]
    return found
