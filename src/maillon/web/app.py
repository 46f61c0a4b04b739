"""The application: routes, errors, the edge around them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Lifespan

from maillon import __version__
from maillon.model import MaillonError
from maillon.web import pages
from maillon.web.depends import ServiceDep
from maillon.web.edge import Edge, Limits, RefusedBodyError
from maillon.web.openapi import Application
from maillon.web.problems import of_house, of_http, of_validation, problem
from maillon.web.service import Service
from maillon.web.yente import router as yente

LOOPBACK = frozenset({"127.0.0.1", "::1", "testclient"})


def create_app(
    service: Service, routers: Sequence[APIRouter] = (), limits: Limits | None = None
) -> FastAPI:
    """Return the application of a service.

    Args:
        service: What answers; it is closed when the application ends.
        routers: Of our own API, the login and the pages.
        limits: What is refused at the edge.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = _routed(service.config.title, routers, lifespan)
    app.state.service = service
    app.add_exception_handler(MaillonError, _or_page(of_house))
    app.add_exception_handler(HTTPException, _or_page(of_http))
    app.add_exception_handler(RequestValidationError, _or_page(of_validation))
    app.add_exception_handler(pages.ElsewhereError, _or_page(of_http))
    app.add_exception_handler(RefusedBodyError, _refused_body)
    app.add_exception_handler(Exception, _bug)
    app.add_middleware(Edge, metrics=service.metrics, limits=limits)
    return app


def document_of(routers: Sequence[APIRouter]) -> dict[str, Any]:
    """Return the OpenAPI document of an application with these routers, without a service."""
    return _routed("Maillon", routers).openapi()


def _routed(
    title: str, routers: Sequence[APIRouter], lifespan: Lifespan[FastAPI] | None = None
) -> Application:
    app = Application(
        title=title, version=__version__, openapi_url="/openapi.json", docs_url=None,
        redoc_url=None, lifespan=lifespan, strict_content_type=False,
    )  # fmt: skip
    for router in (yente, _own, *routers):
        app.include_router(router)
    return app


_own = APIRouter()


@_own.get("/metrics", include_in_schema=False)
def metrics(request: Request, service: ServiceDep) -> Response:
    """Return the counters, to this machine or to whom the configuration lets."""
    host = request.client.host if request.client else ""
    if not service.config.metrics and host not in LOOPBACK:
        raise HTTPException(404, "Not Found")
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")


def _or_page(
    said: Callable[[Request, Exception], Response],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return an error as a page to who asked for one, else as programs read it."""

    async def told(request: Request, error: Exception) -> Response:
        page = await run_in_threadpool(pages.refuse, request, error)
        return said(request, error) if page is None else page

    return told


async def _refused_body(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedBodyError)
    return problem(request.url.path, error.status, error.code, error.detail)


async def _bug(request: Request, _error: Exception) -> Response:
    said: dict[str, Any] = {"request": request.scope.get("state", {}).get("request_id", "")}
    text = "a bug: nothing was changed; the log of the service names the request"
    return problem(request.url.path, 500, "bug", text, said)
