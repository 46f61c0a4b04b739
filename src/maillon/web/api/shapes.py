"""What requests and answers of our own API are made of, as its OpenAPI document says it."""

from typing import Any, Final, Generic, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

PREFIX: Final = "/api/v1"
_T = TypeVar("_T")


class Body(BaseModel):
    """What a request brings: a name that is not known is refused, a text is not made a number."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PageOf(BaseModel, Generic[_T]):
    """A page of a list.

    Attributes:
        items: In the order of the list.
        next: What to send as `cursor` for the next page; null at the end.
    """

    items: list[_T]
    next: str | None


class Part(BaseModel):
    """Which part of a request is not valid."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """Why a request was not answered. Source: RFC 9457.

    Attributes:
        type: ``urn:maillon:problem:`` and the code.
        title: The code in words.
        status: HTTP status.
        code: Stable: programs read it.
        detail: What is wrong, and what would be right.
        rule: The rule that refuses, of a refusal.
        reason: What was refused and why.
        remedy: What would be needed, or whom to ask.
        what: What was counted, where a limit was met.
        limit: The limit.
        locator: Where in a delivered file.
        errors: Parts of the request that are not valid.
        request: Number of the request in the log, of a bug.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    rule: str | None = None
    reason: str | None = None
    remedy: str | None = None
    what: str | None = None
    limit: int | None = None
    locator: str | None = None
    errors: list[Part] | None = None
    request: str | None = Field(default=None)


_SAID: Final = {
    400: "Not what the interface takes.",
    401: "Nobody is logged in; or (code `step-up`) prove anew that it is you.",
    403: "The law, the mandate or a rule says no: `rule`, `reason`, `remedy`.",
    404: "Not there, or not for this mandate: one answer for both.",
    405: "No such method here.",
    408: "The request came too slowly.",
    409: "The key was used for another request, or two requests meet.",
    411: "The length of the body is not said.",
    412: "Somebody decided in between: read it again, then decide again.",
    413: "Too large or too many: `what`, `limit`.",
    415: "Not a type of content that is read here.",
    422: "Not valid: `errors` names the parts.",
    428: "Send `If-Match`: a decision names what was seen.",
    429: "Too often; `retry-after` says when.",
    431: "Too many header fields.",
    500: "A bug; nothing was changed.",
    503: "The store is not there or too much waits.",
}
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": text,
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    for status, text in _SAID.items()
}
"""What any route may answer instead, for ``responses`` of a router."""


TAGGED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "With the tag of what was read.",
        "headers": {"ETag": {"schema": {"type": "string"}, "description": "For `If-Match`."}},
    }
}
"""What a route whose answer has a tag documents beside `PROBLEMS`."""


def router_of(tag: str) -> APIRouter:
    """Return a router under our prefix whose routes document what may go wrong.

    Args:
        tag: The heading under which the document lists its routes.
    """
    return APIRouter(
        prefix=PREFIX, tags=[tag], responses=PROBLEMS, generate_unique_id_function=_name
    )


def _name(route: APIRoute) -> str:
    return route.name
