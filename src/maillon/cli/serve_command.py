"""``serve``: the HTTP service of a workspace."""

import os
from typing import Annotated

import typer

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
    quiet: Annotated[bool, typer.Option("--quiet", help="Log no line an answer.")] = False,
) -> None:
    """Serve the workspace over HTTP: Maillon's API, and what clients made for yente speak.

    MAILLON_UPDATE_TOKEN is what POST /updatez asks for; without it, it is refused.

    Example: maillon serve -w my-workspace --port 8080
    """
    from maillon.web.server import Where, address, listening
    from maillon.web.server import serve as run

    token = os.environ.get("MAILLON_UPDATE_TOKEN", "")
    where = Where(host, port, tuple(behind or ()), not quiet, token)
    with listening(where) as held:
        say(f"serving {workspace} on {address(held)} (end it with Ctrl-C)")
        run(workspace, where, held)
