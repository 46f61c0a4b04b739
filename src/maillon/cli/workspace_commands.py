"""``init``, ``formats`` and ``doctor``: about the workspace and the house, not about anybody."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from maillon.cli.options import JsonOption, WorkspaceOption, opened, put, say
from maillon.cli.read_command import option_flag
from maillon.model import MaillonError, StoreError
from maillon.sources import adapter as adapter_called
from maillon.sources import names

NEEDED = ("duckdb", "followthemoney", "lxml", "pyarrow", "rapidfuzz", "splink", "sqlalchemy")


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it may exist if empty.")],
) -> None:
    """Make an empty workspace in FOLDER.

    Example: maillon init my-workspace
    """
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder", param_hint="FOLDER")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "maillon.toml").is_file():
        raise typer.BadParameter(f"{folder} holds other files", param_hint="FOLDER")
    from maillon.store import create_workspace

    create_workspace(folder)
    say(f"{folder} is ready; accounts and the mandate stand in {folder / 'maillon.toml'}")


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


def doctor(workspace: WorkspaceOption = Path()) -> None:
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
        entries = store.verify_ledger()
        wrong = store.check()
    print(f"ledger: {entries:,} entries, every hash recomputed")
    for line in wrong:
        print(line)
    if wrong:
        raise _UnsoundError(f"{len(wrong)} files are missing: restore them from the backup")
    print("lake and originals: every file of every delivery is there")


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
