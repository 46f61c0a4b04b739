"""The two clients: `Client` answers at once, `AsyncClient` is awaited.

A request that changes something carries a key of its own, so that it may be sent again when the
answer is lost: the service does it once.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from types import TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar
from urllib.parse import quote

import httpx

from maillon.client.call import Answer, Call, Page, repeated, without_none
from maillon.client.errors import error_of
from maillon.client.verbs import AsyncVerbs, Verbs
from maillon.model import Mandate, StoreError

P = ParamSpec("P")
T = TypeVar("T")

TIMEOUT_S: Final = 60.0
ATTEMPTS: Final = 4
"""How often a request is sent at most."""
LONGEST_WAIT_S: Final = 30.0
LOOK_S: Final = 1.0
"""Seconds between two looks at a job that is waited for."""
_AGAIN: Final = frozenset({429, 502, 503, 504})
_SAFE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_ENDED: Final = frozenset({"done", "failed", "cancelled"})
_PIECE: Final = 1 << 20


class _Door:
    """What both clients send with every request, and how they read an answer.

    Args:
        address: Of the service, e.g. ``https://maillon.example``.
        key: Of the account, as `maillon account key` printed it.
        mandate: Under which the account acts; ``who`` is the key's.
    """

    def __init__(self, address: str, key: str, mandate: Mandate | None) -> None:
        self.address = address.rstrip("/")
        self.headers = {"authorization": f"Bearer {key}", "accept": "application/json"}
        if mandate is not None:
            named = {
                "agency": mandate.agency, "purpose": mandate.purpose,
                "legal-basis": mandate.legal_basis, "case": mandate.case,
            }  # fmt: skip
            self.headers |= {
                f"x-maillon-{name}": quote(held) for name, held in named.items() if held
            }

    def words(self, call: Call[Any]) -> dict[str, Any]:
        """Return what httpx is told of a call."""
        headers = without_none(call.headers)
        if call.takes_key:
            headers.setdefault("idempotency-key", secrets.token_hex(16))
        found: dict[str, Any] = {"params": repeated(call.params), "headers": headers}
        if call.body is not None:
            found["json"] = call.body
        if call.file is not None:
            headers["content-type"] = "application/octet-stream"
        return found

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return self.address + path


def _read(call: Call[T], response: httpx.Response) -> T:
    if response.is_error:
        raise error_of(response.status_code, _problem(response))
    kind = response.headers.get("content-type", "")
    is_json = "json" in kind and "ndjson" not in kind
    held = response.json() if is_json and response.content else None
    return call.read(Answer(held, response.content, response.headers.get("etag", "")))


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        found = None
    return found if isinstance(found, dict) else {"detail": response.text[:200]}


def _may_again(call: Call[Any], attempt: int) -> bool:
    is_safe = call.method in _SAFE or call.takes_key
    return is_safe and attempt < ATTEMPTS and (call.file is None or call.file.seekable())


def _wait_s(attempt: int, response: httpx.Response | None) -> float:
    told = "" if response is None else response.headers.get("retry-after", "")
    seconds = float(told) if told.isdigit() else 0.25 * 2**attempt
    return min(seconds, LONGEST_WAIT_S)


class Client:
    """Speaks to a service, as `Workspace` does to a folder: the same verbs, by group.

    Args:
        address: Of the service, e.g. ``https://maillon.example``.
        key: Of the account, as `maillon account key` printed it.
        mandate: Under which the account acts; ``who`` is the key's.
        timeout: Seconds that the service may take to go on with an answer.
        wait: Waits some seconds before a request is sent again.

    Attributes:
        do: The verbs by group, e.g. ``client.do.records.search(q="Zenda")``.
    """

    def __init__(
        self, address: str, key: str, mandate: Mandate | None = None, *,
        timeout: float = TIMEOUT_S, wait: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._door = _Door(address, key, mandate)
        self._wait = wait
        self._http = httpx.Client(headers=self._door.headers, timeout=timeout)
        self.do = Verbs(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def ask(self, call: Call[T]) -> T:
        """Return the answer to a call.

        Raises:
            MaillonError: What the service refused, see `maillon.client.error_of`.
            StoreError: It cannot be reached.
        """
        words, attempt = self._door.words(call), 0
        while True:
            attempt += 1
            response = None
            try:
                response = self._once(call, words)
            except httpx.TransportError as error:
                if not _may_again(call, attempt):
                    raise _lost(self._door.address, error) from error
            if response is not None and not (
                response.status_code in _AGAIN and _may_again(call, attempt)
            ):
                return _read(call, response)
            self._wait(_wait_s(attempt, response))

    def each(self, verb: Callable[P, Page[T]], *args: P.args, **words: P.kwargs) -> Iterator[T]:
        """Yield everything of a list, page after page.

        Args:
            verb: A verb that returns pages, e.g. ``client.do.records.search``.
            args: As the verb takes them.
            words: As the verb takes them.
        """
        while True:
            found = verb(*args, **words)
            yield from found.items
            if found.next is None:
                return
            words["cursor"] = found.next

    def wait_for(self, job: str) -> dict[str, Any]:
        """Return a job when it has ended, well or not; looks each second."""
        while True:
            found: dict[str, Any] = dict(self.do.jobs.show_job(job).value)
            if found["state"] in _ENDED:
                return found
            self._wait(LOOK_S)

    def lines(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield what a path streams, one JSON object a line: memory does not grow with it.

        Args:
            path: E.g. ``/api/v1/jobs/0123456789abcdef/result``.
        """
        with self._http.stream("GET", self._door.url(path)) as response:
            if response.is_error:
                response.read()
                raise error_of(response.status_code, _problem(response))
            for line in response.iter_lines():
                if line:
                    yield json.loads(line)

    def _once(self, call: Call[T], words: dict[str, Any]) -> httpx.Response:
        sent: dict[str, Any] = {}
        if call.file is not None:
            if call.file.seekable():
                call.file.seek(0)
            sent["content"] = iter(lambda: call.file.read(_PIECE), b"")  # type: ignore[union-attr]  # asked above
        return self._http.request(call.method, self._door.url(call.path), **words, **sent)


class AsyncClient:
    """As `Client`, awaited.

    Args:
        address: Of the service.
        key: Of the account.
        mandate: Under which the account acts.
        timeout: Seconds that the service may take to go on with an answer.

    Attributes:
        do: The verbs by group, e.g. ``await client.do.records.search(q="Zenda")``.
    """

    def __init__(
        self, address: str, key: str, mandate: Mandate | None = None, *, timeout: float = TIMEOUT_S
    ) -> None:  # fmt: skip
        self._door = _Door(address, key, mandate)
        self._http = httpx.AsyncClient(headers=self._door.headers, timeout=timeout)
        self.do = AsyncVerbs(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def ask(self, call: Call[T]) -> T:
        """Return the answer to a call; raises as `Client.ask`."""
        words, attempt = self._door.words(call), 0
        while True:
            attempt += 1
            response = None
            try:
                response = await self._once(call, words)
            except httpx.TransportError as error:
                if not _may_again(call, attempt):
                    raise _lost(self._door.address, error) from error
            if response is not None and not (
                response.status_code in _AGAIN and _may_again(call, attempt)
            ):
                return _read(call, response)
            await asyncio.sleep(_wait_s(attempt, response))

    async def _once(self, call: Call[T], words: dict[str, Any]) -> httpx.Response:
        sent: dict[str, Any] = {}
        file = call.file
        if file is not None:
            if file.seekable():
                file.seek(0)

            async def pieces() -> AsyncIterator[bytes]:
                while piece := await asyncio.to_thread(file.read, _PIECE):
                    yield piece

            sent["content"] = pieces()
        return await self._http.request(call.method, self._door.url(call.path), **words, **sent)


def _lost(address: str, error: httpx.TransportError) -> StoreError:
    return StoreError(f"{address} does not answer ({type(error).__name__}): is `maillon serve` up?")
