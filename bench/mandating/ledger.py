"""Section ``ledger``: entries a second, proofs and the check of a large log, fourteen tamperings.

The large log is written by a generator that makes real entries (salts, canonical JSON, tiles, head)
and puts them into the desk's file; nothing of what is measured is skipped by it.
"""

import json
import os
import random
import secrets
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mandating import tamperings

from maillon.model import Act, Mandate, View
from maillon.oversight import export_to, inspect_workspace, outside, verifier_file
from maillon.store import Store, create_workspace, open_store
from maillon.store.checkpoint import Keys, make_checkpoint
from maillon.store.ledger import Prepared, append_all, entry_text, prepare
from maillon.store.ledger_book import LedgerBook
from maillon.store.merkle import Frontier, leaf_hash

GOALS: Final = {"entries_per_second": 5_000, "proof_ms": 5.0, "verify_seconds": 90.0}
FULL: Final = 10_000_000
"""Entries for which the goals of proof and verification are set."""
DETAIL: Final = {"queries": 1, "hits": 0, "list": "un_sc"}


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--entries", type=int, default=FULL, help="ledger: entries of the log")
    parser.add_argument("--writers", type=int, default=128, help="ledger: threads that record")
    parser.add_argument("--write-seconds", type=float, default=5.0, help="ledger: how long")


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Measure writing, proofs and the check; tamper fourteen times."""
    figures: dict[str, Any] = {"load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(dir=keep) as work:
        figures |= writing(Path(work), chosen.writers, chosen.write_seconds)
        figures |= tampered(Path(work))
    figures |= large(keep / f"ledger-{chosen.entries}", chosen.entries)
    said = f"{chosen.writers} threads for {chosen.write_seconds:g} s"
    lines = [f"{said}; a log of {chosen.entries:,} entries; load {figures['load']:.1f}"]
    lines += [f"  {name:28} {value:,.2f}" for name, value in figures.items()
              if isinstance(value, int | float)]  # fmt: skip
    lines.append(f"  tamperings not found at their entry: {figures['missed'] or 'none'}")
    for name, goal in GOALS.items():
        if name != "entries_per_second" and chosen.entries < FULL:
            lines.append(f"{name} {figures[name]:,.2f}: fewer than {FULL:,} entries, no verdict")
            continue
        is_held = figures[name] >= goal if name == "entries_per_second" else figures[name] <= goal
        verdict = "holds" if is_held else "FAILS"
        lines.append(f"{name} {figures[name]:,.2f}, to hold {goal:g}: {verdict}")
    return lines, figures


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures that the issue names."""
    return {
        "ledger_entries_per_second": figures["entries_per_second"],
        "tamperings_found": figures["tamperings_found"],
        "tamperings": figures["tamperings"],
    }


def writing(work: Path, threads: int, seconds: float) -> dict[str, float]:
    """Return entries a second by many threads, by one, and in batches; every one is durable."""
    store = _made(work / "writing")
    desk, mandate = store.house.desk, store.settings.mandate
    counts, waits = [0] * threads, [0.0] * threads
    end = time.perf_counter() + seconds

    def record(place: int) -> None:
        while (start := time.perf_counter()) < end:
            desk.record(mandate, "screen", "done", DETAIL, ["q-1"])
            counts[place] += 1
            waits[place] = max(waits[place], time.perf_counter() - start)

    start, busy = time.perf_counter(), time.process_time()
    running = [threading.Thread(target=record, args=(n,)) for n in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    together = sum(counts) / (time.perf_counter() - start)
    busy = time.process_time() - busy
    alone = []
    for _ in range(200):
        start = time.perf_counter()
        desk.record(mandate, "screen", "done", DETAIL, ["q-1"])
        alone.append(time.perf_counter() - start)
    batch = _batches(store, mandate)
    written = store.verify_ledger()
    store.close()
    if written != sum(counts) + 200 + 20_000:
        raise SystemExit(f"{written} entries stand, {sum(counts) + 20_200} were acknowledged")
    return {
        "entries_per_second": together, "entries_per_cpu_second": sum(counts) / busy,
        "longest_wait_ms": max(waits) * 1000,
        "alone_ms": statistics.median(alone) * 1000, "batch_entries_per_second": batch,
    }  # fmt: skip


def _batches(store: Store, mandate: Mandate) -> float:
    start = time.perf_counter()
    for _ in range(20):
        entries: list[Prepared] = [
            prepare(mandate, "screen", "done", DETAIL, ["q-1"]) for _ in range(1_000)
        ]
        with store.house.desk.begin() as connection:
            append_all(connection, entries)
    return 20_000 / (time.perf_counter() - start)


def tampered(work: Path) -> dict[str, Any]:
    """Tamper fourteen times; return how often the verifier named the first bad entry."""
    folder, keys, older = work / "signed", work / "keys", work / "older.sqlite"
    store = _made(folder)
    for count in (400, 400):
        for n in range(count):
            store.house.desk.record(store.settings.mandate, "read", "opened", {"n": n}, [f"e{n}"])
        note = make_checkpoint(store.house.desk, oversight(store), Keys(keys, folder))
        if not older.exists():
            store.close()
            shutil.copy2(folder / "desk.sqlite", older)
            store = open_store(folder)
            before = store.verify_ledger()
    store.close()
    missed = {}
    for kind in tamperings.KINDS:
        copy = work / "copy"
        shutil.copytree(folder, copy)
        is_older = kind in {"anchor replay", tamperings.BACKUP}
        expected = tamperings.tamper(kind, copy, before + 1 if is_older else 251, older)
        found = tamperings.is_named(_verified(copy, work / "copy.txt", note, keys / "log.pub"))
        if found != expected:
            missed[kind] = {"expected": expected, "found": found}
        shutil.rmtree(copy)
    kinds = len(tamperings.KINDS)
    return {"tamperings": kinds, "tamperings_found": kinds - len(missed), "missed": missed}


def _verified(folder: Path, export: Path, note: Path, public: Path) -> str:
    with closing(open_store(folder)) as store:
        export_to(store, oversight(store), export)
    words = [sys.executable, "-I", str(verifier_file()), str(export), "--checkpoint", str(note)]
    done = subprocess.run(
        [*words, "--key", str(public), "--json"], capture_output=True, text=True, check=False
    )
    return done.stdout


def large(folder: Path, count: int) -> dict[str, float]:
    """Return what proofs and checks of a large log take; it is made where it is not there."""
    figures: dict[str, float] = {}
    workspace, keys = folder / "w", folder / "keys"
    if not (folder / "made").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        start = time.perf_counter()
        _made(workspace).close()
        generate(workspace / "desk.sqlite", count)
        (folder / "made").touch()
        figures["generate_seconds"] = time.perf_counter() - start
    store = open_store(workspace)
    view, book = oversight(store), LedgerBook(store.house.desk)
    start = time.perf_counter()
    place = make_checkpoint(store.house.desk, view, Keys(keys, workspace))
    figures["first_checkpoint_seconds"] = time.perf_counter() - start
    note = place.read_text("utf-8")
    figures |= _proofs(book, view, note)
    start = time.perf_counter()
    export = folder / "export.txt"
    export_to(store, view, export)
    figures["export_seconds"] = time.perf_counter() - start
    start = time.perf_counter()
    words = [sys.executable, "-I", str(verifier_file()), str(export), "--checkpoint", str(place)]
    done = subprocess.run(
        [*words, "--key", str(keys / "log.pub"), "--json"], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    figures["verify_seconds"] = time.perf_counter() - start
    if json.loads(done.stdout)["entries"] < count:
        raise SystemExit("the verifier did not read every entry")
    export.unlink()
    start = time.perf_counter()
    found = inspect_workspace(store, view, outside(place, [keys / "log.pub"]))
    figures["verify_workspace_seconds"] = time.perf_counter() - start
    store.close()
    if not found["sound"]:
        raise SystemExit(f"the log that was made is not sound: {found['found']}")
    return figures


def _proofs(book: LedgerBook, view: View, note: str) -> dict[str, float]:
    size, rng, took, consistent = int(note.split("\n")[1]), random.Random(7), [], []
    for _ in range(300):
        number = rng.randint(1, size)
        start = time.perf_counter()
        book.prove(view, number, note)
        took.append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        book.consistency(view, number, size)
        consistent.append((time.perf_counter() - start) * 1000)
    took.sort()
    return {
        "proof_ms": statistics.median(took), "proof_ms_p99": took[int(len(took) * 0.99)],
        "consistency_ms": statistics.median(consistent),
    }  # fmt: skip


def generate(desk: Path, count: int) -> None:
    """Append entries to an empty log, as `ledger.append_all` would write them."""
    frontier, tiles = Frontier(), {}
    with closing(sqlite3.connect(desk)) as con, con:
        con.execute("PRAGMA synchronous = OFF")
        names = ", ".join(f'"{name}"' for name in tamperings.COLUMNS)
        marks = ", ".join("?" * len(tamperings.COLUMNS))
        sql = f"INSERT INTO ledger ({names}) VALUES ({marks})"
        con.executemany(sql, _rows(count, frontier, tiles))
        con.executemany(
            "INSERT INTO ledger_tile VALUES (?, ?, ?)",
            [(*key, bytes(held)) for key, held in tiles.items()],
        )
        con.execute("UPDATE ledger_head SET size = ?, at = ?, peaks = ?",
                    (count, _at(count), b"".join(frontier.peaks)))  # fmt: skip


def _rows(
    count: int, frontier: Frontier, tiles: dict[tuple[int, int], bytearray]
) -> Iterator[tuple[object, ...]]:
    row: dict[str, Any] = {
        "who": "analyst", "agency": "centre", "purpose": "linking",
        "legal_basis": "Coordination Centre Act, s. 4", "case": "", "act": "screen",
        "outcome": "done", "objects": "",
    }  # fmt: skip
    for number in range(1, count + 1):
        row["number"], row["at"], row["salt"] = number, _at(number), secrets.token_bytes(16)
        row["detail"] = f'{{"hits":{number % 7},"queries":1,"list":"un_sc"}}'
        row["leaf"] = leaf_hash(row["salt"], entry_text(row))
        for level, place, node in frontier.add(row["leaf"]):
            tiles.setdefault((level, place // 256), bytearray()).extend(node)
        yield tuple(row[name] for name in tamperings.COLUMNS)


def _at(number: int) -> str:
    day, second = divmod(number // 20, 86_400)
    hour, rest = divmod(second, 3_600)
    return f"2026-01-{day + 1:02}T{hour:02}:{rest // 60:02}:{rest % 60:02}+00:00"


def oversight(store: Store) -> View:
    mandate = replace(
        store.settings.mandate, who="overseer", agency="oversight", purpose="oversight"
    )
    return store.policy.open(mandate, Act.AUDIT)


def _made(folder: Path) -> Store:
    create_workspace(folder)
    return open_store(folder)
