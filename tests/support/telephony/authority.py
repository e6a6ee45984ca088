"""A certificate authority of the tests' own, and certificates as carriers have them: good ones and wrong ones."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        built = _dated(self._name, self._name, self._key.public_key(), 100)
        basic = x509.BasicConstraints(ca=True, path_length=None)
        self._certificate = built.add_extension(basic, critical=True).sign(self._key, hashes.SHA256())

    def file(self, folder: Path) -> Path:
        """Its own certificate."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "carriers-authority.pem"
        file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        return file

    def signs(self, folder: Path, *names: str, days: float = 50) -> tuple[Path, Path]:
        """A certificate for these hosts that ends in so many days, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        hosts = x509.SubjectAlternativeName([_host(name) for name in names])
        built = _dated(_named("A carrier"), self._name, key.public_key(), days)
        certificate = built.add_extension(hosts, critical=False).sign(self._key, hashes.SHA256())
        folder.mkdir(parents=True, exist_ok=True)
        files = folder / "carrier.pem", folder / "carrier.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        coding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        files[1].write_bytes(key.private_bytes(*coding))
        return files


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _dated(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: float
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
    )
