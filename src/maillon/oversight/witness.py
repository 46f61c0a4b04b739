"""A witness: co-signs a checkpoint after it has checked that the log only grew since its last one.

Source: C2SP tlog-cosignature; RFC 9162, 2.1.4.2 (consistency).
"""

import json
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from maillon.model import RefusedError, StoreError
from maillon.oversight.verifier import Note, Tree, UnreadableError
from maillon.store.checkpoint import WITNESS, Signer

RULE = "ledger: a witness co-signs a log that only grows"


def cosign(key: Path, checkpoint: Path, log: Path, proof: Path | None = None) -> str:
    """Add a co-signature to a checkpoint; return the line.

    Args:
        key: The witness's private key. What it signed last stands beside it, ``KEY.seen``.
        checkpoint: The checkpoint; it is rewritten with the signature.
        log: The public key of the log.
        proof: What ``audit prove --since`` wrote; without it the file ``leaves`` beside the
            checkpoint must hold every entry's hash.

    Raises:
        RefusedError: The log's key did not sign it, or it is not a continuation of the last one.
        StoreError: A file is missing or is none of these.
    """
    try:
        signer, text = Signer.read(key), checkpoint.read_text("utf-8")
        note, public = Note.read(text), log.read_text("utf-8").strip()
        signed = note.is_by(public)
    except (OSError, UnicodeError, UnreadableError) as error:
        raise StoreError(f"nothing is co-signed: {error}") from error
    if signer.kind != WITNESS:
        raise StoreError(f"{key} is no key of a witness: make one with --name")
    if not signed:
        raise RefusedError(RULE, f"the key {log} did not sign it", "ask whose log this is")
    seen_path = key.with_name(key.name + ".seen")
    seen = json.loads(seen_path.read_text("utf-8")) if seen_path.is_file() else {}
    last = seen.get(note.origin)
    if last is not None:
        _check(last, public, _holds(last, note, checkpoint, proof))
    from datetime import datetime  # noqa: PLC0415 - only where something is signed

    line = signer.sign(note.text, int(datetime.fromisoformat(note.time).timestamp()))
    seen[note.origin] = {"size": note.size, "root": note.root.hex(), "key": public}
    _put(seen_path, json.dumps(seen) + "\n")
    if line not in text:
        _put(checkpoint, text + line)
    return line


def is_consistent(
    old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Return whether a path proves one log to be the beginning of another (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return old_root == new_root and not path
    if not old:
        return old_root == Tree().root() and not path
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    left = right = hashes[0]
    for one in hashes[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            left, right = _node(one, left), _node(one, right)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            right = _node(right, one)
        place, last = place >> 1, last >> 1
    return not last and left == old_root and right == new_root


def _check(last: Mapping[str, Any], public: str, holds: bool | None) -> None:
    if last["key"] != public:
        raise RefusedError(RULE, "the log has another key than before", "ask why it was changed")
    if holds is None:
        raise StoreError(
            f"nothing shows that the log of {last['size']} entries, signed before, is the beginning"
            f" of this one: --proof FILE, from `maillon audit prove --since {last['size']}`"
        )
    if not holds:
        raise RefusedError(
            RULE,
            f"it is no continuation of the {last['size']} entries that were signed before",
            "the log was rewritten, or cut off: tell the supervisory authority",
        )


def _holds(
    last: Mapping[str, Any], note: Note, checkpoint: Path, proof: Path | None
) -> bool | None:
    """Return whether the log goes on from the last checkpoint; None when nothing shows it."""
    old, old_root = int(last["size"]), bytes.fromhex(last["root"])
    if old >= note.size:
        return old == note.size and old_root == note.root
    if proof is not None:
        try:
            said = json.loads(proof.read_text("utf-8"))
            path = [bytes.fromhex(one) for one in said["path"]]
            fits = (said["origin"], said["old"], said["new"]) == (note.origin, old, note.size)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{proof} is no proof of consistency: {error!r}") from error
        return fits and is_consistent(old, old_root, note.size, note.root, path)
    leaves = checkpoint.parent / "leaves"
    if not leaves.is_file() or leaves.stat().st_size < note.size * 32:
        return None
    tree, sizes = Tree(), pairwise((0, old, note.size))
    roots = []
    with leaves.open("rb") as raw:
        for start, end in sizes:
            for _ in range(end - start):
                tree.add(raw.read(32))
            roots.append(tree.root())
    return roots == [old_root, note.root]


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _put(path: Path, text: str) -> None:
    work = path.with_name(path.name + ".part")
    with work.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    work.replace(path)
