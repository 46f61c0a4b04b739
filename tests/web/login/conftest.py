"""A service in which one can log in: a clock that is moved, cheap passwords, a route to ask."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
import uvicorn
from fastapi import APIRouter
from tests.store.logins import PASSWORD, PEOPLE, Clock, Counting
from tests.web.conftest import serving

from maillon.model import Act
from maillon.store import Settings, create_workspace
from maillon.store.login.accounts import SERVICE, Accounts, By
from maillon.store.login.gate import open_gate
from maillon.web.app import create_app
from maillon.web.config import read_config
from maillon.web.identity import CallDep
from maillon.web.login import Keeper, routers
from maillon.web.login.config import read_login
from maillon.web.server import Where, address, listening, settings
from maillon.web.service import Service
from maillon.workspace.workspace import Workspace

BASIS = "Coordination Centre Act, s. 4"
MANDATE = {"agency": "centre", "purpose": "screening", "legal_basis": BASIS, "case": ""}
HEADERS = {
    "x-maillon-agency": "centre", "x-maillon-purpose": "screening", "x-maillon-legal-basis": BASIS,
}  # fmt: skip
probe = APIRouter(prefix="/api/v1/probe")


@probe.get("")
def look(call: CallDep) -> dict[str, Any]:
    call.view(Act.SCREEN, "probe")
    caller = call.caller
    return {"who": caller.who, "means": caller.means, "scopes": sorted(caller.scopes)}


@probe.post("")
def act(call: CallDep) -> dict[str, str]:
    call.fresh()
    return {"who": call.caller.who}


class Browser(httpx.Client):
    """Keeps cookies as a browser behind HTTPS would: the test's own way to it is plain."""

    def __init__(self, base: str, host: str) -> None:
        hooks = {"response": [self._keep]}
        headers = {"host": host} if host else {}
        super().__init__(base_url=base, headers=headers, timeout=60, event_hooks=hooks)
        self.held: dict[str, str] = {}

    def _keep(self, response: httpx.Response) -> None:
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.held[name] = value
            if not value.strip('"'):
                del self.held[name]
        self.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.held.items())


class House:
    """One served workspace.

    Attributes:
        keeper: Its doorkeeper.
        clock: Moved by tests.
    """

    def __init__(self, keeper: Keeper, clock: Clock, base: str, host: str, said: Settings) -> None:
        self.keeper, self.clock, self._said = keeper, clock, said
        self.base, self._host = base, host
        self._browsers: list[Browser] = []

    def browser(self, who: str = "", password: str = PASSWORD, **more: str) -> Browser:
        """Return a browser of its own; logged in where somebody is named."""
        client = Browser(self.base, self._host)
        self._browsers.append(client)
        if who:
            said = client.post(
                "/api/v1/session", json={"account": who, "password": password, **more}
            )
            assert said.status_code == 200, said.text
            trust(client, said)
        return client

    def account(self, who: str = "analyst", password: str = PASSWORD) -> str:
        """Make an account whose owner has chosen the password; return it."""
        code = Accounts(self.keeper.gate).add(By(), who)
        client = self.browser(who, code)
        said = client.put("/api/v1/account/password", json={"old": code, "new": password})
        assert said.status_code == 200, said.text
        return password

    def device(self, who: str) -> pyotp.TOTP:
        """Set up a device for codes; a minute later another code may be used."""
        client = self.browser(who)
        totp = pyotp.TOTP(client.post("/api/v1/account/totp").json()["secret"])
        said = client.put("/api/v1/account/totp", json={"code": totp.at(self.clock())})
        assert said.status_code == 200, said.text
        self.clock.go(minutes=1)
        return totp

    def administrator(self, who: str = "warden") -> Browser:
        """Return the browser of an administrator who has just proved anew who it is."""
        self.account(who)
        totp = self.device(who)
        client = self.browser(who, code=totp.at(self.clock()))
        self.clock.go(minutes=1)
        said = client.post(
            "/api/v1/session/step-up", json={"password": PASSWORD, "code": totp.at(self.clock())}
        )
        assert said.status_code == 200, said.text
        trust(client, said)
        return client

    def settings(self) -> Settings:
        return self._said

    def close(self) -> None:
        for one in self._browsers:
            one.close()

    def service(self, who: str = "lister") -> str:
        Accounts(self.keeper.gate).add(By(), who, SERVICE)
        return who


def trust(client: httpx.Client, said: httpx.Response) -> None:
    """Send what the page was given to send."""
    client.headers["x-csrf-token"] = said.json()["csrf"]


@contextmanager
def housed(folder: Path, more: str = "", host: str = "") -> Iterator[House]:
    file = folder / "w" / "maillon.toml"
    file.write_text(file.read_text("utf-8") + PEOPLE + more, "utf-8")
    clock = Clock()
    with Workspace.open(folder / "w") as workspace:
        service = Service(workspace, read_config(workspace.settings))
        config = read_login(workspace.settings, service.config.public_url, "our secret")
        gate = open_gate(
            workspace.store, folder / "keys", config.rules, passwords=Counting(), now=clock
        )
        keeper = Keeper(gate, config)
        service.doorkeeper = keeper
        where = Where(port=0)
        with listening(where) as held:
            app = create_app(service, (*routers, probe))
            with serving(uvicorn.Server(settings(app, where)), held):
                house = House(keeper, clock, address(held), host, workspace.settings)
                try:
                    yield house
                finally:
                    house.close()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "w"
    create_workspace(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, empty: Path) -> Path:
    """A folder with a fresh workspace ``w`` in it."""
    shutil.copytree(empty, tmp_path / "w")
    return tmp_path


@pytest.fixture
def house(folder: Path) -> Iterator[House]:
    with housed(folder) as house:
        yield house


Housed = Callable[..., House]


@pytest.fixture
def another(folder: Path) -> Iterator[Housed]:
    """Make a house with more settings, or under another name."""
    with ExitStack() as stack:
        yield lambda more="", host="": stack.enter_context(housed(folder, more, host))


def code(said: httpx.Response) -> tuple[int, str]:
    assert said.headers["content-type"] == "application/problem+json"
    return said.status_code, said.json()["code"]
