"""A security key in software: makes passkeys and shows them, and can be copied. P-256, attestation "none".

Source: W3C Web Authentication Level 2, sections 6.1 (authenticator data) and 6.5 (attestation).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
Json = dict[str, Any]


@dataclass
class Authenticator:
    """`counter` goes up by one at each use; a device that counts nothing has `counts` off."""

    origin: str = "https://call24.test:8024"
    rp_id: str = "call24.test"
    counter: int = 0
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def create(self, options: Json) -> Json:
        """What navigator.credentials.create answers."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(public)
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        client = self._client("webauthn.create", options["challenge"])
        return self._credential(
            clientDataJSON=client, attestationObject=cbor2.dumps(made), transports=["internal", "nonsense"]
        )

    def get(self, options: Json) -> Json:
        """What navigator.credentials.get answers."""
        client, data = self._client("webauthn.get", options["challenge"]), self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, more: int = 0) -> bytes:
        self.counter += self.counts
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([self.flags | more]) + self.counter.to_bytes(4)

    def _client(self, type: str, challenge: str) -> bytes:
        told = {"type": type, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _credential(self, **response: Any) -> Json:
        id = bytes_to_base64url(self.id)
        plain = {name: bytes_to_base64url(one) if isinstance(one, bytes) else one for name, one in response.items()}
        return {"id": id, "rawId": id, "type": "public-key", "response": plain, "clientExtensionResults": {}}
