"""Load a synthetic country into a new workspace, as `maillon demo` does."""

from pathlib import Path

from maillon.cli.demo_load import load_deliveries
from maillon.workspace import Workspace


def load_country(country: Path, workspace: Path) -> None:
    Workspace.create(workspace)
    with Workspace.open(workspace) as w:
        load_deliveries(w, country / "deliveries")
