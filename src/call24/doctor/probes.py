"""What the doctor asks of the machine and its ports: settings, a folder, a SIP port, a certificate. What it means is
checks.py's."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import tempfile
from pathlib import Path
from typing import Any

from cryptography import x509

from call24.doctor.report import Failed
from call24.kit.package import COMMAND
from call24.kit.settings import Settings, SettingsError
from call24.testphones.sip_message import request
from call24.testphones.sip_transactions import new_branch


def settings_of(data: Path) -> Settings:
    """What the running installation was started with. Raises: Failed."""
    try:
        return Settings.load(data.absolute() / "run" / "settings.json").checked()
    except SettingsError as error:
        raise Failed(error.text, f"start it first: {COMMAND} up --data {data}") from error


async def sip_answers(host: str, port: int, timeout_s: float) -> float | None:
    """Seconds until anything answers an OPTIONS over UDP; None for silence. A refusal is an answer, too."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[None] = loop.create_future()

    class Asking(asyncio.DatagramProtocol):
        def datagram_received(self, raw: bytes, source: Any) -> None:
            if raw.startswith(b"SIP/2.0 ") and not heard.done():
                heard.set_result(None)

    transport, _ = await loop.create_datagram_endpoint(Asking, remote_addr=(host, port))
    here, there = transport.get_extra_info("sockname")[:2], f"sip:{host}:{port}"
    options = request(
        "OPTIONS", there,
        (("Via", f"SIP/2.0/UDP {here[0]}:{here[1]};branch={new_branch()};rport"), ("Max-Forwards", "70"),
         ("From", f"<sip:doctor@{here[0]}>;tag=doctor"), ("To", f"<{there}>"),
         ("Call-ID", new_branch()), ("CSeq", "1 OPTIONS")),
    )  # fmt: skip
    began = loop.time()
    try:
        async with asyncio.timeout(timeout_s):
            while not heard.done():
                transport.sendto(options.encode())
                await asyncio.wait((heard,), timeout=0.5)
    except TimeoutError:
        return None
    finally:
        transport.close()
    return loop.time() - began


def check_writable(folder: Path) -> None:
    """Raises: Failed."""
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"x" * 4096)
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        raise Failed(f"{folder}: {error.strerror}", "make the user that runs Call24 its owner") from error


def certificate_of(host: str, port: int) -> x509.Certificate:
    """Raises: Failed."""
    anyone = ssl.create_default_context()
    anyone.check_hostname = False
    anyone.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), timeout=3) as raw, anyone.wrap_socket(raw) as tls:
            shown = tls.getpeercert(binary_form=True)
    except OSError as error:
        raise Failed(f"no TLS at {host}:{port}: {error}") from error
    assert shown is not None
    return x509.load_der_x509_certificate(shown)


def address_towards(host: str, port: int) -> str:
    """This machine's, by which packets for there go. Raises: OSError."""
    family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(place)  # sends nothing
        return str(probe.getsockname()[0])
