"""``backup`` and ``restore``: a workspace copied while it is worked on, and put back."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maillon.cli.keeping import PURPOSE, KeysOption, WhoOption, WorkspaceOption, acting
from maillon.cli.keys import keys_folder
from maillon.cli.options import JsonOption, mandate_of, put, say
from maillon.model import Act, MaillonError

if TYPE_CHECKING:
    from maillon.model import View
    from maillon.store import Settings, Store
    from maillon.store.recovery import Recovered


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder of backups of this workspace alone.")
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option("--check", metavar="FOLDER", help="Hash the backups in FOLDER; make none."),
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", min=0, help="How many stay, the new one with them; 0: all.")
    ] = 0,
    whole: Annotated[
        bool, typer.Option("--whole", help="Write unchanged files again, link none.")
    ] = False,
    desk: Annotated[
        str,
        typer.Option(
            envvar="MAILLON_BACKUP_DESK",
            help="Its PostgreSQL database by a role that reads past row security.",
        ),
    ] = "",
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Copy the workspace as it is at one moment into a new folder of --to, while others work.

    Settings, desk, originals, statements, models. Not: what can be made again, files of jobs, drop
    folders; and never keys and erasure list, which are backed up apart.

    Example: maillon backup --to my-backups --keep 7 --who keeper -w my-workspace
    """
    if (to is None) == (check is None):
        raise typer.BadParameter("one of --to and --check", param_hint="--to")
    if check is not None:
        _check(check)
        return
    assert to is not None
    from maillon.store import backup as b

    with acting(workspace, keys, who) as a:
        order = b.Order(to, a.keys, desk, keep, whole)
        done = b.back_up(a.house, a.store.settings, a.view, order)
    held = done.manifest
    if as_json:
        put({"backup": str(done.folder), "manifest": done.sha256, "files": len(held.files),
             "bytes": held.size, "linked": done.linked, "entries": held.ledger.size,
             "removed": list(done.removed), "damaged": list(done.damaged)})  # fmt: skip
    else:
        print(done.folder)
    say(f"{len(held.files):,} files, {held.size:,} bytes, {done.linked:,} of them linked; the "
        f"ledger ends at entry {held.ledger.size:,}; manifest {done.sha256}")  # fmt: skip
    for name in done.damaged:
        say(f"{name} is damaged and was left alone: `maillon backup --check` says where")


def restore(
    from_: Annotated[
        Path, typer.Option("--from", help="A backup, or a folder of backups: the newest.")
    ],
    desk: Annotated[
        str,
        typer.Option(help="An empty PostgreSQL database, by the role that will own its tables."),
    ] = "",
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a new workspace of a backup: every file hashed first, then the ledger checked.

    What was erased since is erased again: the erasure list in the keys folder says what; printed.

    Example: maillon restore --from my-backups -w restored --who keeper
    """
    import os

    from maillon.model.ftm import entity_property_names
    from maillon.store import Store
    from maillon.store.recovery import Return, recover

    def view_of(store: "Store") -> "View":
        mandate = mandate_of(store.settings, who, "", "", "", "")
        detail = {"verb": "restore"}
        return store.policy.open(replace(mandate, purpose=PURPOSE), Act.RETAIN, detail=detail)

    def keys_of(settings: "Settings") -> Path:
        return keys_folder(settings, keys, os.environ)

    def opened(settings: "Settings") -> "Store":
        return Store(settings, entity_property_names)

    done = recover(Return(from_, workspace, desk, opened, view_of, keys_of))
    _tell(done, workspace, as_json=as_json)


def _tell(done: "Recovered", workspace: Path, *, as_json: bool) -> None:
    lines = [asdict(one) for one in done.again]
    if as_json:
        put({"workspace": str(workspace), "backup": done.backup, "made": done.manifest.made,
             "entries": done.entries, "lost": done.lost, "again": lines,
             "revoked_keys": done.revoked})  # fmt: skip
    else:
        for one in done.again:
            print(f"{one.act} {one.scope} {one.id}: {one.rule or one.at}".rstrip())
    say(
        f"{workspace} is {done.backup} of {done.manifest.made}: {done.entries:,} entries of the "
        f"ledger, every hash recomputed; {len(lines):,} lines of the erasure list done again"
    )
    say(
        f"sessions, recovery codes and {done.revoked:,} keys of clients are ended; accounts and "
        "passwords are those of that day: `maillon account list`, then `disable` who left since"
    )
    if done.lost:
        say(f"{done.lost:,} entries that the newest checkpoint outside covers came after this "
            "backup and are lost: see docs/operate.md")  # fmt: skip


def _check(folder: Path) -> None:
    from maillon.store.manifest import MANIFEST, backups, faults

    found = [folder] if (folder / MANIFEST).exists() else backups(folder)
    if not found:
        raise _DamagedError(f"{folder} holds no whole backup")
    seen: dict[tuple[int, int], str] = {}
    wrong = []
    for one in found:
        here = list(faults(one, seen))
        print(f"{one.name}: {'sound' if not here else f'{len(here)} faults'}")
        wrong += here
    for line in wrong:
        print(line)
    if wrong:
        raise _DamagedError(f"{len(wrong)} faults: make a new backup, keep the damaged one apart")


class _DamagedError(MaillonError):
    """A backup is not what it was."""

    exit_code = 5
