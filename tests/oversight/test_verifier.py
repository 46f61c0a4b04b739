"""The verifier by itself: many stretches, a large export by two processes, and what is no export."""

import hashlib
import sys
from pathlib import Path

import pytest

from maillon.oversight import verifier
from maillon.oversight.verifier import Note, Tree, UnreadableError, joined, read_part

from .conftest import VERIFIER, Signed, verdict


def lines(count: int) -> list[bytes]:
    found = []
    for n in range(1, count + 1):
        text = f'{{"act":"read","at":"2026-01-01T00:00:00+00:00","number":{n}}}'.encode()
        leaf = hashlib.sha256(b"\0" + bytes(16) + text).hexdigest().encode()
        found.append(b"00" * 16 + b"\t" + text + b"\t" + leaf + b"\n")
    return found


def test_it_imports_nothing_but_the_standard_library() -> None:
    words = [line.split()[1].split(".")[0] for line in VERIFIER.read_text("utf-8").splitlines()
             if line.startswith(("import ", "from "))]  # fmt: skip
    assert set(words) <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("chunk", [1, 4, 64])
def test_stretches_come_to_the_same_as_the_whole(chunk: int) -> None:
    held, cuts = lines(50), [1, 7, 16, 33, 50]
    whole, roots = joined([read_part(held, 1, cuts)])
    parts = [read_part(held[at : at + chunk], at + 1, cuts) for at in range(0, 50, chunk)]
    found, others = joined(parts)
    assert others == roots
    assert (found.count, found.bad, found.times) == (50, None, whole.times)
    tree = Tree()
    for line in held[:33]:
        tree.add(bytes.fromhex(line.split(b"\t")[2].decode()))
    assert roots[33] == tree.root()


def test_two_processes_find_what_one_finds(
    signed: Signed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    export = signed.export()
    one = verifier.verify(export, verifier.Held())
    # another process takes the module as it stands in its file: two stretches need a long export
    monkeypatch.setattr(verifier, "LARGE", 0)
    assert verifier.verify(export, verifier.Held()) == one
    long = tmp_path / "long.txt"
    held = lines(70_000)
    held[69_000] = held[69_000].replace(b"read", b"load")
    long.write_bytes(verifier.HEADER + b"\tx\t70000\n" + b"".join(held))
    found = verifier.verify(long, verifier.Held())
    assert (found["entries"], found["first_bad"]) == (70_000, 69_001)


def test_what_is_no_export_is_unreadable(tmp_path: Path) -> None:
    for content in (b"", b"{}", b"\x00" * 100):
        path = tmp_path / "x"
        path.write_bytes(content)
        assert verifier.main([str(path)]) == 2
    assert verifier.main([str(tmp_path / "absent")]) == 2
    assert verifier.main(["--proof", str(path)]) == 2


@pytest.mark.parametrize("text", ["", "a\nb\nc\nd\n\n", "o\n1\nAAAA\n", "o\n1\n!\ntime x\n\n— n\n"])
def test_what_is_no_checkpoint_is_said(text: str) -> None:
    with pytest.raises(UnreadableError, match="no checkpoint"):
        Note.read(text)


def test_an_empty_ledger_is_sound_and_excludes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(verifier.HEADER + b"\tmaillon/x\t0\n")
    found = verdict(path)
    assert (found["entries"], found["sound"], found["excluded"]) == (0, True, [])
