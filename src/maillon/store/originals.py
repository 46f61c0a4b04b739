"""Delivered files as they are kept: encrypted part by part, each delivery under a key of its own.

AES-256-GCM in the STREAM form: the nonce of a part is seven random bytes of the file, the part's
number in four, and one that says whether it is the last. A part that was changed, cut off, moved
or taken from another file does not open. Whoever destroys the key has destroyed the file, and every
copy of it.

Source: NIST SP 800-38D; Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and
its Nonce-Reuse Misuse-Resistance" (CRYPTO 2015), section 7.
"""

import io
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from maillon.model import StoreError

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined]  # Python 3.12's name for it

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC: Final = b"MLNORIG1"
"""First bytes of a sealed original."""

PART: Final = 1 << 20
"""Bytes of the delivered file in one part; the last one has fewer."""

SUFFIX: Final = ".sealed"

_TAG: Final = 16
_PREFIX: Final = 7
_HEADER: Final = len(MAGIC) + _PREFIX
_MOST_PARTS: Final = 1 << 32


def new_key() -> str:
    """Return a fresh key, 64 hex digits."""
    return secrets.token_hex(32)


def sealed_name(delivery: str) -> str:
    """Return the name of a delivery's original in ``originals/``."""
    return f"{delivery}{SUFFIX}"


def seal(raw: IO[bytes], target: Path, key: str, heard: Callable[[bytes], None]) -> int:
    """Encrypt a file, on disk when this returns; memory does not grow with it.

    Args:
        raw: The file as delivered. Left open.
        target: The file to write.
        key: From `new_key`, never used for another file.
        heard: Gets every part of the delivered file, in order.

    Returns:
        The size of the delivered file in bytes.
    """
    cipher, prefix = _cipher(key), secrets.token_bytes(_PREFIX)
    size, number = 0, 0
    with target.open("wb") as out:
        out.write(MAGIC + prefix)
        part = _full(raw)
        while True:
            coming = _full(raw) if len(part) == PART else b""
            heard(part)
            size += len(part)
            out.write(cipher.encrypt(_nonce(prefix, number, is_last=not coming), part, MAGIC))
            if not coming:
                break
            part, number = coming, number + 1
        out.flush()
        os.fsync(out.fileno())
    return size


@contextmanager
def unsealed(file: Path, key: str) -> Iterator[IO[bytes]]:
    """Lend a sealed original as the file that was delivered; it can be sought in.

    Raises:
        StoreError: It is gone, or is no sealed original; while reading, where a part was changed.
    """
    try:
        raw = file.open("rb")
    except FileNotFoundError as error:
        raise StoreError(f"{file} is gone: restore it from the backup") from error
    with raw, io.BufferedReader(_Parts(file, raw, key), PART) as lent:
        yield cast("IO[bytes]", lent)


class _Parts(io.RawIOBase):
    """The delivered bytes of a sealed file, one part in memory.

    Args:
        file: Its path, for what errors say.
        raw: The file.
        key: Its key.
    """

    def __init__(self, file: Path, raw: IO[bytes], key: str) -> None:
        super().__init__()
        self._file, self._raw = file, raw
        header = raw.read(_HEADER)
        if len(header) < _HEADER or not header.startswith(MAGIC):
            raise self._damaged("its beginning")
        self._cipher, self._prefix = _cipher(key), header[len(MAGIC) :]
        body = raw.seek(0, io.SEEK_END) - _HEADER
        self._last, rest = divmod(max(body - _TAG, 0), PART + _TAG)
        if body < _TAG or rest > PART:
            raise self._damaged("its end")
        self.size = self._last * PART + rest
        self._place, self._held = 0, (-1, b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be sought in."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a byte of the delivered file; return where that is."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError(f"negative seek position {start + offset}")
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        """Return at which byte of the delivered file it stands."""
        return self._place

    def readinto(self, buffer: "Buffer", /) -> int:
        """Fill the buffer from one part; return how many bytes came."""
        number, skip = divmod(self._place, PART)
        if number > self._last:
            return 0
        room = memoryview(buffer).cast("B")
        found = self._part(number)[skip : skip + len(room)]
        room[: len(found)] = found
        self._place += len(found)
        return len(found)

    def _part(self, number: int) -> bytes:
        if self._held[0] != number:
            from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - slow to load

            self._raw.seek(_HEADER + number * (PART + _TAG))
            sealed = self._raw.read(PART + _TAG)
            nonce = _nonce(self._prefix, number, is_last=number == self._last)
            try:
                self._held = (number, self._cipher.decrypt(nonce, sealed, MAGIC))
            except InvalidTag as error:
                raise self._damaged(f"part {number + 1} of {self._last + 1}") from error
        return self._held[1]

    def _damaged(self, where: str) -> StoreError:
        return StoreError(
            f"{self._file}: {where} was changed, cut off or moved after it was written: restore the"
            " file from the backup"
        )


def _full(raw: IO[bytes]) -> bytes:
    """Return one whole part, or what is left of the file: a pipe gives less than it is asked."""
    pieces, wanted = [], PART
    while wanted and (piece := raw.read(wanted)):
        pieces.append(piece)
        wanted -= len(piece)
    return b"".join(pieces)


def _cipher(key: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow to load

    return AESGCM(bytes.fromhex(key))


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    if number >= _MOST_PARTS:
        raise StoreError(f"an original has more than {_MOST_PARTS:,} parts: deliver it in pieces")
    return prefix + number.to_bytes(4) + bytes([is_last])
