"""The pages of the desk: which there are, a list, a form, what came of it."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, MaillonError
from maillon.web.pages.asked import Asked, AskedDep, Before, ElsewhereError
from maillon.web.pages.cells import RECORDS
from maillon.web.pages.desk.calling import called, revision_of
from maillon.web.pages.desk.desks import DESKS, GROUPS
from maillon.web.pages.desk.fields import body_of, wrong_fields
from maillon.web.pages.desk.shape import Deed, Desk
from maillon.web.pages.refusing import Refused, refused_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

Name = Annotated[str, Path(max_length=40)]
Thing = Annotated[str, Query(alias="id", max_length=500)]


@router.get("/desk")
def overview(asked: AskedDep) -> Response:
    """Show what the desk holds, by kind of work."""
    return asked.draw("desk", here="desk", groups=GROUPS)


@router.get("/desk/{name}")
def listed(
    asked: AskedDep, name: Name, cursor: Annotated[str, Query(max_length=2_000)] = "",
    done: Annotated[str, Query(max_length=40)] = "", before: Before = 0,
) -> Response:  # fmt: skip
    """Show one list of the desk, and what can be done."""
    desk = _desk(name)
    said = _words(asked.request.query_params)
    page: dict[str, Any] = {"items": [], "next": None}
    if not desk.asks or said.get(desk.asks):
        page = called(asked, desk.route, said | {"cursor": cursor})
    return asked.draw(
        "desk-list", here="desk", desk=desk, lines=page["items"], next=page.get("next") or "",
        done=desk.deed(done), before=before, asked_for=said.get(desk.asks, "") if desk.asks else "",
        names=_names(asked, desk, page["items"]),
    )  # fmt: skip


def _names(asked: Asked, desk: Desk, lines: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return by what people call the records of a list, as far as the mandate reads them."""
    columns = RECORDS.intersection(desk.columns)
    held = [line.get(one) or () for line in lines for one in sorted(columns)]
    ids = [one for each in held for one in ([each] if isinstance(each, str) else each)]
    workspace = asked.service.workspace
    if not ids or not workspace.store.policy.lets(asked.opened.session.mandate, Act.READ):
        return {}
    return workspace.screening.names(asked.view(Act.READ, "desk names"), ids, f"desk {desk.name}")


@router.get("/desk/{name}/{deed}")
def form(asked: AskedDep, name: Name, deed: Name, thing: Thing = "") -> Response:
    """Show the form of a deed."""
    desk, one = _deed(name, deed)
    return _form(asked, desk, one, thing, _words(asked.request.query_params))


@router.post("/desk/{name}/{deed}")
async def do(asked: AskedDep, name: Name, deed: Name, thing: Thing = "") -> Response:
    """Do it: the function of the API is called with what the form says."""
    desk, one = _deed(name, deed)
    said = await asked.form()
    return await run_in_threadpool(_do, asked, desk, one, thing, said)


def _do(asked: Asked, desk: Desk, deed: Deed, thing: str, said: dict[str, str]) -> Response:
    try:
        body = body_of(deed.body, said) if deed.body is not None else None
        answer = called(asked, deed.route, said | {deed.place: thing}, body)
    except ValidationError as error:
        say = asked.speech.say
        text = say("Fill what is named below, then send it again.")
        problem = Refused(say("This was not taken"), text)
        return _form(asked, desk, deed, thing, said, problem, 422, wrong_fields(error))
    except HTTPException as error:
        if (error.headers or {}).get("x-code") == "step-up":
            raise _elsewhere(asked, desk, deed, thing) from None
        problem = refused_of(error, asked.speech)
        return _form(asked, desk, deed, thing, said, problem, error.status_code)
    except (MaillonError, ValueError) as error:
        problem = refused_of(error, asked.speech)
        return _form(asked, desk, deed, thing, said, problem, getattr(error, "http_status", 422))
    if deed.shows:
        return asked.draw("desk-done", here="desk", desk=desk, deed=deed, answer=_flat(answer))
    more = f"&{desk.asks}={said.get(desk.asks, '')}" if desk.asks else ""
    return asked.go(f"/desk/{desk.name}?done={deed.name}{more}")


def _form(
    asked: Asked, desk: Desk, deed: Deed, thing: str, said: Mapping[str, str],
    problem: Refused | None = None, status: int = 200, wrong: Mapping[str, bool] | None = None,
) -> Response:  # fmt: skip
    revision = ""
    if deed.read is not None and thing:
        revision = revision_of(asked, deed.read, {deed.place: thing})
    return asked.draw(
        "desk-form", here="desk", desk=desk, deed=deed, thing=thing, said=said, wrong=wrong or {},
        revision=revision, once=secrets.token_urlsafe(12), problem=problem, status=status,
        draft=asked.draft("desk", desk.name, deed.name, thing),
    )  # fmt: skip


def _elsewhere(asked: Asked, desk: Desk, deed: Deed, thing: str) -> ElsewhereError:
    back = f"/{asked.language}/desk/{desk.name}/{deed.name}"
    more = f"%3Fid%3D{thing}" if thing else ""
    return ElsewhereError(f"/{asked.language}/step-up?next={back}{more}")


def _desk(name: str) -> Desk:
    if name not in DESKS:
        raise HTTPException(404, "Not Found")
    return DESKS[name]


def _deed(name: str, deed: str) -> tuple[Desk, Deed]:
    desk = _desk(name)
    one = desk.deed(deed)
    if one is None:
        raise HTTPException(404, "Not Found")
    return desk, one


def _words(query: QueryParams) -> dict[str, str]:
    """Return what an address says, of each name the last; not what would be read as an order."""
    return {name: text[:500] for name, text in query.items() if name not in {"once", "revision"}}


def _flat(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return an answer as lines: name and text, what is within it after it."""
    found: list[tuple[str, str]] = []
    for name, value in answer.items():
        if isinstance(value, Mapping):
            found += _flat(value)
        elif isinstance(value, list):
            found += [
                (name, ", ".join(str(part) for part in one.values()) if isinstance(one, Mapping)
                 else str(one))
                for one in value
            ]  # fmt: skip
        else:
            found.append((name, str(value)))
    return found
