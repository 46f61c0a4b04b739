"""Coming in: log in, what must be done first, the mandate, prove anew, log out."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from maillon.model import MaillonError, Mandate
from maillon.policy.law import is_in_force
from maillon.store.login.entering import Typed
from maillon.store.login.sessions import Opened, csrf_of
from maillon.web.depends import ServiceDep
from maillon.web.login.keeper import Keeper, KeeperDep, address_of, in_http
from maillon.web.pages.asked import (
    MOST_NEXT,
    Asked,
    AskedDep,
    LanguageDep,
    drawing_of,
    fields_of,
)
from maillon.web.pages.language import chosen
from maillon.web.pages.refusing import Refused, refused_of
from maillon.web.service import Service

router = APIRouter(prefix="/{language}", include_in_schema=False)
root = APIRouter(include_in_schema=False)


@root.get("/")
def first(request: Request, service: ServiceDep) -> Response:
    """Send a browser to the pages in its language."""
    if service.drawing is None:
        raise HTTPException(404, "Not Found")
    return RedirectResponse(f"/{chosen(request.headers.get('accept-language', ''))}/", 303)


def _bare(
    service: Service,
    language: str,
    template: str,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - of any template
) -> Response:
    frame = {"title": service.config.title, "problem": None}
    return drawing_of(service).page(language, template, frame | values, status)


@router.get("/login")
def login_page(
    service: ServiceDep, keeper: KeeperDep, language: LanguageDep,
    next: Annotated[str, Query(max_length=MOST_NEXT)] = "",  # noqa: A002 - the word of the address
) -> Response:  # fmt: skip
    """Show how to log in."""
    return _login(service, keeper, language, next)


@router.post("/login")
async def log_in(
    request: Request, service: ServiceDep, keeper: KeeperDep, language: LanguageDep
) -> Response:
    """Log in; the browser goes to where it wanted, or to what must be done first."""
    keeper.browser.check_origin(request)
    said = fields_of(await request.form(max_files=0, max_fields=10))
    account, after = said.get("account", "").strip(), said.get("next", "")
    typed = Typed(account, said.get("password", ""), said.get("code", "").strip())
    try:
        keeper.browser.check_place(request)
        opened = await _apart(lambda: _enter(keeper, typed, request))
    except HTTPException as error:
        problem = refused_of(error, drawing_of(service).speeches[language])
        return _login(
            service, keeper, language, after, error.status_code, account=account, problem=problem
        )
    response = RedirectResponse(_safe(after, language), 303)
    keeper.browser.give(request, response, opened.token)
    return response


def _login(
    service: Service, keeper: Keeper, language: str, wanted: str, status: int = 200,
    *, account: str = "", problem: Refused | None = None,
) -> Response:  # fmt: skip
    return _bare(
        service, language, "login", status, next=wanted, account=account, problem=problem,
        provider=keeper.provider is not None, after=_safe(wanted, language),
    )  # fmt: skip


async def _apart(do: Callable[[], Opened]) -> Opened:
    return await run_in_threadpool(do)


def _enter(keeper: Keeper, typed: Typed, request: Request) -> Opened:
    with in_http():
        return keeper.entering.by_password(
            typed, address_of(request), keeper.browser.token(request)
        )


def _safe(after: str, language: str) -> str:
    """Return where to go after a login: a page of this service, never elsewhere."""
    parts = urlsplit(after)
    is_own = after.startswith(f"/{language}/") and not parts.netloc and "\\" not in after
    return after if is_own and "\n" not in after and "\r" not in after else f"/{language}/"


def needing_of(
    request: Request, service: ServiceDep, keeper: KeeperDep, language: LanguageDep
) -> Asked:
    """Return what is asked in a session in which something may still be missing."""
    token = keeper.browser.token(request)
    session = keeper.sessions.find(token) if token else None
    if session is None:
        raise HTTPException(401, "log in first")
    return Asked(request, service, keeper, language, Opened(session, token))


NeedingDep = Annotated[Asked, Depends(needing_of)]


def _own(asked: Asked, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as above
    frame = {"csrf": csrf_of(asked.opened.token), "who": asked.opened.session.who}
    return _bare(asked.service, asked.language, template, status, **(frame | values))


def _given(asked: Asked, opened: Opened, place: str) -> Response:
    response = RedirectResponse(f"/{asked.language}{place}", 303)
    asked.keeper.browser.give(asked.request, response, opened.token)
    return response


def _problem(asked: Asked, error: HTTPException | MaillonError) -> Refused:
    return refused_of(error, asked.speech)


@router.get("/account/password")
def password_page(asked: NeedingDep) -> Response:
    """Show how to choose a password of one's own."""
    return _own(asked, "password")


@router.post("/account/password")
async def change_password(asked: NeedingDep) -> Response:
    """Change the password; every other session of the account ends."""
    said = await asked.form()

    def do() -> Opened:
        with in_http():
            return asked.keeper.proving.change_password(
                asked.opened, said.get("old", ""), said.get("new", ""), address_of(asked.request)
            )

    try:
        return _given(asked, await _apart(do), "/")
    except (HTTPException, MaillonError) as error:
        return _own(asked, "password", 422, problem=_problem(asked, error))


@router.get("/account/second-factor")
def second_factor_page(asked: NeedingDep) -> Response:
    """Show how to set up a device for one-time codes, or a passkey."""
    try:
        with in_http():
            drawn = asked.keeper.proving.begin_codes(asked.opened.session)
    except (HTTPException, MaillonError) as error:
        return _second_factor(asked, 403, _problem(asked, error))
    return _second_factor(asked, secret=drawn.secret)


@router.post("/account/second-factor")
async def confirm_second_factor(asked: NeedingDep) -> Response:
    """Have the device count, and show the recovery codes this once."""
    said = await asked.form()
    codes: list[str] = []

    def do() -> Opened:
        with in_http():
            again, found = asked.keeper.proving.confirm_codes(
                asked.opened, said.get("code", "").strip(), address_of(asked.request)
            )
        codes.extend(found)
        return again

    try:
        again = await _apart(do)
    except (HTTPException, MaillonError) as error:
        return _second_factor(asked, 422, _problem(asked, error))
    response = _own(asked, "recovery", codes=codes, after="/")
    asked.keeper.browser.give(asked.request, response, again.token)
    return response


def _second_factor(
    asked: Asked, status: int = 200, problem: Refused | None = None, *, secret: str = ""
) -> Response:
    held = asked.keeper.passkeys.listed(asked.opened.session.who)
    return _own(
        asked, "second-factor", status, problem=problem, secret=secret, has_passkey=bool(held)
    )


@router.get("/mandate")
def mandate_page(asked: AskedDep) -> Response:
    """Show which mandates the person may choose."""
    return _mandates(asked)


@router.post("/mandate")
async def choose_mandate(asked: AskedDep) -> Response:
    """Choose the mandate of the session; policy refuses it on use, or not."""
    said = await asked.form()
    mandate = Mandate(
        asked.opened.session.who, said.get("agency", ""), said.get("purpose", ""),
        said.get("legal_basis", ""), said.get("case", "").strip(),
    )  # fmt: skip

    def do() -> Opened:
        with in_http():
            return asked.keeper.sessions.choose(asked.opened.token, mandate)

    try:
        return _given(asked, await _apart(do), "/")
    except (HTTPException, MaillonError) as error:
        return _mandates(asked, _problem(asked, error), 422)


def _mandates(asked: Asked, problem: Refused | None = None, status: int = 200) -> Response:
    store = asked.service.workspace.store
    day = store.house.day.isoformat()
    bases = [
        one for _, one in sorted(store.policy.law.bases.items())
        if is_in_force(one.since, one.until, day)
    ]  # fmt: skip
    return asked.draw("mandate", bases=bases, problem=problem, status=status)


@router.get("/step-up")
def step_up_page(asked: AskedDep, next: Annotated[str, Query(max_length=2_000)] = "") -> Response:  # noqa: A002 - as above
    """Show how to prove anew who one is."""
    return asked.draw("step-up", next=next, after=_safe(next, asked.language), problem=None)


@router.post("/step-up")
async def step_up(asked: AskedDep) -> Response:
    """Prove anew who one is; it holds for five minutes."""
    said = await asked.form()
    after = said.get("next", "")

    def do() -> Opened:
        with in_http():
            return asked.keeper.proving.step_up(
                asked.opened, said.get("password", ""), said.get("code", "").strip(),
                address_of(asked.request),
            )  # fmt: skip

    try:
        opened = await _apart(do)
    except (HTTPException, MaillonError) as error:
        problem = _problem(asked, error)
        safe = _safe(after, asked.language)
        return asked.draw("step-up", next=after, after=safe, problem=problem, status=401)
    response = RedirectResponse(_safe(after, asked.language), 303)
    asked.keeper.browser.give(asked.request, response, opened.token)
    return response


@router.post("/logout")
async def log_out(asked: NeedingDep) -> Response:
    """Log out: the session ends on the server."""
    await asked.form()
    await run_in_threadpool(asked.keeper.sessions.log_out, asked.opened.session)
    response = RedirectResponse(f"/{asked.language}/login", 303)
    asked.keeper.browser.take(asked.request, response)
    return response
