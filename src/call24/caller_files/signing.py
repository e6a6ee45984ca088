"""vCons in signed form: a JWS in General JSON Serialization, and the check that anyone can make of one.

The installation signs with an RSA key of its own, since the draft asks for RS256; that key's certificate is issued by
the Ed25519 key of the receipts, whose certificate follows it. So the one published key says whose signature it is.
Source: draft-ietf-vcon-vcon-core, 5.2; RFC 7515, 4.1.6 and 7.2.1; RFC 8410.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from call24.kit.errors import Invalid
from call24.kit.secrets import AppKey, secret_file
from call24.kit.signed_json import fingerprint, read_once, signing_key

ALGORITHM = "RS256"
_BITS, _MOST_BITS = 2048, 4096
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_NO_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""As RFC 5280 (4.1.2.5) writes that a certificate has no end: what was signed is checked for years, also after
`rotate vcon`."""
_PROTECTED = urlsafe_b64encode(msgspec.json.encode({"alg": ALGORITHM})).rstrip(b"=")
_NOT_SIGNED = "This is no signed vCon: it has not exactly a payload and one signature with alg RS256 and x5c"
_CHANGED = "The signature does not match: the vCon was changed after it was signed"


@dataclass(frozen=True)
class VconSigner:
    """The installation's. `data`: its folder; the RSA key is made there when it is first used, within a second."""

    key: AppKey
    data: Path

    @cached_property
    def _rsa(self) -> rsa.RSAPrivateKey:
        found = load_pem_private_key(secret_file(self.data / "secrets" / "vcon.key", _new_key).encode(), None)
        assert isinstance(found, rsa.RSAPrivateKey)
        return found

    @cached_property
    def chain(self) -> list[str]:
        """`x5c`: the certificate of the key that signs, and of the one that issued it. The same each time."""
        issuer = signing_key(self.key)
        name = f"Call24 {fingerprint(issuer.public_key()).removeprefix('sha256:')[:40]}"
        root = _certificate(name, name, issuer.public_key(), issuer.public_key(), ca=True).sign(issuer, None)
        leaf = _certificate(f"{name} vCons", name, self._rsa.public_key(), issuer.public_key(), ca=False)
        return [b64encode(one.public_bytes(Encoding.DER)).decode() for one in (leaf.sign(issuer, None), root)]

    def signed(self, vcon: Mapping[str, Any]) -> dict[str, Any]:
        """The vCon in signed form. It takes a millisecond of one processor."""
        payload = urlsafe_b64encode(msgspec.json.encode(vcon)).rstrip(b"=")
        digest = self.begun()
        digest.update(payload)
        return {"payload": payload.decode(), "signatures": [self.signature(str(vcon["uuid"]), digest)]}

    def begun(self) -> hashlib._Hash:
        """For a payload that comes in pieces: what comes before it is hashed already."""
        return hashlib.sha256(_PROTECTED + b".")

    def signature(self, uuid: str, digest: hashlib._Hash) -> dict[str, Any]:
        """`digest`: of what came before the payload, and the payload."""
        made = self._rsa.sign(digest.digest(), padding.PKCS1v15(), Prehashed(SHA256()))
        header = {"alg": ALGORITHM, "x5c": self.chain, "uuid": uuid}
        return {
            "header": header,
            "protected": _PROTECTED.decode(),
            "signature": urlsafe_b64encode(made).rstrip(b"=").decode(),
        }


class Checked(msgspec.Struct, frozen=True):
    """`payload`: the vCon, as JSON. `installation`: whose key issued the certificate of the key that signed it; that
    this is whose it is said to be, only who knows that key can tell."""

    payload: bytes
    installation: str


def is_signed(vcon: object) -> bool:
    return isinstance(vcon, dict) and "payload" in vcon and "signatures" in vcon


def checked(text: bytes) -> Checked:
    """A signed vCon that nobody changed since it was signed by the key of the certificate that it brings.

    Raises: Invalid, which says why not.
    """
    try:
        whole = msgspec.convert(read_once(text), _Signed)
        [one] = whole.signatures
        if read_once(_decoded(one.protected)) != {"alg": ALGORITHM} or one.header.alg != ALGORITHM:
            raise ValueError
        payload, signature = _decoded(whole.payload), _decoded(one.signature)
        uuid = read_once(payload)["uuid"]
    except (KeyError, RecursionError, TypeError, ValueError):
        raise Invalid(_NOT_SIGNED) from None
    key, installation = _key_of(one.header.x5c)
    try:
        key.verify(signature, f"{one.protected}.{whole.payload}".encode(), padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        raise Invalid(_CHANGED) from None
    if one.header.uuid != uuid:
        raise Invalid("The header names another uuid than the vCon")
    return Checked(payload, installation)


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: str
    x5c: tuple[str, ...]
    uuid: str


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    header: _Header
    protected: str
    signature: str


class _Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    payload: str
    signatures: tuple[_Signature, ...]


def _decoded(text: str) -> bytes:
    """base64url, in its one form. Raises: ValueError."""
    made = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if urlsafe_b64encode(made).rstrip(b"=").decode() != text:
        raise ValueError
    return made


@lru_cache(maxsize=16)
def _key_of(x5c: tuple[str, ...]) -> tuple[rsa.RSAPublicKey, str]:
    """Of the first certificate, which the second issued; and whose that is. Raises: Invalid."""
    try:
        leaf, root = (x509.load_der_x509_certificate(b64decode(one, validate=True)) for one in x5c)
        key, issuer = leaf.public_key(), root.public_key()
        if not isinstance(key, rsa.RSAPublicKey) or not isinstance(issuer, Ed25519PublicKey):
            raise ValueError
        if not _BITS <= key.key_size <= _MOST_BITS:
            raise ValueError
        root.verify_directly_issued_by(root)
        leaf.verify_directly_issued_by(root)
    except (InvalidSignature, TypeError, ValueError):
        raise Invalid(
            "The certificates in x5c are not those of a Call24: an RSA key's, issued by an Ed25519 key's"
        ) from None
    return key, fingerprint(issuer)


def _new_key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _certificate(
    subject: str, issuer: str, key: Ed25519PublicKey | rsa.RSAPublicKey, issuer_key: Ed25519PublicKey, *, ca: bool
) -> x509.CertificateBuilder:
    """Nothing in it is by chance, so that it is the same whenever it is made."""
    of_key = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign"), False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(int.from_bytes(hashlib.sha256(of_key).digest()[:16]))
        .not_valid_before(_SINCE)
        .not_valid_after(_NO_END)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not ca, key_cert_sign=ca, encipher_only=False, decipher_only=False, **usage
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )
