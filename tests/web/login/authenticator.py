"""A soft authenticator: makes passkeys and signs challenges as one does in hardware.

Source: W3C Web Authentication, level 3, sections 6.1 (authenticator data) and 6.5 (none
attestation); RFC 9052 (COSE_Key).
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def un64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey.

    Attributes:
        origin: Where its browser believes to be.
        rp_id: For whom it signs.
        count: How often it signed; None: it does not count.
        flags: What it says of the person.
    """

    origin: str
    rp_id: str
    count: int | None = 0
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: str = ""

    def make(self, options: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Return a new credential for what the service asked."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        data = self._data(self.flags | ATTESTED) + attested
        client = self._client("webauthn.create", options["challenge"], changes)
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            {
                "clientDataJSON": b64(client),
                "attestationObject": b64(statement),
                "transports": ["internal"],
            }
        )

    def sign(self, options: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Return a credential that signs what the service asked."""
        if self.count is not None:
            self.count += 1
        data = self._data(self.flags)
        client = self._client("webauthn.get", options["challenge"], changes)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {"clientDataJSON": b64(client), "authenticatorData": b64(data),
             "signature": b64(signature), "userHandle": self.handle}
        )  # fmt: skip

    def _data(self, flags: int) -> bytes:
        return (
            hashlib.sha256(self.rp_id.encode()).digest()
            + bytes([flags])
            + (self.count or 0).to_bytes(4)
        )

    def _client(self, kind: str, challenge: str, changes: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **changes}).encode()

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key",
                "response": response, "clientExtensionResults": {},
                "authenticatorAttachment": "platform"}  # fmt: skip
