"""Checkpoints: the log's size and root, signed with a key that stands outside the workspace.

A checkpoint is a C2SP signed note: origin, size, root, time, an empty line, signatures. Copies of
all of them, and the hash of every entry up to the newest, stand in the keys folder.
Source: C2SP signed-note and tlog-checkpoint; RFC 8032 (Ed25519).
"""

import base64
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select

from maillon.model import RefusedError, StoreError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.merkle import Frontier, root_of
from maillon.store.order import Within
from maillon.store.tables_ledger import LEDGER, LEDGER_CHECKPOINT

LOG: Final = b"\x01"
"""The kind of an Ed25519 key. Source: C2SP signed-note."""

WITNESS: Final = b"\x04"
"""The kind of a witness's Ed25519 key. Source: C2SP tlog-cosignature."""

SECRET: Final = "PRIVATE+KEY+"  # noqa: S105 - it is no secret
"""How the text of a private key begins."""


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 key with its name.

    Attributes:
        name: Whose it is, e.g. the origin of a log.
        kind: `LOG` or `WITNESS`.
        seed: The 32 secret bytes.
    """

    name: str
    kind: bytes
    seed: bytes

    @classmethod
    def new(cls, name: str, kind: bytes = LOG) -> "Signer":
        """Return a new key; a name holds no space and no plus sign."""
        if not name or any(one in " +\n" for one in name):
            raise StoreError(f"{name!r} is no name of a key: leave out spaces and plus signs")
        return cls(name, kind, os.urandom(32))

    @classmethod
    def read(cls, path: Path) -> "Signer":
        """Read a private key; a file that is none, or that others may read, is a `StoreError`."""
        text = path.read_text("utf-8").strip()
        if path.stat().st_mode & 0o077:
            raise StoreError(f"{path} may be read by others: chmod 600 {path}")
        try:
            name, _, value = text.removeprefix(SECRET).split("+", 2)
            key = base64.b64decode(value, validate=True)
        except ValueError:
            raise StoreError(f"{path} is no private key: restore it from the backup") from None
        if not text.startswith(SECRET) or len(key) != 33:  # noqa: PLR2004 - kind and seed
            raise StoreError(f"{path} is no private key: restore it from the backup")
        return cls(name, key[:1], key[1:])

    def write(self, path: Path) -> None:
        """Write the private key for its owner alone; a file that is there already is refused."""
        mark = self._mark().hex()
        value = base64.b64encode(self.kind + self.seed).decode()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{SECRET}{self.name}+{mark}+{value}\n")
            file.flush()
            os.fsync(file.fileno())

    def public(self) -> str:
        """Return the public key as ``name+hash+base64``."""
        value = base64.b64encode(self.kind + self._public()).decode()
        return f"{self.name}+{self._mark().hex()}+{value}"

    def sign(self, text: str, time: int = 0) -> str:
        """Return the signature line of a note.

        Args:
            text: The note up to its empty line.
            time: When a witness signs, in seconds since 1970.
        """
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - slow

        stamp = b""
        if self.kind == WITNESS:
            text, stamp = f"cosignature/v1\ntime {time}\n{text}", time.to_bytes(8, "big")
        key = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        value = self._mark() + stamp + key.sign(text.encode())
        return f"— {self.name} {base64.b64encode(value).decode()}\n"

    def _mark(self) -> bytes:
        said = self.name.encode() + b"\n" + self.kind + self._public()
        return hashlib.sha256(said).digest()[:4]

    def _public(self) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - slow

        key = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        return key.public_key().public_bytes_raw()


class Keys:
    """The keys folder of a log, outside its workspace.

    Args:
        folder: The folder.
        workspace: The workspace.

    Raises:
        RefusedError: It lies in the workspace: who could write the log could sign it.
    """

    def __init__(self, folder: Path, workspace: Path) -> None:
        self.folder = folder
        if folder.resolve().is_relative_to(workspace.resolve()):
            raise RefusedError(
                "ledger: the signing key is outside the workspace",
                f"{folder} lies in the workspace",
                "name another folder with --keys, best on another machine's disk",
            )

    @property
    def leaves(self) -> Path:
        """The hashes of all entries up to the newest checkpoint, 32 bytes each."""
        return self.folder / "leaves"

    def signer(self, origin: str) -> Signer:
        """Return the log's key, made when there is none yet."""
        path = self.folder / "log.key"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            if any(self.folder.glob("*.checkpoint")):
                raise StoreError(f"{path} is gone: restore it; a new key would look like a swap")
            made = Signer.new(origin)
            made.write(path)
            _put(self.folder / "log.pub", made.public() + "\n")
        found = Signer.read(path)
        if found.name != origin:
            raise StoreError(f"{path} is the key of {found.name}, this log is {origin}")
        return found

    def newest(self) -> tuple[int, str] | None:
        """Return size and text of the newest checkpoint here; None when there is none."""
        found = sorted(self.folder.glob("*.checkpoint"))
        if not found:
            return None
        return int(found[-1].stem), found[-1].read_text("utf-8")

    def place(self, size: int) -> Path:
        """Return where the checkpoint of a size stands."""
        return self.folder / f"{size:012}.checkpoint"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others out while a checkpoint is made."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def make_checkpoint(desk: Desk, view: View, keys: Keys, also: Within | None = None) -> Path:
    """Sign the log as it is now; return where the checkpoint stands outside.

    Args:
        desk: Holds the log.
        view: Under which view.
        keys: The keys folder.
        also: Written in the transaction that keeps the checkpoint.

    Raises:
        StoreError: The log is not a continuation of the newest checkpoint outside, or its leaves
            are not those of its root: nothing is signed.
    """
    check_view(view)
    with keys.alone():
        before = keys.newest()
        size, root = (before[0], note_root(before[1])) if before else (0, root_of([]))
        with desk.engine.connect() as connection:
            head = ledger.read_head(connection)
            peaks = ledger.nodes(connection).peaks(size) if size <= head.size else None
            if peaks is None or root_of(peaks) != root:
                raise StoreError(
                    f"the ledger does not continue its checkpoint of {size} entries, nothing is"
                    " signed: run `maillon audit verify`"
                )
            query = select(LEDGER.c.leaf).where(LEDGER.c.number.between(size + 1, head.size))
            leaves = connection.execute(
                query.order_by(LEDGER.c.number), execution_options={"yield_per": 5_000}
            ).scalars()
            _keep_leaves(keys.leaves, Frontier(size, peaks), map(bytes, leaves), head.frontier)
        at = max(utc_now(), head.at)
        signer = keys.signer(head.origin)
        value = base64.b64encode(head.frontier.root()).decode()
        text = f"{head.origin}\n{head.size}\n{value}\ntime {at}\n"
        note = f"{text}\n{signer.sign(text)}"
        place = keys.place(head.size)
        if not place.exists():
            _put(place, note)
        note = place.read_text("utf-8")
    with desk.begin() as connection:
        here = LEDGER_CHECKPOINT.c.size == head.size
        if connection.execute(select(LEDGER_CHECKPOINT.c.size).where(here)).first() is None:
            row = {"size": head.size, "at": at, "note": note}
            connection.execute(insert(LEDGER_CHECKPOINT).values(row))
        ledger.append(connection, view.mandate, "checkpoint", "done", {"size": head.size})
        if also is not None:
            also(connection)
    return place


def _keep_leaves(path: Path, frontier: Frontier, leaves: Iterator[bytes], wanted: Frontier) -> None:
    """Add the hashes of new entries; what an interrupted run left behind is cut off first."""
    with path.open("ab") as file:
        if file.tell() < frontier.size * 32:
            raise StoreError(f"{path} is shorter than its checkpoint: restore it from the backup")
        file.truncate(frontier.size * 32)
        for leaf in leaves:
            frontier.add(leaf)
            file.write(leaf)
        file.flush()
        os.fsync(file.fileno())
    if frontier.peaks != wanted.peaks:
        raise StoreError(
            "the ledger's entries are not those of its root, nothing is signed: run `maillon audit"
            " verify`"
        )


def note_root(note: str) -> bytes:
    """Return the root that a checkpoint names."""
    return base64.b64decode(note.split("\n")[2])


def _put(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    work = path.with_suffix(".part")
    with work.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    work.replace(path)
