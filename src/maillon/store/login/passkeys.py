"""Passkeys: an authenticator signs a challenge; the desk knows its public key.

Source: W3C Web Authentication, level 3, sections 7.1 (registration) and 7.2 (authentication).
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, insert, select, update

from maillon.model import LimitError, RefusedError, StoreError
from maillon.store.login.accounts import PERSON, usable
from maillon.store.login.attempts import Attempts
from maillon.store.login.challenges import Challenges
from maillon.store.login.entering import PASSKEY as MEANS
from maillon.store.login.entering import Entering, Recognised
from maillon.store.login.gate import Gate, moment, note
from maillon.store.login.proving import Proving
from maillon.store.login.refusals import WrongLoginError
from maillon.store.login.sessions import Opened, Session, Sessions
from maillon.store.tables_login import PASSKEY

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.registration.verify_registration_response import VerifiedRegistration

MOST: Final = 20
"""Passkeys of one account."""
_LOGIN: Final = "passkey login"
_REGISTER: Final = "passkey"


@dataclass(frozen=True, slots=True)
class Party:
    """For whom authenticators sign.

    Attributes:
        id: Name of the host, without port.
        origin: Where browsers find the service, e.g. ``https://maillon.example``.
        name: Title of the service.
    """

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey as its owner sees it.

    Attributes:
        id: Its number.
        name: What its owner calls it.
        at: When it was set up.
        used: When it was last used; empty: never.
    """

    id: str
    name: str
    at: str
    used: str


class Passkeys:
    """The passkeys of one desk.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._attempts = Attempts(gate)
        self._challenges = Challenges(gate)
        self._entering = Entering(gate)
        self._proving = Proving(gate)
        self._sessions = Sessions(gate)

    def listed(self, who: str) -> list[PasskeyLine]:
        """Return the passkeys of an account, the oldest first."""
        query = select(PASSKEY).where(PASSKEY.c.who == who).order_by(PASSKEY.c.at, PASSKEY.c.id)
        with self._gate.desk.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [PasskeyLine(row.id, row.name, row.at, row.used) for row in rows]

    def register_options(self, session: Session, party: Party) -> dict[str, Any]:
        """Return what a browser asks an authenticator for, to make a passkey.

        Raises:
            LimitError: The account has as many as it may.
            RefusedError: The login is too long ago.
        """
        from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415
        from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415
        from webauthn.helpers.structs import (  # noqa: PLC0415
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        self._proving.check_recent(session)
        held = self._held(session.who)
        if len(held) >= MOST:
            raise LimitError("passkeys of an account", MOST, len(held) + 1)
        options = generate_registration_options(
            rp_id=party.id, rp_name=party.name, user_name=session.who,
            user_id=self._handle(session.who),
            challenge=self._challenges.draw(_REGISTER, session.who),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(base64url_to_bytes(row.credential)) for row in held
            ],
        )  # fmt: skip
        return _object(options_to_json(options))

    def register(
        self, opened: Opened, name: str, credential: Mapping[str, Any], party: Party
    ) -> Opened:
        """Keep the public key of a new passkey; the session has two factors from now on.

        Raises:
            RefusedError: The login is too long ago, or the passkey is known already.
            WrongLoginError: The authenticator did not sign what was asked.
        """
        session = opened.session
        self._proving.check_recent(session)
        made = self._registered(session.who, credential, party)
        if made is None:
            raise WrongLoginError
        id_, now = secrets.token_hex(8), moment(self._gate.now())
        with self._gate.desk.begin() as connection:
            digest = hashlib.sha256(made.credential_id).hexdigest()
            if connection.execute(
                select(PASSKEY.c.id).where(PASSKEY.c.credential_hash == digest)
            ).first():
                raise RefusedError("login: passkeys", "the passkey is known", "use another one")
            connection.execute(
                insert(PASSKEY).values(
                    id=id_, who=session.who, name=name, credential=_text(made.credential_id),
                    credential_hash=digest, public_key=_text(made.credential_public_key),
                    sign_count=made.sign_count, at=now, used="",
                )
            )  # fmt: skip
            note(connection, session.who, "second factor", "set up", kind="passkey", passkey=id_)
            return self._sessions.rotate(connection, opened.token, is_strong=True)

    def login_options(self, party: Party) -> dict[str, Any]:
        """Return what a browser asks an authenticator for, to log in or to prove anew."""
        from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415
        from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

        options = generate_authentication_options(
            rp_id=party.id, challenge=self._challenges.draw(_LOGIN),
            user_verification=UserVerificationRequirement.REQUIRED,
        )  # fmt: skip
        return _object(options_to_json(options))

    def log_in(
        self, credential: Mapping[str, Any], party: Party, address: str, before: str = ""
    ) -> Opened:
        """Open a session for whom an authenticator recognised; also while passwords are locked out.

        Raises:
            OftenError: The address failed too often.
            WrongLoginError: It is none of ours, did not sign what was asked, or was copied.
        """
        attempt = self._entering.begin("passkey", secrets.token_hex(8), address)
        row = self._known(credential)
        if row is None or not self._signed(row, credential, party):
            self._entering.refuse(attempt, row.who if row is not None else "", MEANS)
            raise WrongLoginError
        return self._entering.by_other(Recognised(row.who, MEANS, is_strong=True), attempt, before)

    def step_up(
        self, opened: Opened, credential: Mapping[str, Any], party: Party, address: str
    ) -> Opened:
        """Prove anew by a passkey of the session's own account.

        Raises:
            OftenError: The session failed too often.
            WrongLoginError: It is of another account, or did not sign what was asked.
        """
        row = self._known(credential)

        def is_proved() -> bool:
            is_mine = row is not None and row.who == opened.session.who
            return is_mine and row is not None and self._signed(row, credential, party)

        return self._proving.step_up_by_passkey(opened, address, is_proved)

    def _registered(
        self, who: str, credential: Mapping[str, Any], party: Party
    ) -> "VerifiedRegistration | None":
        from webauthn import verify_registration_response  # noqa: PLC0415

        try:
            challenge = _challenge(credential)
            if not self._challenges.take(_REGISTER, challenge, who):
                return None
            return verify_registration_response(
                credential=dict(credential), expected_challenge=challenge,
                expected_rp_id=party.id, expected_origin=party.origin,
                require_user_verification=True,
            )  # fmt: skip
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - what hostile bytes make a parser raise is no proof
            return None

    def _signed(self, row: Row[Any], credential: Mapping[str, Any], party: Party) -> bool:
        """Return whether the authenticator signed a challenge of ours that was not used before."""
        found = self._verified(row, credential, party)
        if found is None:
            return False
        one = (PASSKEY.c.id == row.id, PASSKEY.c.sign_count == row.sign_count)
        used = moment(self._gate.now())
        with self._gate.desk.begin() as connection:
            changed = connection.execute(
                update(PASSKEY).where(*one).values(sign_count=found.new_sign_count, used=used)
            )
        return changed.rowcount == 1

    def _verified(
        self, row: Row[Any], credential: Mapping[str, Any], party: Party
    ) -> "VerifiedAuthentication | None":
        from webauthn import verify_authentication_response  # noqa: PLC0415
        from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415

        try:
            challenge = _challenge(credential)
            if not self._challenges.take(_LOGIN, challenge):
                return None
            handle = credential["response"].get("userHandle")
            if handle and base64url_to_bytes(handle) != self._handle(row.who):
                return None
            return verify_authentication_response(
                credential=dict(credential), expected_challenge=challenge,
                expected_rp_id=party.id, expected_origin=party.origin,
                credential_public_key=base64url_to_bytes(row.public_key),
                credential_current_sign_count=row.sign_count, require_user_verification=True,
            )  # fmt: skip
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - what hostile bytes make a parser raise is no proof
            return None

    def _known(self, credential: Mapping[str, Any]) -> Row[Any] | None:
        from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415

        try:
            digest = hashlib.sha256(base64url_to_bytes(credential["rawId"])).hexdigest()
        except (KeyError, TypeError, ValueError):
            return None
        query = select(PASSKEY).where(PASSKEY.c.credential_hash == digest)
        with self._gate.desk.engine.connect() as connection:
            row = connection.execute(query).first()
            is_open = row is not None and usable(connection, self._gate, row.who, PERSON)
        return row if is_open else None

    def _held(self, who: str) -> list[Row[Any]]:
        with self._gate.desk.engine.connect() as connection:
            return list(connection.execute(select(PASSKEY).where(PASSKEY.c.who == who)).all())

    def _handle(self, who: str) -> bytes:
        """Return how authenticators know an account: nothing that names it."""
        return bytes.fromhex(self._gate.key.mac("passkey user", who))


def _challenge(credential: Mapping[str, Any]) -> bytes:
    from webauthn.helpers import base64url_to_bytes, parse_client_data_json  # noqa: PLC0415

    said = base64url_to_bytes(credential["response"]["clientDataJSON"])
    return parse_client_data_json(said).challenge


def _object(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _text(raw: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415

    return bytes_to_base64url(raw)
