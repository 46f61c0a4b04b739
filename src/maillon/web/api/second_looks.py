"""Second looks at hits: what is due, the hit without what was said of it, who settles."""

from typing import Any

from pydantic import Field
from starlette.responses import Response

from maillon.model import Act
from maillon.web.api.changing import ChangeDep, Seen
from maillon.web.api.hits import HitVerdict
from maillon.web.api.paging import Cursor, Limit, cut, cut_log, page
from maillon.web.api.review import Reviewed, VerdictPath, answered, reviewed
from maillon.web.api.said import Said
from maillon.web.api.shapes import TAGGED, PageOf, router_of
from maillon.web.api.verdicts import VerdictSaid
from maillon.web.identity import CallDep

router = router_of("second looks")


class DueLook(Said):
    """A hit at which a person has to look again; not what was said of it, nor by whom."""

    validation: str
    ids: list[str]
    dataset: str = Field(alias="list")
    at: str
    why: str


class Looked(Said):
    """What came of a second look."""

    validation: str
    same: bool


class Settled(Said):
    """What holds where two had differed."""

    validation: str
    verdict: str


@router.get("/second-looks", response_model=PageOf[DueLook], summary="Hits at which to look again")
def list_second_looks(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the hits at which the mandate's person has to look again, oldest first.

    They wait for a second person, or were drawn among the dismissed ones.
    """
    found = call.workspace.second_looks.due(call.reading("second looks"))
    shown, next_ = cut(found, place_of_look, cursor, limit)
    return page(shown, next_)


@router.get(
    "/second-looks/{first}", response_model=Reviewed, responses=TAGGED,
    summary="A hit without what was said of it",
)  # fmt: skip
def show_second_look(call: CallDep, first: VerdictPath) -> Response:
    """Return a hit as if nobody had decided on it. Whoever was shown the verdict is refused."""
    return reviewed(call.workspace.second_looks.show(call.reading("second look"), first))


@router.post("/second-looks/{first}", response_model=Looked, status_code=201, summary="Look again")
def look_again(change: ChangeDep, seen: Seen, first: VerdictPath, body: HitVerdict) -> Response:
    """Say what the hit is, and why. Where a verdict waited and both say the same, it stands."""

    def act() -> dict[str, Any]:
        view = change.view(Act.DECIDE, "second look")
        said = answered(body.verdict, body.reason, body.weighed, seen, takes_two=False)
        return {
            "validation": first,
            "same": change.workspace.second_looks.look(view, first, said),
        }

    return change.once(body, act, 201)


@router.get(
    "/disagreements", response_model=PageOf[VerdictSaid], summary="Hits on which two differ"
)
def list_disagreements(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the verdicts on which a second look came to something else, oldest first."""
    found = call.workspace.second_looks.disputed(call.reading("disagreements"))
    shown, next_ = cut_log(found, cursor, limit)
    return page([one.line() for one in shown], next_)


@router.post(
    "/disagreements/{first}/settlement", response_model=Settled, status_code=201,
    summary="Settle where two differ",
)  # fmt: skip
def settle_disagreement(
    change: ChangeDep, seen: Seen, first: VerdictPath, body: HitVerdict
) -> Response:
    """Say as a third person, a supervisor who was shown both, what the hit is."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "settle disagreement")
        said = answered(body.verdict, body.reason, body.weighed, seen, takes_two=False)
        held = change.workspace.second_looks.settle(view, first, said)
        return {"validation": held, "verdict": body.verdict}

    return change.once(body, act, 201)


def place_of_look(one: dict[str, Any]) -> tuple[str, str]:
    """Return where in its list a hit stands at which to look again."""
    return one["at"], one["validation"]
