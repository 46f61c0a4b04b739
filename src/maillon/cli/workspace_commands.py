"""``init``, ``formats`` and ``doctor``: about the workspace and the house, not about anybody."""

import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from maillon.cli.options import JsonOption, WorkspaceOption, opened, put, say
from maillon.model import MaillonError
from maillon.sources import adapter as adapter_called
from maillon.sources import names
from maillon.store import create_workspace

NEEDED = ("duckdb", "followthemoney", "lxml", "pyarrow", "rapidfuzz", "splink", "sqlalchemy")


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it may exist if empty.")],
) -> None:
    """Make an empty workspace in FOLDER.

    Example: maillon init my-workspace
    """
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
            options = f"  (--{', --'.join(adapter.options)})" if adapter.options else ""
            print(f"{adapter.name:<14} {adapter.mode.value:<9} {adapter.spec}{options}")


def doctor(workspace: WorkspaceOption = Path()) -> None:
    """Check this installation and, where there is one, the workspace: its files and its ledger.

    Example: maillon doctor -w my-workspace
    """
    print(f"python {sys.version.split()[0]}")
    for name in NEEDED:
        print(f"{name} {metadata.version(name)}")
    if not (workspace / "maillon.toml").is_file():
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


class _UnsoundError(MaillonError):
    """The workspace is damaged."""

    exit_code = 5
