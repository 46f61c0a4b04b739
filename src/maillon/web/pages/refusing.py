"""What a page says when something is refused, not there or failed: what, where, and what next."""

from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from maillon.model import MaillonError, NotFoundError, RefusedError, StaleError
from maillon.web.pages.asked import (
    Asked,
    ElsewhereError,
    address_of,
    asked_of,
    drawing_of,
    is_part,
    place_of,
)
from maillon.web.pages.language import LANGUAGES, Speech
from maillon.web.pages.retelling import retold
from maillon.web.service import Service


@dataclass(frozen=True, slots=True)
class Refused:
    """Why something was not done.

    Attributes:
        heading: In a few words.
        text: What is wrong, in the page's language.
        rule: The rule that refuses; empty where it is none.
        remedy: What would be needed, or whom to ask.
    """

    heading: str
    text: str | Markup
    rule: str | Markup = ""
    remedy: str | Markup = ""


def refused_of(error: Exception, speech: Speech) -> Refused:
    """Return how a page tells of an error."""
    if isinstance(error, RefusedError):
        return Refused(
            speech.say("This is refused"),
            retold(speech, error.reason),
            retold(speech, error.rule, is_value=True),
            retold(speech, error.remedy),
        )
    if isinstance(error, StaleError):
        return Refused(speech.say("Somebody decided in between"), speech.say(
            "Nothing was changed. Read it again below, then decide again."))  # fmt: skip
    if isinstance(error, NotFoundError) or _status(error) == NotFoundError.http_status:
        return Refused(speech.say("Not there, or not for this mandate"), speech.say(
            "Both give the same answer. Look for it by words, or change the mandate."))  # fmt: skip
    if isinstance(error, RequestValidationError):
        return Refused(speech.say("This was not taken"), speech.say(
            "The address is not understood: begin from the page before."))  # fmt: skip
    if isinstance(error, HTTPException):
        return Refused(speech.say("This was not taken"), retold(speech, str(error.detail)))
    return Refused(speech.say("This was not done"), retold(speech, str(error)))


def refuse(request: Request, error: Exception) -> Response | None:
    """Return the page of an error; None where no page was asked for."""
    if isinstance(error, ElsewhereError):
        return _whole(error.place) if is_part(request) else RedirectResponse(error.place, 303)
    service: Service = request.app.state.service
    code = request.url.path.lstrip("/").partition("/")[0]
    if service.drawing is None or code not in LANGUAGES:
        return None
    if is_part(request) and (request.method == "GET" or not isinstance(error, MaillonError)):
        return _whole(_refused_place(request, code))
    status = _status(error)
    asked = _asked(request, service, code)
    if asked is None and is_part(request):
        return _whole(_refused_place(request, code))
    problem = refused_of(error, drawing_of(service).speeches[code])
    if asked is None:
        frame = {"title": service.config.title, "problem": problem}
        return drawing_of(service).page(code, "stopped", frame, status)
    return _drawn(asked, problem, status)


def _drawn(asked: Asked, problem: Refused, status: int) -> Response:
    if not asked.is_part:
        return asked.draw("refused", status=status, problem=problem)
    # what a form asked for within a page is told in the place of the page's work, whole
    answer = asked.draw("refused", problem=problem)
    answer.headers.update(_IN_ITS_PLACE)
    return answer


_IN_ITS_PLACE: Final = {
    "hx-retarget": "#work", "hx-reselect": "#work", "hx-reswap": "outerHTML",
    "hx-push-url": "false", "cache-control": "no-store",
}  # fmt: skip


def _whole(place: str) -> Response:
    """Have the browser open a whole page: what is refused is never drawn into a part of one."""
    return Response(status_code=204, headers={"hx-redirect": place, "cache-control": "no-store"})


def _refused_place(request: Request, language: str) -> str:
    """Return the page that says why: what was asked for, or where a form was sent from."""
    place = address_of(request) if request.method == "GET" else place_of(request)
    return place if place.startswith(f"/{language}/") and place.isascii() else f"/{language}/"


def _status(error: Exception) -> int:
    if isinstance(error, RequestValidationError):
        return 422
    return int(getattr(error, "http_status", getattr(error, "status_code", 500)))


def _asked(request: Request, service: Service, code: str) -> Asked | None:
    from maillon.web.login.keeper import Keeper  # noqa: PLC0415 - imports pages' own parts

    keeper = service.doorkeeper
    if not isinstance(keeper, Keeper):
        return None
    try:
        return asked_of(request, service, keeper, code)
    except (ElsewhereError, HTTPException, MaillonError):
        return None
