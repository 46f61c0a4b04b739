"""Workspaces are made, brought to this version and opened."""

from pathlib import Path

from maillon.model import RefusedError, StoreError
from maillon.store.desk import Desk
from maillon.store.engines import check_url
from maillon.store.lake import Lake
from maillon.store.retention import read_rules
from maillon.store.settings import DESK, FILE, read_settings, template
from maillon.store.store import EntityProps, Store


def create_workspace(folder: Path, desk: str = "") -> None:
    """Make an empty workspace.

    Args:
        folder: Where.
        desk: Address of an empty PostgreSQL database for its desk, without a password; else the
            desk is a file in the folder.

    Raises:
        RefusedError: The folder or the database already holds one.
        StoreError: The database cannot be reached, or its order is not that of code points.
    """
    check_url(desk)
    if (folder / FILE).exists() or (folder / DESK).exists():
        raise RefusedError(
            "store: one workspace a folder",
            f"{folder} already holds a workspace",
            "name another folder",
        )
    held = Desk(folder / DESK, desk)
    if desk and held.is_made():
        raise RefusedError(
            "store: one workspace a database",
            f"{held.place} already holds a desk",
            "name an empty database; an interrupted `init` leaves one to be dropped",
        )
    for name in ("", "originals", "scratch"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    Lake(folder / "lake").create()
    held.create()
    (folder / FILE).write_text(template(desk), "utf-8")


def upgrade_workspace(folder: Path, desk: str = "") -> None:
    """Bring the desk of a workspace to this version's revision.

    Args:
        folder: The workspace.
        desk: Address of the database by the role that owns its tables; the workspace's own when
            empty.
    """
    settings = read_settings(folder)
    if desk and not settings.desk:
        raise StoreError(f"the desk of {folder} is a file: name no database")
    held = Desk(folder / DESK, desk or settings.desk)
    if not held.is_made():
        raise StoreError(f"{held.place} holds no desk: restore it from the backup")
    held.create()


def open_store(folder: Path, entity_props: EntityProps = frozenset()) -> Store:
    """Open the workspace in ``folder``; a folder that is none is a `StoreError`."""
    settings = read_settings(folder)
    read_rules(folder)  # what retention says is understood, or nothing is opened
    return Store(settings, entity_props)
