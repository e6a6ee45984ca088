"""The certificates by which a PBX on a host of its own and its server know each other, and the file for the server.

Source: RFC 5280. Who holds what: kit/pbx_pairing.py.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from call24.installer.certificates import CA_DAYS, authority, builder, pem, private, write
from call24.kit.pbx_pairing import PBX_NAME, SERVER_NAME, Pairing
from call24.kit.secrets import secret_file
from call24.kit.settings import Settings

FILE = "pairing.json"
Signer = tuple[ec.EllipticCurvePrivateKey, x509.Certificate]
Signed = tuple[bytes, bytes]
"""Key and certificate (PEM)."""


def make(settings: Settings, now: datetime | None = None) -> None:
    """What is missing, or of another authority: the password of ARI, both certificates, the pairing file."""
    now = now or datetime.now(UTC)
    folder = settings.pbx_secrets
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.secrets.chmod(0o700)
    password = secret_file(settings.secrets / "ari", lambda: os.urandom(24).hex())
    signer = authority(folder, now, "Call24 PBX")
    issued = pem(signer[1]).decode()
    if _paired(folder / FILE, issued, password) and (folder / "pbx.pem").exists() and (folder / "pbx.key").exists():
        return
    key, certificate = _signed(signer, PBX_NAME, ExtendedKeyUsageOID.SERVER_AUTH, now)
    write(folder / "pbx.key", key, 0o600)
    write(folder / "pbx.pem", certificate, 0o600)
    key, certificate = _signed(signer, SERVER_NAME, ExtendedKeyUsageOID.CLIENT_AUTH, now)
    pairing = Pairing(authority=issued, certificate=certificate.decode(), key=key.decode(), ari_password=password)
    write(folder / FILE, pairing.text().encode(), 0o600)


def _paired(file: Path, issued: str, password: str) -> bool:
    if not file.exists():
        return False
    found = Pairing.load(file)
    return found.authority == issued and found.ari_password == password


def _signed(signer: Signer, name: str, usage: ObjectIdentifier, now: datetime) -> Signed:
    """They last as long as their authority: no browser looks at them."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        builder(name, signer[1].subject, key.public_key(), now, CA_DAYS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer[0].public_key()), critical=False)
        .sign(signer[0], hashes.SHA256())
    )
    return private(key), pem(certificate)
