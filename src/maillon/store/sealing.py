"""Plain originals of older workspaces become sealed ones."""

import hashlib

from maillon.model import StoreError, View
from maillon.store import ledger
from maillon.store.house import Clock, House, clocks, leases, set_kept
from maillon.store.lake import sync_folder
from maillon.store.originals import new_key, seal, sealed_name
from maillon.store.rewriting import ORIGINALS, PLAIN, SEALED, let_go


def seal_plain(house: House, view: View) -> list[str]:
    """Encrypt every original that is still plain; return whose they were.

    Raises:
        StoreError: A plain original is not the file that was delivered.
    """
    with house.desk.housekeeping() as connection:
        plain = [one for one in clocks(connection) if one.original == PLAIN and one.files]
    done = []
    for clock in plain:
        if (house.originals / clock.sha256).is_file():
            _seal_one(house, view, clock)
            done.append(clock.id)
    return done


def _seal_one(house: House, view: View, clock: Clock) -> None:
    source, key = house.originals / clock.sha256, new_key()
    digest = hashlib.sha256()
    with house.lake.receiving(f"seal-{clock.id}") as folder:
        sealed = folder / "original"
        with source.open("rb") as raw:
            seal(raw, sealed, key, digest.update)
        if digest.hexdigest() != clock.sha256:
            raise StoreError(
                f"{source} is not the file that was delivered: restore it from the backup"
            )
        with house.writing() as connection:
            now = {one.id: one for one in clocks(connection)}
            if now[clock.id].original != PLAIN:
                return  # another run was faster
            sealed.replace(house.originals / sealed_name(clock.id))
            sync_folder(house.originals)
            set_kept(connection, clock, key=key, original=SEALED)
            others = any(
                one.sha256 == clock.sha256 and one.id != clock.id and one.original == PLAIN
                for one in now.values()
            )
            if not others:
                let_go(connection, clock.id, ORIGINALS, source.name, house.at, leases(connection))
            said = {"delivery": clock.id}
            ledger.append(connection, view.mandate, "retain", "original sealed", said)
