"""Serving: one process, a socket, an end that loses nothing."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from fastapi import APIRouter, FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from maillon.model import RefusedError, StoreError
from maillon.web import api, login, pages
from maillon.web.app import create_app
from maillon.web.config import read_config
from maillon.web.metrics import Metrics, line_log
from maillon.web.service import Service
from maillon.web.supervise import Supervisor, worker_words
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

_RULE: Final = "serve: no plain HTTP over a network"


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
        oidc_secret: Our secret at the identity provider.
        certificate: File of the certificate and its chain, PEM; with it HTTPS is spoken.
        private_key: File of its private key, PEM.
        works: Whether a worker runs beside the service.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    proxies: tuple[str, ...] = ()
    log: bool = True
    update_token: str = ""
    oidc_secret: str = field(default="", repr=False)
    certificate: Path | None = None
    private_key: Path | None = None
    works: bool = False

    def check(self) -> None:
        """Let through what does not speak plain HTTP over a network.

        Raises:
            RefusedError: It does, or certificate and key are not both named.
        """
        if (self.certificate is None) != (self.private_key is None):
            raise RefusedError(
                _RULE, "certificate and private key belong together",
                "name both, with --tls-cert and --tls-key",
            )  # fmt: skip
        if self.certificate is None and not self.proxies and not _is_loopback(self.host):
            raise RefusedError(
                _RULE, f"{self.host} is an address that other machines reach",
                "name the reverse proxy that speaks TLS with --behind ADDRESS, or a certificate "
                "with --tls-cert and --tls-key, or listen on 127.0.0.1",
            )  # fmt: skip


def serve(
    folder: Path,
    where: Where,
    held: socket.socket,
    routers: Sequence[APIRouter] = (),
    keys: Path | None = None,
) -> None:
    """Serve a workspace until the process is told to end; see `supervise.ended_by_signals`.

    Args:
        folder: The workspace.
        where: Where it listens.
        held: A socket that listens there.
        routers: Beside yente's endpoints.
        keys: The workspace's keys folder; without it nobody can log in.

    Raises:
        StoreError: The workspace cannot be opened.
    """
    with Workspace.open(folder) as workspace:
        config = read_config(workspace.settings, where.update_token, keys)
        metrics = Metrics(line_log() if where.log else None)
        service = Service(workspace, config, metrics)
        if keys is not None:
            login.set_up(service, keys, where.oidc_secret)
            pages.set_up(service)
            routers = (*routers, *login.routers, *api.routers(), *pages.routers())
        app = create_app(service, routers)
        work = Supervisor(worker_words(folder, keys), metrics.registry) if where.works else None
        with work or nullcontext():
            _Server(settings(app, where), work).run(sockets=[held])


class _Server(uvicorn.Server):
    """A server whose worker ends while its last requests do.

    Args:
        config: How it serves.
        work: The worker beside it; None: there is none.
    """

    def __init__(self, config: uvicorn.Config, work: Supervisor | None) -> None:
        super().__init__(config)
        self._work = work

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take no more requests, and have the worker end."""
        if self._work is not None:
            self._work.ask_to_end()
        super().handle_exit(sig, frame)


def settings(app: FastAPI, where: Where) -> uvicorn.Config:
    """Return how an application is served."""
    return uvicorn.Config(
        app, http=PatientProtocol, ws="none", lifespan="on", loop="asyncio", log_level="warning",
        access_log=False, server_header=False, proxy_headers=bool(where.proxies),
        forwarded_allow_ips=list(where.proxies), timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS, limit_concurrency=MOST_CONNECTIONS,
        backlog=BACKLOG, ssl_certfile=where.certificate, ssl_keyfile=where.private_key,
    )  # fmt: skip


def address(held: socket.socket, *, tls: bool = False) -> str:
    """Return the address of a socket that listens, as a browser takes it."""
    host, port = held.getsockname()[:2]
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def listening(where: Where) -> socket.socket:
    """Return a socket that listens.

    Raises:
        RefusedError: Other machines would reach it without TLS.
        StoreError: The address is taken or not of this machine, or the certificate is none.
    """
    where.check()
    _check_certificate(where)
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # else the body waits until the head is acknowledged: 40 ms an answer on a kept connection
    held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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


def _check_certificate(where: Where) -> None:
    if where.certificate is None or where.private_key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            where.certificate, where.private_key, password=lambda: ""
        )
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{where.certificate} and {where.private_key} are no certificate with its key, in PEM "
            f"and without a password: {error}"
        ) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name: it may lead anywhere
        return False
