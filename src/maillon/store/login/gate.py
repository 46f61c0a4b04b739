"""What the verbs of logging in share: desk, people, key, passwords, rules, clock."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from maillon.model import Mandate
from maillon.policy import Person
from maillon.store import ledger
from maillon.store.desk import Desk
from maillon.store.login.passwords import Passwords
from maillon.store.login.seal import LoginKey

if TYPE_CHECKING:
    from maillon.store.store import Store

ADMINISTRATOR: Final = "accounts"
"""The role that manages accounts, and no content."""

MACHINE: Final = "machine"
"""Who acts where an operator of the machine does, from its command line."""


@dataclass(frozen=True, slots=True)
class LoginRules:
    """How logins are held.

    Attributes:
        is_second_factor_required: Of everybody; administrators need one always.
        idle: After which a session that is not used ends.
        absolute: After which every session ends.
        fresh: How long somebody counts as having proved anew who they are.
        setup: How long the first password of an account holds.
    """

    is_second_factor_required: bool = False
    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)
    fresh: timedelta = timedelta(minutes=5)
    setup: timedelta = timedelta(days=7)


def aware_now() -> datetime:
    """Return this instant, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Gate:
    """What logging in works on.

    Attributes:
        desk: Holds accounts and sessions.
        people: Whom ``maillon.toml`` knows, by account.
        key: Seals and hashes.
        passwords: Hashes passwords.
        rules: How logins are held.
        now: The clock: this instant, aware UTC.
    """

    desk: Desk
    people: Mapping[str, Person]
    key: LoginKey = field(repr=False)
    passwords: Passwords = field(repr=False)
    rules: LoginRules = field(default_factory=LoginRules)
    now: Callable[[], datetime] = aware_now

    def needs_second(self, who: str) -> bool:
        """Return whether an account needs a second factor."""
        return self.rules.is_second_factor_required or self.is_administrator(who)

    def is_administrator(self, who: str) -> bool:
        """Return whether an account manages accounts."""
        person = self.people.get(who)
        return person is not None and ADMINISTRATOR in person.roles

    def natural(self, who: str) -> str:
        """Return the natural person behind an account."""
        person = self.people.get(who)
        return person.natural if person else who


def open_gate(
    store: "Store",
    keys: Path,
    rules: LoginRules | None = None,
    *,
    passwords: Passwords | None = None,
    now: Callable[[], datetime] = aware_now,
) -> Gate:
    """Return what logging in to a workspace works on.

    Args:
        store: Of the workspace.
        keys: Its keys folder, outside of it; the login key is made there when first needed.
        rules: How logins are held.
        passwords: Hashes passwords; None: as RFC 9106 recommends.
        now: The clock: this instant, aware UTC.
    """
    settings = store.settings
    return Gate(
        store.house.desk, settings.people, LoginKey(keys, settings.folder),
        passwords or Passwords(), rules or LoginRules(), now,
    )  # fmt: skip


def moment(at: datetime) -> str:
    """Return an instant as the desk holds it, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def instant(text: str) -> datetime:
    """Return what `moment` wrote."""
    return datetime.fromisoformat(text)


def note(connection: Connection, who: str, act: str, outcome: str, **said: object) -> None:
    """Write an entry of the ledger in the transaction of what it tells of.

    Args:
        connection: The transaction.
        who: The account that acts; empty where nobody was recognised.
        act: ``login``, ``session``, ``password``, ``second factor``, ``account``, ``key`` ...
        outcome: What came of it.
        said: What else; never a password, token, code or address.
    """
    ledger.append(connection, Mandate(who, "", "", ""), act, outcome, said)


def texts(values: Iterable[str]) -> list[str]:
    """Return texts as JSON columns hold them, in order."""
    return sorted(values)
