"""Searches that an account keeps, asked anew under the mandate of the moment."""

from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, Field, StringConstraints
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act
from maillon.model.ftm import schema_of
from maillon.store.saved_searches import SavedSearch
from maillon.web.api.effects import KeyHeader, once
from maillon.web.api.finding import FACETS, Found, found_page, opened_of
from maillon.web.api.paging import page
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import IdPath, Json, Name
from maillon.web.identity import CallDep
from maillon.workspace.searching import asked_again

router = router_of("searches")

SHOWN = 50
"""Records of one asking."""


class Search(Body):
    """What is looked for, as `GET /records` takes it."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"\S")]
    schema_: Annotated[str, Field(alias="schema", max_length=100)] = "Thing"
    dataset: Name = ""


class SearchLine(BaseModel):
    """A search that is kept; `ran`: when it was asked last."""

    search: str
    q: str
    schema_: Annotated[str, Field(alias="schema")]
    dataset: str
    at: str
    ran: str


@router.post("/searches", response_model=SearchLine, status_code=201, summary="Keep a search")
def keep_search(request: Request, call: CallDep, body: Search, key: KeyHeader = "") -> Response:
    """Keep a search: its words stand under the own account alone, and go after 180 days unused."""
    if body.schema_ and schema_of(body.schema_) is None:
        raise HTTPException(422, "schema: FollowTheMoney has no such schema")

    def act() -> Json:
        view = call.view(Act.READ, "keep search")
        search = SavedSearch(body.q, body.schema_, body.dataset)
        return call.workspace.store.searches.keep(view, search).line()

    return once(request, call, key, body.model_dump(by_alias=True), act)


@router.get("/searches", response_model=PageOf[SearchLine], summary="The own searches")
def list_searches(call: CallDep) -> Response:
    """Return the searches that the own account keeps, oldest first."""
    held = call.workspace.store.searches.own(call.view(Act.READ, "searches"))
    return page([one.line() for one in held], "")


@router.post("/searches/{search}/runs", response_model=Found, summary="Ask a search again")
def ask_search(call: CallDep, search: IdPath) -> Response:
    """Return what is new or changed since a search was asked last, as this mandate reads it now."""
    held = call.workspace.store.searches.one(call.view(Act.READ, "search"), search)
    view, opened = opened_of(call, "search again", (held.dataset,) if held.dataset else ())
    found = asked_again(call.workspace, view, opened, held, (SHOWN, FACETS))
    return found_page(found)


@router.delete("/searches/{search}", status_code=204, summary="Let go of a search")
def forget_search(call: CallDep, search: IdPath) -> Response:
    """Let go of a search of the own account."""
    call.workspace.store.searches.forget(call.view(Act.READ, "forget search"), search)
    return Response(status_code=204)
