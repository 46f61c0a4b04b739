"""What is wrong with the files of a workspace: missing ones, and originals without their key."""

from maillon.store.house import Clock, House, clocks
from maillon.store.originals import MAGIC, sealed_name
from maillon.store.rewriting import PLAIN, SHREDDED


def unsound(house: House) -> list[str]:
    """Return what is wrong, by delivery; [] when every file is there that should be."""
    wrong = []
    with house.desk.housekeeping() as connection:
        held = clocks(connection)
    for clock in held:
        wrong += [
            f"{clock.id}: {name} is gone"
            for name in clock.files
            if not (house.lake.folder / name).is_file()
        ]
        wrong += _original(house, clock)
    return wrong


def _original(house: House, clock: Clock) -> list[str]:
    sealed = house.originals / sealed_name(clock.id)
    if clock.original == SHREDDED:
        return []
    if clock.original == PLAIN:
        is_there = (house.originals / clock.sha256).is_file()
        return [] if is_there else [f"{clock.id}: its original is gone"]
    if not sealed.is_file():
        return [f"{clock.id}: its original is gone"]
    with sealed.open("rb") as raw:
        if raw.read(len(MAGIC)) != MAGIC or not clock.key:
            return [f"{clock.id}: its original {sealed.name} cannot be opened"]
    return []
