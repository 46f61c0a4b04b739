"""What requests and answers of logging in are made of. No answer of a list holds a secret."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from maillon.store.login.accounts import Account
from maillon.store.login.keys import LONGEST_DAYS, MOST_ADDRESSES, Issued, Key
from maillon.store.login.sessions import Opened, Session, csrf_of
from maillon.web.api.shapes import Body
from maillon.web.login.keeper import Keeper

PLAIN = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
Secret = Annotated[str, Field(min_length=1, max_length=1_000)]
Code = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9-]*$")]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class LoginBody(Body):
    """Who logs in."""

    account: Name
    password: Secret
    code: Code = Field("", description="One-time or recovery code, where there is a device.")


class MandateBody(Body):
    """Under which mandate a session acts; policy looks at it whenever it is used."""

    agency: str = Field("", max_length=100, pattern=PLAIN)
    purpose: str = Field("", max_length=20, pattern=PLAIN)
    legal_basis: str = Field("", max_length=1_000, pattern=PLAIN)
    case: str = Field("", max_length=40, pattern=PLAIN)


class StepUpBody(Body):
    """What proves anew who one is."""

    password: Secret
    code: Code = ""


class PasswordBody(Body):
    """The password or first password of today, and the one of tomorrow."""

    old: Secret
    new: Secret


class CodeBody(Body):
    """A code of the device."""

    code: Code


class AccountBody(Body):
    """A new account: a person of ``maillon.toml``."""

    account: Name
    kind: Literal["person", "service"] = "person"


class ChangeBody(Body):
    """What is done to an account."""

    change: Literal["lock", "unlock", "disable", "reset"]


class KeyBody(Body):
    """What a key shall be for."""

    name: Name
    scopes: list[Name] = Field(min_length=1, max_length=20, description="Acts that it is for.")
    days: int = Field(LONGEST_DAYS, ge=1, le=LONGEST_DAYS)
    addresses: list[Annotated[str, Field(max_length=50)]] = Field(
        default_factory=list, max_length=MOST_ADDRESSES, description="Networks, as 10.1.0.0/16."
    )


class MandateShown(BaseModel):
    """A mandate, without the account."""

    agency: str
    purpose: str
    legal_basis: str
    case: str


class SessionShown(BaseModel):
    """The own session, and what the person may name in a mandate."""

    id: str
    account: str
    agencies: list[str]
    purposes: list[str]
    roles: list[str]
    mandate: MandateShown
    means: str
    needs: str = Field(description="What must be done first: password, second-factor, or nothing.")
    is_fresh: bool
    fresh_until: str
    begun: str
    csrf: str = Field(description="To be sent as x-csrf-token with every request that changes.")


class SessionLine(BaseModel):
    """One of the open sessions of an account."""

    id: str
    means: str
    begun: str
    seen: str
    is_this: bool


class SessionList(BaseModel):
    """The open sessions of an account, the newest first."""

    items: list[SessionLine]


class EnrolmentShown(BaseModel):
    """What a device is given; it is shown this once."""

    secret: str
    uri: str


class CodesShown(BaseModel):
    """Recovery codes; they are shown this once."""

    recovery: list[str]


class CodesLeft(BaseModel):
    """What is left of the recovery codes."""

    has_code: bool = Field(description="Whether there is a device for one-time codes.")
    left: int


class ConfirmedShown(CodesShown):
    """Recovery codes, and the session, whose token is another one now."""

    session: SessionShown


class AccountShown(BaseModel):
    """An account, without anything that opens it."""

    account: str
    kind: str
    state: str
    is_set_up: bool
    has_code: bool
    passkeys: int
    at: str
    seen: str


class AccountList(BaseModel):
    """All accounts, by name."""

    items: list[AccountShown]


class SetUpShown(BaseModel):
    """An account with the code that opens it once; it is shown this once."""

    account: AccountShown
    code: str


class KeyShown(BaseModel):
    """A key, without its secret."""

    id: str
    account: str
    name: str
    scopes: list[str]
    addresses: list[str]
    expires: str
    used: str
    issued_by: str
    at: str
    revoked: str


class KeyList(BaseModel):
    """The keys of an account, the newest first."""

    items: list[KeyShown]


class KeyIssued(BaseModel):
    """A key with its token; it is shown this once."""

    key: KeyShown
    token: str


def session_shown(keeper: Keeper, opened: Opened) -> SessionShown:
    """Return a session as its holder sees it."""
    session = opened.session
    person, mandate = keeper.gate.people[session.who], session.mandate
    return SessionShown(
        id=session.id, account=session.who, agencies=list(person.agencies),
        purposes=list(person.purposes), roles=list(person.roles),
        mandate=MandateShown(
            agency=mandate.agency, purpose=mandate.purpose, legal_basis=mandate.legal_basis,
            case=mandate.case,
        ),
        means=session.means, needs=session.needs, is_fresh=keeper.is_fresh(session),
        fresh_until=session.fresh, begun=session.at, csrf=csrf_of(opened.token),
    )  # fmt: skip


def session_line(session: Session, this: str = "") -> SessionLine:
    """Return a session as a line of a list."""
    return SessionLine(
        id=session.id, means=session.means, begun=session.at, seen=session.seen,
        is_this=session.id == this,
    )  # fmt: skip


def account_shown(account: Account) -> AccountShown:
    """Return an account as administrators see it."""
    return AccountShown(
        account=account.who, kind=account.kind, state=account.state, is_set_up=account.is_set_up,
        has_code=account.has_code, passkeys=account.passkeys, at=account.at, seen=account.seen,
    )  # fmt: skip


def key_shown(key: Key) -> KeyShown:
    """Return a key without its secret."""
    return KeyShown(
        id=key.id, account=key.who, name=key.name, scopes=list(key.scopes),
        addresses=list(key.addresses), expires=key.expires, used=key.used,
        issued_by=key.issued_by, at=key.at, revoked=key.revoked,
    )  # fmt: skip


def key_issued(issued: Issued) -> KeyIssued:
    """Return a new key with its token."""
    return KeyIssued(key=key_shown(issued.key), token=issued.token)
