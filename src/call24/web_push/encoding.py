"""Encrypts a push message for one browser: aes128gcm, one record. Pure, but for the fresh key and salt of each message.

The push service that passes it on cannot read it, and all messages of a step of `STEP` bytes have the same length.
Source: RFC 8291 (keys, section 3.4; restrictions, section 4), RFC 8188 (header and record, section 2).
"""

from __future__ import annotations

import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
POINT, AUTH, SALT = 65, 16, 16
RECORD = 4096
_TAG = 16
_HEADER = SALT + 4 + 1 + POINT
STEP = 1024
MOST = 3 * STEP - 1
"""Bytes of a message. A push service takes 4096 of what is encrypted, header and all (RFC 8030, section 7.2)."""


def encrypt(
    message: bytes,
    receiver: bytes,
    auth: bytes,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
    step: int = STEP,
) -> bytes:
    """The body of the request: header and one record.

    `receiver`: the browser's public key, an uncompressed point; `auth`: its secret of 16 bytes. `key`, `salt`: fresh
    ones unless given (test vectors). `step`: the padded length is a multiple of it, 1: no padding.
    Raises: ValueError for a message that is too long, and for what is no point of the curve.
    """
    if len(message) > MOST:
        raise ValueError(f"a push message has at most {MOST} bytes")
    key, salt = key or ec.generate_private_key(CURVE), salt or secrets.token_bytes(SALT)
    own = public_bytes(key.public_key())
    shared = key.exchange(ec.ECDH(), point(receiver))
    secret = _hkdf(shared, auth, b"WebPush: info\0" + receiver + own, 32)
    content_key = _hkdf(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(secret, salt, b"Content-Encoding: nonce\0", 12)
    # 2 marks the last record; what follows is padding (RFC 8188, section 2).
    record = message + b"\2"
    record += bytes(-len(record) % step)
    header = salt + struct.pack("!IB", RECORD, POINT) + own
    return header + AESGCM(content_key).encrypt(nonce, record, None)


def point(raw: bytes) -> ec.EllipticCurvePublicKey:
    """Raises: ValueError for what is no point of the curve, or not 65 bytes."""
    if len(raw) != POINT:
        raise ValueError(f"a public key has {POINT} bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """An uncompressed point of 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def b64(raw: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """base64url, with padding or without. Raises: ValueError."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
