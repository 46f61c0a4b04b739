"""Pages over a workspace with a lead, a hit and a sealed record; readers as browsers without scripts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Self

import httpx
import pytest
import uvicorn
from tests.journeys.records import OPEN, OPEN_RECORDS, SEALED, SEALED_RECORDS, loaded, person
from tests.journeys.verdict_verbs import THIRD
from tests.store.logins import PASSWORD
from tests.web.conftest import serving

from maillon.model import Act
from maillon.screen import questions
from maillon.store.login.accounts import Accounts, By
from maillon.store.settings import FILE
from maillon.web import login, pages
from maillon.web.api import routers
from maillon.web.app import create_app
from maillon.web.config import read_config
from maillon.web.login import Keeper
from maillon.web.server import Where, address, listening, settings
from maillon.web.service import Service
from maillon.workspace import Workspace
from maillon.workspace.screenrun import ScreenOrder

BASIS = "Coordination Centre Act, s. 4"


class Reader(httpx.Client):
    """A browser without scripts: it keeps cookies, follows links, fills forms."""

    def __init__(self, base: str) -> None:
        headers = {"origin": base, "sec-fetch-site": "same-origin"}
        super().__init__(base_url=base, timeout=60, headers=headers, follow_redirects=True)

    def __enter__(self) -> Self:
        return self  # it was opened by its first page

    def page(self, path: str, status: int = 200) -> str:
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def submit(self, path: str, status: int = 200, **fields: str | list[str]) -> str:
        """Open a page and send its form, as it stands, with some fields filled."""
        answer = self.submit_from(self.page(path), path, **fields)
        assert answer.status_code == status, answer.text
        return answer.text

    def submit_from(self, page: str, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send the form of a page that was opened before, perhaps long ago."""
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        said: dict[str, str | list[str]] = {name: unescape(value) for name, value in hidden
                                            if name in {"csrf", "revision", "next"}}  # fmt: skip
        return self.post(path, data=said | fields)


class House:
    """One served workspace, and the people who work in it."""

    def __init__(self, workspace: Workspace, service: Service, base: str) -> None:
        self.workspace, self.service, self.base = workspace, service, base
        assert isinstance(service.doorkeeper, Keeper)
        self.accounts = Accounts(service.doorkeeper.gate)
        self._codes: dict[str, str] = {}

    def known(self, who: str) -> None:
        """Give somebody an account with their own password, where there is none yet."""
        if who not in self._codes:
            self.reader(who).close()

    def reader(self, who: str, purpose: str = "", agency: str = "centre") -> Reader:
        """Return a browser in which somebody is logged in under a mandate."""
        client = Reader(self.base)
        if who not in self._codes:
            code = self._codes[who] = self.accounts.add(By(), who)
            client.submit("/en/login", account=who, password=code)
            client.submit("/en/account/password", old=code, new=PASSWORD)
        else:
            client.submit("/en/login", account=who, password=PASSWORD)
        if purpose:
            basis = "Coordination Centre Act, s. 9 (oversight)" if purpose == "oversight" else BASIS
            client.submit("/en/mandate", agency=agency, purpose=purpose, legal_basis=basis)
        return client


@contextmanager
def opened(folder: Path, keys: Path) -> Iterator[House]:
    with Workspace.open(folder) as workspace:
        service = Service(workspace, replace(read_config(workspace.settings), keys=keys))
        login.set_up(service, keys)
        pages.set_up(service)
        where = Where(port=0)
        with listening(where) as held:
            app = create_app(service, (*login.routers, *routers(), *pages.routers()))
            with serving(uvicorn.Server(settings(app, where)), held):
                yield House(workspace, service, address(held))


def make(folder: Path) -> None:
    Workspace.create(folder)
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(THIRD)
    with Workspace.open(folder) as w:
        loaded(w, "register", OPEN, OPEN_RECORDS)
        loaded(w, "vault", SEALED, SEALED_RECORDS)
        guest = person("g1", "Amos Verner", birthDate=["1980-02-03"])
        others = [person(f"o{n}", "Cyril Dusek", birthDate=[f"1979-01-0{n}"]) for n in range(1, 6)]
        hostile = person("g3", "<script>alert(1)</script> \u202egnp.exe")
        loaded(w, "guests", OPEN, [guest, *others, hostile])
        screen_again(w)


def screen_again(w: Workspace) -> None:
    use = w.screening.rules().use()
    order = ScreenOrder(
        lambda bench: questions(bench, ["guests"], use), {"datasets": ["guests"]}, use,
        ("register",),
    )  # fmt: skip
    mandate = replace(w.settings.mandate, purpose="screening")
    w.screening.delta(w.view(Act.SCREEN, mandate), order)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("pages")
    make(folder / "w")
    with opened(folder / "w", folder / "keys") as house:
        yield house


@pytest.fixture(scope="module")
def analyst(house: House) -> Iterator[Reader]:
    with house.reader("analyst", "linking") as reader:
        yield reader


@pytest.fixture(scope="module")
def reviewer(house: House, analyst: Reader) -> Iterator[Reader]:
    assert analyst
    with house.reader("analyst", "review") as reader:
        yield reader
