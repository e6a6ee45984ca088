"""A UDP port for SIP, with its transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from call24.testphones.plain_audio import Address
from call24.testphones.sip_message import SipMessage
from call24.testphones.sip_transactions import Transactions


class SipSocket(asyncio.DatagramProtocol):
    """Everything goes to `server`, whoever asked; requests of any side go to `on_request`."""

    transport: asyncio.DatagramTransport

    def __init__(self, server: Address, on_request: Callable[[SipMessage], None]) -> None:
        self._server = server
        self.transactions = Transactions(self._send, on_request, reliable=False)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, raw: bytes, source: Any) -> None:
        self.transactions.receive(raw)

    def close(self) -> None:
        self.transactions.close()
        self.transport.close()

    def _send(self, raw: bytes) -> None:
        self.transport.sendto(raw, self._server)


async def open_sip(server: Address, local: Address, on_request: Callable[[SipMessage], None]) -> SipSocket:
    """Raises: OSError if the port cannot be had."""
    loop = asyncio.get_running_loop()
    made = await loop.create_datagram_endpoint(lambda: SipSocket(server, on_request), local_addr=local)
    return made[1]
