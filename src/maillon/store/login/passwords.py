"""Passwords: hashed with Argon2id, checked in the same time for everybody, long and not common.

Source: RFC 9106, 4 (Argon2id, second recommended option); NIST SP 800-63B-4, 3.1.1.2.
"""

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from maillon.model import RefusedError
from maillon.store.login.refusals import OftenError

if TYPE_CHECKING:
    from argon2 import Parameters

SHORTEST: Final = 12
"""Characters of a password."""
LONGEST: Final = 256
"""Characters of a password: a hash of more costs, and adds nothing."""
FEWEST_DIFFERENT: Final = 5
"""Characters of a password that are not the same."""
COMMON: Final = "common_passwords.csv"
AT_ONCE: Final = 2
"""Passwords that are hashed at once: each takes 64 MiB."""
WAIT: Final = 3.0
"""Seconds that a password waits for its turn."""
_ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


class Passwords:
    """Hashes passwords, a few at a time.

    Args:
        parameters: Of Argon2id; None for the low-memory profile of RFC 9106.
        at_once: How many are hashed at once.
        wait: Seconds that one waits for its turn.
    """

    def __init__(
        self, parameters: "Parameters | None" = None, at_once: int = AT_ONCE, wait: float = WAIT
    ) -> None:
        from argon2 import PasswordHasher, profiles  # noqa: PLC0415 - only who logs in

        self._hasher = PasswordHasher.from_parameters(parameters or profiles.RFC_9106_LOW_MEMORY)
        self._turns = threading.BoundedSemaphore(at_once)
        self._at_once, self._wait = at_once, wait
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Return the hash of a password, with its salt and parameters."""
        with self._turn():
            return self._hasher.hash(_plain(password))

    def verify(self, hashed: str, password: str) -> bool:
        """Return whether it is the password; no hash is no password, and takes as long.

        Raises:
            OftenError: Too many wait for their turn.
        """
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

        with self._turn():
            try:
                return self._hasher.verify(hashed or self._nobody, _plain(password)) and bool(
                    hashed
                )
            except (VerificationError, InvalidHashError):
                return False

    def is_old(self, hashed: str) -> bool:
        """Return whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(hashed)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._wait):
            raise OftenError("logins at once", self._at_once, 5)
        try:
            yield
        finally:
            self._turns.release()


def check_password(password: str, who: str) -> None:
    """Let a password through that is long enough and not one of those that are tried first.

    Raises:
        RefusedError: It is not; says why, never what it was.
    """
    text = _plain(password)
    folded = text.casefold()
    if not SHORTEST <= len(text) <= LONGEST:
        raise _refused(f"it has not {SHORTEST} to {LONGEST} characters")
    if len(set(folded)) < FEWEST_DIFFERENT:
        raise _refused("it is one character after the other")
    if who.casefold() in folded and len(folded) - len(who) < SHORTEST - FEWEST_DIFFERENT:
        raise _refused("it is the name of the account")
    if folded in _common():
        raise _refused("it is one of those that are tried first")


def new_code(groups: int = 4, size: int = 5) -> str:
    """Return a code that a person can type, drawn by lot: 98 bits, ``ABCDE-...``."""
    drawn = ["".join(secrets.choice(_ALPHABET) for _ in range(size)) for _ in range(groups)]
    return "-".join(drawn)


def _refused(why: str) -> RefusedError:
    return RefusedError(
        "login: passwords", f"the password is not taken: {why}",
        "choose several words that nobody would guess",
    )  # fmt: skip


def _plain(password: str) -> str:
    # one keyboard composes what another one types in two strokes
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    text = (resources.files("maillon.store.login") / COMMON).read_text("utf-8")
    return frozenset(line.strip().casefold() for line in text.splitlines() if line.strip())
