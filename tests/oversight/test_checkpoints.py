"""Checkpoints, witnesses, proofs and time stamps: with keys that stand outside the workspace."""

import base64
import json
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from maillon.model import RefusedError, StoreError
from maillon.oversight import check_proof, check_reply, cosign, query_for
from maillon.oversight.verifier import Note, is_signed
from maillon.store import Store, ledger
from maillon.store.checkpoint import WITNESS, Keys, Signer, make_checkpoint
from maillon.store.desk import Desk
from maillon.store.ledger_book import LedgerBook

from .conftest import VERIFIER, Signed, act, audits, verdict


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_signatures_are_those_of_an_independent_library(seed: bytes, text: bytes, bit: int) -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(text)
    assert is_signed(public, text, signature)
    assert not is_signed(public, text + b"x", signature)
    broken = bytearray(signature)
    broken[bit // 8] ^= 1 << bit % 8
    assert not is_signed(public, text, bytes(broken))


def test_the_first_test_vector_of_the_standard_holds() -> None:
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    assert is_signed(public, b"", signature)  # RFC 8032, 7.1, TEST 1
    order = 2**252 + 27742317777372353535851937790883648493
    raised = int.from_bytes(signature[32:], "little") + order
    assert not is_signed(public, b"", signature[:32] + raised.to_bytes(32, "little"))


def test_a_checkpoint_is_a_signed_note(signed: Signed) -> None:
    text = signed.checkpoints[1].read_text("utf-8")
    origin, size, root, time = text.partition("\n\n")[0].split("\n")
    assert origin.startswith("maillon/")
    assert int(size) == int(signed.checkpoints[1].stem)
    assert len(base64.b64decode(root)) == 32
    assert time.startswith("time 20")
    assert Note.read(text).is_by((signed.keys / "log.pub").read_text("utf-8"))


def test_the_private_key_is_its_owners_alone(signed: Signed) -> None:
    path = signed.keys / "log.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600"):
        Signer.read(path)


def test_keys_inside_the_workspace_are_refused(signed: Signed) -> None:
    with pytest.raises(RefusedError, match="lies in the workspace"):
        Keys(signed.folder / "keys", signed.folder)


def test_the_workspace_holds_no_private_key(signed: Signed) -> None:
    *_, seed = (signed.keys / "log.key").read_text("utf-8").strip().split("+", 4)
    assert len(seed) == 44, "the base64 of the key may hold a + of its own"

    def content(path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return b""  # the engine's own files beside the desk come and go with its connections

    held = [path for path in signed.folder.rglob("*") if path.is_file()]
    assert not any(seed.encode() in content(path) for path in held)


def test_a_second_checkpoint_continues_the_first(signed: Signed, store: Store) -> None:
    act(store, 10)
    place = make_checkpoint(store.house.desk, audits(store), Keys(signed.keys, signed.folder))
    assert int(place.stem) * 32 == (signed.keys / "leaves").stat().st_size
    store.close()
    found = verdict(signed.export(), "--checkpoint", place, "--key", signed.keys / "log.pub")
    assert found["sound"]


@pytest.mark.parametrize("sql", [
    "UPDATE ledger_head SET peaks = zeroblob(length(peaks))",
    "UPDATE ledger SET leaf = zeroblob(32) WHERE number > 603",
    "UPDATE ledger_head SET size = 400",
    "UPDATE ledger_tile SET hashes = zeroblob(length(hashes))",
])  # fmt: skip
def test_a_log_that_was_rewritten_is_not_signed_again(
    signed: Signed, store: Store, sql: str
) -> None:
    before = sorted(signed.keys.iterdir())
    view = audits(store)
    with closing(sqlite3.connect(signed.folder / "desk.sqlite")) as con, con:
        con.execute(sql)
    with pytest.raises(StoreError, match="nothing is signed"):
        make_checkpoint(store.house.desk, view, Keys(signed.keys, signed.folder))
    assert [one.name for one in sorted(signed.keys.iterdir())] == [one.name for one in before]


def test_what_an_interrupted_checkpoint_left_is_cut_off(signed: Signed, store: Store) -> None:
    with (signed.keys / "leaves").open("ab") as file:
        file.write(b"half")
    place = make_checkpoint(store.house.desk, audits(store), Keys(signed.keys, signed.folder))
    assert int(place.stem) * 32 == (signed.keys / "leaves").stat().st_size


def test_a_lost_key_is_not_made_anew(signed: Signed, store: Store) -> None:
    (signed.keys / "log.key").unlink()
    with pytest.raises(StoreError, match="would look like a swap"):
        make_checkpoint(store.house.desk, audits(store), Keys(signed.keys, signed.folder))


def proof(signed: Signed, store: Store, number: int) -> dict[str, Any]:
    note = signed.checkpoints[1].read_text("utf-8")
    return LedgerBook(store.house.desk).prove(audits(store), number, note)


@pytest.mark.parametrize("number", [1, 256, 257, 603])
def test_an_entry_is_proven_without_the_others(
    signed: Signed, store: Store, number: int, tmp_path: Path
) -> None:
    said = proof(signed, store, number)
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(said), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), "--proof", str(path), "--key",
         str(signed.keys / "log.pub")], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "the entry is in the log\n")
    others = {f'"number":{n},' for n in range(1, 604) if n != number}
    assert not [one for one in others if one in path.read_text("utf-8")]


def test_a_changed_proof_proves_nothing(signed: Signed, store: Store) -> None:
    said, key = proof(signed, store, 9), (signed.keys / "log.pub").read_text("utf-8")
    assert check_proof(json.dumps(said), [key]) == []
    stranger = Signer.new(Note.read(said["checkpoint"]).origin).public()
    changes = ({"entry": said["entry"].replace("read", "load")}, {"number": 10},
               {"path": said["path"][1:]}, {"salt": "00" * 16})  # fmt: skip
    for change in changes:
        assert check_proof(json.dumps({**said, **change}), [key])
    assert check_proof(json.dumps(said), [stranger])


def test_an_erased_entry_verifies_and_is_proven_by_its_hash(signed: Signed, store: Store) -> None:
    desk = store.house.desk
    with desk.begin() as connection:
        ledger.erase_text(connection, store.settings.mandate, [9], "Act, s. 3")
    said = proof(signed, store, 9)
    assert (said["entry"], said["salt"]) == (None, None)
    assert check_proof(json.dumps(said), [(signed.keys / "log.pub").read_text("utf-8")]) == []
    store.close()
    found = verdict(signed.export(), "--checkpoint", signed.checkpoints[1])
    assert (found["sound"], found["erased"]) == (True, 1)


def test_an_entry_without_text_that_nobody_erased_is_bad(signed: Signed) -> None:
    with closing(sqlite3.connect(signed.folder / "desk.sqlite")) as con, con:
        con.execute("UPDATE ledger SET salt = x'', who = '', detail = '' WHERE number = 9")
    found = verdict(signed.exported_as_it_stands(), "--checkpoint", signed.checkpoints[1])
    assert found["first_bad"] == 9


def witness(tmp_path: Path) -> Path:
    Signer.new("authority.example", WITNESS).write(tmp_path / "witness.key")
    return tmp_path / "witness.key"


def test_a_witness_signs_a_log_that_grows(signed: Signed, tmp_path: Path) -> None:
    key, log = witness(tmp_path), signed.keys / "log.pub"
    public = Signer.read(key).public()
    for place in signed.checkpoints:
        assert not Note.read(place.read_text("utf-8")).is_by(public)
        cosign(key, place, log)
        note = Note.read(place.read_text("utf-8"))
        assert note.is_by(public)
        assert note.is_by(log.read_text("utf-8"))
    (tmp_path / "witness.pub").write_text(public, "utf-8")
    words: list[str | Path] = ["--checkpoint", signed.checkpoints[1], "--key", log]
    found = verdict(signed.export(), *words, "--witness", tmp_path / "witness.pub")
    assert found["sound"]


def test_a_checkpoint_without_the_witness_is_found(signed: Signed, tmp_path: Path) -> None:
    path = tmp_path / "w.pub"
    path.write_text(Signer.new("authority.example", WITNESS).public(), "utf-8")
    words: list[str | Path] = ["--checkpoint", signed.checkpoints[1], "--witness", path]
    assert "not co-signed" in verdict(signed.export(), *words)["found"][0]


def test_a_witness_signs_with_a_proof_instead_of_the_leaves(
    signed: Signed, store: Store, tmp_path: Path
) -> None:
    key, log = witness(tmp_path), signed.keys / "log.pub"
    first, second = (Path(shutil.copy2(one, tmp_path)) for one in signed.checkpoints)
    cosign(key, first, log)
    with pytest.raises(StoreError, match=f"audit prove --since {int(first.stem)}"):
        cosign(key, second, log)
    sizes = int(first.stem), int(second.stem)
    path = tmp_path / "proof.json"
    said = LedgerBook(store.house.desk).consistency(audits(store), *sizes)
    path.write_text(json.dumps({**said, "path": said["path"][1:]}), "utf-8")
    with pytest.raises(RefusedError, match="no continuation"):
        cosign(key, second, log, path)
    path.write_text(json.dumps(said), "utf-8")
    assert cosign(key, second, log, path).startswith("— authority.example ")


def test_a_witness_refuses_an_older_a_forked_and_a_strange_log(
    signed: Signed, tmp_path: Path
) -> None:
    key, log = witness(tmp_path), signed.keys / "log.pub"
    cosign(key, signed.checkpoints[1], log)
    with pytest.raises(RefusedError, match="no continuation"):
        cosign(key, signed.checkpoints[0], log)
    signer = Signer.read(signed.keys / "log.key")
    note = Note.read(signed.checkpoints[1].read_text("utf-8"))
    root = base64.b64encode(note.root).decode()
    forked = note.text.replace(root, base64.b64encode(bytes(32)).decode())
    fork = tmp_path / "fork"
    fork.write_text(f"{forked}\n{signer.sign(forked)}", "utf-8")
    with pytest.raises(RefusedError, match="no continuation"):
        cosign(key, fork, log)
    stranger = Signer.new(signer.name)
    fork.write_text(f"{note.text}\n{stranger.sign(note.text)}", "utf-8")
    with pytest.raises(RefusedError, match="did not sign it"):
        cosign(key, fork, log)


def test_a_checkpoint_by_another_key_is_found(signed: Signed, tmp_path: Path) -> None:
    other = tmp_path / "other.pub"
    other.write_text(Signer.new("maillon/other").public(), "utf-8")
    found = verdict(signed.export(), "--checkpoint", signed.checkpoints[1], "--key", other)
    assert "not signed by the key" in found["found"][0]


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A time-stamping authority of one's own, by openssl."""
    (tmp_path / "tsa.cnf").write_text(
        "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nCN=TSA\n"
        "[ext]\nextendedKeyUsage=critical,timeStamping\nbasicConstraints=critical,CA:TRUE\n"
        "keyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\n"
        "[tsa]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\n"
        "signer_key=tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n"
        "digests=sha256,sha512\nordering=yes\ntsa_name=yes\ness_cert_id_chain=no\n",
        "utf-8",
    )
    (tmp_path / "serial").write_text("01\n")
    _openssl(tmp_path, "req -x509 -newkey rsa:2048 -nodes -days 30 -config tsa.cnf"
             " -keyout tsa.key -out tsa.pem")  # fmt: skip
    return tmp_path


def _openssl(folder: Path, words: str) -> None:
    done = subprocess.run(
        ["openssl", *words.split()], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_time_stamp_is_asked_for_and_checked_without_a_network(
    signed: Signed, authority: Path
) -> None:
    place = signed.checkpoints[1]
    (authority / "q.tsq").write_bytes(query_for(place))
    _openssl(authority, "ts -reply -config tsa.cnf -section tsa -queryfile q.tsq -out r.tsr")
    at = check_reply(place, authority / "r.tsr", authority / "tsa.pem")
    assert at.endswith("+00:00")
    cosign(witness(authority), place, signed.keys / "log.pub")
    assert check_reply(place, authority / "r.tsr", authority / "tsa.pem") == at
    with pytest.raises(StoreError, match="is no time stamp of"):
        check_reply(signed.checkpoints[0], authority / "r.tsr", authority / "tsa.pem")


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_verifier(delivered: bytes) -> None:
    from maillon.oversight.verifier import joined, read_part  # noqa: PLC0415 - only here

    whole, roots = joined([read_part(delivered.splitlines(keepends=True), 1, [1, 2])])
    assert whole.count in roots


def test_a_desk_is_at_hand(desk: Desk) -> None:
    assert LedgerBook(desk).last() > 600
