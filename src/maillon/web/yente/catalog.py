"""``/catalog``, ``/algorithms``, ``/updatez``, health: what can be asked, and whether it is up."""

import hashlib
import hmac
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.web.config import ALL
from maillon.web.depends import ServiceDep, answer
from maillon.web.service import Service
from maillon.web.yente import models
from maillon.web.yente.algorithms import ALGORITHMS, OURS

router = APIRouter(tags=["System information"])
SECONDS: Final = 300
"""For which a catalogue may be kept."""


@router.get("/healthz", response_model=models.Status)
def healthz() -> Response:
    """Say that the process answers."""
    return answer({"status": "ok"})


@router.get("/readyz", response_model=models.Status, responses={503: {"model": models.Detail}})
def readyz(service: ServiceDep) -> Response:
    """Say whether requests can be answered: the desk is there, what is open is open."""
    try:
        service.workspace.store.engine_line()
        if service.config.open.mandate is not None:
            service.opened()
    except Exception as error:
        raise HTTPException(503, f"not ready: {type(error).__name__}") from error
    return answer({"status": "ok"})


@router.get(
    "/catalog",
    response_model=models.CatalogResponse,
    responses={304: {"description": "It is as the client has it"}},
)
@router.get("/manifest", response_model=models.CatalogResponse, include_in_schema=False)
def catalog(request: Request, service: ServiceDep) -> Response:
    """Return which datasets and collections can be asked, and of when they are."""
    body = orjson.dumps(_catalog(service))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": f"public, max-age={SECONDS}"}
    asked = request.headers.get("if-none-match", "")
    if "*" in asked or etag in [one.strip() for one in asked.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _catalog(service: Service) -> dict[str, Any]:
    open_data = service.config.open
    held = service.opened()[1].versions if open_data.mandate is not None else {}
    found = [_dataset(service, name, held.get(name), ()) for name in open_data.datasets]
    groups = dict(open_data.collections)
    if open_data.datasets and ALL not in groups and len(open_data.datasets) > 1:
        groups[ALL] = open_data.datasets
    found += [_dataset(service, name, None, children) for name, children in sorted(groups.items())]
    return {
        "datasets": found,
        "current": [name for name in open_data.datasets if name in held],
        "outdated": [name for name in open_data.datasets if name not in held],
        "index_stale": False,
    }


def _dataset(
    service: Service, name: str, received: str | None, children: tuple[str, ...]
) -> dict[str, Any]:
    version = "".join(filter(str.isdigit, received or ""))[:14] or None
    return {
        "name": name,
        "title": service.config.open.title(name),
        "version": version,
        "updated_at": (received or "")[:19] or None,
        "load": not children,
        "index_version": version,
        "index_current": version is not None,
        "children": list(children),
    }


@router.get("/algorithms", response_model=models.AlgorithmsResponse)
def algorithms() -> Response:
    """Return the names of algorithms that are accepted, and what answers to each."""
    held = [one.line() for one in ALGORITHMS]
    return answer({"algorithms": held, "default": OURS, "best": OURS})


@router.post(
    "/updatez",
    response_model=models.Status,
    responses={code: {"model": models.Detail} for code in (403, 503)},
)
def updatez(
    service: ServiceDep,
    token: Annotated[str, Query(max_length=500)] = "",
    sync: Annotated[bool, Query(description="Whether to wait until it is done.")] = False,
) -> Response:
    """Have what is open read again, as it stands in the workspace now."""
    wanted = service.config.update_token
    if not wanted or not hmac.compare_digest(token.encode(), wanted.encode()):
        raise HTTPException(403, "Invalid token.")
    service.look_again()
    if sync and service.config.open.mandate is not None:
        service.opened()
    return answer({"status": "ok"})
