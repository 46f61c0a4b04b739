"""The login key, in the keys folder: who steals the desk alone can neither read nor guess by it.

Secrets that must be read again (one-time codes) are sealed under it; names and addresses of
attempts are kept as keyed hashes only.
Source: NIST SP 800-38D (AES-GCM); RFC 2104 (HMAC).
"""

import base64
import hmac
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Final

from maillon.model import RefusedError, StoreError

NAME: Final = "login.key"
_NONCE: Final = 12
_SIZE: Final = 32


class LoginKey:
    """The key of one workspace's logins, read or made when it is first needed.

    Args:
        folder: The keys folder.
        workspace: The workspace.

    Raises:
        RefusedError: The folder lies in the workspace: a copy of it would hold desk and key.
    """

    def __init__(self, folder: Path, workspace: Path) -> None:
        self._path = folder / NAME
        if folder.resolve().is_relative_to(workspace.resolve()):
            raise RefusedError(
                "login: its key is outside the workspace",
                f"{folder} lies in the workspace",
                "name another folder with --keys or MAILLON_KEYS",
            )

    def mac(self, kind: str, text: str) -> str:
        """Return the keyed hash of a text, 64 hex digits.

        Args:
            kind: What it is, so that hashes of two kinds are never alike.
            text: What is hashed.
        """
        return hmac.digest(self._mac, f"{kind}\x1f{text}".encode(), "sha256").hex()

    def seal(self, text: str, about: str) -> str:
        """Return a text sealed: it opens for ``about`` only."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow

        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._seal).encrypt(nonce, text.encode(), about.encode())
        return base64.b64encode(nonce + sealed).decode()

    def unseal(self, sealed: str, about: str) -> str:
        """Return what was sealed.

        Raises:
            StoreError: It was sealed under another key, or changed.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - slow
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        raw = base64.b64decode(sealed)
        try:
            text = AESGCM(self._seal).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode())
        except InvalidTag:
            raise StoreError(
                f"{self._path} is not the key that this desk was used with: restore the keys"
                " folder from its backup"
            ) from None
        return text.decode()

    @cached_property
    def _mac(self) -> bytes:
        return hmac.digest(self._whole, b"maillon login mac", "sha256")

    @cached_property
    def _seal(self) -> bytes:
        return hmac.digest(self._whole, b"maillon login seal", "sha256")

    @cached_property
    def _whole(self) -> bytes:
        try:
            if not self._path.exists():
                _make(self._path)
            if self._path.stat().st_mode & 0o077:
                raise StoreError(f"{self._path} may be read by others: chmod 600 {self._path}")
            raw = bytes.fromhex(self._path.read_text("ascii").strip())
        except (OSError, ValueError) as error:
            raise StoreError(
                f"{self._path} cannot be read or made: {type(error).__name__}; nobody can log in"
                " without it"
            ) from error
        if len(raw) != _SIZE:
            raise StoreError(f"{self._path} is no login key: restore it from the backup")
        return raw


def _make(path: Path) -> None:
    """Write a new key for its owner alone; of two who do so at once, one key stands, whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_SIZE) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()
