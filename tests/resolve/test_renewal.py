"""A newer delivery gives what resolving all anew gives, whatever came, went or changed."""

import io
import json
import random
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from maillon import training
from maillon.cli.demo_load import load_deliveries
from maillon.model import Act, Mode
from maillon.resolve import KINDS, Models, State, build, cluster
from maillon.resolve.blocking import RULES, passes
from maillon.resolve.records import HUB_LIMITS
from maillon.resolve.state import Clusters
from maillon.sources import adapter
from maillon.store import ClusterChange, Event, Order, Verdict, Workbench
from maillon.workspace import Workspace

PERSONS = 1_000
SHARE = 8
"""One cluster in so many is enough."""
COLUMNS = ("entity", "schema", "prop", "value", "dataset")
ROW = tuple[str, str, str, str, str]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[ROW]:
    """Statements of a small country: persons, their papers, firms and things."""
    folder = tmp_path_factory.mktemp("country")
    training.write(folder / "country", PERSONS, 4711)
    Workspace.create(folder / "w")
    with Workspace.open(folder / "w") as w:
        load_deliveries(w, folder / "country" / "deliveries")
        view = w.view(Act.RESOLVE)
        clusters = w.resolve(view).canonical
        chosen = sorted(set(clusters.column("canonical").to_pylist()))[::SHARE]
        with w.store.workbench(view) as bench:
            bench.con.register("cluster", clusters)
            bench.con.register("chosen", pa.table({"canonical": chosen}))
            found = bench.con.sql(
                f"""SELECT {", ".join(COLUMNS)} FROM statement
                    WHERE entity IN (SELECT entity FROM cluster SEMI JOIN chosen USING (canonical))
                    ORDER BY ALL"""
            )
            return cast("list[ROW]", found.fetchall())


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hubs and blocks that are too large come soon."""
    for says in HUB_LIMITS:
        monkeypatch.setitem(HUB_LIMITS, says, 2)
    for kind, rules in RULES.items():
        monkeypatch.setitem(RULES, kind, tuple(rule._replace(most=4) for rule in rules))


class Log:
    """A judgement log in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def newest(self) -> int:
        return len(self.events)

    def read(self, *, touching: Iterable[str] | None = None, since: int = 0) -> list[Event]:
        wanted = None if touching is None else set(touching)
        return [e for e in self.events[since:] if wanted is None or wanted & {e.left, e.right}]

    def say(self, left: str, right: str, verdict: Verdict) -> None:
        left, right = sorted((left, right))
        self.events.append(Event(left, right, verdict, "", id=f"e{len(self.events)}"))


def bench_of(rows: Iterable[ROW]) -> Iterator[Workbench]:
    held = list(rows)
    columns = list(zip(*held, strict=True)) if held else [()] * len(COLUMNS)
    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 2")
        con.register("statement", pa.table([pa.array(list(c), pa.string()) for c in columns],
                                           names=list(COLUMNS)))  # fmt: skip
        yield cast("Workbench", SimpleNamespace(con=con))


def state_of(rows: Iterable[ROW], folder: Path, older: State | None = None) -> State:
    folder.mkdir(parents=True)
    for bench in bench_of(rows):
        return build(bench, folder, Models.of(), older)
    raise AssertionError


def said(state: State) -> dict[str, Any]:
    """Return all of a state, in an order that does not depend on how it was made."""
    found: dict[str, Any] = {
        name: getattr(state, name).to_pylist() for name in ("entity", "record", "hubs")
    }
    found["carried"] = sorted(map(str, state.carried.to_pylist()))
    names = ("left", "right", "score", "sure", "kind")
    found["pairs"] = list(zip(*(state.array(name).tolist() for name in names), strict=True))
    papers = state.papers()
    found["papers"] = sorted(zip(*(one.tolist() for one in papers), strict=True))
    found["beside"] = [sorted(state.rows_of(n).tolist()) for n in range(state.size)]
    for kind in KINDS:
        for number in range(len(passes(kind))):
            keys, records = state.keys.of(kind, number)
            assert (np.diff(keys.astype(np.float64)) >= 0).all()
            found[f"{kind} {number}"] = sorted(zip(keys.tolist(), records.tolist(), strict=True))
    return found | {"blocking": state.blocking, "size": state.size}


def first_difference(one: Any, two: Any) -> object:
    """Return what is different, briefly: these are long."""
    if not isinstance(one, list) or len(one) != len(two):
        return "sizes" if isinstance(one, list) else (one, two)
    left, right = next((a, b) for a, b in zip(one, two, strict=True) if a != b)
    if not isinstance(left, dict):
        return left, right
    return {name: (left[name], right[name]) for name in left if left[name] != right[name]}


def shown(state: State, clusters: Clusters) -> dict[str, Any]:
    conflicts = sorted(str(one) for one in clusters.conflicts)
    totals = {kind: count for kind, count in clusters.totals.items() if count}
    return {
        "root": clusters.root.tolist(), "confidence": clusters.confidence.tolist(),
        "conflicts": conflicts, "totals": totals, "until": clusters.until,
    }  # fmt: skip


class Country:
    """Statements that change from delivery to delivery."""

    def __init__(self, rows: list[ROW], seed: int) -> None:
        self.chance = random.Random(seed)
        self.all = rows
        self.by_entity: dict[str, list[ROW]] = {}
        for row in rows:
            self.by_entity.setdefault(row[0], []).append(row)
        self.entities = sorted(self.by_entity)
        self.held = dict(self.by_entity)

    @property
    def rows(self) -> list[ROW]:
        return [row for name in sorted(self.held) for row in self.held[name]]

    def change(self) -> None:
        """Let some entities go, come back, take a value of another, or repeat another."""
        some = self.chance.sample(self.entities, max(len(self.entities) // 60, 3))
        for entity in some:
            act = self.chance.choice(("goes", "comes", "takes", "takes", "loses", "repeats"))
            held = self.held.pop(entity, None)
            if act == "goes":
                continue
            held = self.by_entity[entity] if held is None or act == "comes" else held
            other = self.chance.choice(self.entities)
            if act == "takes":
                same = [row for row in self.by_entity[other] if row[1] == held[0][1]]
                taken = self.chance.sample(same, min(len(same), 2))
                held = [*held, *((entity, *row[1:4], held[0][4]) for row in taken)]
            elif act == "loses" and len(held) > 1:
                held = self.chance.sample(held, len(held) - 1)
            elif act == "repeats":
                held = [(entity, *row[1:]) for row in self.by_entity[other]]
            self.held[entity] = held

    def judge(self, log: Log, state: State) -> None:
        """Say something of pairs of the model, and of any two."""
        for _ in range(4):
            size = len(state.array("left"))
            row = self.chance.randrange(size)
            ends = [state.name(int(state.array(side)[row])) for side in ("left", "right")]
            if self.chance.random() < 0.4:
                ends[1] = self.chance.choice(self.entities)
            if ends[0] != ends[1]:
                verdict = self.chance.choice((Verdict.POSITIVE, Verdict.NEGATIVE))
                log.say(ends[0], ends[1], verdict)


def check(rows: list[ROW], folder: Path, seed: int, steps: int) -> tuple[int, int]:
    """Compare each step with all made anew; return how often it was renewed, and changes told."""
    country, log = Country(rows, seed), Log()
    state = state_of(country.rows, folder / "0")
    told: list[ClusterChange] = []
    cluster(state, log)
    renewed = 0
    for step in range(1, steps + 1):
        country.change()
        country.judge(log, state)
        older, state = state, state_of(country.rows, folder / str(step), state)
        whole = state_of(country.rows, folder / f"{step}-whole")
        before, after = said(state), said(whole)
        for name, value in after.items():
            assert before[name] == value, (seed, step, name, first_difference(before[name], value))
        held = state.clusters()
        assert held is not None
        assert held.moved is not None
        renewed += len(held.moved.again) < state.size
        changes: list[ClusterChange] = []
        mine = cluster(state, log, publish=changes.extend)
        theirs = cluster(whole, log)
        assert shown(state, mine.clusters) == shown(whole, theirs.clusters), (seed, step)
        follow(older, state, changes)
        told += changes
    return renewed, len(told)


def follow(older: State, newer: State, changes: list[ClusterChange]) -> None:
    """Every entity of both moments goes by its id of before, or a change says what became of it."""
    then, now = older.clusters(), newer.clusters()
    assert then is not None
    assert now is not None
    old = {older.name(n): older.entity.column("own")[int(then.root[n])].as_py()
           for n in range(older.size)}  # fmt: skip
    moved = {(one, other) for said in changes for one in said.before for other in said.after}
    for number in range(newer.size):
        before = old.get(newer.name(number))
        after = newer.entity.column("own")[int(now.root[number])].as_py()
        assert before in {None, after} or (before, after) in moved


@pytest.mark.parametrize("seed", range(2))
def test_a_renewed_state_is_the_state_made_anew(rows: list[ROW], tmp_path: Path, seed: int) -> None:
    renewed, _ = check(rows, tmp_path, seed, 3)
    assert renewed == 3


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("seed", range(10, 12))
def test_values_that_become_hubs_and_blocks_that_become_large(
    rows: list[ROW], tmp_path: Path, seed: int
) -> None:
    renewed, told = check(rows, tmp_path, seed, 3)
    assert renewed >= 2
    assert told


@pytest.mark.parametrize("order", range(3))
def test_the_order_of_deliveries_changes_nothing(tmp_path: Path, order: int) -> None:
    chance = random.Random(order)
    people = [
        {"id": f"{agency}-{n}", "schema": "Person",
         "properties": {"name": [f"Jana {WORDS[n % 7]}{WORDS[n // 7]}"],
                        "birthDate": [f"19{50 + n}-0{1 + n % 9}-1{n % 9}"],
                        "phone": [f"+8884555{n // (1 + agency):04}"]}}
        for agency in range(3) for n in range(40)
    ]  # fmt: skip
    chance.shuffle(people)
    cuts = [60, *sorted(chance.sample(range(61, 120), 3)), 120]
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        for start, end in pairwise([0, *cuts]):
            raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in people[start:end]).encode())
            order_ = Order(adapter("ftm-json"), "d", w.settings.label, mode=Mode.MESSAGES)
            w.load(w.view(Act.LOAD), raw, order_)
            view = w.view(Act.RESOLVE)
            resolved = w.resolve(view)
        assert len(resolved.pairs) > 30
        canonical, pairs = resolved.canonical, resolved.pairs
        (name,) = {path.name.split(".")[0] for path in derived(w)}
        w.store.forget_derived(view, name)
        anew = w.resolve(view)
        assert anew.canonical.equals(canonical)
        assert anew.pairs.equals(pairs)


WORDS = ("Novak", "Dvorak", "Svoboda", "Cerny", "Prochazka", "Kucera", "Vesely")


def derived(w: Workspace) -> list[Path]:
    return [path for path in (w.settings.folder / "lake").glob("*/resolution-*") if path.is_dir()]
