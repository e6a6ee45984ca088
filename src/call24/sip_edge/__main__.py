"""`python -m call24.sip_edge --data DIR`: agents' phones connect here. Its parent wrote the settings and watches it."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import signal
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import cast

import uvloop

from call24.kit.certificate import CertificateWatch
from call24.kit.log_format import log_to_stderr
from call24.kit.settings import Settings
from call24.kit.tls import CIPHERS
from call24.sip_edge.gate import Gate
from call24.sip_edge.limits import LIMITS

BACKLOG = 1024


async def serve(settings: Settings) -> None:
    """Until it is told to end. Raises: OSError when the port, or the certificate, cannot be used."""
    log_to_stderr(settings.log_format)
    context = tls(settings)
    gate = Gate(
        LIMITS.within(descriptors()),
        context,
        ari_port=settings.ari_port,
        proxies=settings.proxy_list(),
        origins=settings.origin_list(),
    )
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    gate.listen(listening(settings.http_host, settings.wss_port))
    for place in (settings.sip_edge_socket, settings.sip_edge_bans_socket):
        place.unlink(missing_ok=True)
    telling = [
        await tell_state(settings.sip_edge_socket, gate),
        await lift_bans(settings.sip_edge_bans_socket, gate),
    ]
    gc.collect()
    gc.freeze()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(gate.run(), name="gate"),
            group.create_task(CertificateWatch(settings.certificate, context).run(), name="certificate"),
        ]
        await ended.wait()
        for task in tasks:
            task.cancel()
    for each in telling:
        each.close()
    gate.close()
    await asyncio.sleep(0.05)  # for what phones are told


def tls(settings: Settings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.num_tickets = 1
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(*settings.certificate)
    return context


def listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == "::")


def descriptors() -> int:
    """How many this process may open; its parent has asked for as many as it can get."""
    now, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return LIMITS.descriptors if now == resource.RLIM_INFINITY else now


class Lifter(asyncio.Protocol):
    """Whoever of this user sends `list` is told who is banned; `lift ADDRESS` lets one in again."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._there = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._asked += data
        if not self._asked.endswith(b"\n") and len(self._asked) < 200:
            return
        match self._asked.decode(errors="replace").split():
            case ["list"]:
                told: object = self._gate.bans()
            case ["lift", who]:
                told = self._gate.lift(who)
            case _:
                told = None
        self._there.write(json.dumps(told).encode() + b"\n")
        self._there.close()


class Teller(asyncio.Protocol):
    """Whoever of this user opens the socket is told how many are connected: the parent, the server, the doctor."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        there = cast(asyncio.Transport, transport)
        there.write(json.dumps(self._gate.state()).encode() + b"\n")
        there.close()


async def tell_state(place: Path, gate: Gate) -> asyncio.Server:
    """Whoever connects is told."""
    return await _answering(place, lambda: Teller(gate))


async def lift_bans(place: Path, gate: Gate) -> asyncio.Server:
    """Whoever connects asks first."""
    return await _answering(place, lambda: Lifter(gate))


async def _answering(place: Path, made: Callable[[], asyncio.Protocol]) -> asyncio.Server:
    """For this user alone."""
    before = os.umask(0o177)
    try:
        server: asyncio.Server = await asyncio.get_running_loop().create_unix_server(made, place)
    finally:
        os.umask(before)
    return server


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="call24.sip_edge", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    uvloop.run(serve(Settings.load(arguments.parse_args().data / "run" / "settings.json")))
