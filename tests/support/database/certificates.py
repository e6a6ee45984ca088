"""Certificates of a MongoDB that is reached by TLS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificates(member: str) -> tuple[bytes, bytes]:
    """Of an authority, and of the member by its name and as 127.0.0.1, with its key, in PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "database authority")])

    def certificate(
        subject: x509.Name, of: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(of.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        return builder.add_extension(extension, critical=True).sign(key, hashes.SHA256())

    members = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(member), x509.IPAddress(ip_address("127.0.0.1"))])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, member)])
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = members.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    authority = certificate(issuer, key, x509.BasicConstraints(ca=True, path_length=None))
    return authority.public_bytes(pem), private + certificate(subject, members, names).public_bytes(pem)
