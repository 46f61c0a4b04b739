"""Maillon: finds, evidences, resolves the links between terrorism and crime, under the law."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maillon.client import AsyncClient, Client
    from maillon.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["AsyncClient", "Client", "Workspace", "__version__"]


def __getattr__(name: str) -> object:
    """Return a name when it is first asked for: ``import maillon`` loads nothing."""
    if name in {"AsyncClient", "Client"}:
        from maillon import client  # noqa: PLC0415 - lazily, see above

        return getattr(client, name)
    if name == "Workspace":
        from maillon import workspace  # noqa: PLC0415 - lazily, see above

        return workspace.Workspace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
