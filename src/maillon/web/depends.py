"""What handlers are given."""

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
    return Response(orjson.dumps(body), status, headers, "application/json")
