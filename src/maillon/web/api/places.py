"""Places: where some entities are, or did something, as far as statements say it."""

from typing import Annotated

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act
from maillon.web.api.shapes import Body, router_of
from maillon.web.api.words import Id, Json
from maillon.web.depends import answer
from maillon.web.identity import CallDep
from maillon.workspace.locating import MOST_ASKED, Span

router = router_of("places")

Day = Annotated[str, Field(max_length=10, description="ISO 8601, may be partial: `2026-01`.")]


class PlacesOrder(Body):
    """Whose places to tell of."""

    ids: Annotated[list[Id], Field(max_length=MOST_ASKED)]
    from_: Annotated[Day, Field(alias="from")] = ""
    until: Day = ""


@router.post("/places", response_model=Json, summary="Where some are, or did something")
def show_places(call: CallDep, body: PlacesOrder) -> Response:
    """Return the places of some ids that this mandate reads; what it does not read is left out.

    Each says how exact it is (`coordinates`, `country only`), which statements say so, and when.
    What says where without being a place (words, coordinates that cannot be) is `not_placed`, with
    the reason. Nationality, birth place and the State that issued a paper are no places.
    """
    try:
        span = Span(body.from_, body.until)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return answer(call.workspace.locating.places(call.view(Act.TRACE, "map"), body.ids, span))
