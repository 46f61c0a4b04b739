"""Keys of service accounts: a secret that is shown once, for named acts, for a year at most."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from maillon.model import Act, NotFoundError, RefusedError
from maillon.store.login.accounts import SERVICE, By, usable
from maillon.store.login.attempts import MOST_OF_ADDRESS, Attempts
from maillon.store.login.gate import Gate, instant, moment, note, texts
from maillon.store.login.refusals import OftenError
from maillon.store.tables_login import ACCOUNT_KEY

LONGEST_DAYS: Final = 365
MOST_ADDRESSES: Final = 100
_FORM: Final = re.compile(r"mk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """What a key shall be for.

    Attributes:
        name: What it is called.
        scopes: Acts that it is for, e.g. ``("screen",)``.
        days: How long it holds.
        addresses: Networks from which it is taken, e.g. ``10.1.0.0/16``; empty: any.
    """

    name: str
    scopes: tuple[str, ...]
    days: int = LONGEST_DAYS
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A key, without its secret.

    Attributes:
        id: Its number, also part of the token.
        who: The service account.
        name: What it is called.
        scopes: Acts that it is for.
        addresses: Networks from which it is taken; empty: any.
        expires: When it ends.
        used: Day of its last use; empty: never.
        issued_by: Who issued it.
        at: When that was.
        revoked: When it was revoked; empty: it was not.
    """

    id: str
    who: str
    name: str
    scopes: tuple[str, ...]
    addresses: tuple[str, ...]
    expires: str
    used: str
    issued_by: str
    at: str
    revoked: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key with its token, which is shown this once."""

    key: Key
    token: str = field(repr=False)


class Keys:
    """The keys of one desk.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._attempts = Attempts(gate)

    def issue(self, by: By, who: str, order: KeyOrder) -> Issued:
        """Issue a key; nobody can be told its token again.

        Raises:
            NotFoundError: There is no such account, or it is not open.
            RefusedError: The account is a person's, or the order is not one.
        """
        _check(order)
        id_, secret, now = secrets.token_hex(6), secrets.token_urlsafe(32), self._gate.now()
        with self._gate.desk.begin() as connection:
            if usable(connection, self._gate, who, SERVICE) is None:
                raise NotFoundError("no such service account, or it is not open")
            connection.execute(
                insert(ACCOUNT_KEY).values(
                    id=id_, who=who, name=order.name, hash=_hash(secret),
                    scopes=texts(set(order.scopes)), addresses=list(order.addresses),
                    expires=moment(now + timedelta(days=order.days)), used="",
                    issued_by=by.who, at=moment(now), revoked="",
                )
            )  # fmt: skip
            row = connection.execute(select(ACCOUNT_KEY).where(ACCOUNT_KEY.c.id == id_)).one()
            note(connection, by.who, "key", "issued", account=who, key=id_,
                 scopes=texts(set(order.scopes)), expires=row.expires)  # fmt: skip
        return Issued(_key(row), f"mk_{id_}_{secret}")

    def revoke(self, by: By, who: str, id_: str) -> None:
        """Revoke a key: from now on it opens nothing.

        Raises:
            NotFoundError: The account has no such key.
        """
        one = (ACCOUNT_KEY.c.id == id_, ACCOUNT_KEY.c.who == who)
        with self._gate.desk.begin() as connection:
            row = connection.execute(select(ACCOUNT_KEY).where(*one)).first()
            if row is None:
                raise NotFoundError("no such key")
            if row.revoked:
                return
            revoked = moment(self._gate.now())
            connection.execute(update(ACCOUNT_KEY).where(*one).values(revoked=revoked))
            note(connection, by.who, "key", "revoked", account=who, key=id_)

    def listed(self, who: str) -> list[Key]:
        """Return the keys of an account, the newest first."""
        query = select(ACCOUNT_KEY).where(ACCOUNT_KEY.c.who == who)
        with self._gate.desk.engine.connect() as connection:
            rows = connection.execute(query.order_by(ACCOUNT_KEY.c.at.desc(), ACCOUNT_KEY.c.id))
            return [_key(row) for row in rows]

    def recognise(self, token: str, address: str) -> Key | None:
        """Return the key of a token; None where it is none, has ended or comes from elsewhere.

        Args:
            token: As it was sent.
            address: Of the caller.

        Raises:
            OftenError: The token is wrong, and too many from this address were.
        """
        found = _FORM.fullmatch(token)
        row: Row[Any] | None = None
        if found is not None:
            one = ACCOUNT_KEY.c.id == found[1]
            with self._gate.desk.engine.connect() as connection:
                row = connection.execute(select(ACCOUNT_KEY).where(one)).first()
                account = row and usable(connection, self._gate, row.who, SERVICE)
            is_right = row is not None and hmac.compare_digest(row.hash, _hash(found[2]))
            if row is not None and is_right and account and self._holds(row, address):
                self._use(row)
                return _key(row)
        self._refuse(row, address)
        return None

    def _holds(self, row: Row[Any], address: str) -> bool:
        if row.revoked or self._gate.now() >= instant(row.expires):
            return False
        return not row.addresses or _is_within(address, row.addresses)

    def _use(self, row: Row[Any]) -> None:
        day = moment(self._gate.now())[:10]
        if row.used == day:
            return
        with self._gate.desk.begin() as connection:
            connection.execute(
                update(ACCOUNT_KEY).where(ACCOUNT_KEY.c.id == row.id).values(used=day)
            )

    def _refuse(self, row: Row[Any] | None, address: str) -> None:
        """Count a wrong token against its address; the key's own holder is not locked out."""
        if self._attempts.is_too_many(address):
            raise OftenError("wrong keys from an address", MOST_OF_ADDRESS, 60)
        attempt = self._attempts.begin("key", secrets.token_hex(8), address)
        with self._gate.desk.begin() as connection:
            self._attempts.failed(connection, attempt)
            if row is not None:
                note(connection, row.who, "key", "refused", key=row.id)


def _check(order: KeyOrder) -> None:
    acts = {act.value for act in Act}
    if not order.scopes or set(order.scopes) - acts:
        raise _refused("a key is for named acts", f"name some of {', '.join(sorted(acts))}")
    if not 1 <= order.days <= LONGEST_DAYS:
        raise _refused(f"a key holds 1 to {LONGEST_DAYS} days", "issue another one after that")
    if not order.name.strip():
        raise _refused("a key has a name", "say what it is for")
    if len(order.addresses) > MOST_ADDRESSES:
        raise _refused(f"a key has {MOST_ADDRESSES} networks at most", "name larger ones")
    for one in order.addresses:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            raise _refused("a network is not one", "write it as 10.1.0.0/16 or fd00::/8") from None


def _is_within(address: str, networks: list[str]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in ipaddress.ip_network(one) for one in networks)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row[Any]) -> Key:
    return Key(
        row.id, row.who, row.name, tuple(row.scopes), tuple(row.addresses), row.expires, row.used,
        row.issued_by, row.at, row.revoked,
    )  # fmt: skip


def _refused(reason: str, remedy: str) -> RefusedError:
    return RefusedError("login: keys", reason, remedy)
