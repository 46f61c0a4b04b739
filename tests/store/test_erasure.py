"""Erasure: at once for every reader, then in the files; held, restored, killed, twice, again."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from maillon.model import Act, RefusedError, StoreError
from maillon.store import keeping as k

from .keeping import Clocked, clocked

TEXT = "anna,name,Anna Nova\nanna,phone,555\nbela,name,Bela Kis\ncar,holder,anna\ncar,name,Skoda\n"


@pytest.fixture
def w(folder: Path) -> Iterator[Clocked]:
    held = clocked(folder)
    held.load(TEXT)
    yield held
    held.store.close()


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[Clocked]:
    """The same, its desk in its folder: what is copied is copied whole."""
    held = clocked(tmp_path / "f")
    held.load(TEXT)
    yield held
    held.store.close()


def test_an_erased_entity_is_gone_at_once_with_what_refers_to_it(w: Clocked) -> None:
    w.erase("anna")
    assert w.seen() == [("bela", "name", "Bela Kis"), ("car", "name", "Skoda")]
    assert w.seen(w.audit()) == []  # oversight has no gateway here, and sees none of it either


def test_the_files_follow_with_the_next_run(w: Clocked) -> None:
    before = w.store.key(w.reader())
    w.erase("anna")
    assert w.store.key(w.reader()) != before
    assert b"Anna Nova" in w.lake()
    done = w.run()
    assert (done.rewritten, done.removed) == (1, 2)  # a lake file, and the original
    assert b"Anna" not in w.lake()
    assert b"anna" not in w.lake()
    assert w.entities() == ["bela", "car"]
    assert w.store.check() == []
    assert w.run().rewritten == 0
    assert [one.state for one in k.tombstones(w.house, w.view())] == ["done"]


def test_erasing_nobody_answers_like_erasing_somebody(w: Clocked) -> None:
    assert len(w.erase("nobody")) == len(w.erase("anna"))
    w.run()
    assert w.entities() == ["bela", "car"]


def test_an_erasure_in_one_dataset_leaves_the_other(w: Clocked) -> None:
    w.load("anna,name,Anna Nova\n", dataset="e")
    w.erase("anna", dataset="e", path="court")
    w.run()
    assert w.entities() == ["anna", "bela", "car"]
    w.erase("anna")
    w.run()
    assert w.entities() == ["bela", "car"]


def test_one_statement_is_erased_alone(w: Clocked) -> None:
    (phone,) = [one for one in w.store.scan(w.reader()) if one.prop == "phone"]
    w.erase(phone.id, "statement")
    assert ("anna", "phone", "555") not in w.seen()
    w.run()
    assert ("anna", "name", "Anna Nova") in w.seen()
    assert b"555" not in w.lake()


def test_a_delivery_is_erased_with_its_original(w: Clocked) -> None:
    (delivery,) = w.store.deliveries(w.reader())
    w.erase(delivery.id, "delivery")
    assert w.seen() == []
    w.run()
    assert w.store.deliveries(w.reader(), current=False) == []
    assert list((w.store.settings.folder / "originals").iterdir()) == []
    assert b"Bela" not in w.lake()
    assert w.store.check() == []


def test_the_key_of_a_datasets_seals_dies_with_its_last_file(w: Clocked) -> None:
    (delivery,) = w.store.deliveries(w.reader())
    names = [delivery.dataset, "another"]
    before = w.store.clearings.keys(w.reader(), names)
    w.run()
    assert w.store.clearings.keys(w.reader(), names) == before
    w.erase(delivery.id, "delivery")
    w.run()
    after = w.store.clearings.keys(w.reader(), names)
    assert after["another"] == before["another"]
    assert after[delivery.dataset] != before[delivery.dataset]


def test_of_a_key_that_was_destroyed_no_byte_is_left_in_the_desk(on_file: Clocked) -> None:
    folder = on_file.store.settings.folder
    with sqlite3.connect(folder / "desk.sqlite") as desk:
        (key,) = desk.execute("SELECT key FROM kept_delivery").fetchone()
    desk.close()
    (delivery,) = on_file.store.deliveries(on_file.reader())
    on_file.erase(delivery.id, "delivery")
    on_file.run()
    on_file.store.close()
    held = b"".join(file.read_bytes() for file in folder.glob("desk.sqlite*"))
    assert len(key) == 64
    assert key.encode() not in held


def test_a_hold_stops_every_path_and_its_release_runs_them_again(w: Clocked) -> None:
    hold = k.place(
        w.house, w.view(), k.Hold("entity", "anna", "trial", "Court 4 Cs 12/26", date(2026, 9, 1)),
        w.keys,
    )  # fmt: skip
    (delivery,) = w.store.deliveries(w.reader())
    for path in ("request", "court", "error"):
        w.erase("anna", path=path)
    w.erase(delivery.id, "delivery", path="expiry")
    w.run()
    assert w.seen() == []  # held data are evidence, not for readers
    assert b"Anna Nova" in w.lake()
    assert b"Bela" not in w.lake()  # nobody holds her
    assert len(list((w.store.settings.folder / "originals").iterdir())) == 1
    assert {one.state for one in k.tombstones(w.house, w.view())} == {"held"}
    k.release(w.house, w.view(), hold, "trial is over", w.keys)
    w.run()
    assert b"Anna" not in w.lake()
    assert list((w.store.settings.folder / "originals").iterdir()) == []
    assert {one.state for one in k.tombstones(w.house, w.view())} == {"done"}


def test_a_hold_on_one_statement_keeps_that_statement_alone(w: Clocked) -> None:
    (phone,) = [one for one in w.store.scan(w.reader()) if one.prop == "phone"]
    k.place(
        w.house, w.view(), k.Hold("statement", phone.id, "trial", "Court", date(2026, 9, 1)), w.keys
    )
    w.erase("anna")
    w.run()
    assert b"555" in w.lake()
    assert b"Anna Nova" not in w.lake()


def test_a_hold_that_comes_after_the_order_still_holds(w: Clocked) -> None:
    w.erase("anna")
    k.place(w.house, w.view(), k.Hold("entity", "anna", "t", "Court", date(2026, 9, 1)), w.keys)
    w.run()
    assert b"Anna Nova" in w.lake()


def test_a_hold_needs_reason_authority_and_a_review_to_come(w: Clocked) -> None:
    hold = k.Hold("entity", "anna", "trial", "Court", date(2026, 9, 1))
    for wrong in (replace(hold, reason=" "), replace(hold, authority="")):
        with pytest.raises(RefusedError):
            k.place(w.house, w.view(), wrong, w.keys)
    with pytest.raises(StoreError, match="after today"):
        k.place(w.house, w.view(), replace(hold, review=date(2026, 1, 31)), w.keys)


def test_a_reader_keeps_his_files_until_he_is_done(w: Clocked) -> None:
    with w.store.workbench(w.reader()) as bench:
        assert bench.con.execute("SELECT count(*) FROM statement").fetchone() == (5,)
        w.erase("anna")
        assert w.run().removed == 0
        assert bench.con.execute("SELECT count(*) FROM statement").fetchone() == (5,)
        w.load("cyril,name,Cyril\n")  # a load sweeps what no row names
        assert bench.con.execute("SELECT count(*) FROM statement").fetchone() == (5,)
    assert w.run().removed == 2
    assert b"Anna" not in w.lake()
    assert w.store.check() == []


def test_two_erasures_at_once_are_both_done(w: Clocked) -> None:
    other = clocked(w.store.settings.folder, w.day.isoformat())
    with ThreadPoolExecutor(2) as pool:
        erased = [pool.submit(w.erase, "anna"), pool.submit(other.erase, "bela")]
        assert len({job.result() for job in erased}) == 2
        assert (
            sum(job.result().rewritten for job in [pool.submit(w.run), pool.submit(other.run)]) == 1
        )
    other.store.close()
    assert w.entities() == ["car"]
    assert b"Anna" not in w.lake()
    assert b"Bela" not in w.lake()
    assert w.store.check() == []


def test_a_restored_backup_forgets_again(on_file: Clocked, tmp_path: Path) -> None:
    folder = on_file.store.settings.folder
    on_file.store.close()
    shutil.copytree(folder, tmp_path / "backup")
    on_file.erase("anna", again="refuse")
    (phone,) = [one for one in on_file.store.scan(on_file.reader()) if one.value == "Skoda"]
    on_file.erase(phone.id, "statement")
    on_file.run()
    on_file.store.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "backup", folder)
    back = clocked(folder)
    assert "anna" in back.entities()
    assert len(k.unknown_lines(back.house, back.keys)) == 2
    assert back.run().reapplied == 2
    assert back.entities() == ["bela"]
    assert b"Anna" not in back.lake()
    assert k.unknown_lines(back.house, back.keys) == []
    back.load("anna,name,Anna\ndora,name,Dora\n")
    assert back.entities() == ["bela", "dora"]
    assert len((back.keys / "erasures.jsonl").read_text().splitlines()) == 2
    back.store.close()


def test_a_restored_backup_holds_again(on_file: Clocked, tmp_path: Path) -> None:
    folder = on_file.store.settings.folder
    on_file.store.close()
    shutil.copytree(folder, tmp_path / "backup")
    k.place(
        on_file.house,
        on_file.view(),
        k.Hold("entity", "anna", "t", "Court", date(2026, 9, 1)),
        on_file.keys,
    )
    on_file.erase("anna")
    on_file.store.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "backup", folder)
    back = clocked(folder)
    back.run()
    assert back.entities() == ["bela", "car"]
    assert b"Anna Nova" in back.lake()
    back.store.close()


def test_the_list_holds_no_name_and_is_written_first(
    w: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("maillon.store.erasure_list._write", full)
    with pytest.raises(StoreError, match="nothing was erased"):
        w.erase("anna")
    assert "anna" in w.entities()
    monkeypatch.undo()
    w.erase("anna")
    assert "anna" not in (w.keys / "erasures.jsonl").read_text().lower()


def test_a_line_that_was_cut_short_is_written_over(w: Clocked) -> None:
    w.erase("anna")
    with (w.keys / "erasures.jsonl").open("a") as out:
        out.write('{"id": "half')
    assert len(k.ErasureList(w.keys).read()) == 1
    w.erase("bela")
    assert len(k.ErasureList(w.keys).read()) == 2


def test_what_was_erased_comes_again_only_as_the_rule_says(w: Clocked) -> None:
    (delivery,) = w.store.deliveries(w.reader())
    w.erase(delivery.id, "delivery", again="refuse")
    w.run()
    with pytest.raises(RefusedError, match="not let in again"):
        w.load(TEXT)
    other = w.load("dora,name,Dora\n", dataset="e").delivery.id
    w.erase(other, "delivery", again="admit")
    w.run()
    w.on("2026-03-01")
    assert not w.load("dora,name,Dora\n", dataset="e").already
    assert w.entities() == ["dora"]
    w.erase(other, "delivery", again="admit")
    w.run()
    assert w.entities() == []
    assert w.store.check() == []


def test_a_delivery_let_in_while_a_reader_has_the_old_one_keeps_its_own_files(w: Clocked) -> None:
    other = w.load("dora,name,Dora\n", dataset="e").delivery.id
    with w.store.workbench(w.reader()) as bench:
        w.erase(other, "delivery")
        w.run()
        w.load("dora,name,Dora\n", dataset="e")
        assert bench.con.execute("SELECT count(*) FROM statement").fetchone() == (6,)
    w.run()
    assert "dora" in w.entities()
    assert w.store.check() == []


def test_restriction_is_seen_by_oversight_alone_and_lifted(w: Clocked) -> None:
    id_ = w.erase("anna", kind="restrict")
    w.run()
    assert w.entities() == ["bela", "car"]
    assert b"Anna Nova" in w.lake()
    with (
        pytest.raises(RefusedError, match="restricted"),
        w.store.original(w.reader(), w.store.deliveries(w.reader())[0].id),
    ):
        pass
    k.lift(w.house, w.view(), id_, "settled", w.keys)
    assert w.entities() == ["anna", "bela", "car"]


def test_only_the_act_retain_erases(w: Clocked) -> None:
    order = k.Order("erase", "entity", "anna", "Test Act", "request", "asked")
    with pytest.raises(RefusedError, match="2016/680"):
        k.erase(w.house, w.reader(act=Act.READ), order, w.keys)


@pytest.mark.parametrize("wrong", [{"rule": ""}, {"reason": " "}])
def test_an_erasure_says_why(w: Clocked, wrong: dict[str, str]) -> None:
    with pytest.raises(RefusedError):
        w.erase("anna", **wrong)


def test_an_empty_workspace_has_nothing_due(tmp_path: Path) -> None:
    empty = clocked(tmp_path / "e")
    assert k.due(empty.house, empty.view()) == []
    assert empty.run() == k.Done(0, 0, 0, 0, 0, 0, 0)
    empty.erase("nobody")
    empty.run()
    assert empty.store.check() == []
    empty.store.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.store.keeping import clocked
from maillon.store import rewriting, erasure
from maillon.store.keeping import ErasureList
w = clocked(Path(sys.argv[1]))
def dies(*_args, **_values):
    os.kill(os.getpid(), signal.SIGKILL)
where = sys.argv[2]
ErasureList(w.keys).key()
if where == "list":
    erasure._write = dies
elif where == "copy":
    rewriting._copy = dies
elif where == "placed":
    rewriting._commit = dies
elif where == "committed":
    rewriting._finish = dies
elif where == "unlink":
    Path.unlink = dies
w.erase("anna")
w.run()
"""


@pytest.mark.parametrize("where", ["list", "copy", "placed", "committed", "unlink"])
def test_killed_at_any_step_loses_nothing_and_the_next_run_finishes(
    on_file: Clocked, where: str
) -> None:
    on_file.store.close()
    folder = on_file.store.settings.folder
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), where], cwd=root, env=env, check=False
    )
    assert done.returncode == -signal.SIGKILL
    back = clocked(folder)
    assert set(back.entities()) >= {"bela", "car"}
    back.run()
    assert back.entities() == ["bela", "car"]
    assert b"Anna" not in back.lake()
    assert len([*(folder / "lake").rglob("*.parquet")]) == 1
    assert list((folder / "originals").iterdir()) == []
    assert back.store.check() == []
    back.store.verify_ledger()
    back.store.close()
