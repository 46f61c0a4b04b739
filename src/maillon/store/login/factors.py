"""One-time codes and recovery codes: a second proof, used once.

Source: RFC 6238 (TOTP: SHA-1, 6 digits, 30 s); one step to either side, as its section 5.2 says.
"""

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from maillon.model import RefusedError
from maillon.store.login.gate import Gate, moment
from maillon.store.login.passwords import new_code
from maillon.store.tables_login import PASSKEY, RECOVERY_CODE, TOTP

CODES: Final = 10
"""Recovery codes of one account."""
STEPS: Final = 1
"""Steps of 30 s by which a device may be off."""
ISSUER: Final = "Maillon"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a device is given, this once.

    Attributes:
        secret: In base 32.
        uri: The same as an ``otpauth:`` address, for a picture.
    """

    secret: str = field(repr=False)
    uri: str = field(repr=False)


class Factors:
    """The second factors of one desk.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def has_code(self, connection: Connection, who: str) -> bool:
        """Return whether an account has a device for one-time codes."""
        query = select(TOTP.c.who).where(TOTP.c.who == who, TOTP.c.is_confirmed)
        return connection.execute(query).first() is not None

    def has_any(self, who: str) -> bool:
        """Return whether an account has a second factor of any kind."""
        with self._gate.desk.engine.connect() as connection:
            passkeys = select(PASSKEY.c.id).where(PASSKEY.c.who == who)
            return self.has_code(connection, who) or bool(connection.execute(passkeys).first())

    def left(self, who: str) -> int | None:
        """Return how many recovery codes an account has left; None: it has no device for codes."""
        count = select(func.count()).where(RECOVERY_CODE.c.who == who)
        with self._gate.desk.engine.connect() as connection:
            if not self.has_code(connection, who):
                return None
            return int(connection.execute(count).scalar_one())

    def begin(self, who: str) -> Enrolment:
        """Draw a secret for a device; it counts once a code of it was sent.

        Raises:
            RefusedError: There is a device already.
        """
        import pyotp  # noqa: PLC0415 - only who enrols

        secret = pyotp.random_base32()
        sealed = self._gate.key.seal(secret, who)
        with self._gate.desk.begin() as connection:
            if self.has_code(connection, who):
                raise RefusedError(
                    "login: second factor", "there is a device for codes", "remove it first"
                )
            connection.execute(delete(TOTP).where(TOTP.c.who == who))
            connection.execute(
                insert(TOTP).values(
                    who=who, secret=sealed, is_confirmed=False, counter=0,
                    at=moment(self._gate.now()),
                )
            )  # fmt: skip
        totp = pyotp.TOTP(secret, name=who, issuer=ISSUER)
        return Enrolment(secret, totp.provisioning_uri())

    def confirm(self, connection: Connection, who: str, code: str) -> bool:
        """Have a device count if the code is of it; return whether it was."""
        if self.has_code(connection, who) or not self._use(connection, who, code):
            return False
        connection.execute(update(TOTP).where(TOTP.c.who == who).values(is_confirmed=True))
        return True

    def use(self, connection: Connection, who: str, code: str) -> bool:
        """Use up a code, of the device or for recovery; return whether it was right."""
        if not self.has_code(connection, who):
            return False
        if code.isdecimal():
            return self._use(connection, who, code)
        gone = connection.execute(
            delete(RECOVERY_CODE).where(
                RECOVERY_CODE.c.who == who, RECOVERY_CODE.c.hash == self._hash(who, code)
            )
        )
        return gone.rowcount == 1

    def draw(self, connection: Connection, who: str) -> list[str]:
        """Return new recovery codes; the former ones are void."""
        codes = [new_code() for _ in range(CODES)]
        connection.execute(delete(RECOVERY_CODE).where(RECOVERY_CODE.c.who == who))
        rows = [{"who": who, "hash": self._hash(who, code)} for code in codes]
        connection.execute(insert(RECOVERY_CODE), rows)
        return codes

    def remove(self, connection: Connection, who: str) -> None:
        """Forget device and recovery codes."""
        for table in (TOTP, RECOVERY_CODE):
            connection.execute(delete(table).where(table.c.who == who))

    def _use(self, connection: Connection, who: str, code: str) -> bool:
        import pyotp  # noqa: PLC0415 - only who sends a code

        row = connection.execute(select(TOTP).where(TOTP.c.who == who)).first()
        if row is None:
            return False
        totp = pyotp.TOTP(self._gate.key.unseal(row.secret, who))
        try:
            counter = totp.verify_and_get_timecode(
                code, for_time=self._gate.now(), valid_window=STEPS
            )
        except pyotp.exceptions.OTPVerificationError:
            return False
        if counter <= row.counter:
            return False
        connection.execute(update(TOTP).where(TOTP.c.who == who).values(counter=counter))
        return True

    def _hash(self, who: str, code: str) -> str:
        return self._gate.key.mac("recovery", f"{who}\x1f{code.strip().upper()}")
