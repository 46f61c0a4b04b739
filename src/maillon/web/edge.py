"""The outermost part of the service: what is refused before anybody looks at it.

Source of the limits: research on what breaks such services (slow bodies, deep JSON, floods of
headers); yente 5.5.0 for the longest address, which clients made for it rely on.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from maillon.web.metrics import Metrics
from maillon.web.problems import API, problem
from maillon.web.strict_json import JsonError, loads

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST_ADDRESS: Final = 60_000
"""Bytes of path and query. Source: yente 5.5.0, ``MAX_URL_LENGTH``."""
MOST_HEADERS: Final = 100
LARGEST_JSON: Final = 8_000_000
"""Bytes of a JSON or form body."""
LARGEST_FILE: Final = 20_000_000_000
"""Bytes of a file that is delivered."""
SLOWEST_BODY: Final = 20.0
"""Seconds in which a JSON or form body must be whole."""
SLOWEST_PIECE: Final = 30.0
"""Seconds in which the next piece of a file must come."""
TRACE_VENDOR: Final = "yente"
"""Key of our entry in ``tracestate``: the one that clients made for yente look for."""

_PARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_FILES: Final = re.compile(r"/api/v1/files/|/[a-z]{2}/(?:onboard|screening)/file\Z")
"""Where a body is a file, or a form that brings one: counted while it passes, never held."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is announced to clients, and held.

    Attributes:
        json_bytes: Of a JSON or form body.
        file_bytes: Of a delivered file.
        headers: Of one request.
        address_bytes: Of path and query.
        body_seconds: In which a JSON or form body must be whole.
        piece_seconds: In which the next piece of a file must come.
    """

    json_bytes: int = LARGEST_JSON
    file_bytes: int = LARGEST_FILE
    headers: int = MOST_HEADERS
    address_bytes: int = LONGEST_ADDRESS
    body_seconds: float = SLOWEST_BODY
    piece_seconds: float = SLOWEST_PIECE


class RefusedBodyError(Exception):
    """A body that is not taken.

    Args:
        status: HTTP status.
        code: Our own code.
        detail: What is wrong, for the client.
    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


class Edge:
    """Limits, trace context, security headers and the access log around an application.

    Args:
        app: The application.
        metrics: What is counted.
        limits: What is refused.
    """

    def __init__(self, app: App, metrics: Metrics, limits: Limits | None = None) -> None:
        self._app = app
        self._metrics = metrics
        self._limits = limits or Limits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        scope.setdefault("state", {})["request_id"] = secrets.token_hex(8)
        more = [*_trace(scope), *_safe(scope)]
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                have = {name for name, _ in message["headers"]}
                added = [one for one in more if one[0] not in have]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        try:
            await self._guarded(scope, receive, answer)
        finally:
            self._metrics.answered(scope, status or 499, time.perf_counter() - begun)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused: RefusedBodyError | None = self._address(scope)
        if refused is None:
            try:
                receive = await self._body(scope, receive)
            except RefusedBodyError as error:
                refused = error
        if refused is not None:
            response = problem(scope["path"], refused.status, refused.code, refused.detail)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _address(self, scope: Scope) -> RefusedBodyError | None:
        limits = self._limits
        size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if size > limits.address_bytes:
            return RefusedBodyError(414, "address-too-long", "Request URI too long")
        if scope["path"].startswith(API) and "\0" in unquote(
            scope["query_string"].decode("latin-1")
        ):
            return RefusedBodyError(400, "bad-request", "U+0000 in the address: no text")
        if "\0" in scope["path"]:
            return RefusedBodyError(400, "bad-request", "U+0000 in the address: no text")
        if len(scope["headers"]) > limits.headers:
            return RefusedBodyError(
                431, "too-many-headers", f"more than {limits.headers} header fields"
            )
        return None

    async def _body(self, scope: Scope, receive: Receive) -> Receive:
        if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            return receive
        headers = dict(scope["headers"])
        limits = self._limits
        is_file = _FILES.match(scope["path"]) is not None
        most = limits.file_bytes if is_file else limits.json_bytes
        told = headers.get(b"content-length", b"0")
        if told.isdigit() and int(told) > most:
            raise _too_large(most)
        if is_file:
            return _counted(receive, most, limits.piece_seconds)
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        try:
            async with asyncio.timeout(limits.body_seconds):
                raw = await _whole(receive, most)
        except TimeoutError:
            raise RefusedBodyError(
                408, "slow-body", f"the body took more than {limits.body_seconds:g} s"
            ) from None
        if raw and (not kind or kind.endswith(b"json")):
            try:
                loads(raw)
            except JsonError as error:
                raise RefusedBodyError(400, "bad-json", f"the body: {error}") from None
            if scope["path"].startswith(API) and _NUL.search(raw):
                raise RefusedBodyError(400, "bad-json", "the body: U+0000 in a value: no text")
        return _replayed(raw, receive)


async def _whole(receive: Receive, most: int) -> bytes:
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedBodyError(400, "broken-off", "the client went away")
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > most:
            raise _too_large(most)
        if not message.get("more_body"):
            return b"".join(pieces)


def _replayed(raw: bytes, receive: Receive) -> Receive:
    is_given = False

    async def again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": raw, "more_body": False}

    return again


def _counted(receive: Receive, most: int, seconds: float) -> Receive:
    size = 0

    async def next_piece() -> Message:
        nonlocal size
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            raise RefusedBodyError(408, "slow-body", "the next piece took too long") from None
        size += len(message.get("body", b""))
        if size > most:
            raise _too_large(most)
        return message

    return next_piece


def _too_large(most: int) -> RefusedBodyError:
    return RefusedBodyError(413, "too-large", f"the body is larger than {most:,} bytes")


def _trace(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the trace context of the answer. Source: W3C Trace Context, level 1."""
    headers = dict(scope["headers"])
    mine = secrets.token_hex(8)
    found = _PARENT.fullmatch(headers.get(b"traceparent", b"").decode("latin-1"))
    trace, flags, others = secrets.token_hex(16), "00", ""
    if found and found[1] != "ff" and set(found[2]) != {"0"} and set(found[3]) != {"0"}:
        trace, flags = found[2], found[4]
        others = headers.get(b"tracestate", b"").decode("latin-1")
    scope["state"]["trace"] = trace
    kept = [
        one for one in map(str.strip, others.split(",")) if one and not one.startswith("yente=")
    ]
    state = ", ".join([f"{TRACE_VENDOR}={mine}", *kept[:31]])
    parent = f"00-{trace}-{mine}-{flags}"
    return [(b"traceparent", parent.encode()), (b"tracestate", state.encode("latin-1"))]


def _safe(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return what every answer says to a browser that meets it."""
    return [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"cache-control", b"no-store"),
        (b"x-request-id", scope["state"]["request_id"].encode()),
    ]
