"""Nothing goes to a server whose certificate nobody vouches for: no webhook, sign-in, letter, no word to Asterisk."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from call24.asterisk import AriClient
from call24.installer import certificates
from call24.kit.clock import SystemClock
from call24.kit.outbound_http import OutboundHttp
from call24.kit.settings import Settings, is_loopback
from call24.notifications.email.smtp import MailServer, send
from call24.notifications.email.templates import Written

HELLO = Written(subject="Hello", text="Hello")


class Impostor:
    """A server of this machine with a certificate of an authority that nobody here knows."""

    def __init__(self) -> None:
        self.port = 0
        self.reached = 0

    def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        writer.close()


@pytest.fixture
async def impostor(tmp_path: Path) -> AsyncIterator[Impostor]:
    settings = Settings(data=tmp_path)
    certificates.make(settings)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*settings.certificate)
    made = Impostor()
    server = await asyncio.start_server(made.met, "127.0.0.1", 0, ssl=context)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


async def test_who_trusts_the_authority_reaches_it(impostor: Impostor, tmp_path: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(tmp_path / "tls" / "ca.pem"))
    reader, writer = await asyncio.open_connection("127.0.0.1", impostor.port, ssl=trusting)
    assert await reader.read() == b"" and impostor.reached == 1
    writer.close()


async def test_webhooks_and_questions_to_providers_are_not_sent(impostor: Impostor) -> None:
    outward = OutboundHttp(private=True)
    url = f"https://127.0.0.1:{impostor.port}/"
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await outward.post(url, b"{}", {})
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await outward.ask("GET", url, {})
    await outward.close()
    assert impostor.reached == 0


async def test_letters_wait(impostor: Impostor) -> None:
    server = MailServer.of(f"smtps://127.0.0.1:{impostor.port}", None, "Call24 <a@b.example>", is_loopback)
    assert (await send(server, SystemClock(), "kim@example.com", HELLO)).outcome == "later"
    assert impostor.reached == 0


async def test_asterisk_is_away(impostor: Impostor) -> None:
    ari = AriClient(f"https://127.0.0.1:{impostor.port}/ari", "user", "secret", app="call24", events=())
    assert (await ari.request("GET", "/asterisk/ping")).away
    await ari.close()
    assert impostor.reached == 0
