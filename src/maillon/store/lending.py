"""A delivered file is lent as it came, unless the law has taken something of it away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from maillon.model import NotFoundError, RefusedError, StoreError
from maillon.store.house import House, clock_of
from maillon.store.originals import sealed_name, unsealed
from maillon.store.parts import Seen
from maillon.store.tombstones import RESTRICT, in_force

ASK = "its statements that may still be read are in the workspace"


@contextmanager
def lent(house: House, row: Seen) -> Iterator[IO[bytes]]:
    """Lend the delivered file of a delivery that a view sees.

    Raises:
        RefusedError: Something in it was erased, is restricted or masked; says the rule.
        StoreError: It is gone, or was changed; or the view does not see every row of it: the answer
            is that of a delivery that is not there.
    """
    if not row.is_whole:
        raise NotFoundError(f"no delivery {row.id}")
    with house.desk.housekeeping() as connection:
        clock = clock_of(connection, row.id)
        restricted = [
            stone.rule
            for stone, delivery, _ in in_force(connection)
            if delivery == row.id and stone.kind == RESTRICT
        ]
    rule = house.rule(clock)
    is_masked = rule is not None and rule.mask_after is not None
    if is_masked and rule is not None and rule.mask_after is not None:
        is_masked = rule.mask_after.is_over(clock.starts, house.day)
    if clock.erased:
        raise RefusedError(clock.erased, f"something in {row.id} was erased", ASK)
    if restricted:
        raise RefusedError(restricted[0], f"something in {row.id} is restricted", ASK)
    if is_masked and rule is not None:
        raise RefusedError(rule.mask_provision, f"{row.id} is masked", ASK)
    if clock.key:
        with unsealed(house.originals / sealed_name(row.id), clock.key) as raw:
            yield raw
        return
    file = house.originals / row.sha256
    if not file.is_file():
        raise StoreError(f"{file} is gone: restore it from the backup")
    with file.open("rb") as raw:  # of an older workspace; `maillon retain run` seals it
        yield raw
