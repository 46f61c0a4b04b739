"""What a backup says of itself: each file with size and SHA-256, and where its ledger ends.

A backup is a folder with ``manifest.json``, ``manifest.sha256`` and the files. It has its name only
when all of it is on disk: what is still being made, or half taken away, begins with a dot.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from maillon.model import StoreError
from maillon.store.lake import sync_folder

FORMAT: Final = 1
"""Of backups that this version writes and reads."""

MANIFEST: Final = "manifest.json"
SUM: Final = "manifest.sha256"
"""Holds the hash of `MANIFEST`, as ``sha256sum`` writes it."""

NAME: Final = re.compile(r"\d{8}T\d{6}Z(-\d+)?")
"""What the folder of a whole backup is called: the moment at which it was begun."""

_PART: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Held:
    """One file of a backup.

    Attributes:
        path: Within the backup, e.g. ``workspace/maillon.toml``.
        size: In bytes.
        sha256: Of its bytes.
    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Where the ledger of a backup ends.

    Attributes:
        origin: The log's name.
        size: How many entries it has.
        root: Of its tree, 64 hex digits.
        at: When the newest was written; empty when there is none.
    """

    origin: str
    size: int
    root: str
    at: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made: When it was begun, aware UTC, ISO 8601.
        version: Of Maillon.
        revision: Of the desk.
        engine: ``sqlite`` or ``postgresql``.
        generation: Number of its newest delivery.
        ledger: Where its ledger ends.
        files: By path.
    """

    made: str
    version: str
    revision: str
    engine: str
    generation: int
    ledger: Ended
    files: Mapping[str, Held]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(one.size for one in self.files.values())

    def write(self, folder: Path) -> str:
        """Write it into the folder of a backup, on disk on return; return its SHA-256."""
        said = {
            "format": FORMAT, "made": self.made, "version": self.version,
            "revision": self.revision, "engine": self.engine, "generation": self.generation,
            "ledger": asdict(self.ledger),
            "files": [asdict(self.files[path]) for path in sorted(self.files)],
        }  # fmt: skip
        content = (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()
        found = hashlib.sha256(content).hexdigest()
        put(folder / MANIFEST, content)
        put(folder / SUM, f"{found}  {MANIFEST}\n".encode())
        sync_folder(folder)
        return found


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises:
        StoreError: The folder is no whole backup, its manifest was changed or cut off, or it is of
            another format; says which.
    """
    file = folder / MANIFEST
    if folder.name.startswith(".") or not file.is_file():
        raise StoreError(f"{folder} is no whole backup: name one that is, or make a new one")
    content = file.read_bytes()
    said = (folder / SUM).read_bytes().split(maxsplit=1) if (folder / SUM).is_file() else []
    if not said or said[0].decode("ascii", "replace") != hashlib.sha256(content).hexdigest():
        raise _damaged(file)
    try:
        raw: dict[str, Any] = json.loads(content)
        if raw["format"] != FORMAT:
            raise StoreError(f"{file}: format {raw['format']}, this version reads {FORMAT}")
        files = {one["path"]: Held(**one) for one in raw["files"]}
        found = Manifest(
            raw["made"], raw["version"], raw["revision"], raw["engine"], raw["generation"],
            Ended(**raw["ledger"]), files,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(file) from error
    if strange := [path for path in files if not _is_within(path)]:
        raise StoreError(f"{file}: {strange[0]!r} is no path within a backup")
    return found


def backups(folder: Path) -> list[Path]:
    """Return the whole backups in a folder, oldest first."""
    if not folder.is_dir():
        return []
    return sorted((one for one in folder.iterdir() if NAME.fullmatch(one.name)), key=_age)


def faults(folder: Path, seen: dict[tuple[int, int], str] | None = None) -> Iterator[str]:
    """Yield what is wrong with a backup, file by file; nothing when it is sound.

    Args:
        folder: Of one backup.
        seen: Hashes by device and inode: a file that several backups share is read once.
    """
    try:
        manifest = read_manifest(folder)
    except StoreError as error:
        yield str(error)
        return
    hashes = {} if seen is None else seen
    for path in sorted(manifest.files):
        held, file = manifest.files[path], folder / path
        if file.is_symlink() or not file.is_file():
            yield f"{folder.name}: {path} is missing"
            continue
        state = file.stat()
        key = (state.st_dev, state.st_ino)
        if state.st_size == held.size and key not in hashes:
            hashes[key] = sha256_of(file)
        if state.st_size != held.size or hashes[key] != held.sha256:
            yield f"{folder.name}: {path} was changed or cut off"
    for path in sorted(_there(folder) - manifest.files.keys() - {MANIFEST, SUM}):
        yield f"{folder.name}: {path} is not in its manifest"


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def copied(source: Path, target: Path) -> Held:
    """Copy a file, on disk on return; return its size and the SHA-256 of what was copied.

    Returns:
        As `Held`, its path being that of the target.
    """
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as raw, os.fdopen(descriptor, "wb") as out:
        while part := raw.read(_PART):
            digest.update(part)
            size += len(part)
            out.write(part)
        out.flush()
        os.fsync(out.fileno())
    return Held(str(target), size, digest.hexdigest())


def put(file: Path, content: bytes) -> None:
    """Write a new file for its owner alone, on disk on return."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _there(folder: Path) -> set[str]:
    found = set()
    for place, _, names in os.walk(folder):
        found |= {str((Path(place) / name).relative_to(folder)) for name in names}
    return found


def _age(folder: Path) -> tuple[str, int]:
    moment, _, number = folder.name.partition("-")
    return moment, int(number or 0)


def _is_within(path: str) -> bool:
    parts = path.split("/")
    return bool(path) and not path.startswith("/") and not {"", ".", ".."} & set(parts)


def _damaged(file: Path) -> StoreError:
    return StoreError(f"{file} was changed or cut off: take another backup")
