"""Facts by hand: state one, correct one by another."""

from typing import Annotated, Final

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from maillon.model import Act, Grade, Kind
from maillon.store.by_hand import HandFact
from maillon.web.api.effects import KeyHeader, once
from maillon.web.api.paging import Cursor, Limit, cut, page
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import IdPath, Json, Name, Reason
from maillon.web.identity import Call, CallDep
from maillon.workspace.byhand import LONGEST, MOST_VALUES, Stated

router = router_of("facts by hand")

Value = Annotated[str, Field(min_length=1, max_length=LONGEST)]
_MOST_PROPS: Final = 50


class Graded(Body):
    """How good source and information are: the Admiralty scale, or a native grade verbatim."""

    source: Annotated[str, Field(pattern="^[A-F]?$")] = ""
    information: Annotated[str, Field(pattern="^[1-6]?$")] = ""
    code: Name = ""
    scheme: Name = ""


class Fact(Body):
    """What a person states: of an entity that is known, of a new one, or a link between two."""

    schema_: Annotated[str, Field(alias="schema", min_length=1, max_length=100)]
    properties: Annotated[
        dict[Name, Annotated[list[Value], Field(min_length=1, max_length=MOST_VALUES)]],
        Field(min_length=1, max_length=_MOST_PROPS),
    ]
    reason: Reason
    grade: Graded
    entity: Annotated[str, Field(max_length=500)] = ""
    kind: Annotated[Kind, Field(strict=False)] = Kind.FACT
    handling: Annotated[str, Field(max_length=200)] = ""
    compartment: Annotated[str, Field(max_length=200)] = ""


class FactLine(BaseModel):
    """A fact by hand."""

    act: str
    delivery: str
    corrects: str
    entity: str
    reason: str
    who: str
    at: str
    standing: bool


@router.post("/facts", response_model=FactLine, status_code=201, summary="State a fact")
def state_fact(request: Request, call: CallDep, body: Fact, key: KeyHeader = "") -> Response:
    """State a fact: it stands as a delivery of the own agency, graded and labelled."""
    return _done(request, call, body, key, "")


@router.post(
    "/facts/{delivery}/correction", response_model=FactLine, status_code=201,
    summary="Correct a fact by another",
)  # fmt: skip
def correct_fact(
    request: Request, call: CallDep, delivery: IdPath, body: Fact, key: KeyHeader = ""
) -> Response:
    """State a fact in the place of an earlier one, which stands no more and stays readable."""
    return _done(request, call, body, key, delivery)


@router.get("/facts", response_model=PageOf[FactLine], summary="Facts by hand")
def list_facts(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the facts by hand that this mandate can see, corrected ones too, oldest first."""
    held = call.workspace.by_hand.facts(call.view(Act.READ, "facts"))
    ordered = sorted(held, key=_place)
    shown, next_ = cut(ordered, _place, cursor, limit)
    return page([one.line() for one in shown], next_)


def _done(request: Request, call: Call, body: Fact, key: str, corrects: str) -> Response:
    grade = body.grade
    stated = Stated(
        body.schema_, body.properties, body.reason, body.entity,
        Grade(grade.source, grade.information, grade.code, grade.scheme), body.kind,
        body.handling, body.compartment,
    )  # fmt: skip

    def act() -> Json:
        by_hand = call.workspace.by_hand
        view = call.view(Act.LOAD, "correct" if corrects else "state")
        if corrects:
            return by_hand.correct(view, corrects, stated).line()
        return by_hand.state(view, stated).line()

    return once(request, call, key, body.model_dump(mode="json"), act)


def _place(one: HandFact) -> tuple[str, str]:
    return one.at, one.act
