"""A backup is a moment of the workspace: whole, sound, and what was erased since stays erased."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from maillon.model import Act, Mode, StoreError
from maillon.store import By, Event, Verdict, read_settings
from maillon.store import keeping as k
from maillon.store.ledger import read_rows
from maillon.store.login.accounts import SERVICE, Accounts
from maillon.store.login.accounts import By as Operator
from maillon.store.login.gate import open_gate
from maillon.store.login.keys import KeyOrder
from maillon.store.login.keys import Keys as ClientKeys
from maillon.store.manifest import MANIFEST, backups, faults, read_manifest
from maillon.store.recovery import recover
from maillon.store.tables import DERIVED, LEASE

from .backing import Backing
from .conftest import people
from .keeping import clocked

ROOT = Path(__file__).parents[2]
STOPS_HALF_WAY = """
import sys
from dataclasses import replace
from pathlib import Path
from maillon.model import Act
from maillon.store import {module}, open_store

real, count = {module}.copied, 0

def slow(source, target):
    global count
    count += 1
    done = real(source, target)
    if count == 2:
        print("half", flush=True)
        sys.stdin.read()
    return done

{module}.copied = slow
"""
BACKS_UP = """
from maillon.store.backup import Order, back_up

folder, to, keys, desk = (sys.argv + [""])[1:5]
store = open_store(Path(folder))
mandate = replace(store.settings.mandate, who="keeper", purpose="retention")
view = store.policy.open(mandate, Act.RETAIN)
back_up(store.house, store.settings, view, Order(Path(to), Path(keys), desk))
"""
RESTORES = """
from maillon.store import Store
from maillon.store.recovery import Return, recover

to, target, keys, url = (sys.argv + [""])[1:5]

def acting(store):
    mandate = replace(store.settings.mandate, who="keeper", purpose="retention")
    return store.policy.open(mandate, Act.RETAIN)

recover(Return(Path(to), Path(target), url, Store, acting, lambda _: Path(keys)))
"""


def killed_half_way(script: str, module: str, *words: object) -> None:
    """Run a script that stops half-way through the files, and kill it there."""
    process = subprocess.Popen(
        [sys.executable, "-c", STOPS_HALF_WAY.format(module=module) + script, *map(str, words)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"half\n", process.stderr.read().decode()
        process.send_signal(signal.SIGKILL)


def event(number: int, labels: frozenset[int]) -> Event:
    left, right = sorted((f"p{number}", f"p{number + 1}"))
    return Event(left, right, Verdict.POSITIVE, "seen", tuple(sorted(labels)), by=By.PERSON)


def test_a_restored_backup_is_the_workspace(b: Backing, tmp_path: Path) -> None:
    b.held.load(people(5))
    mapping = b.held.store.settings.folder / "mappings" / "m.yml"
    mapping.parent.mkdir()
    mapping.write_text("a: b\n", "utf-8")
    before = b.held.seen()
    made = b.back_up()
    with b.restored(tmp_path / "new") as (done, held):
        assert held.seen() == before
        assert held.store.check() == []
        assert (tmp_path / "new" / "mappings" / "m.yml").read_text("utf-8") == "a: b\n"
        assert done.entries == made.manifest.ledger.size
        assert held.store.verify_ledger() > done.entries  # the restore itself is an entry
        assert (done.lost, done.again) == (0, ())


def test_a_backup_under_writes_is_one_moment_of_them(b: Backing, tmp_path: Path) -> None:
    """Loads of ten people and a judgement take turns: what is restored is a prefix of both."""
    b.held.load(people(10), dataset="d0")
    stop, errors, second = (
        threading.Event(),
        list[Exception](),
        clocked(b.held.store.settings.folder),
    )

    def work() -> None:
        try:
            number = 0
            while not stop.is_set() and number < 200:
                number += 1
                view = second.store.policy.open(second.store.settings.mandate, Act.JUDGE)
                second.store.judge(view, event(number, view.labels))
                second.load(people(10, 10 * number), dataset=f"d{number}")
        except Exception as error:  # noqa: BLE001 - shown by the test
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        made = [b.back_up() for _ in range(3)]
    finally:
        stop.set()
        thread.join()
        second.store.close()
    assert errors == []
    last = len(b.held.store.deliveries(b.held.reader()))
    assert last > made[0].manifest.generation, "nothing was written meanwhile: nothing was shown"
    for number, one in enumerate(made):
        with b.restored(tmp_path / f"new{number}", one.folder) as (done, held):
            loads = one.manifest.generation
            assert held.entities() == sorted(f"p{n}" for n in range(10 * loads))
            assert len(held.store.judgements(held.reader())) in {loads - 1, loads}
            assert held.store.check() == []
            assert held.store.verify_ledger() > done.entries


def test_what_the_copied_desk_names_is_not_swept_away_meanwhile(b: Backing, tmp_path: Path) -> None:
    """Between desk and files someone is erased, the files rewritten and swept: the lease holds."""
    b.held.load(people(3))
    calls = []

    def free(_place: Path) -> int:
        calls.append(1)
        if len(calls) == 2:  # the desk is copied, the files are not
            b.held.erase("p1")
            assert b.held.run().rewritten == 1
        return 1 << 40

    made = b.back_up(free=free)
    assert list(faults(made.folder)) == []
    with b.restored(tmp_path / "new") as (done, held):
        assert held.entities() == ["p0", "p2"]
        assert [(one.act, one.scope) for one in done.again] == [("erase", "entity")]


def test_who_was_erased_stays_erased_after_an_older_backup(b: Backing, tmp_path: Path) -> None:
    b.held.load(people(3))
    b.back_up()
    b.held.erase("p1")
    b.held.run()
    with b.restored(tmp_path / "new") as (done, held):
        assert held.entities() == ["p0", "p2"]
        assert b"Name 1" not in held.lake()
        assert [one.rule for one in done.again] == ["Test Act, s. 1"]


def test_a_hold_that_was_placed_since_stands_after_an_older_backup(
    b: Backing, tmp_path: Path
) -> None:
    b.held.load(people(3))
    b.back_up()
    hold = k.Hold("entity", "p1", "trial", "court 12", date(2027, 1, 1))
    k.place(b.held.house, b.held.view(), hold, b.held.keys)
    with b.restored(tmp_path / "new") as (_, held):
        assert [one.target for one in k.standing_holds(held.house, held.view())] == ["p1"]


def test_a_killed_backup_leaves_none_and_is_in_no_way_of_the_next(b: Backing) -> None:
    b.held.load(people(3))
    killed_half_way(BACKS_UP, "backup", b.held.store.settings.folder, b.to, b.held.keys, b.desk)
    (part,) = b.to.glob(".part-*")
    with pytest.raises(StoreError, match="no whole backup"):
        read_manifest(part)
    assert backups(b.to) == []
    made = b.back_up()
    assert backups(b.to) == [made.folder]
    assert list(b.to.glob(".part-*")) == []


def test_a_killed_restore_leaves_no_workspace_and_is_in_no_way_of_the_next(
    b: Backing, tmp_path: Path
) -> None:
    b.held.load(people(3))
    b.back_up()
    with b.empty() as url:
        killed_half_way(RESTORES, "recovery", b.to, tmp_path / "new", b.held.keys, url)
    assert not (tmp_path / "new").exists()
    with b.restored(tmp_path / "new") as (_, held):
        assert held.entities() == ["p0", "p1", "p2"]
    assert list(tmp_path.glob(".new.part-*")) == []


def test_a_desk_in_postgresql_without_pg_dump_is_refused_by_its_name(
    b: Backing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if b.server is None:
        assert list(faults(b.back_up().folder)) == []  # a desk in a file needs no program
        return
    with pytest.raises(StoreError, match="pg_dump is not there: install"):
        b.back_up()
    assert backups(b.to) == []


def test_a_role_that_row_security_binds_backs_nothing_up(b: Backing) -> None:
    b.held.load(people(3))
    if b.server is None:
        assert b.back_up().manifest.engine == "sqlite"
        return
    with pytest.raises(StoreError, match="past row security"):
        b.back_up(desk="")
    assert backups(b.to) == []


def test_the_ledger_has_the_backup_and_the_restore(b: Backing, tmp_path: Path) -> None:
    made = b.back_up()
    with b.held.house.desk.housekeeping() as connection:
        last = list(read_rows(connection))[-1]
    said = json.loads(last["detail"])
    assert (last["who"], last["act"], last["outcome"]) == ("keeper", "backup", "done")
    assert (
        said["manifest"]
        == made.sha256
        == hashlib.sha256((made.folder / MANIFEST).read_bytes()).hexdigest()
    )
    with b.restored(tmp_path / "new") as (_, held), held.house.desk.housekeeping() as connection:
        last = list(read_rows(connection))[-1]
        assert (last["act"], last["outcome"]) == ("restore", "done")
        assert json.loads(last["detail"])["manifest"] == made.sha256


def test_neither_keys_nor_readers_nor_derived_come_along(b: Backing, tmp_path: Path) -> None:
    b.held.load(people(3))
    b.held.erase("p1")
    with b.held.store.workbench(b.held.reader()):  # a reader of this moment
        made = b.back_up()
    assert not [one for one in made.manifest.files if "erasures" in one or "derived" in one]
    with b.restored(tmp_path / "new") as (_, held), held.house.desk.housekeeping() as connection:
        for table in (LEASE, DERIVED):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0


def test_unchanged_files_are_those_of_the_backup_before(small: Backing) -> None:
    first, second = small.back_up(), small.back_up()
    assert (first.linked, second.linked) == (0, 3)  # settings, one lake file, one original
    for path in second.manifest.files:
        same = (first.folder / path).stat().st_ino == (second.folder / path).stat().st_ino
        assert same == (path != "workspace/desk.sqlite")


def test_a_whole_backup_links_nothing(small: Backing) -> None:
    small.back_up()
    assert small.back_up(whole=True).linked == 0


def test_a_file_of_the_same_size_that_changed_is_copied(small: Backing, tmp_path: Path) -> None:
    file = small.held.store.settings.folder / "maillon.toml"
    small.back_up()
    text = file.read_text("utf-8")
    file.write_text(text.replace("threads = 2", "threads = 1"), "utf-8")
    small.back_up()
    recover(small.asked(tmp_path / "new"))
    assert read_settings(tmp_path / "new").threads == 1


def test_the_newest_stay_and_are_sound(small: Backing) -> None:
    made = [small.back_up(keep=2) for _ in range(4)]
    assert [one.name for one in backups(small.to)] == [one.folder.name for one in made[2:]]
    assert made[3].removed == (made[1].folder.name,)
    assert [fault for one in backups(small.to) for fault in faults(one)] == []


def test_a_clock_that_was_put_back_makes_no_older_backup(small: Backing) -> None:
    first = small.back_up()
    small.held.on("2026-01-01")
    second = small.back_up(keep=1)
    assert (backups(small.to), second.removed) == ([second.folder], (first.folder.name,))


def test_a_damaged_earlier_backup_is_told_and_neither_linked_nor_counted(small: Backing) -> None:
    first = small.back_up()
    (first.folder / MANIFEST).write_bytes(b"{}")
    second = small.back_up(keep=1)
    assert (second.linked, second.removed, second.damaged) == (0, (), (first.folder.name,))


def test_drop_folders_and_files_of_jobs_stay_behind(small: Backing) -> None:
    """What lies there is not sealed: no erasure would reach it in a backup."""
    root = small.held.store.settings.folder
    text = '[[intake]]\ndataset = "drop"\nfolder = "drop"\nadapter = "csv"\nwho = "analyst"\n'
    with (root / "maillon.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    for name in ("drop/accepted", "jobs/j1", "scratch"):
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name / "names.csv").write_text("Pavel", "utf-8")
    small.held.store.settings = read_settings(root)
    made = small.back_up()
    assert [one for one in made.manifest.files if one.endswith("names.csv")] == []


def test_a_link_that_leads_out_of_the_workspace_is_named(small: Backing, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (small.held.store.settings.folder / "mappings").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="mappings is a link"):
        small.back_up()


def test_files_are_readable_to_their_owner_alone(small: Backing) -> None:
    made = small.back_up()
    held = [*made.folder.rglob("*"), made.folder, small.to]
    assert [one for one in held if one.is_file() and one.stat().st_mode & 0o077] == []
    assert [one for one in (made.folder, small.to) if one.stat().st_mode & 0o077] == []


def test_modes_of_loading_make_no_difference(small: Backing, tmp_path: Path) -> None:
    """A list that replaced another: only what stands is read, and both files are there."""
    small.held.load(people(2, 10), dataset="list", mode=Mode.SNAPSHOT)
    small.held.load(people(2, 11), dataset="list", mode=Mode.SNAPSHOT)
    before = small.held.entities()
    small.back_up()
    with small.restored(tmp_path / "new") as (_, held):
        assert held.entities() == before


def test_what_was_ended_since_does_not_begin_again(b: Backing, tmp_path: Path) -> None:
    """A key of a client that holds in the backup opens nothing in what is made of it."""
    gate = open_gate(b.held.store, b.held.keys)
    Accounts(gate).add(Operator(), "analyst", SERVICE)
    token = ClientKeys(gate).issue(Operator(), "analyst", KeyOrder("client", ("read",), 30)).key.id
    b.back_up()
    with b.restored(tmp_path / "new") as (done, held):
        assert done.revoked == 1
        (found,) = ClientKeys(open_gate(held.store, b.held.keys)).listed("analyst")
        assert (found.id, bool(found.revoked)) == (token, True)
