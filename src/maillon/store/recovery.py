"""A backup becomes a workspace again: checked whole before anything is put in place.

It has its name when it is whole, its ledger is that of the manifest, and what the erasure list says
was done again: nobody works on it before.
"""

import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.engine import make_url

from maillon.model import RefusedError, StoreError, View
from maillon.store import ledger
from maillon.store.backup import INSIDE
from maillon.store.checkpoint import Keys, note_root
from maillon.store.desk import REVISION
from maillon.store.desk_copy import DUMP, POSTGRESQL, put_back
from maillon.store.erasure_list import ErasureList, Line
from maillon.store.forgetting import forget_erased, forget_keys
from maillon.store.house import House
from maillon.store.lake import Lake, sync_folder
from maillon.store.ledger_check import verify
from maillon.store.manifest import (
    MANIFEST,
    Ended,
    Manifest,
    backups,
    copied,
    faults,
    put,
    read_manifest,
    sha256_of,
)
from maillon.store.merkle import root_of
from maillon.store.opening import upgrade_workspace
from maillon.store.restoring import reapply, unknown_lines
from maillon.store.rewriting import rewrite, sweep
from maillon.store.settings import FILE, Settings, address_line, read_settings
from maillon.store.soundness import unsound
from maillon.store.store import Store
from maillon.store.tables import DERIVED, LEASE
from maillon.store.tables_keeping import TOMBSTONE
from maillon.store.tables_login import ACCOUNT_KEY, LOGIN_CHALLENGE, LOGIN_SESSION, RECOVERY_CODE

SHOWN: Final = 10
"""Faults that an error names."""


@dataclass(frozen=True, slots=True)
class Return:
    """What shall be put back, and where.

    Attributes:
        source: A backup, or a folder of backups: then the newest.
        target: The workspace to make; it is not there, or an empty folder.
        desk: Address of an empty PostgreSQL database by the role that will own its tables; empty
            for a desk in a file.
        opened: Opens a store of these settings.
        acting: Returns the view of who restores, for the act ``retain``.
        keys: Returns the keys folder of a workspace.
    """

    source: Path
    target: Path
    desk: str
    opened: Callable[[Settings], Store]
    acting: Callable[[Store], View]
    keys: Callable[[Settings], Path]


@dataclass(frozen=True, slots=True)
class Recovered:
    """A workspace that was put back.

    Attributes:
        backup: Name of the backup.
        manifest: What it holds.
        entries: How many entries of its ledger were checked.
        lost: How many entries the newest checkpoint outside has beyond those.
        again: Lines of the erasure list that were done again.
        revoked: How many keys of clients were revoked: which were since, nobody knows here.
    """

    backup: str
    manifest: Manifest
    entries: int
    lost: int
    again: tuple[Line, ...]
    revoked: int


def recover(order: Return) -> Recovered:
    """Put a backup back, all of it or nothing.

    Raises:
        RefusedError: The target holds something.
        StoreError: A file of the backup is missing or was changed, says which; its ledger is not
            that of its manifest, or not that of the checkpoint outside.
    """
    folder = chosen(order.source)
    order = replace(order, target=order.target.resolve())
    _check_target(folder, order.target)
    manifest = sound(folder)
    _check_engine(manifest, order.desk)
    order.target.parent.mkdir(parents=True, exist_ok=True)
    for left in order.target.parent.glob(f".{order.target.name}.part-*"):
        shutil.rmtree(left)  # of a restore that was killed: it may be what was erased since
    part = order.target.with_name(f".{order.target.name}.part-{secrets.token_hex(4)}")
    try:
        _fill(folder, manifest, part)
        if order.desk:
            put_back(folder / DUMP, order.desk)
            _repoint(part / FILE, order.desk)
        upgrade_workspace(part, order.desk)
        done = _finish(folder, manifest, part, order)
        part.rename(order.target)
        sync_folder(order.target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return done


def chosen(source: Path) -> Path:
    """Return a backup: the folder itself, or the newest one in it.

    Raises:
        StoreError: There is none.
    """
    if (source / MANIFEST).exists():
        return source
    found = backups(source)
    if not found:
        raise StoreError(f"{source} holds no whole backup: name a folder that does")
    return found[-1]


def sound(folder: Path) -> Manifest:
    """Return the manifest of a backup after hashing every file of it.

    Raises:
        StoreError: What is missing, was changed or is too many, by name.
    """
    wrong = list(faults(folder))
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        said = "; ".join(wrong[:SHOWN])
        raise StoreError(f"nothing was restored: {said}{more}; take another backup")
    return read_manifest(folder)


def _check_target(folder: Path, target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RefusedError(
            "restore: a folder of its own", f"{target} is not empty", "name one that is not there"
        )
    mine, theirs = target.resolve(), folder.resolve()
    if mine.is_relative_to(theirs) or theirs.is_relative_to(mine):
        raise RefusedError(
            "restore: a folder of its own", f"{target} lies in the backup", "name another folder"
        )


def _check_engine(manifest: Manifest, desk: str) -> None:
    if manifest.revision > REVISION:
        raise StoreError(
            f"the backup is of revision {manifest.revision}, made by version {manifest.version}: "
            "install that one"
        )
    if (manifest.engine == POSTGRESQL) != bool(desk):
        kind = "a PostgreSQL database" if manifest.engine == POSTGRESQL else "a file"
        how = "name an empty one with --desk" if not desk else "leave --desk out"
        raise StoreError(f"the desk of this backup is {kind}: {how}")


def _fill(folder: Path, manifest: Manifest, part: Path) -> None:
    """Copy the workspace, hashing what is copied: the backup may change after it was checked."""
    part.mkdir(parents=True, mode=0o700)
    for path, held in sorted(manifest.files.items()):
        inner = path.removeprefix(f"{INSIDE}/")
        if inner == path:
            continue
        target = part / inner
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if copied(folder / path, target).sha256 != held.sha256:
            raise StoreError(f"{folder.name}: {path} was changed while it was restored")
    for name in ("originals", "scratch"):
        (part / name).mkdir(exist_ok=True, mode=0o700)
    Lake(part / "lake").create()
    for place in sorted({one.parent for one in part.rglob("*")}):
        sync_folder(place)


def _repoint(file: Path, url: str) -> None:
    """Have the settings name the database that was filled, by the role that they named before."""
    settings = read_settings(file.parent)
    role = make_url(settings.desk).username
    own = make_url(url).set(username=role).render_as_string(hide_password=False)
    text = re.sub(r"^desk\s*=.*\n", lambda _: address_line(own), file.read_text("utf-8"),
                  count=1, flags=re.MULTILINE)  # fmt: skip
    file.unlink()
    put(file, text.encode())


def _finish(folder: Path, manifest: Manifest, part: Path, order: Return) -> Recovered:
    settings = read_settings(part)
    keys = order.keys(replace(settings, folder=order.target))
    store = order.opened(settings)
    try:
        house = store.house
        entries, lost = _check_ledger(house, manifest, keys)
        if wrong := unsound(house):
            raise StoreError(f"nothing was restored: {'; '.join(wrong[:SHOWN])}")
        revoked = _let_nobody_in(house)
        _check_list(house, keys)
        view = order.acting(store)
        again = tuple(unknown_lines(house, keys))
        _erase_again(house, view, keys)
        said = {
            "backup": folder.name, "manifest": sha256_of(folder / MANIFEST), "entries": entries,
            "lost": lost, "again": len(again), "revoked_keys": revoked,
        }  # fmt: skip
        house.desk.record(view.mandate, "restore", "done", said)
    finally:
        store.close()
    return Recovered(folder.name, manifest, entries, lost, again, revoked)


def _check_ledger(house: House, manifest: Manifest, keys: Path) -> tuple[int, int]:
    """Check every entry, the head against the manifest, and the checkpoint outside against both.

    Returns:
        How many entries there are, and how many the checkpoint outside has beyond those.
    """
    with house.desk.housekeeping() as connection:
        entries, head = verify(connection), ledger.read_head(connection)
        found = Ended(head.origin, head.size, head.frontier.root().hex(), head.at)
        if found != manifest.ledger:
            raise StoreError("the ledger of this backup is not that of its manifest: take another")
        newest = Keys(keys, house.lake.folder.parent).newest()
        if newest is None:
            return entries, 0
        size = min(newest[0], head.size)
        nodes = ledger.nodes(connection)
        if newest[1].partition("\n")[0] != head.origin or (
            size == newest[0] and root_of(nodes.peaks(size)) != note_root(newest[1])
        ):
            raise StoreError(
                f"the ledger of this backup is not the one whose checkpoint of {newest[0]:,} "
                f"entries stands in {keys}: take another backup, and tell the authority"
            )
    return entries, newest[0] - size


def _check_list(house: House, keys: Path) -> None:
    """Let through a keys folder whose erasure list knows what this desk knows: not a wrong one.

    Raises:
        StoreError: The list is not there, or is older than the backup.
    """
    listed = {line.id for line in ErasureList(keys).read()}
    with house.desk.housekeeping() as connection:
        query = select(TOMBSTONE.c.id).where(TOMBSTONE.c.path != "again")
        known = set(connection.execute(query).scalars())
    if known - listed:
        raise StoreError(
            f"the erasure list in {keys} is not there or older than the backup: name the keys "
            "folder with --keys or MAILLON_KEYS, its newest state"
        )


def _let_nobody_in(house: House) -> int:
    """End sessions, readers and keys of clients: what was ended since must not begin again.

    Returns:
        How many keys of clients were revoked.
    """
    with house.writing() as connection:
        for table in (LEASE, DERIVED, LOGIN_SESSION, LOGIN_CHALLENGE, RECOVERY_CODE):
            connection.execute(delete(table))
        valid = ACCOUNT_KEY.c.revoked == ""
        return connection.execute(
            update(ACCOUNT_KEY).where(valid).values(revoked=house.at)
        ).rowcount


def _erase_again(house: House, view: View, keys: Path) -> None:
    """Do what the erasure list says, in the files too."""
    reapply(house, view, keys)
    forget_erased(house)
    rewrite(house, view)
    forget_keys(house)
    sweep(house)
