"""Section ``leaks``: what readers get, against an oracle written apart, and how long they wait.

Every request is answered twice: by the product, under the reader's mandate, and by the oracle, from
plain records. Whole layers (screen, resolve, nexus) are compared with a second workspace that holds
only what the reader may read. Time: a hidden entity and one that is not there, asked for in turn.
"""

import json
import random
import shutil
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection
from mandating.house import BASIS, House, Record, build, plan
from mandating.oracle import Mark, Reader, may_read

from maillon.model import Act, MaillonError, Mandate, View
from maillon.screen import entry
from maillon.store import By, Event, Verdict
from maillon.workspace import Workspace

TRACED = 3
"""Readers whose whole layers are compared with a workspace of their own."""


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--agencies", type=int, default=5, help="leaks: agencies")
    parser.add_argument("--compartments", type=int, default=40, help="leaks: of each agency")
    parser.add_argument("--statements", type=int, default=100_000, help="leaks: in all")
    parser.add_argument("--readers", type=int, default=100, help="leaks: who ask")
    parser.add_argument("--requests", type=int, default=100_000, help="leaks: in all")
    parser.add_argument("--timed", type=int, default=10_000, help="leaks: requests that are timed")


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Build the house, ask, compare."""
    rng = random.Random(116)
    marks, readers, law = plan(chosen, rng)
    folder = keep / "leaks"
    shutil.rmtree(folder, ignore_errors=True)
    start = time.perf_counter()
    per = chosen.statements // len(marks)
    house = build(folder, marks, readers, law, per, 1)
    made = time.perf_counter() - start
    figures: dict[str, Any] = {"requests": 0, "leaks": 0, "kinds": Counter(), "seen": 0}
    with Workspace.open(folder) as w:
        judged = judge(w, house, rng)
        each = -(-chosen.requests // len(readers))
        for reader in readers:
            ask(w, house, judged, reader, each, rng, figures)
        figures["milliseconds"] = timed(w, house, chosen.timed)
        figures |= mirrored(w, house, keep)
        figures |= by_command(folder, house)
    figures["leaks"] += figures["mirror_differs"] + figures["command_differs"]
    figures["kinds"] = dict(figures["kinds"])
    slow = figures["milliseconds"]
    lines = [
        (
            f"{len(house.records):,} statements of {chosen.agencies} agencies x"
            f" {chosen.compartments} compartments, made in {made:.0f} s"
        ),
        (
            f"{figures['requests']:,} requests of {len(readers)} readers, {figures['seen']:,} rows:"
            f" {figures['leaks']} leaks"
        ),
        "wrong by kind: " + (json.dumps(figures["kinds"]) if figures["kinds"] else "none"),
        (
            f"whole layers against a workspace of the reader's own: {figures['mirrored']} answers,"
            f" {figures['mirror_differs']} differ"
        ),
        f"command line: {figures['commands']} answers, {figures['command_differs']} differ",
        (
            f"hidden {slow['hidden']:.3f} ms, absent {slow['absent']:.3f} ms (medians of"
            f" {slow['each']:,} each, in turn): difference {slow['difference']:.3f} ms"
        ),
    ]
    return lines, figures


def mandate_of(reader: Reader) -> Mandate:
    return Mandate(reader.who, reader.agency, reader.purpose, BASIS)


def readable(house: House, reader: Reader) -> list[Record]:
    seen: dict[Mark, bool] = {}
    for record in house.records:
        if record.mark not in seen:
            seen[record.mark] = may_read(reader, record.mark, house.law)
    return [record for record in house.records if seen[record.mark]]


def judge(w: Workspace, house: House, rng: random.Random) -> list[tuple[str, str, list[Mark]]]:
    """Put judgements of random sets of marks into the desk; return what they are."""
    by_mark: dict[Mark, int] = {}
    held = w.store._desk.labels()  # noqa: SLF001 - the bench writes what no reader could
    for number, label in held.items():
        mark = Mark(label.originator, label.code, label.scheme, label.compartment,
                    frozenset(label.purposes))  # fmt: skip
        by_mark[mark] = number
    marks = sorted({record.mark for record in house.records}, key=repr)
    judged = []
    view = w.view(Act.JUDGE, Mandate("loader", "centre", "linking", BASIS))
    events = []
    for number in range(2_000):
        some = rng.sample(marks, rng.choice((1, 1, 2, 3)))
        labels = tuple(sorted(by_mark[mark] for mark in some))
        pair = (f"a{number}", f"b{number}")
        events.append(Event(*pair, Verdict.UNSURE, "", labels, by=By.RULE))
        judged.append((*pair, some))
    w.store.log(view)._log.append_many(view, events)  # noqa: SLF001 - as above
    return judged


Ask = Callable[[], tuple[object, object]]


def ask(
    w: Workspace,
    house: House,
    judged: list[tuple[str, str, list[Mark]]],
    reader: Reader,
    count: int,
    rng: random.Random,
    figures: dict[str, Any],
) -> None:
    """Ask so many random requests for one reader and compare each with the oracle."""
    mine = readable(house, reader)
    by_entity: dict[str, list[Record]] = defaultdict(list)
    for record in mine:
        by_entity[record.entity].append(record)
    everyone = sorted({record.entity for record in house.records})
    view = w.view(Act.READ, mandate_of(reader))
    kinds = list(requests(w, view, mine, by_entity, everyone, judged, (house, reader), rng))
    with w.store.workbench(view, threads=1) as bench:
        bench.con.execute("CREATE TEMP TABLE mine AS SELECT * FROM statement")
        kinds += list(tables(bench.con, mine, by_entity, everyone, rng))
        for _ in range(count):
            name, share, one = kinds[rng.randrange(len(kinds))]
            if rng.random() > share:
                name, _, one = kinds[-1]
            got, right = one()
            figures["requests"] += 1
            figures["seen"] += len(right) if isinstance(right, list) else 1
            if got != right:
                figures["leaks"] += 1
                figures["kinds"][name] += 1


def requests(
    w: Workspace, view: View, mine: list[Record], by_entity: dict[str, list[Record]],
    everyone: list[str], judged: list[tuple[str, str, list[Mark]]], who: tuple[House, Reader],
    rng: random.Random,
) -> Iterator[tuple[str, float, Ask]]:  # fmt: skip
    """Yield name, share and maker of requests that go through the store's door each time."""
    house, reader = who

    def statements() -> tuple[object, object]:
        entity = rng.choice(everyone)
        got = sorted((s.entity, s.prop, s.value) for s in w.statements(view, entity))
        return got, sorted((r.entity, r.prop, r.value) for r in by_entity[entity])

    def deliveries() -> tuple[object, object]:
        held = Counter(record.delivery for record in mine)
        return sorted(d.statements for d in w.deliveries(view)), sorted(held.values())

    def judgements() -> tuple[object, object]:
        right = [
            (one, other) for one, other, marks in judged
            if all(may_read(reader, mark, house.law) for mark in marks)
        ]  # fmt: skip
        return [(e.left, e.right) for e in w.store.judgements(view)], right

    def touching() -> tuple[object, object]:
        number = rng.randrange(len(judged))
        one, other, marks = judged[number]
        got = [(e.left, e.right) for e in w.store.log(view).read(touching=[one])]
        may = all(may_read(reader, mark, house.law) for mark in marks)
        return got, [(one, other)] if may else []

    def error() -> tuple[object, object]:
        said = []
        for delivery in ("d0000-000000000000", f"d{rng.randrange(200):04d}-ffffffffffff"):
            try:
                w.store.original(view, delivery).__enter__()
                said.append("opened")
            except MaillonError as refused:
                said.append(str(refused).replace(delivery, "D"))
        return said[0], said[1]

    yield "statements of an entity", 0.02, statements
    yield "deliveries and their counts", 0.2, deliveries
    yield "judgements", 0.05, judgements
    yield "judgements about an entity", 1.0, touching
    yield "error text", 0.2, error


def tables(
    con: DuckDBPyConnection, mine: list[Record], by_entity: dict[str, list[Record]],
    everyone: list[str], rng: random.Random,
) -> Iterator[tuple[str, float, Ask]]:  # fmt: skip
    """Yield requests of the kinds that layers ask of a workbench: lists, counts, facets, search."""

    def rows(sql: str, *values: object) -> list[tuple[Any, ...]]:
        return list(con.execute(sql, list(values)).fetchall())

    def count() -> tuple[object, object]:
        prop = rng.choice(("name", "phone", "birthDate", "passportNumber"))
        return (
            rows("SELECT count(*), count(DISTINCT entity) FROM mine WHERE prop = ?", prop),
            [(sum(r.prop == prop for r in mine), len({r.entity for r in mine if r.prop == prop}))],
        )

    def facet() -> tuple[object, object]:
        got = rows("SELECT prop, count(*) FROM mine GROUP BY prop ORDER BY prop")
        return got, sorted(Counter(r.prop for r in mine).items())

    def page() -> tuple[object, object]:
        after = rng.choice(everyone)
        sql = "SELECT DISTINCT entity FROM mine WHERE entity > ? ORDER BY entity LIMIT 50"
        right = sorted(entity for entity in by_entity if by_entity[entity] and entity > after)[:50]
        return rows(sql, after), [(entity,) for entity in right]

    def search() -> tuple[object, object]:
        word = rng.choice(("Ana", "Novak", "Keita", "Hassan", "X12", "+88845551"))
        sql = "SELECT DISTINCT entity FROM mine WHERE starts_with(value, ?) ORDER BY entity"
        right = sorted({r.entity for r in mine if r.value.startswith(word)})
        return rows(sql, word), [(entity,) for entity in right]

    def entity() -> tuple[object, object]:
        wanted = rng.choice(everyone)
        sql = "SELECT prop, value FROM mine WHERE entity = ? ORDER BY ALL"
        return rows(sql, wanted), sorted((r.prop, r.value) for r in by_entity[wanted])

    yield "count", 0.05, count
    yield "facet", 0.05, facet
    yield "page", 0.2, page
    yield "search", 0.2, search
    yield "entity", 1.0, entity


def timed(w: Workspace, house: House, count: int) -> dict[str, float]:
    """Return median milliseconds of asking for hidden and for absent entities, in turn."""
    reader = min(house.readers, key=lambda one: len(readable(house, one)))
    mine = {record.entity for record in readable(house, reader)}
    hidden = sorted({record.entity for record in house.records} - mine) or ["e0"]
    took: dict[str, list[float]] = {"hidden": [], "absent": []}
    view = w.view(Act.READ, mandate_of(reader))
    with w.store.workbench(view, threads=1) as bench:
        for number in range(count):
            one = hidden[number % len(hidden)]
            # as close in the order of ids as can be: both are looked for in the same places
            for kind, entity in (("hidden", one), ("absent", f"{one}x")):
                start = time.perf_counter()
                list(bench.statements("entity = ?", [entity]))
                took[kind].append((time.perf_counter() - start) * 1000)
    medians = {kind: statistics.median(held) for kind, held in took.items()}
    difference = abs(medians["hidden"] - medians["absent"])
    return {**medians, "difference": difference, "each": count}


def mirrored(w: Workspace, house: House, keep: Path) -> dict[str, int]:
    """Compare whole layers with a workspace that holds only what a reader may read."""
    readers = [one for one in house.readers if one.purpose == "linking"][:TRACED]
    compared = differs = 0
    for reader in readers:
        mine = readable(house, reader)
        own = keep / f"mirror-{reader.who}"
        shutil.rmtree(own, ignore_errors=True)
        other = copied(own, house, {record.mark for record in mine})
        with Workspace.open(other) as alone:
            for kind in layers():
                compared += 1
                differs += layers()[kind](w, reader) != layers()[kind](alone, reader)
        shutil.rmtree(own, ignore_errors=True)
    return {"mirrored": compared, "mirror_differs": differs}


def copied(folder: Path, house: House, marks: set[Mark]) -> Path:
    """Copy the workspace and take out every delivery that the reader may not read."""
    shutil.copytree(house.folder, folder, ignore=shutil.ignore_patterns("derived", "scratch"))
    (folder / "scratch").mkdir()
    (folder / "lake" / "derived").mkdir(exist_ok=True)
    with Workspace.open(folder) as w:
        gone = [
            number for number, label in w.store._desk.labels().items()  # noqa: SLF001 - as above
            if Mark(label.originator, label.code, label.scheme, label.compartment,
                    frozenset(label.purposes)) not in marks
        ]  # fmt: skip
        listed = ", ".join(map(str, gone)) or "NULL"
        with w.store._desk.begin() as con:  # noqa: SLF001 - as above
            con.exec_driver_sql(f"DELETE FROM delivery WHERE label IN ({listed})")
            con.exec_driver_sql("DELETE FROM judgement")
            con.exec_driver_sql("DELETE FROM derived")
    with Workspace.open(house.folder) as w, w.store._desk.begin() as con:  # noqa: SLF001 - as above
        con.exec_driver_sql("DELETE FROM judgement")
    return folder


def layers() -> dict[str, Callable[[Workspace, Reader], object]]:
    """Return what is asked of whole layers."""

    def resolve(w: Workspace, reader: Reader) -> object:
        found = w.resolve(w.view(Act.RESOLVE, mandate_of(reader)))
        return found.canonical.to_pylist(), found.pairs.to_pylist(), found.blocking

    def screen(w: Workspace, reader: Reader) -> object:
        asked = [entry("q", "Person", "", {"name": ["Ana Novak"], "birthDate": ["1980-02-03"]})]
        lists = [one.dataset for one in w.deliveries(w.view(Act.READ, mandate_of(reader)))]
        view = w.view(Act.SCREEN, mandate_of(reader))
        try:
            return [a.line() for a in w.screen(view, lambda _: asked, lists=lists)]
        except MaillonError as error:
            return str(error)

    def trace(w: Workspace, reader: Reader) -> object:
        return [lead.line() for lead in w.trace(w.view(Act.TRACE, mandate_of(reader))).leads]

    return {"resolve": resolve, "screen": screen, "trace": trace}


def by_command(folder: Path, house: House) -> dict[str, int]:
    """Compare what the command prints for a hidden and for an absent entity, byte for byte."""
    reader = next(one for one in house.readers if one.purpose in {"linking", "review"})
    mine = {record.entity for record in readable(house, reader)}
    hidden = next((r.entity for r in house.records if r.entity not in mine), "z1")
    maillon = Path(sys.executable).with_name("maillon")
    asked = ["--who", reader.who, "--agency", reader.agency, "--purpose", reader.purpose]
    differs = 0
    commands = (("trace", "--around", "X"), ("judge", "X", "X2", "--explain"))
    for words in commands:
        said = []
        for entity in (hidden, "z" * len(hidden)):
            line = [word.replace("X", entity) for word in words]
            done = subprocess.run(
                [str(maillon), *line, "-w", str(folder), *asked], capture_output=True, check=False
            )
            said.append(
                (done.returncode, (done.stdout + done.stderr).replace(entity.encode(), b"E"))
            )
        differs += said[0] != said[1]
    return {"commands": 2 * len(commands), "command_differs": differs}


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that this section answers for."""
    return {"leaks": figures["leaks"], "requests": figures["requests"]}
