"""What every page needs beside its text: style, scripts, and nothing from elsewhere."""

import hashlib
from functools import cache
from importlib import resources
from typing import Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

router = APIRouter(include_in_schema=False)

TYPES: Final = {
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml", "geojson": "application/geo+json",
}  # fmt: skip


@cache
def _file(name: str) -> tuple[bytes, str] | None:
    """Return bytes and tag of a file of the package; None for none of that name."""
    held = {one.name: one for one in (resources.files("maillon.web") / "static").iterdir()}
    if name not in held or name.rpartition(".")[2] not in TYPES:
        return None
    raw = held[name].read_bytes()
    return raw, f'"{hashlib.sha256(raw).hexdigest()[:32]}"'


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """Return a file; a browser that has it keeps it."""
    found = _file(name)
    if found is None:
        raise HTTPException(404, "Not Found")
    raw, tag = found
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(raw, headers=headers, media_type=TYPES[name.rpartition(".")[2]])
