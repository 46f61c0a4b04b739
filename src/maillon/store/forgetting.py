"""What the desk still says of the erased goes as soon as nothing of them is left but the files."""

import shutil
from collections.abc import Iterable

from sqlalchemy import Connection, delete, select

from maillon.store.holds import Held, held
from maillon.store.house import Clock, House, clocks, leased, reading
from maillon.store.job_files import JobFiles
from maillon.store.job_results import drop_results
from maillon.store.pseudonyms import forget, forget_places, mentioned
from maillon.store.tables import CONTENT_KEY, DELIVERY, DERIVED
from maillon.store.tombstones import DELIVERY_SCOPE, ERASE, PENDING, in_force, matching


def forget_erased(house: House) -> int:
    """Put pseudonyms in the place of the erased on the desk; return how many they were.

    An entity of which another delivery, or a hold, still holds something stays as it is.
    """
    with leased(house):
        with house.desk.housekeeping() as connection:
            standing = [one for one in clocks(connection) if one.files]
            pending = _pending(connection)
            ids = mentioned(connection) if pending else set()
            kept = held(connection)
        if not pending:
            return 0
        gone, places = _gone(house, standing, pending, ids, kept)
    with house.writing() as connection:
        for rule, entities in gone.items():
            forget(connection, entities, f"erased under {rule}")
        for (delivery, rule), locators in places.items():
            forget_places(connection, delivery, locators, f"erased under {rule}")
    return sum(map(len, gone.values()))


def forget_keys(house: House) -> int:
    """Destroy the keys of datasets of which no file is left: their seals and tags say nothing now.

    Returns:
        How many keys were destroyed.
    """
    with house.writing() as connection:
        keyed = connection.execute(select(CONTENT_KEY.c.dataset)).scalars().all()
        rows = connection.execute(
            select(DELIVERY.c.dataset, DELIVERY.c.files).where(DELIVERY.c.dataset.in_(keyed))
        ).all()
        left = {row.dataset for row in rows if row.files}
        gone = {row.dataset for row in rows} - left
        if gone:
            connection.execute(delete(CONTENT_KEY).where(CONTENT_KEY.c.dataset.in_(sorted(gone))))
    return len(gone)


def drop_derived(house: House) -> None:
    """Drop all that was derived, what came of jobs too: what may still be seen makes it again."""
    with house.writing() as connection:
        files = list(connection.execute(select(DERIVED.c.file)).scalars())
        connection.execute(delete(DERIVED))
        jobs = drop_results(connection)
    results = JobFiles(house.originals.parent / "jobs")
    for job in jobs:
        results.erase(job)
    for path in (house.lake.derived / file for file in files):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _pending(connection: Connection) -> list[tuple[str, str, str, str]]:
    """Return rule, scope, delivery and SQL of each pending erasure in a delivery."""
    return [
        (row.rule, row.scope, delivery, matching(row.scope, row.target, row.props, row.kept))
        for row, delivery, state in in_force(connection)
        if row.kind == ERASE and state == PENDING
    ]


def _gone(
    house: House,
    standing: Iterable[Clock],
    pending: list[tuple[str, str, str, str]],
    ids: set[str],
    kept: Held,
) -> tuple[dict[str, set[str]], dict[tuple[str, str], set[str] | None]]:
    """Return the ids of which nothing is left, and the places of erased records, by rule."""
    by_rule: dict[str, set[str]] = {}
    places: dict[tuple[str, str], set[str] | None] = {}
    files = [name for one in standing for name in one.files]
    with reading(house, files) as con:
        con.execute("CREATE TABLE mentioned(entity VARCHAR)")
        if ids:
            con.execute("INSERT INTO mentioned SELECT unnest(?)", [sorted(ids)])
        stays = _stays(kept)
        is_gone = " OR ".join(
            f"(delivery = '{delivery}' AND {where})" for _, _, delivery, where in pending
        )
        left = con.execute(
            "SELECT DISTINCT entity FROM kept WHERE entity IN (SELECT entity FROM mentioned) "
            f"AND (NOT ({is_gone}) OR ({stays}))"
        ).fetchall()
        alive = {row[0] for row in left}
        for rule, scope, delivery, where in pending:
            here = f"delivery = '{delivery}' AND ({where}) AND NOT ({stays})"
            found = con.execute(
                f"SELECT DISTINCT entity FROM kept WHERE {here} "
                "AND entity IN (SELECT entity FROM mentioned)"
            ).fetchall()
            by_rule.setdefault(rule, set()).update({row[0] for row in found} - alive)
            if scope == DELIVERY_SCOPE and not kept:
                places[delivery, rule] = None
            elif (delivery, rule) not in places or places[delivery, rule] is not None:
                rows = con.execute(f"SELECT DISTINCT locator FROM kept WHERE {here}").fetchall()
                places[delivery, rule] = {row[0] for row in rows} | (
                    places.get((delivery, rule)) or set()
                )
    return by_rule, places


def _stays(kept: Held) -> str:
    """Return the SQL of what the holds keep, in whatever delivery."""
    deliveries = [f"delivery = '{one}'" for one in sorted(kept.deliveries)]
    found = Held(kept.entities, kept.statements).condition("")
    return " OR ".join([found, *deliveries])
