"""The session: log in, see it, choose its mandate, prove anew, log out."""

from typing import Annotated

from fastapi import Path, Request, Response

from maillon.model import Mandate
from maillon.store.login.entering import Typed
from maillon.store.login.sessions import Opened
from maillon.web.api.shapes import router_of
from maillon.web.login.keeper import (
    Keeper,
    KeeperDep,
    OpenedDep,
    SettledDep,
    address_of,
    in_http,
)
from maillon.web.login.shapes import (
    LoginBody,
    MandateBody,
    SessionList,
    SessionShown,
    StepUpBody,
    session_line,
    session_shown,
)

router = router_of("login")
SessionId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


def given(keeper: Keeper, request: Request, response: Response, opened: Opened) -> SessionShown:
    """Give the browser the token of a session; return the session."""
    keeper.browser.give(request, response, opened.token)
    return session_shown(keeper, opened)


@router.post("/session")
def log_in(
    body: LoginBody, request: Request, response: Response, keeper: KeeperDep
) -> SessionShown:
    """Log in by password, with the code where there is a device.

    One answer (401, ``wrong-login``) for an account that there is not, a wrong password and a
    locked account; 401 ``second-factor`` where a code is missing; 429 after too many failures.
    """
    keeper.browser.check_place(request)
    keeper.browser.check_origin(request)
    typed = Typed(body.account, body.password, body.code)
    with in_http():
        opened = keeper.entering.by_password(
            typed, address_of(request), keeper.browser.token(request)
        )
    return given(keeper, request, response, opened)


@router.get("/session")
def session(opened: OpenedDep, keeper: KeeperDep) -> SessionShown:
    """Return the own session, and the token that pages send with every change."""
    return session_shown(keeper, opened)


@router.delete("/session", status_code=204)
def log_out(opened: OpenedDep, request: Request, response: Response, keeper: KeeperDep) -> None:
    """Log out: the session ends on the server."""
    keeper.sessions.log_out(opened.session)
    keeper.browser.take(request, response)


@router.put("/session/mandate")
def choose_mandate(
    body: MandateBody, opened: SettledDep, request: Request, response: Response, keeper: KeeperDep
) -> SessionShown:
    """Choose the mandate under which the session acts; policy refuses it on use, or not."""
    mandate = Mandate(
        opened.session.who, body.agency, body.purpose, body.legal_basis, body.case
    )  # fmt: skip
    with in_http():
        return given(keeper, request, response, keeper.sessions.choose(opened.token, mandate))


@router.post("/session/step-up")
def step_up(
    body: StepUpBody, opened: OpenedDep, request: Request, response: Response, keeper: KeeperDep
) -> SessionShown:
    """Prove anew who one is; it holds for five minutes."""
    with in_http():
        again = keeper.proving.step_up(opened, body.password, body.code, address_of(request))
    return given(keeper, request, response, again)


@router.get("/sessions")
def sessions(opened: SettledDep, keeper: KeeperDep) -> SessionList:
    """Return the own open sessions, the newest first."""
    mine = keeper.sessions.listed(opened.session.who)
    return SessionList(items=[session_line(one, opened.session.id) for one in mine])


@router.delete("/sessions", status_code=204)
def end_other_sessions(opened: SettledDep, keeper: KeeperDep) -> None:
    """End every session of the own account but this one."""
    keeper.sessions.end_all(opened.session.who, opened.session.who, opened.session.id)


@router.delete("/sessions/{id}", status_code=204)
def end_session(id: SessionId, opened: SettledDep, keeper: KeeperDep) -> None:  # noqa: A002 - the path's word
    """End one of the own sessions."""
    keeper.sessions.end(opened.session.who, opened.session.who, id)
