"""``audit`` on the command line, from the first checkpoint to a co-signed proof."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from maillon.oversight import verifier_file

from .conftest import Maillon

OVERSEER = ("--who", "overseer")


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAILLON_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_a_ledger_is_signed_exported_proven_and_witnessed(
    maillon: Maillon, listed: Path, keys: Path, tmp_path: Path
) -> None:
    made = maillon("audit", "checkpoint", *OVERSEER, "-w", listed)
    assert made.code == 0, made.err
    place = Path(made.out.strip())
    assert place.parent == keys
    public = ("--key", keys / "log.pub")
    checked = maillon("audit", "verify", "--json", "--checkpoint", place, *public, *OVERSEER,
                      "-w", listed)  # fmt: skip
    assert checked.lines[0]["sound"], checked.lines
    export = tmp_path / "export.txt"
    assert maillon("audit", "export", export, *OVERSEER, "-w", listed).code == 0
    done = subprocess.run([sys.executable, "-I", str(verifier_file()), export, "--checkpoint", place],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert maillon("audit", "verify", "--export", export, "--checkpoint", place).code == 0
    proof = maillon("audit", "prove", "1", *OVERSEER, "-w", listed)
    assert proof.lines[0]["number"] == 1
    signed = maillon("audit", "witness", place, "--key", tmp_path / "w.key", "--name", "dpa")
    assert signed.out.startswith("— dpa "), signed.err
    grown = maillon("audit", "prove", "--since", "1", *OVERSEER, "-w", listed)
    assert grown.lines[0]["old"] == 1
    query = tmp_path / "q.tsq"
    assert maillon("audit", "timestamp", place, "--query", query).code == 0
    assert query.read_bytes()


def test_a_changed_export_ends_in_the_stores_exit_code(
    maillon: Maillon, listed: Path, keys: Path, tmp_path: Path
) -> None:
    place = Path(maillon("audit", "checkpoint", *OVERSEER, "-w", listed).out.strip())
    export = tmp_path / "export.txt"
    maillon("audit", "export", export, *OVERSEER, "-w", listed)
    lines = export.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"analyst", b"analyss")
    export.write_bytes(b"".join(lines))
    done = maillon("audit", "verify", "--export", export, "--checkpoint", place, "--json")
    assert done.code == 5
    assert done.lines[0]["first_bad"] == 1
    assert "tell the authority" in done.err


def test_others_are_refused_and_it_is_an_entry(maillon: Maillon, listed: Path) -> None:
    done = maillon("audit", "verify", "-w", listed)
    assert done.code == 4
    own = maillon("audit", "list", "--purpose", "linking", "-w", listed)
    assert own.code == 0
    assert {line["who"] for line in own.lines} == {"analyst"}
    newest = maillon("audit", "list", *OVERSEER, "--count", "3", "-w", listed)
    assert "refused" in {line["outcome"] for line in newest.lines}


def test_who_looked_misuse_and_days_are_printed(maillon: Maillon, listed: Path) -> None:
    assert maillon("audit", "who", "un-sc-QDi.1", *OVERSEER, "-w", listed).code == 0
    again = maillon("audit", "who", "un-sc-QDi.1", *OVERSEER, "-w", listed)
    assert [line["detail"]["verb"] for line in again.lines] == ["audit who", "audit who"]
    assert maillon("audit", "misuse", *OVERSEER, "-w", listed).code == 0
    days = maillon("audit", "list", "--days", *OVERSEER, "-w", listed)
    assert days.lines[0]["first"] == 1


def test_keys_within_the_workspace_are_refused(maillon: Maillon, listed: Path) -> None:
    done = maillon("audit", "checkpoint", "--keys", listed / "keys", *OVERSEER, "-w", listed)
    assert done.code == 4
    assert not (listed / "keys").exists()


def test_doctor_says_whether_a_checkpoint_stands_outside(
    maillon: Maillon, listed: Path, keys: Path
) -> None:
    assert "no checkpoint in" in maillon("doctor", "-w", listed).out
    maillon("audit", "checkpoint", *OVERSEER, "-w", listed)
    assert "a checkpoint of" in maillon("doctor", "-w", listed).out


@pytest.mark.parametrize("words", [
    ("prove",), ("prove", "1", "--since", "1"), ("timestamp", "x"), ("prove", "1"),
    ("verify", "--checkpoint", "absent"), ("witness", "absent", "--key", "absent"),
    ("verify", "--export", "w/maillon.toml"), ("prove", "99999"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_without_a_traceback(
    maillon: Maillon, listed: Path, keys: Path, words: tuple[str, ...]
) -> None:
    more = (*OVERSEER, "-w", listed) if words[0] in {"prove", "verify"} else ()
    done = maillon("audit", *words, *more)
    assert done.code in {2, 5}
    assert done.err


def test_an_overseers_verbs_print_json(maillon: Maillon, listed: Path) -> None:
    done = maillon("audit", "list", *OVERSEER, "-w", listed)
    assert all(json.loads(line)["number"] for line in done.out.splitlines())
