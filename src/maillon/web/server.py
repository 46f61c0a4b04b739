"""Serving: one process, a socket, an end that loses nothing."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import APIRouter, FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from maillon.model import StoreError
from maillon.web.app import create_app
from maillon.web.config import read_config
from maillon.web.metrics import Metrics, line_log
from maillon.web.service import Service
from maillon.workspace.workspace import Workspace

HEADER_SECONDS: Final = 15.0
"""Seconds in which the head of a request must be whole."""
IDLE_SECONDS: Final = 30
"""Seconds that an idle connection is kept."""
MOST_CONNECTIONS: Final = 1_000
"""Connections at once; beyond it the answer is 503."""
GRACE_SECONDS: Final = 30
"""Seconds that running requests get to end."""
BACKLOG: Final = 512


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on whoever does not finish the head of a request."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as theirs
        """Begin to wait for the head of the first request."""
        super().connection_made(transport)
        self._wait(HEADER_SECONDS)

    def handle_events(self) -> None:
        """Read on; a head that is whole ends the waiting, the end of an answer begins it."""
        super().handle_events()
        cycle = getattr(self, "cycle", None)
        if cycle is not None and not cycle.response_complete:
            self._stop()

    def on_response_complete(self) -> None:
        """Wait for the head of the next request."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait(IDLE_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._stop()
        self._waiting = self.loop.call_later(seconds, self._hang_up)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


@dataclass(frozen=True, slots=True)
class Where:
    """Where a service listens.

    Attributes:
        host: Address.
        port: Port; 0 for any that is free.
        proxies: Addresses of reverse proxies whose word on the caller's address is taken.
        log: Whether each answer is logged, to standard error.
        update_token: What ``POST /updatez`` asks for.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    proxies: tuple[str, ...] = ()
    log: bool = True
    update_token: str = ""


def serve(
    folder: Path, where: Where, held: socket.socket, routers: Sequence[APIRouter] = ()
) -> None:
    """Serve a workspace until the process is told to end.

    Args:
        folder: The workspace.
        where: Where it listens.
        held: A socket that listens there.
        routers: Beside yente's endpoints.

    Raises:
        StoreError: The workspace cannot be opened.
    """
    with Workspace.open(folder) as workspace:
        config = read_config(workspace.settings, where.update_token)
        service = Service(workspace, config, Metrics(line_log() if where.log else None))
        app = create_app(service, routers)
        server = uvicorn.Server(settings(app, where))
        server.run(sockets=[held])


def settings(app: FastAPI, where: Where) -> uvicorn.Config:
    """Return how an application is served."""
    return uvicorn.Config(
        app, http=PatientProtocol, ws="none", lifespan="on", loop="asyncio", log_level="warning",
        access_log=False, server_header=False, proxy_headers=bool(where.proxies),
        forwarded_allow_ips=list(where.proxies), timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS, limit_concurrency=MOST_CONNECTIONS,
        backlog=BACKLOG,
    )  # fmt: skip


def address(held: socket.socket) -> str:
    """Return the address of a socket that listens, as a browser takes it."""
    host, port = held.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listening(where: Where) -> socket.socket:
    """Return a socket that listens.

    Raises:
        StoreError: The address is taken or not of this machine.
    """
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((where.host, where.port))
    except OSError as error:
        held.close()
        raise StoreError(
            f"cannot listen on {where.host}:{where.port}: {error.strerror}; "
            "name another with --host and --port"
        ) from error
    held.listen(BACKLOG)
    return held
