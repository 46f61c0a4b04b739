"""Callers of our own API as tests know them: a word for each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import Request

from maillon.model import Mandate
from maillon.web.api import routers
from maillon.web.app import create_app
from maillon.web.config import read_config
from maillon.web.identity import Caller
from maillon.web.server import Where, address, listening, settings
from maillon.web.service import Service
from maillon.workspace.workspace import Workspace

from .conftest import serving

BASIS = "Coordination Centre Act, s. 4"


def person(who: str, purpose: str = "review", *, is_fresh: bool = True) -> Caller:
    """A person at a browser who works for the centre."""
    mandate = Mandate(who, "centre", purpose, BASIS)
    return Caller(who, "session", f"s-{who}", is_fresh=is_fresh, mandate=mandate)


CALLERS = {
    "analyst": person("analyst"),
    "screener": person("analyst", "screening"),
    "clerk": person("analyst", "intake"),
    "linker": person("analyst", "linking"),
    "keeper": person("keeper", "retention"),
    "stale": person("analyst", is_fresh=False),
    "overseer": Caller(
        "overseer", "session", "s-overseer", is_fresh=True,
        mandate=Mandate(
            "overseer", "oversight", "oversight", "Coordination Centre Act, s. 9 (oversight)"
        ),
    ),
}  # fmt: skip


class Keeper:
    """Knows callers by a word."""

    def __init__(self, callers: Mapping[str, Caller]) -> None:
        self._callers = callers

    def caller(self, request: Request) -> Caller | None:
        said = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self._callers.get(said)


@contextmanager
def answering(
    workspace: Workspace, callers: Mapping[str, Caller] | None = None
) -> Iterator[httpx.Client]:
    """Lend a client of the API of an open workspace, which listens on this machine."""
    service = Service(workspace, read_config(workspace.settings))
    service.doorkeeper = Keeper(callers or CALLERS)
    where = Where(port=0)
    with listening(where) as held:
        app = create_app(service, routers())
        server = uvicorn.Server(settings(app, where))
        with serving(server, held), httpx.Client(base_url=address(held), timeout=60) as client:
            yield client


def by(who: str) -> dict[str, str]:
    """Return the headers with which a caller is known."""
    return {"authorization": f"Bearer {who}"}
