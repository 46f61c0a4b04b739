"""Pages by their last key: what is added meanwhile shifts nothing, what is hidden leaves no gap."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Final, Protocol, TypeVar

from fastapi import Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from maillon.web.depends import answer, as_json

MOST: Final = 500
"""Things of one page."""
_T = TypeVar("_T")
_D = TypeVar("_D", bound="Dated")

Cursor = Annotated[
    str, Query(max_length=2_000, description="Where the page before ended: its `next`.")
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Most of one page.")]


def cursor_of(*parts: str | int) -> str:
    """Return a place as clients pass it back; it says nothing that the page did not."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def parts_of(cursor: str, count: int) -> list[Any] | None:
    """Return what `cursor_of` was given; None for the beginning.

    Raises:
        HTTPException: 400: it is none of ours.
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        parts = None
    plain = isinstance(parts, list) and all(isinstance(one, str | int) for one in parts)
    if not plain or len(parts) != count:
        raise HTTPException(400, "cursor: not one that a page gave: begin without it")
    found: list[Any] = parts
    return found


def page(items: Sequence[Any], next_: str, **more: Any) -> Response:  # noqa: ANN401 - any JSON
    """Return a page: its things, and where the next one begins; null at the end."""
    return answer({"items": items, "next": next_ or None, **more})


def cut(
    held: Sequence[_T], key: Callable[[_T], tuple[str | int, ...]], cursor: str, limit: int
) -> tuple[Sequence[_T], str]:
    """Return a page of things that are in the order of their keys, and where the next begins.

    Args:
        held: All of them.
        key: Of one, unique.
        cursor: Where the page before ended; empty for the first.
        limit: Most of one page.
    """
    if cursor and held:
        after = tuple(parts_of(cursor, len(key(held[0]))) or ())
        try:
            held = [one for one in held if key(one) > after]
        except TypeError:
            raise HTTPException(400, "cursor: not one that this list gave") from None
    shown = held[:limit]
    return shown, cursor_of(*key(shown[-1])) if len(held) > limit else ""


class Dated(Protocol):
    """Something of a log."""

    @property
    def id(self) -> str:
        """Which."""

    @property
    def at(self) -> str:
        """When, to the second: several may have the same."""


def cut_log(held: Iterable[_D], cursor: str, limit: int) -> tuple[Sequence[_D], str]:
    """Return a page of a log, oldest first, and where the next begins.

    What was written within one second stays in the order in which it was written. Where the thing
    at which a page ended is gone, the next begins with its second: nothing is passed over.

    Args:
        held: All of it, in the order in which it was written.
        cursor: Where the page before ended; empty for the first.
        limit: Most of one page.
    """
    found = sorted(held, key=lambda one: one.at)  # keeps the order of equals
    if cursor:
        at, id_ = map(str, parts_of(cursor, 2) or ())
        places = [place for place, one in enumerate(found) if (one.at, one.id) == (at, id_)]
        found = found[places[0] + 1 :] if places else [one for one in found if one.at >= at]
    shown = found[:limit]
    return shown, cursor_of(shown[-1].at, shown[-1].id) if len(found) > limit else ""


def with_etag(request: Request, body: Any) -> Response:  # noqa: ANN401 - any JSON
    """Return a body under the tag of its content; 304 where the client has it already."""
    raw = as_json(body)
    tag = f'"{_tag(raw)}"'
    asked = request.headers.get("if-none-match", "")
    headers = {"etag": tag, "cache-control": "no-cache, private"}
    if tag in [one.strip() for one in asked.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(raw, headers=headers, media_type="application/json")


def tag_of(body: Any) -> str:  # noqa: ANN401 - any JSON
    """Return what `expected` must say of a body that `with_etag` answered."""
    return _tag(as_json(body))


def _tag(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]


def expected(request: Request) -> str:
    """Return the revision that a decision was made on, from ``If-Match``.

    Raises:
        HTTPException: 428: there is none; a decision names what was seen.
    """
    said = request.headers.get("if-match", "").strip()
    if not said:
        raise HTTPException(428, "If-Match: send the ETag of what the decision is about")
    return said.removeprefix("W/").strip('"')
