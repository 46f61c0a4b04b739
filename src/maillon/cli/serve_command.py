"""``serve``: the HTTP service of a workspace."""

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from maillon.cli.keys import KeysOption, keys_folder
from maillon.cli.options import WorkspaceOption, say


def serve(
    workspace: WorkspaceOption,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 for one that is free.")] = (
        8000
    ),
    behind: Annotated[
        list[str] | None,
        typer.Option(help="Address of a reverse proxy whose word on the caller is taken."),
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="Certificate with its chain, PEM.")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", help="Its private key, PEM, without a password.")
    ] = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Start no worker: `maillon work` runs elsewhere.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Log no line an answer.")] = False,
    keys: KeysOption = None,
) -> None:
    """Serve the workspace over HTTP: Maillon's API, and what clients made for yente speak.

    A worker runs beside it, is started anew when it dies, and ends with it. Other machines reach
    it through a reverse proxy (--behind) or over TLS (--tls-cert, --tls-key), and not otherwise.

    MAILLON_UPDATE_TOKEN is what POST /updatez asks for; without it, it is refused.
    MAILLON_OIDC_SECRET is our secret at the identity provider that [login.oidc] names.

    Example: maillon serve -w my-workspace --port 8080
    """
    from maillon.store import read_settings
    from maillon.web.server import Where, address, listening
    from maillon.web.server import serve as run
    from maillon.web.supervise import ended_by_signals

    token = os.environ.get("MAILLON_UPDATE_TOKEN", "")
    secret = os.environ.get("MAILLON_OIDC_SECRET", "")
    where = Where(host, port, tuple(behind or ()), not quiet, token, secret, tls_cert, tls_key,
                  works=not no_worker)  # fmt: skip
    folder = keys_folder(read_settings(workspace), keys, os.environ)
    with ended_by_signals(), listening(where) as held:
        logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
        logging.getLogger("maillon.worker").setLevel(logging.INFO)
        place = address(held, tls=tls_cert is not None)
        say(f"serving {workspace} on {place} (end it with Ctrl-C)")
        run(workspace, where, held, keys=folder)
