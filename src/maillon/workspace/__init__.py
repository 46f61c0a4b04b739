"""The Python face of Maillon: ``with Workspace.open(path) as w: ...``."""

from maillon.workspace.workspace import Workspace, clusters, members

__all__ = ["Workspace", "clusters", "members"]
