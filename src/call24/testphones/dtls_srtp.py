"""DTLS-SRTP over datagrams: shake hands, check the other side's fingerprint, protect and unprotect packets.

Knows no ICE and no sockets. Source: RFC 5763, RFC 5764.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import Callable

import pylibsrtp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

MTU = 1200
PROFILE = b"SRTP_AES128_CM_SHA1_80"
_KEY, _SALT = 16, 14


class DtlsFailed(Exception):
    """The handshake did not give keys, or the other side is not who its session description said."""


class Identity:
    """A self-signed certificate of this phone, good for a day; its fingerprint goes into the session description."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "call24 phone")])
        now = datetime.datetime.now(datetime.UTC)
        hour = datetime.timedelta(hours=1)
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - hour).not_valid_after(now + 24 * hour)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    @property
    def fingerprint(self) -> str:
        return _colons(self.certificate.fingerprint(hashes.SHA256()))


def is_dtls(datagram: bytes) -> bool:
    """Source: RFC 7983, section 7."""
    return len(datagram) > 0 and 20 <= datagram[0] <= 63


class DtlsSrtp:
    """One association. `peer_fingerprint` is the value of `a=fingerprint`, e.g. "sha-256 AB:CD:..."."""

    def __init__(
        self, send: Callable[[bytes], None], identity: Identity, *, client: bool, peer_fingerprint: str
    ) -> None:
        context = SSL.Context(SSL.DTLS_METHOD)
        context.use_certificate(identity.certificate)
        context.use_privatekey(identity.key)
        # Any certificate passes here: it is self-signed, and the fingerprint is what says whose it is.
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        context.set_tlsext_use_srtp(PROFILE)
        self._tls = SSL.Connection(context, None)
        self._tls.set_ciphertext_mtu(MTU)
        if client:
            self._tls.set_connect_state()
        else:
            self._tls.set_accept_state()
        self._client = client
        self._send = send
        self._wanted = peer_fingerprint
        self._timer: asyncio.TimerHandle | None = None
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outbound: pylibsrtp.Session | None = None
        self._inbound: pylibsrtp.Session | None = None

    async def handshake(self, timeout_s: float) -> None:
        """Raises: DtlsFailed."""
        self._advance()
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.shield(self._done)
        except TimeoutError as error:
            raise DtlsFailed("no handshake in time") from error
        finally:
            self.close()

    def receive(self, datagram: bytes) -> None:
        self._tls.bio_write(datagram)
        if not self._done.done():
            self._advance()
        else:
            self._read_alerts()

    def protect(self, packet: bytes) -> bytes | None:
        """None before the keys are there."""
        return self._outbound.protect(packet) if self._outbound is not None else None

    def unprotect(self, packet: bytes) -> bytes | None:
        """None for a packet that does not verify, or before the keys are there."""
        if self._inbound is None:
            return None
        try:
            return self._inbound.unprotect(packet)
        except pylibsrtp.Error:
            return None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _advance(self) -> None:
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            self._flush()
            self._arm()
            return
        except SSL.Error as error:
            self._flush()
            self._finish(DtlsFailed(f"handshake refused: {error}"))
            return
        self._flush()
        try:
            self._take_keys()
        except DtlsFailed as error:
            self._finish(error)
        else:
            self._finish(None)

    def _read_alerts(self) -> None:
        """Lets OpenSSL answer a repeated last flight and see a close; there is no application data to read."""
        with contextlib.suppress(SSL.Error):
            self._tls.recv(MTU)
        self._flush()

    def _flush(self) -> None:
        for datagram in datagrams(self._pending()):
            self._send(datagram)

    def _pending(self) -> bytes:
        pending = b""
        try:
            while True:
                pending += self._tls.bio_read(65_536)
        except SSL.WantReadError:
            return pending

    def _arm(self) -> None:
        self.close()
        pause = self._tls.DTLSv1_get_timeout()
        if pause is not None:
            self._timer = asyncio.get_running_loop().call_later(max(0.01, pause), self._repeat)

    def _repeat(self) -> None:
        if self._done.done():
            return
        self._tls.DTLSv1_handle_timeout()
        self._flush()
        self._arm()

    def _finish(self, error: DtlsFailed | None) -> None:
        self.close()
        if self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)

    def _take_keys(self) -> None:
        self._check_fingerprint()
        if self._tls.get_selected_srtp_profile() != PROFILE:
            raise DtlsFailed("no common SRTP profile")
        keys = self._tls.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (_KEY + _SALT))
        salts = 2 * _KEY
        of_client = keys[:_KEY] + keys[salts : salts + _SALT]
        of_server = keys[_KEY:salts] + keys[salts + _SALT :]
        ours, theirs = (of_client, of_server) if self._client else (of_server, of_client)
        self._outbound = pylibsrtp.Session(pylibsrtp.Policy(ours, pylibsrtp.Policy.SSRC_ANY_OUTBOUND))
        self._inbound = pylibsrtp.Session(pylibsrtp.Policy(theirs, pylibsrtp.Policy.SSRC_ANY_INBOUND))

    def _check_fingerprint(self) -> None:
        certificate = self._tls.get_peer_certificate(as_cryptography=True)
        algorithm, _, wanted = self._wanted.partition(" ")
        hashing = {"sha-256": hashes.SHA256(), "sha-384": hashes.SHA384(), "sha-512": hashes.SHA512()}
        chosen = hashing.get(algorithm.lower())
        if certificate is None or chosen is None or _colons(certificate.fingerprint(chosen)) != wanted.strip().upper():
            raise DtlsFailed("the certificate is not the one that was announced")


def datagrams(records: bytes) -> list[bytes]:
    """Whole DTLS records, as many to a datagram as fit: a record must not be cut in two (RFC 6347, section 4.1.1)."""
    packed: list[bytes] = []
    while records:
        size = 13 + int.from_bytes(records[11:13], "big")
        record, records = records[:size], records[size:]
        if packed and len(packed[-1]) + size <= MTU:
            packed[-1] += record
        else:
            packed.append(record)
    return packed


def _colons(digest: bytes) -> str:
    return digest.hex(":").upper()
