"""What handlers are given."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import orjson
from fastapi import Depends, Request
from starlette.responses import Response

from maillon.web.service import Service


def service_of(request: Request) -> Service:
    """Return the service that answers."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(service_of)]


def answer(
    body: object, headers: dict[str, str] | None = None, status: int = 200
) -> Response:  # fmt: skip
    """Return a body as JSON."""
    return Response(as_json(body), status, headers, "application/json")


def as_json(body: object) -> bytes:
    """Return a body as JSON: values of ours by their fields, sets in order, amounts as text."""
    return orjson.dumps(body, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
