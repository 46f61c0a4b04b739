"""A gate over a workspace with administrators and a service account, a clock, cheap passwords."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import Parameters, Type

from maillon.store import Store, open_store
from maillon.store.login.accounts import SERVICE, Accounts, By
from maillon.store.login.entering import Entering, Typed
from maillon.store.login.gate import Gate, LoginRules, open_gate
from maillon.store.login.passwords import Passwords
from maillon.store.login.proving import Proving
from maillon.store.login.sessions import Opened

PEOPLE = """
[people.warden]
agencies = ["centre"]
purposes = []
roles = ["accounts"]

[people.warden2]
agencies = ["centre"]
purposes = []
roles = ["accounts"]
person = "warden"

[people.porter]
agencies = ["centre"]
purposes = ["screening"]
roles = ["accounts"]

[people.lister]
agencies = ["centre"]
purposes = ["screening"]
"""
CHEAP = Parameters(Type.ID, 19, 16, 32, 1, 8, 1)
BEGUN = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PASSWORD = "seven grey herons wade"
ADDRESS = "192.0.2.7"


class Counting(Passwords):
    """Counts how often a password is really checked."""

    def __init__(self) -> None:
        super().__init__(CHEAP, at_once=50)
        self.checked = 0

    def verify(self, hashed: str, password: str) -> bool:
        self.checked += 1
        return super().verify(hashed, password)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = BEGUN

    def __call__(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        self.at += timedelta(**by)


@contextmanager
def opened_gate(
    folder: Path, keys: Path, clock: Clock, rules: LoginRules | None = None
) -> Iterator[Gate]:
    store = with_people(folder)
    try:
        yield open_gate(store, keys, rules, passwords=Counting(), now=clock)
    finally:
        store.close()


def with_people(folder: Path) -> Store:
    file = folder / "maillon.toml"
    text = file.read_text("utf-8")
    if PEOPLE not in text:
        file.write_text(text + PEOPLE, "utf-8")
    return open_store(folder)


def made(gate: Gate, who: str = "analyst", password: str = PASSWORD) -> str:
    """Make an account whose owner has chosen the password; return it."""
    code = Accounts(gate).add(By(), who)
    opened = log_in(gate, who, code)
    Proving(gate).change_password(opened, code, password, ADDRESS)
    return password


def log_in(
    gate: Gate, who: str = "analyst", password: str = PASSWORD, code: str = "",
    address: str = ADDRESS, before: str = "",
) -> Opened:  # fmt: skip
    return Entering(gate).by_password(Typed(who, password, code), address, before)


def service(gate: Gate, who: str = "lister") -> str:
    Accounts(gate).add(By(), who, SERVICE)
    return who
