"""Errors as clients read them: problem+json for our API, ``{"detail"}`` for yente's clients."""

from typing import Any, Final

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import LimitError, MaillonError, RefusedError, SourceError, StaleError

API: Final = "/api/"
CODES: Final = {
    400: "bad-request", 401: "not-logged-in", 403: "refused", 404: "not-found",
    405: "method-not-allowed", 406: "not-acceptable", 408: "slow-body", 409: "conflict",
    411: "length-required", 412: "stale", 413: "too-large", 414: "address-too-long",
    415: "media-type", 422: "not-valid", 423: "locked", 428: "precondition-required",
    429: "too-many-requests", 431: "too-many-headers", 500: "bug", 503: "unavailable",
}  # fmt: skip
"""Stable codes by HTTP status, where nothing says it better."""


def problem(
    path: str, status: int, code: str, detail: str, more: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return an error as the caller of a path reads it. Source: RFC 9457.

    Args:
        path: Of the request.
        status: HTTP status.
        code: Our stable code, the last part of the problem's type.
        detail: What is wrong and what would be right; nothing of a person.
        more: Members beside them, e.g. ``rule`` of a refusal.
        headers: Headers beside the type of content.
    """
    if not path.startswith(API):
        body: dict[str, Any] = {"detail": detail}
        return Response(orjson.dumps(body), status, headers, "application/json")
    said = {
        "type": f"urn:maillon:problem:{code}",
        "title": code.replace("-", " "),
        "status": status,
        "code": code,
        "detail": detail,
        **(more or {}),
    }
    return Response(orjson.dumps(said), status, headers, "application/problem+json")


def of_house(request: Request, error: Exception) -> Response:
    """Return what one of our own errors is to a client."""
    assert isinstance(error, MaillonError)
    path, status = request.url.path, error.http_status
    more: dict[str, Any] = {}
    code = CODES.get(status, "bug")
    if isinstance(error, RefusedError):
        more = {"rule": error.rule, "reason": error.reason, "remedy": error.remedy}
    elif isinstance(error, LimitError):
        more = {"what": error.what, "limit": error.limit}
    elif isinstance(error, SourceError):
        more = {"locator": error.locator, "reason": error.reason}
    elif isinstance(error, StaleError):
        more = {"remedy": "read it again, then decide again"}
    return problem(path, status, code, str(error), more)


def of_http(request: Request, error: Exception) -> Response:
    """Return an error that a handler raised for HTTP itself."""
    assert isinstance(error, HTTPException)
    status = error.status_code
    headers = dict(error.headers or {})
    code = headers.pop("x-code", CODES.get(status, "bad-request"))
    return problem(request.url.path, status, code, str(error.detail), headers=headers)


def of_validation(request: Request, error: Exception) -> Response:
    """Return which part of a request is not valid, without repeating what it held."""
    assert isinstance(error, RequestValidationError)
    found = [
        {"loc": list(one["loc"]), "msg": str(one["msg"]), "type": str(one["type"])}
        for one in error.errors()
    ]
    if not request.url.path.startswith(API):
        return Response(orjson.dumps({"detail": found}), 422, media_type="application/json")
    errors = [
        {"pointer": "/" + "/".join(map(str, one["loc"])), "detail": one["msg"]} for one in found
    ]
    what = "; ".join(f"{one['pointer']}: {one['detail']}" for one in errors[:3])
    return problem(request.url.path, 422, "not-valid", what, {"errors": errors})
