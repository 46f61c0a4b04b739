"""Section ``listing``: the newest readable rows of half a million under policy, on both engines.

The table is ``judgement``; its rows carry one of 200 sets of labels. Some sets are of old rows:
walking back from the newest row would read all the others first. PostgreSQL answers as the
application's role under row security; without ``--listing-server`` a throw-away cluster is started.
"""

import random
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from maillon.model import Act, Mandate, View
from maillon.store.desk import Desk
from maillon.store.labelsets import intern_sets, set_number
from maillon.store.newest import newest
from maillon.store.tables import JUDGEMENT

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.store.postgres import VARIABLE, running  # the path comes first

SETS: Final = 200
OLD: Final = 10
"""The last sets: their rows are among the first twentieth of all."""
PAGE: Final = 50
GOALS: Final = {"sqlite": 60.0, "postgresql": 30.0}
"""Milliseconds, median."""
READERS: Final = {
    "few": range(6),
    "few_old": range(SETS - OLD, SETS - OLD + 6),
    "nothing": range(0),
    "half": range(0, SETS, 2),
    "all": range(SETS),
}
"""Which labels a reader may read."""
COLUMNS: Final = (
    'number, id, "left", "right", verdict, who, at, reason, labels, label_set, revokes, "by"'
)
SEED: Final = 20_200_754
AT: Final = "2026-01-01T00:00:00+00:00"

Lend = Callable[[Path, int], Any]


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--rows", type=int, default=500_000, help="listing: rows of the table")
    parser.add_argument("--runs", type=int, default=200, help="listing: runs a reader")
    parser.add_argument("--listing-server", default="", help=f"listing: as {VARIABLE} of the tests")


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Time a page of the newest readable rows for each kind of reader on each engine."""
    lines: list[str] = []
    figures: dict[str, Any] = {"rows": chosen.rows, "sets": SETS, "runs": chosen.runs}
    with tempfile.TemporaryDirectory(prefix="listing-", dir=keep) as folder:
        lends: dict[str, Lend] = {
            "sqlite": _sqlite,
            "postgresql": lambda place, rows: _postgres(place, rows, chosen.listing_server),
        }
        for engine, lend in lends.items():
            with lend(Path(folder), chosen.rows) as desk:
                figures[engine] = {"engine": desk.engine_line()}
                lines.append(f"{desk.engine_line()}: page of {PAGE} of {chosen.rows:,} rows")
                for reader, labels in READERS.items():
                    found = _timed(desk, frozenset(labels), chosen.runs)
                    figures[engine][reader] = found
                    verdict = "holds" if found["median_ms"] <= GOALS[engine] else "FAILS"
                    lines.append(
                        f"  {reader:<8} {found['rows']:>2} of {found['readable']:>7,} readable: "
                        f"median {found['median_ms']:.1f} ms, p95 {found['p95_ms']:.1f} ms, "
                        f"to hold {GOALS[engine]:g} ms: {verdict}"
                    )
    return lines, figures


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the key that this section answers for: the slowest reader's median, by engine."""
    return {
        "listing_ms": {
            engine: max(figures[engine][reader]["median_ms"] for reader in READERS)
            for engine in GOALS
        }
    }


def _timed(desk: Desk, labels: frozenset[int], runs: int) -> dict[str, Any]:
    view = View(Mandate("reader", "centre", "review", "Act, s. 1"), Act.READ, labels)
    sets = {set_number([label]) for label in labels}
    times: list[float] = []
    rows: Sequence[Any] = ()
    for _ in range(runs):
        start = time.perf_counter()
        with desk.engine.connect() as connection:
            rows = connection.execute(newest(view, JUDGEMENT, PAGE, connection)).all()
        times.append((time.perf_counter() - start) * 1000)
    with desk.housekeeping() as connection:
        mine = JUDGEMENT.c.label_set.in_(sets)
        every = select(JUDGEMENT.c.number).where(mine).order_by(JUDGEMENT.c.number.desc())
        wanted = connection.execute(every.limit(PAGE)).scalars().all()
        count = select(func.count()).select_from(JUDGEMENT).where(mine)
        readable = connection.execute(count).scalar_one()
    if [row.number for row in rows] != list(wanted):
        raise SystemExit(f"a page under policy is not the newest {PAGE} readable rows")
    times.sort()
    return {
        "rows": len(rows),
        "readable": readable,
        "median_ms": statistics.median(times),
        "p95_ms": times[max(0, round(len(times) * 0.95) - 1)],
    }


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(SEED)
    for number in range(1, count + 1):
        label = dice.randrange(SETS if number <= count // 20 else SETS - OLD)
        yield (number, f"{number:016x}", f"e{number}", f"f{number}", "positive", "analyst", AT,
               "the same passport number and date of birth", f"[{label}]", set_number([label]),
               None, "person")  # fmt: skip


def _with_sets(desk: Desk) -> None:
    desk.create()
    with desk.begin() as connection:
        intern_sets(connection, [[label] for label in range(SETS)])


@contextmanager
def _sqlite(folder: Path, rows: int) -> Iterator[Desk]:
    desk = Desk(folder / "desk.sqlite")
    _with_sets(desk)
    marks = ", ".join("?" * len(COLUMNS.split(",")))
    with desk.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO judgement ({COLUMNS}) VALUES ({marks})", list(_rows(rows))
        )
    yield desk
    desk.close()


@contextmanager
def _postgres(folder: Path, rows: int, url: str) -> Iterator[Desk]:
    with running(url) as server, server.database() as name:
        owner = Desk(folder, server.url(name, server.owner))
        _with_sets(owner)
        owner.close()
        server.grant(name)
        with (
            server.connect(name) as connection,
            connection.cursor().copy(f"COPY judgement ({COLUMNS}) FROM STDIN") as copy,
        ):
            for row in _rows(rows):
                copy.write_row(row)
        server.run("VACUUM ANALYZE", database=name)
        desk = Desk(folder, server.url(name, server.application))
        yield desk
        desk.close()
