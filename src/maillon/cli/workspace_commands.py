"""``init``, ``formats`` and ``doctor``: about the workspace and the house, not about anybody."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maillon.cli.audit_command import outside_line
from maillon.cli.keys import KeysOption, keys_folder
from maillon.cli.options import JsonOption, WorkspaceOption, opened, put, say
from maillon.cli.read_command import option_flag
from maillon.model import MaillonError, StoreError
from maillon.sources import adapter as adapter_called
from maillon.sources import names

if TYPE_CHECKING:
    from maillon.store import Store

NEEDED = ("duckdb", "followthemoney", "lxml", "pyarrow", "rapidfuzz", "splink", "sqlalchemy")


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it may exist if empty.")],
    desk: Annotated[
        str,
        typer.Option(help="Its desk in an empty PostgreSQL database: postgresql+psycopg://..."),
    ] = "",
) -> None:
    """Make an empty workspace in FOLDER; its desk is a file there unless --desk names a database.

    Example: maillon init my-workspace
    """
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder", param_hint="FOLDER")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "maillon.toml").is_file():
        raise typer.BadParameter(f"{folder} holds other files", param_hint="FOLDER")
    from maillon.store import create_workspace

    create_workspace(folder, desk)
    say(f"{folder} is ready; accounts and the mandate stand in {folder / 'maillon.toml'}")


def upgrade(
    workspace: WorkspaceOption = Path(),
    desk: Annotated[
        str,
        typer.Option(
            help="Its PostgreSQL database by the role that owns the tables, for this run."
        ),
    ] = "",
) -> None:
    """Bring the desk of a workspace to this version, all of it or nothing; back it up before.

    Example: maillon upgrade -w my-workspace
    """
    from maillon.store import upgrade_workspace

    upgrade_workspace(workspace, desk)
    say("the desk is of this version")


def formats(as_json: JsonOption = False) -> None:
    """List the formats that `read` and `load` take.

    Example: maillon formats
    """
    for adapter in map(adapter_called, names()):
        if as_json:
            put({"name": adapter.name, "spec": adapter.spec, "mode": adapter.mode.value,
                 "options": dict(adapter.options)})  # fmt: skip
        else:
            options = (
                f"  ({', '.join(map(option_flag, adapter.options))})" if adapter.options else ""
            )
            print(f"{adapter.name:<14} {adapter.mode.value:<9} {adapter.spec}{options}")


def doctor(workspace: WorkspaceOption = Path(), keys: KeysOption = None) -> None:
    """Check this installation and, where there is one, the workspace: its files and its ledger.

    Example: maillon doctor -w my-workspace
    """
    print(f"python {sys.version.split()[0]}")
    missing = [name for name in NEEDED if not _is_installed(name)]
    if missing:
        raise _UnsoundError(f"not installed: {', '.join(missing)}; run `python3 dev.py setup`")
    if not (workspace / "maillon.toml").is_file():
        if workspace != Path():
            raise StoreError(f"{workspace} is no workspace: run `maillon init` first")
        print(f"{workspace.resolve().name}: no workspace here")
        return
    with opened(workspace) as store:
        print(f"desk: {store.engine_line()}")
        entries = store.verify_ledger()
        wrong = store.check()
        undone = _undone(store, keys)
        outside = outside_line(store, keys)
    print(f"ledger: {entries:,} entries, every hash recomputed")
    print(outside)
    for line in wrong:
        print(line)
    if wrong:
        raise _UnsoundError(f"{len(wrong)} files are missing: restore them from the backup")
    print("lake and originals: every file of every delivery is there")
    if undone:
        raise _UnsoundError(
            f"{undone} lines of the erasure list are not done, as after a restored backup: run"
            " `maillon retain restore`"
        )
    print("erasure list: every line of it is done")


def _undone(store: "Store", keys: Path | None) -> int:
    from maillon.store.keeping import unknown_lines

    return len(unknown_lines(store.house, keys_folder(store.settings, keys, os.environ)))


def _is_installed(name: str) -> bool:
    from importlib import metadata

    try:
        print(f"{name} {metadata.version(name)}")
    except metadata.PackageNotFoundError:
        return False
    return True


class _UnsoundError(MaillonError):
    """The workspace is damaged."""

    exit_code = 5
