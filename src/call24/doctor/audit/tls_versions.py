"""Which versions of TLS the ports really take: a greeting of each version is sent, and what comes back is read.

The greeting is written here, not by the machine's TLS library, which may refuse to speak an old version by itself:
then nothing would be known of the port.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Sequence

from call24.doctor.audit.outcome import Found, Unverified, in_thread
from call24.doctor.report import CheckResult
from call24.installer.api_client import trunk_host
from call24.kit.package import COMMAND
from call24.kit.settings import Settings

OLD = {"TLS 1.0": 0x0301, "TLS 1.1": 0x0302}
CURRENT = 0x0303
ALERT, HANDSHAKE = 21, 22
_SUITES = (
    0xC02F, 0xC030, 0xC02B, 0xC02C, 0xCCA8, 0xCCA9,  # of TLS 1.2
    0xC013, 0xC014, 0xC009, 0xC00A, 0x002F, 0x0035, 0x0033, 0x0039, 0x000A,  # of all versions
)  # fmt: skip
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0203, 0x0201)
ADVICE = "let nothing older than TLS 1.2 be spoken: update the machine's OpenSSL, and set MinProtocol in openssl.cnf"


async def examine(settings: Settings, found: CheckResult) -> None:
    """Raises: Found, Unverified."""
    found.seen = await in_thread(lambda: look(ports(settings)))


def ports(settings: Settings) -> list[tuple[str, str, int]]:
    """What is served by TLS: its name, address and port."""
    host = "127.0.0.1" if settings.loopback else settings.public_address
    there = [("app and API", host, settings.http_port), ("phones", host, settings.wss_port)]
    if settings.own_asterisk:
        there.append(("trunks", trunk_host(settings), settings.sip_tls_port))
    return there


def look(places: Sequence[tuple[str, str, int]]) -> str:
    """Raises: Found, Unverified."""
    unsafe, silent = [], []
    for name, host, port in places:
        if not takes(host, port, CURRENT):
            silent.append(f"{name} ({host}:{port})")
        unsafe += [f"{name} ({host}:{port}): {old}" for old, version in OLD.items() if takes(host, port, version)]
    if unsafe:
        raise Found(f"an outdated version of TLS is taken {len(unsafe)} times", ADVICE, unsafe)
    if silent or not places:
        raise Unverified(
            f"{len(silent)} of {len(places)} ports did not take TLS 1.2 either, so their refusals say nothing",
            f"start Call24 and see {COMMAND} doctor",
            silent,
        )
    return f"{len(places)} ports take TLS 1.2 or newer and refuse {' and '.join(OLD)}"


def takes(host: str, port: int, version: int) -> bool:
    """Whether a greeting of this version as the highest is answered in kind. A port that is silent does not."""
    try:
        with socket.create_connection((host, port), timeout=3) as link:
            link.sendall(greeting(version, host))
            head = _read(link, 5)
            kind, _, length = struct.unpack("!BHH", head)
            if kind != HANDSHAKE:
                return False
            body = _read(link, min(length, 6))
            return body[0] == 2 and struct.unpack("!H", body[4:6])[0] == version
    except (OSError, struct.error, EOFError, IndexError):
        return False


def greeting(version: int, host: str) -> bytes:
    """A ClientHello. Source: RFC 5246, section 7.4.1.2."""
    suites = struct.pack(f"!{len(_SUITES)}H", *_SUITES)
    name = host.encode("ascii", "ignore")
    extensions = _extension(0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name)
    extensions += _extension(10, _listed(_GROUPS)) + _extension(11, b"\x01\x00") + _extension(0xFF01, b"\x00")
    if version >= CURRENT:
        extensions += _extension(13, _listed(_SIGNATURES))
    hello = struct.pack("!H", version) + os.urandom(32) + b"\x00" + struct.pack("!H", len(suites)) + suites
    hello += b"\x01\x00" + struct.pack("!H", len(extensions)) + extensions
    shake = b"\x01" + struct.pack("!I", len(hello))[1:] + hello
    return struct.pack("!BHH", HANDSHAKE, 0x0301, len(shake)) + shake


def _listed(values: Sequence[int]) -> bytes:
    return struct.pack(f"!H{len(values)}H", 2 * len(values), *values)


def _extension(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body


def _read(link: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        more = link.recv(count - len(got))
        if not more:
            raise EOFError
        got += more
    return got
