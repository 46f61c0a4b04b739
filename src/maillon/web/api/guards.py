"""What protects an entity, and what a person is in a case."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Path, Query
from starlette.responses import Response

from maillon.model import Act
from maillon.store.protections import Protection
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, cut_log, page
from maillon.web.api.review import Undoing
from maillon.web.api.said import Day, EntityQuery, NoDay, Note, Reason, Said
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import LONGEST_ID, Id
from maillon.web.depends import answer
from maillon.web.identity import CallDep

router = router_of("safeguards")

ProtectionPath = Annotated[
    str, Path(description="Of the protection, as it was given.", min_length=1, max_length=100)
]
OneEntity = Annotated[
    str, Query(min_length=1, max_length=LONGEST_ID, description="Id of the entity.")
]


class ProtectionSaid(Said):
    """One thing that protects one entity."""

    id: str
    entity: str
    kind: str
    reason: str
    basis: str
    review: str
    until: str
    who: str
    at: str


class ProtectionOrder(Body):
    """What shall protect whom, and why."""

    entity: Id
    kind: Literal[
        "minor", "victim", "witness", "humanitarian", "sealed", "restricted", "homonym", "release"
    ]
    reason: Reason
    basis: Note = ""
    review: Day | NoDay = ""
    until: Day | NoDay = ""


class Protected(Said):
    """A protection that was written."""

    protection: str


class Lifted(Said):
    """A protection that stands no more, and the event that lifted it."""

    lifted: str
    event: str


class Flags(Said):
    """Kinds that protect an entity today, and `minor` or `age unknown` of a person."""

    entity: str
    flags: list[str]


class CategorySaid(Said):
    """What one person is in one case, from a day on."""

    case: str
    entity: str
    category: str
    since: str
    reason: str
    who: str
    at: str


class CategoryOrder(Body):
    """What a person is in the mandate's case."""

    entity: Id
    category: Literal[
        "suspect", "convicted", "victim", "witness", "contact", "other", "unclassified"
    ]
    reason: Reason
    since: Day | NoDay = ""


class Categorised(Said):
    """What was said of a person, in which case."""

    case: str
    category: str


@router.get("/protections", response_model=PageOf[ProtectionSaid], summary="Protections")
def list_protections(
    call: CallDep, entity: EntityQuery = "", cursor: Cursor = "", limit: Limit = 100
) -> Response:
    """Return the protections that stand and that the mandate reads, oldest first."""
    view = call.reading("protections")
    held = call.workspace.store.safeguards.protections.read(view)
    found = (one for one in held if entity in {"", one.entity})
    shown, next_ = cut_log(found, cursor, limit)
    return page([asdict(one) for one in shown], next_)


@router.post("/protections", response_model=Protected, status_code=201, summary="Protect an entity")
def protect_entity(change: ChangeDep, body: ProtectionOrder) -> Response:
    """Protect an entity: from now on it is hidden, or flagged wherever it is shown.

    `sealed`, `restricted` and `witness` hide: who is not cleared gets the answers that he would
    get if it were not there.
    """

    def act() -> dict[str, str]:
        said = Protection(
            body.entity, body.kind, body.reason, body.basis, review=body.review, until=body.until
        )
        view = change.view(Act.DECIDE, "protect")
        return {"protection": change.workspace.guarding.protect(view, said)}

    return change.once(body, act, 201)


@router.post(
    "/protections/{protection}/lifting", response_model=Lifted, summary="Lift a protection"
)
def lift_protection(change: ChangeDep, protection: ProtectionPath, body: Undoing) -> Response:
    """Lift a protection; most kinds need a second person."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "lift")
        kept = change.workspace.store.safeguards.protections
        return {"lifted": protection, "event": kept.lift(view, protection, body.reason)}

    return change.once(body, act)


@router.get("/flags", response_model=Flags, summary="What protects one entity")
def read_flags(call: CallDep, entity: OneEntity) -> Response:
    """Return what protects an entity on the day that the call reads."""
    view = call.reading("flags")
    flags = call.workspace.guarding.flags(view, entity)
    return answer({"entity": entity, "flags": list(flags)})


@router.get("/categories", response_model=PageOf[CategorySaid], summary="Categories of a person")
def list_categories(
    call: CallDep, entity: OneEntity, cursor: Cursor = "", limit: Limit = 100
) -> Response:
    """Return what a person was said to be in the caller's own cases, oldest first."""
    view = call.reading("categories")
    held = call.workspace.store.safeguards.categories.history(view, entity)
    found = list(enumerate(held))
    shown, next_ = cut(found, lambda one: (one[0],), cursor, limit)
    return page([asdict(one) for _, one in shown], next_)


@router.post("/categories", response_model=Categorised, status_code=201, summary="Categorise")
def categorise_person(change: ChangeDep, body: CategoryOrder) -> Response:
    """Say what a person is in the mandate's case; who is not categorised does not go out."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "categorise")
        change.workspace.guarding.categorise(
            view, body.entity, body.category, body.reason, body.since
        )
        return {"case": view.mandate.case, "category": body.category}

    return change.once(body, act, 201)
