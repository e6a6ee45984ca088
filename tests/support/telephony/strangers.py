"""A stranger's many sockets to the phones' port, in a process of its own: kept open, opened again when they are cut.

`python -m tests.support.telephony.strangers PORT FIRST ADDRESSES SOCKETS SECONDS`: from 127.0.0.FIRST on, so many
addresses of this machine. Most say nothing; one in twenty speaks TLS and no more, one in twenty asks for a websocket
and is silent, or signs in with a wrong password. Ends by itself; the last line of its output is what happened, in JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import selectors
import socket
import ssl
import sys
import threading
import time
from collections import Counter

AGAIN_S = 2.0
PORTION = 200
SECURE_PART = 10
REGISTER = (
    "REGISTER sip:call24 SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bK{0}\r\nMax-Forwards: 70\r\n"
    "From: <sip:ten_x.dev_{0}@call24>;tag=1\r\nTo: <sip:ten_x.dev_{0}@call24>\r\nCall-ID: {0}\r\nCSeq: 1 REGISTER\r\n"
    "Contact: <sip:x@x.invalid;transport=ws>\r\nExpires: 120\r\nContent-Length: 0\r\n\r\n"
)


class Silent:
    """Sockets that say nothing."""

    def __init__(self, port: int, addresses: list[str], count: int, seen: Counter[str]) -> None:
        self._port, self._addresses, self._seen = port, addresses, seen
        self._due: list[tuple[float, str]] = [(0.0, addresses[number % len(addresses)]) for number in range(count)]
        self._open = selectors.DefaultSelector()

    def run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            due = [one for one in self._due if one[0] <= now][:PORTION]
            taken = set(map(id, due))
            self._due = [one for one in self._due if id(one) not in taken]
            for _, address in due:
                self._connect(address)
            for key, _ in self._open.select(0.05):
                self._look(key)
            self._seen["most"] = max(self._seen["most"], len(self._open.get_map()))

    def _connect(self, address: str) -> None:
        made = socket.socket()
        made.setblocking(False)
        try:
            made.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
            made.bind((address, 0))
            made.connect(("127.0.0.1", self._port))
        except BlockingIOError:
            pass
        except OSError as error:
            self._seen[f"not opened: {error.strerror}"] += 1
            made.close()
            self._due.append((time.monotonic() + AGAIN_S, address))
            return
        self._seen["opened"] += 1
        self._open.register(made, selectors.EVENT_READ, address)

    def _look(self, key: selectors.SelectorKey) -> None:
        made = key.fileobj
        assert isinstance(made, socket.socket)
        with contextlib.suppress(OSError):
            if made.recv(100):
                return
        self._seen["cut"] += 1
        self._open.unregister(made)
        made.close()
        self._due.append((time.monotonic() + AGAIN_S, key.data))


async def speak(port: int, addresses: list[str], count: int, seconds: float, seen: Counter[str]) -> None:
    """Those that get as far as TLS, or a websocket."""
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE

    async def one(number: int) -> None:
        while True:
            with contextlib.suppress(OSError):
                await talk(number)
            await asyncio.sleep(AGAIN_S)

    async def talk(number: int) -> None:
        here = addresses[number % len(addresses)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=careless, local_addr=(here, 0))
        seen["tls"] += 1
        try:
            if number % 2:
                writer.write(
                    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n"
                    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                )
                seen["websockets"] += (await reader.readline()).startswith(b"HTTP/1.1 101")
            if number % 4 == 3:
                text = REGISTER.format(number).encode()
                writer.write(b"\x81\xfe" + len(text).to_bytes(2) + bytes(4) + text)
            await reader.read(-1)
        finally:
            writer.transport.abort()

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(one(number))


def main(port: int, first: int, addresses: int, sockets: int, seconds: float) -> None:
    here = [f"127.0.0.{first + number}" for number in range(addresses)]
    seen: Counter[str] = Counter()
    secure = sockets // SECURE_PART
    silent = threading.Thread(target=Silent(port, here, sockets - secure, seen).run, args=(seconds,))
    silent.start()
    asyncio.run(speak(port, here, secure, seconds, seen))
    silent.join()
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]), float(sys.argv[5]))
