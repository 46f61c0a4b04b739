"""The own account: passkeys, recovery codes, sessions; each form calls its twin in the API."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import MaillonError, RefusedError
from maillon.store.login.factors import CODES
from maillon.web.login import own_routes, passkey_routes, session_routes
from maillon.web.pages.asked import THEME, THEMES, Asked, AskedDep, ElsewhereError
from maillon.web.pages.desk.calling import Route, called
from maillon.web.pages.refusing import Refused, refused_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

DEEDS: Final[Mapping[str, Route]] = {
    "remove-passkey": passkey_routes.remove,
    "remove-device": own_routes.remove_codes,
    "draw-codes": own_routes.draw_codes,
    "end-session": session_routes.end_session,
    "end-others": session_routes.end_other_sessions,
}
"""The forms of the page, each with the function that answers its twin in the API."""
LISTS: Final[Mapping[str, Route]] = {
    "passkeys": passkey_routes.passkeys,
    "sessions": session_routes.sessions,
    "codes": own_routes.codes_left,
}
"""What the page shows, each with the function that answers its twin in the API."""
YEAR: Final = 365 * 24 * 3_600
"""Seconds for which a browser keeps how its pages look."""
MADE: Final = "make-passkey"
"""What a browser did with an authenticator, by the routes of the API."""


@router.get("/me")
def own_account(asked: AskedDep, done: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Show what opens the own account, and where it is open."""
    return _page(asked, done=done if done in DEEDS or done == MADE else "")


@router.post("/me/look")
async def look(asked: AskedDep) -> Response:
    """Keep in this browser how its pages look; nothing of it is kept elsewhere."""
    said = await asked.form()
    answer = asked.go("/me")
    theme = said.get("theme", "")
    if theme in THEMES:
        answer.set_cookie(
            THEME, theme, max_age=YEAR, path="/", samesite="lax", httponly=True,
            secure=asked.keeper.browser.origin(asked.request).startswith("https://"),
        )  # fmt: skip
    else:
        answer.delete_cookie(THEME, path="/")
    return answer


@router.post("/me/{deed}")
async def change(asked: AskedDep, deed: Annotated[str, Path(max_length=40)]) -> Response:
    """Do it: the function of the API is called with what the form says."""
    if deed not in DEEDS:
        raise HTTPException(404, "Not Found")
    said = await asked.form()
    return await run_in_threadpool(_do, asked, deed, said)


def _do(asked: Asked, deed: str, said: Mapping[str, str]) -> Response:
    try:
        answer = called(asked, DEEDS[deed], said)
    except HTTPException as error:
        if (error.headers or {}).get("x-code") == "step-up":
            place = f"/{asked.language}/step-up?next=/{asked.language}/me"
            raise ElsewhereError(place) from None
        return _page(asked, problem=refused_of(error, asked.speech), status=error.status_code)
    except MaillonError as error:
        return _page(asked, problem=refused_of(error, asked.speech), status=error.http_status)
    if deed == "draw-codes":
        return asked.draw("recovery", codes=answer["recovery"], after="/me")
    return asked.go(f"/me?done={deed}")


def _page(
    asked: Asked, *, done: str = "", problem: Refused | None = None, status: int = 200
) -> Response:
    held: dict[str, Any] = {name: called(asked, route, {}) for name, route in LISTS.items()}
    return asked.draw(
        "me", here="me", passkeys=held["passkeys"]["items"], sessions=held["sessions"]["items"],
        codes=held["codes"], most_codes=CODES, themes=("", *THEMES),
        is_proved=_is_proved(asked), done=done,
        after=f"/{asked.language}/me?done={MADE}", session=asked.opened.session,
        proof=f"/{asked.language}/step-up?next=/{asked.language}/me", problem=problem,
        status=status,
    )  # fmt: skip


def _is_proved(asked: Asked) -> bool:
    """Return whether the person has proved who they are as lately as a change of factors needs."""
    try:
        asked.keeper.proving.check_recent(asked.opened.session)
    except RefusedError:
        return False
    return True
