"""Runs of `screen` that leave something: files, checkpoints, receipts, clearings, changes."""

import fcntl
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from maillon.workspace.screenfile import ScreenFile
from maillon.workspace.screenrun import ScreenRun

from .conftest import Maillon, un_list, write

KILLS = 4


def person(key: str, name: str, **said: str) -> str:
    properties = {"name": [name], **{prop: [value] for prop, value in said.items()}}
    return json.dumps({"id": key, "schema": "Person", "properties": properties}) + "\n"


QUERIES = "".join(
    person(f"c{n}", f"Pavel{n % 7} Invented" if n % 3 else f"Xaver{n} Ungenannt") for n in range(40)
)


def receipt_of(err: str) -> str:
    return err.rpartition("receipt ")[2].split()[0]


# -- files


def test_a_file_gets_what_the_output_would(maillon: Maillon, listed: Path) -> None:
    plain = maillon("screen", "-", "-w", listed, stdin=QUERIES.encode())
    done = maillon("screen", "-", "-w", listed, "--output", "o.jsonl", stdin=QUERIES.encode())
    assert (done.code, done.out) == (0, "")
    assert Path("o.jsonl").read_text("utf-8") == plain.out
    assert sorted(file.name for file in Path().glob("o.jsonl*")) == ["o.jsonl"]


def test_the_receipt_names_the_hash_of_the_file(maillon: Maillon, listed: Path) -> None:
    maillon("screen", "-", "-w", listed, "--output", "o.jsonl", stdin=QUERIES.encode())
    (line,) = maillon("screen", "--receipts", "-w", listed).lines
    assert line["result_sha256"] == hashlib.sha256(Path("o.jsonl").read_bytes()).hexdigest()
    assert line["query"] == {"file_sha256": hashlib.sha256(QUERIES.encode()).hexdigest()}
    assert (line["queries"], line["truncated"]) == (40, 0)


def test_rejects_name_place_and_reason(maillon: Maillon, listed: Path) -> None:
    table = b"id,name\na,Pavel1 Invented\nb,A\x00B\nc,\n"
    done = maillon("screen", "-", "-w", listed, "--output", "o", "--rejects", "r", stdin=table)
    assert done.code == 3
    lines = [json.loads(line) for line in Path("r").read_text("utf-8").splitlines()]
    assert [(line["locator"], line["reason"][:11]) for line in lines] == [
        ("line:3", "bytes that "), ("line:4", "the record "),
    ]  # fmt: skip
    assert len(Path("o").read_text("utf-8").splitlines()) == 3


def test_two_runs_do_not_write_one_file(maillon: Maillon, listed: Path) -> None:
    with Path("o.part").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = maillon("screen", "-", "-w", listed, "--output", "o", stdin=QUERIES.encode())
    assert done.code == 4
    assert "another run writes o" in done.err
    assert not Path("o").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--rejects", "r"), "name --output too"),
        (("--resume",), "name --output too"),
        (("--output", "nowhere/o"), "no file that can be made"),
        (("--output", "q.jsonl"), "it would replace PATH"),
        (("--output", "o", "--receipts"), "of a plain run"),
        (("--receipts", "--clearings"), "one at a time"),
        (("--delta",), "name --dataset, and no PATH"),
        (("--use", "fishing"), "there are: border, customer_file, retrospective"),
        (("--clear", "c1", "--entry", "un-sc-QDi.001"), "say why"),
        (("--clear", "c1", "--because", "r"), "name the entry"),
        (("--delimiter", ",,"), "one character"),
        (("--encoding", "klingon"), "no encoding"),
    ],
)
def test_words_that_do_not_go_together(
    maillon: Maillon, listed: Path, words: tuple[str, ...], message: str
) -> None:
    done = maillon("screen", write(Path("q.jsonl"), QUERIES), "-w", listed, *words)
    assert (done.code, done.out) == (2, "")
    assert message in " ".join(done.err.replace("│", " ").split())


# -- killed and taken up


class _KilledError(Exception):
    pass


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch, maillon: Maillon, listed: Path) -> bytes:
    """A run that died after its second batch, one batch behind its checkpoint; return the whole."""
    monkeypatch.setattr("maillon.workspace.screenrun.BATCH", 7)
    maillon("screen", write(Path("q"), QUERIES), "-w", listed, "--output", "whole")
    batches = 0
    write_batch = ScreenFile.write

    def dying(self: ScreenFile, answers: Any, run: ScreenRun) -> None:
        nonlocal batches
        batches += 1
        write_batch(self, answers, run)
        if batches == 2:
            self.checkpoint(run.progress, run.digest())
        if batches == 3:
            self._answers.raw.write(b'{"id": "to')
            self._answers.raw.flush()
            raise _KilledError

    monkeypatch.setattr(ScreenFile, "write", dying)
    with pytest.raises(_KilledError):
        maillon("screen", "q", "-w", listed, "--output", "o")
    monkeypatch.setattr(ScreenFile, "write", write_batch)
    return Path("whole").read_bytes()


def test_a_killed_run_is_taken_up(maillon: Maillon, listed: Path, killed: bytes) -> None:
    assert not Path("o").exists()
    done = maillon("screen", "q", "-w", listed, "--output", "o", "--resume")
    assert done.code == 0, done.err
    assert "taken up after 14 records" in done.err
    assert Path("o").read_bytes() == killed
    first, second = maillon("screen", "--receipts", "-w", listed).lines
    for name in ("result_sha256", "queries", "hits", "considered", "alerts"):
        assert first[name] == second[name]


def test_a_run_is_not_taken_up_over_another_list(
    maillon: Maillon, listed: Path, killed: bytes
) -> None:
    words = ("--as", "un-sc-xml", "--dataset", "un_sc", "-w", listed)
    assert maillon("load", "-", *words, stdin=un_list([1, 2, 3, 4])).code == 0
    done = maillon("screen", "q", "-w", listed, "--output", "o", "--resume")
    assert (done.code, "other than then: lists" in done.err) == (4, True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("query", "query"), ("rules", "rules"), ("part", "not what the run left"),
        ("sidecar", "no checkpoint"), ("rejects", "--rejects as in the run before"),
    ],
)  # fmt: skip
def test_a_run_is_not_taken_up_when_something_changed(
    maillon: Maillon, listed: Path, killed: bytes, change: str, message: str
) -> None:
    words: tuple[str, ...] = ()
    if change == "query":
        write(Path("q"), QUERIES + person("z", "Zoe"))
    elif change == "rules":
        words = ("--threshold", "0.8")
    elif change == "part":
        write(Path("o.part"), b"x" + Path("o.part").read_bytes()[1:])
    elif change == "sidecar":
        write(Path("o.progress"), "{")
    else:
        words = ("--rejects", "r")
    done = maillon("screen", "q", "-w", listed, "--output", "o", "--resume", *words)
    assert done.code == 4, done.err
    assert message in done.err
    assert maillon("screen", "q", "-w", listed, "--output", "o").code == 0


def test_without_a_checkpoint_it_begins_anew(maillon: Maillon, listed: Path) -> None:
    done = maillon("screen", "-", "-w", listed, "--output", "o", "--resume", stdin=QUERIES.encode())
    assert (done.code, "begun anew" in done.err) == (0, True)


RUNNER = """
import sys
import maillon.workspace.screenrun as screenrun
import maillon.workspace.screenfile as output
from maillon.cli import main
screenrun.BATCH, output.EVERY_S = 20, 0.0
print("ready", flush=True)
raise SystemExit(main())
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_file_comes_out_the_same(maillon: Maillon, listed: Path) -> None:
    queries = "".join(person(f"c{n}", f"Pavel{n} Invented{n % 11}") for n in range(3_000))
    write(Path("q"), queries)
    assert maillon("screen", "q", "-w", listed, "--output", "whole").code == 0
    dice = random.Random(20_200_754)
    for _ in range(KILLS):
        _run(listed, dice.uniform(0.05, 2.5))
    assert maillon("screen", "q", "-w", listed, "--output", "o", "--resume").code == 0
    assert Path("o").read_bytes() == Path("whole").read_bytes()
    assert maillon("doctor", "-w", listed).code == 0


def _run(workspace: Path, kill_after: float) -> None:
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root / "src")}
    words = ["screen", "q", "-w", str(workspace), "--output", "o", "--resume"]
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER, *words], env=env,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    end = time.monotonic() + kill_after
    while time.monotonic() < end and process.poll() is None:
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


# -- receipts


def test_every_run_leaves_a_receipt_hit_or_not(maillon: Maillon, listed: Path) -> None:
    ids = [
        receipt_of(maillon("screen", "-", "-w", listed, stdin=text.encode()).err)
        for text in (person("a", "Pavel1 Invented"), person("b", "Xaver Ungenannt"))
    ]
    lines = maillon("screen", "--receipts", "-w", listed).lines
    assert [(line["receipt"], line["hits"] > 0) for line in lines] == [
        (ids[0], True), (ids[1], False)
    ]  # fmt: skip
    assert set(lines[0]) >= {
        "algorithm", "deliveries", "rules_sha256", "threshold", "top", "considered", "truncated",
        "entries", "queries", "result_sha256", "query",
    }  # fmt: skip


def test_a_replay_over_a_replaced_list_is_identical(maillon: Maillon, listed: Path) -> None:
    write(Path("q"), QUERIES)
    receipt = receipt_of(maillon("screen", "q", "-w", listed).err)
    words = ("--as", "un-sc-xml", "--dataset", "un_sc", "-w", listed)
    assert maillon("load", "-", *words, stdin=un_list([1, 2, 3, 4, 5, 6])).code == 0
    done = maillon("screen", "--replay", receipt, "q", "-w", listed)
    assert (done.code, done.lines[0]["verdict"]) == (0, "identical")
    now = maillon("screen", "q", "-w", listed)
    assert done.lines[0]["result_sha256"] != hashlib.sha256(now.out.encode()).hexdigest()


def test_a_replay_says_what_differs(maillon: Maillon, listed: Path) -> None:
    receipt = receipt_of(maillon("screen", "-", "-w", listed, stdin=QUERIES.encode()).err)
    done = maillon("screen", "--replay", receipt, "-", "-w", listed, stdin=b"name\nAda\n")
    assert (done.code, done.lines[0]["verdict"]) == (4, "differs")
    assert "the query file is another one" in done.err


def test_a_receipt_that_is_not_there(maillon: Maillon, listed: Path) -> None:
    done = maillon("screen", "--replay", "0123456789abcdef", "-w", listed)
    assert (done.code, done.out) == (5, "")
    assert "no receipt 0123456789abcdef" in done.err


# -- clearings


def test_a_clearing_hides_one_hit_and_no_other(maillon: Maillon, listed: Path) -> None:
    write(Path("q"), person("a", "Pavel1 Invented"))
    before = maillon("screen", "q", "-w", listed).lines[0]["hits"]
    words = ("--clear", "a", "--entry", "un-sc-QDi.001", "--because", "other father")
    done = maillon("screen", "q", *words, "-w", listed)
    assert done.code == 0, done.err
    (line,) = maillon("screen", "q", "-w", listed, "--top", str(len(before) - 1)).lines
    assert [hit["id"] for hit in line["hits"]] == [hit["id"] for hit in before[1:]]
    assert [(hit["id"], hit["clearing"]) for hit in line["cleared"]] == [
        ("un-sc-QDi.001", done.lines[0]["clearing"])
    ]  # fmt: skip
    back = ("--take-back", done.lines[0]["clearing"], "--because", "mistaken")
    assert maillon("screen", *back, "-w", listed).code == 0
    (line,) = maillon("screen", "q", "-w", listed).lines
    assert line["hits"] == before
    log = maillon("screen", "--clearings", "-w", listed).lines
    assert [(one["standing"], one["reason"]) for one in log] == [
        (False, "other father"), (False, "mistaken")
    ]  # fmt: skip
    assert maillon("screen", *back, "-w", listed).code == 5


def test_a_clearing_ends_when_the_subject_changes(maillon: Maillon, listed: Path) -> None:
    write(Path("q"), person("a", "Pavel1 Invented"))
    words = ("--clear", "a", "--entry", "un-sc-QDi.001", "--because", "other father")
    assert maillon("screen", "q", *words, "-w", listed).code == 0
    changed = person("a", "Pavel1 Invented", birthDate="1980")
    (line,) = maillon("screen", "-", "-w", listed, stdin=changed.encode()).lines
    assert line["hits"][0]["id"] == "un-sc-QDi.001"
    (line,) = maillon(
        "screen", "-", "-w", listed, stdin=changed.replace('"a"', '"b"', 1).encode()
    ).lines
    assert line["hits"][0]["id"] == "un-sc-QDi.001"


def test_a_replay_knows_the_clearings_of_then(maillon: Maillon, listed: Path) -> None:
    write(Path("q"), person("a", "Pavel1 Invented"))
    first = receipt_of(maillon("screen", "q", "-w", listed).err)
    words = ("--clear", "a", "--entry", "un-sc-QDi.001", "--because", "other father")
    assert maillon("screen", "q", *words, "-w", listed).code == 0
    second = receipt_of(maillon("screen", "q", "-w", listed).err)
    for receipt in (first, second):
        assert maillon("screen", "--replay", receipt, "q", "-w", listed).code == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--clear", "zz", "--entry", "un-sc-QDi.001"), 2, "no record zz"),
        (("q", "--clear", "zz", "--entry", "un-sc-QDi.001"), 2, "holds no record zz"),
        (("q", "--clear", "line:2", "--entry", "un-sc-QDi.001"), 2, "give it an id"),
        (("q", "--clear", "c1", "--entry", "un-sc-QDi.999"), 5, "no entry un-sc-QDi.999"),
        (("--take-back", "0123456789abcdef"), 5, "no standing clearing"),
    ],
)
def test_a_clearing_needs_both_sides(
    maillon: Maillon, listed: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    write(Path("q"), person("c1", "Ada Byron") + person("", "Bob Crown"))
    done = maillon("screen", *words, "--because", "r", "-w", listed)
    assert done.code == code, done.err
    assert message in " ".join(done.err.replace("│", " ").split())


# -- changes


@pytest.fixture
def clients(maillon: Maillon, listed: Path) -> Path:
    words = ("--as", "ftm-json", "--dataset", "clients", "-w", listed)
    assert maillon("load", "-", *words, stdin=person("a", "Pavel1 Invented").encode()).code == 0
    return listed


def test_delta_prints_what_changed(maillon: Maillon, clients: Path) -> None:
    words = ("screen", "--dataset", "clients", "--list", "un_sc", "-w", clients)
    first = maillon(*words, "--delta").lines
    assert ("a", "open", "first run") in {(c["id"], c["state"], c["why"]) for c in first}
    assert maillon(*words, "--delta").lines == []
    load = ("load", "-", "--as", "un-sc-xml", "--dataset", "un_sc", "-w", clients)
    assert maillon(*load, stdin=un_list([1, 2, 3]).replace(b"Pavel1", b"Zdenek")).code == 0
    second = maillon(*words, "--delta").lines
    assert {(c["state"], c["hit"]["id"]) for c in second} >= {("void", "un-sc-QDi.001")}
    assert all("name added" in c["why"] for c in second if c["state"] == "void")
    held = maillon(*words, "--hits").lines
    assert all(hit["entry"] != "un-sc-QDi.001" for hit in held)
    for line in maillon("screen", "--receipts", "-w", clients).lines:
        assert maillon("screen", "--replay", line["receipt"], "-w", clients).code == 0


# -- rules


def test_rules_of_a_use_are_those_of_the_workspace(maillon: Maillon, listed: Path) -> None:
    write(listed / "screening.yaml", "uses: {quiet: {alert_from: strong, most_hits: 1}}\n")
    done = maillon("screen", "-", "--use", "quiet", "-w", listed,
                   stdin=person("a", "Pavel1 Invented").encode())  # fmt: skip
    assert len(done.lines[0]["hits"]) == 1
    assert maillon("screen", "--receipts", "-w", listed).lines[0]["use"] == "quiet"


def test_wrong_rules_are_named_by_line(maillon: Maillon, listed: Path) -> None:
    write(listed / "screening.yaml", "uses:\n  quiet:\n    base_rate: 7\n")
    done = maillon("screen", "-", "-w", listed, stdin=QUERIES.encode())
    assert (done.code, done.out) == (5, "")
    assert "screening.yaml line 3: uses.quiet.base_rate is a number" in done.err
