"""The doorkeeper: a session by its cookie, a service account by its key."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from maillon.store.login.accounts import Accounts
from maillon.store.login.challenges import Challenges
from maillon.store.login.entering import Entering
from maillon.store.login.factors import Factors
from maillon.store.login.gate import Gate
from maillon.store.login.keys import Keys
from maillon.store.login.passkeys import Passkeys
from maillon.store.login.proving import Proving, StepUpError
from maillon.store.login.refusals import OftenError, SecondFactorError, WrongLoginError
from maillon.store.login.sessions import Opened, Session, Sessions, is_fresh
from maillon.web.depends import ServiceDep
from maillon.web.identity import Caller
from maillon.web.login.browser import Browser
from maillon.web.login.config import LoginConfig
from maillon.web.login.oidc import Provider

NEEDS: Final = {
    "password": ("password-change", "choose a password of your own: PUT /api/v1/account/password"),
    "second-factor": (
        "second-factor-setup",
        "set up a second factor (POST /api/v1/account/totp), or prove it (/session/step-up)",
    ),
}
"""What is answered while something must be done first: code and text."""


class Keeper:
    """Recognises callers by session or key.

    Args:
        gate: What logging in works on.
        config: How people log in.
    """

    def __init__(self, gate: Gate, config: LoginConfig) -> None:
        self.gate = gate
        self.config = config
        self.browser = Browser(config)
        self.accounts = Accounts(gate)
        self.challenges = Challenges(gate)
        self.entering = Entering(gate)
        self.factors = Factors(gate)
        self.keys = Keys(gate)
        self.passkeys = Passkeys(gate)
        self.proving = Proving(gate)
        self.sessions = Sessions(gate)
        self.provider = None if config.oidc is None else Provider(config.oidc)

    def caller(self, request: Request) -> Caller | None:
        """Return who asks; None where nobody is recognised.

        Raises:
            HTTPException: 403 where no page of ours made a browser's request, or where something
                must be done first; 429 where too many wrong keys came from the address.
        """
        said = request.headers.get("authorization", "")
        if said:
            return self._key_holder(request, said)
        opened = self.opened(request)
        if opened is None:
            return None
        session = opened.session
        if session.needs:
            code, text = NEEDS[session.needs]
            raise HTTPException(403, text, {"x-code": code})
        return Caller(
            session.who, "session", session.id, is_fresh=self.is_fresh(session),
            mandate=session.mandate,
        )  # fmt: skip

    def opened(self, request: Request) -> Opened | None:
        """Return the session of a request, also one in which something must be done first.

        Raises:
            HTTPException: 403 where no page of ours made the request.
        """
        token = self.browser.token(request)
        session = self.sessions.find(token) if token else None
        if session is None:
            return None
        self.browser.check_csrf(request, token)
        return Opened(session, token)

    def is_fresh(self, session: Session) -> bool:
        """Return whether the person proved anew who they are, a few minutes ago at most."""
        return is_fresh(session, self.gate.now())

    def _key_holder(self, request: Request, said: str) -> Caller | None:
        kind, _, token = said.partition(" ")
        if kind.lower() != "bearer":
            return None
        with in_http():
            key = self.keys.recognise(token.strip(), address_of(request))
        if key is None:
            return None
        return Caller(key.who, "key", key.id, frozenset(key.scopes))


def address_of(request: Request) -> str:
    """Return the address of a caller, as the proxy or the socket tells it."""
    return request.client.host if request.client else ""


@contextmanager
def in_http() -> Iterator[None]:
    """Say what a login is refused with as HTTP does."""
    try:
        yield
    except OftenError as error:
        raise HTTPException(429, str(error), {"retry-after": str(error.seconds)}) from None
    except SecondFactorError as error:
        raise HTTPException(401, f"{error.reason}: {error.remedy}", {"x-code": "second-factor"}
                            ) from None  # fmt: skip
    except StepUpError as error:
        raise HTTPException(401, f"{error.reason}: {error.remedy}", {"x-code": "step-up"}) from None
    except WrongLoginError as error:
        raise HTTPException(401, f"{error.reason}: {error.remedy}", {"x-code": "wrong-login"}
                            ) from None  # fmt: skip


def keeper_of(service: ServiceDep) -> Keeper:
    """Return the doorkeeper, or 404 where nobody can log in."""
    keeper = service.doorkeeper
    if not isinstance(keeper, Keeper):
        raise HTTPException(404, "Not Found")
    return keeper


KeeperDep = Annotated[Keeper, Depends(keeper_of)]


def opened_of(request: Request, keeper: KeeperDep) -> Opened:
    """Return the session of a request, or raise 401."""
    opened = keeper.opened(request)
    if opened is None:
        raise HTTPException(401, "log in: POST /api/v1/session")
    return opened


OpenedDep = Annotated[Opened, Depends(opened_of)]
"""A session in which a password or a second factor may still be missing."""


def settled_of(opened: OpenedDep) -> Opened:
    """Return a session in which nothing is missing, or raise 403."""
    if opened.session.needs:
        code, text = NEEDS[opened.session.needs]
        raise HTTPException(403, text, {"x-code": code})
    return opened


SettledDep = Annotated[Opened, Depends(settled_of)]
