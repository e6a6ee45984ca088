"""What both ends agree on: the protocols that one port carries, TLS with certificates of both sides, time limits."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
from collections.abc import Iterable
from pathlib import Path

from call24.kit.pbx_pairing import Pairing

CONTROL = "call24-control"
PHONES = "call24-phones"
RECORDINGS = "call24-recordings"
PROTOCOLS = (CONTROL, PHONES, RECORDINGS)
HANDSHAKE_S = 5.0
GOODBYE_S = 2.0
UNANSWERED_MS = 10_000
"""A connection whose bytes nobody acknowledges for so long is over."""
BUFFER = 262_144


def pbx_side(folder: Path) -> ssl.SSLContext:
    """`folder`: ca.pem, pbx.pem and pbx.key. Raises: OSError."""
    context = _strict(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    context.num_tickets = 0  # each connection shows its certificate
    context.load_verify_locations(cafile=folder / "ca.pem")
    context.load_cert_chain(folder / "pbx.pem", folder / "pbx.key")
    context.set_alpn_protocols(PROTOCOLS)
    return context


def server_side(pairing: Pairing, protocol: str) -> ssl.SSLContext:
    """Raises: OSError (ssl.SSLError for certificates that are none)."""
    context = _strict(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pairing.authority)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as both:  # mode 0600; OpenSSL reads from a file only
        both.write(pairing.key + pairing.certificate)
        both.flush()
        context.load_cert_chain(both.name)
    context.set_alpn_protocols([protocol])
    return context


def _strict(kind: ssl._SSLMethod) -> ssl.SSLContext:
    context = ssl.SSLContext(kind)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def notice_silence(ends: Iterable[socket.socket | None]) -> None:
    """A host that is gone, or a cut network, ends a connection within seconds. Source: tcp(7)."""
    for end in ends:
        if end is None or end.family not in (socket.AF_INET, socket.AF_INET6):
            continue
        with contextlib.suppress(OSError), socket.fromfd(end.fileno(), end.family, socket.SOCK_STREAM) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
