"""The installation's own certificate authority and the server certificate it signs.

For HTTPS and the agents' websocket.

A person's browser trusts it once (DATA/tls/ca.pem) or asks. With --tls-cert it is not used. Source: RFC 5280.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from call24.kit.folder_sync import sync
from call24.kit.settings import Settings

CA_DAYS = 3650
# Apple's browsers refuse server certificates that last longer, even under a private authority.
SERVER_DAYS = 397
RENEW_BEFORE = timedelta(days=30)


def make(settings: Settings, now: datetime | None = None, *, anew: bool = False) -> bool:
    """Make what is missing, is about to expire or names other hosts. Gives whether the server certificate is new.

    `again`: the server's key and certificate in any case.
    """
    now = now or datetime.now(UTC)
    folder = settings.tls
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, ca = authority(folder, now)
    write(folder / "fingerprint", ca.fingerprint(hashes.SHA256()).hex(":").upper().encode(), 0o644)
    hosts = hosts_of(settings)
    if not anew and _still_good(folder, hosts, ca, now):
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [_general_name(host) for host in hosts]
    certificate = (
        builder("Call24 server", ca.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    write(folder / "server.key", private(key), 0o600)
    write(folder / "server.pem", pem(certificate) + pem(ca), 0o644)
    return True


def hosts_of(settings: Settings) -> list[str]:
    """Every name this installation may be reached by."""
    names = {"localhost", "127.0.0.1", "::1", settings.public_address, socket.gethostname()}
    if not ipaddress.ip_address(settings.http_host).is_unspecified:
        names.add(settings.http_host)
    return sorted(names)


def authority(
    folder: Path, now: datetime, called: str = "Call24 local authority"
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The one in this folder; made where there is none, or where it expires soon."""
    key_file, file = folder / "ca.key", folder / "ca.pem"
    if key_file.exists() and file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        ca = x509.load_pem_x509_certificate(file.read_bytes())
        lasts = ca.not_valid_after_utc - RENEW_BEFORE > now
        if isinstance(key, ec.EllipticCurvePrivateKey) and lasts and key.public_key() == ca.public_key():
            return key, ca
    key = ec.generate_private_key(ec.SECP256R1())
    # The name is unique: a browser that trusts two installations must not mix them up.
    name = f"{called} {os.urandom(4).hex()}"
    ca = (
        builder(name, None, key.public_key(), now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_signs_only(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write(key_file, private(key), 0o600)
    write(file, pem(ca), 0o644)
    return key, ca


def builder(
    name: str, issuer: x509.Name | None, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # An hour back: the clocks of phones differ.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _signs_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        key_cert_sign=True,
        crl_sign=True,
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _still_good(folder: Path, hosts: list[str], ca: x509.Certificate, now: datetime) -> bool:
    file, key_file = folder / "server.pem", folder / "server.key"
    if not (file.exists() and key_file.exists()):
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    if not _fits(key_file, certificate):
        return False
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        certificate.issuer == ca.subject
        and certificate.not_valid_after_utc - RENEW_BEFORE > now
        and {_general_name(host) for host in hosts} == set(names)
    )


def _fits(key_file: Path, certificate: x509.Certificate) -> bool:
    """Whether it is the key of this certificate: who was killed between the two files has left one of each."""
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except ValueError:
        return False
    return key.public_key() == certificate.public_key()


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and on the disk. Raises: OSError."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    sync(path.parent)
