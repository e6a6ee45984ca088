"""The mail server of addresses for tasks alone, on the event loop of the product: limits, and who is cut off.

What becomes of a mail is stood in for here; tests/telephony/test_tasks_by_email.py has the server as it is composed.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import uvloop
from aiosmtpd.smtp import SMTP
from tests.support.database.mongod import free_port
from tests.support.http.tls import offering
from tests.support.wait import wait_until

from call24.installer import certificates
from call24.kit.ids import TaskAddressId, TenantId
from call24.kit.settings import Settings
from call24.task_mails import listener as listening
from call24.task_mails import room
from call24.task_mails.intake import TaskIntake
from call24.task_mails.listener import MailListener
from call24.task_mails.message import Mail
from call24.task_mails.model import TaskAddress
from call24.task_mails.store import TaskAddressStore

DOMAIN = "t.example.org"
MB = 1 << 20
LETTER = b"From: jo@example.com\r\nMessage-ID: <one@example.com>\r\n\r\nHi\r\n.\r\n"


@pytest.fixture(scope="module")
def event_loop_policy() -> Any:
    """The event loop of the product: its transports are none by asyncio's classes."""
    return uvloop.EventLoopPolicy()


class Stored:
    """Addresses of organisations by their token, and what takes mails: as slowly as a test wants it."""

    def __init__(self) -> None:
        self.there = {token * 20: address(f"ten_{token}", token) for token in "ab"}
        self.taken: list[Mail] = []
        self.counted: list[TenantId] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.began = asyncio.Event()

    async def with_token(self, token: str) -> TaskAddress | None:
        return self.there.get(token)

    def arrived(self, tenant_id: TenantId) -> None:
        self.counted.append(tenant_id)

    async def take(self, address: TaskAddress, mail: Mail) -> None:
        self.began.set()
        await self.go_on.wait()
        self.taken.append(mail)


def address(tenant_id: str, token: str, enabled: bool = True) -> TaskAddress:
    return TaskAddress(
        id=TaskAddressId(f"tad_{token}"),
        tenant_id=TenantId(tenant_id),
        token=token * 20,
        enabled=enabled,
        created_by=None,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


class House:
    """A listener, and what stands behind it."""

    def __init__(self, stored: Stored, listener: MailListener, port: int) -> None:
        self.stored, self.listener, self.port = stored, listener, port

    async def connected(self) -> Session:
        return Session(*await asyncio.open_connection("127.0.0.1", self.port))

    async def greeted(self) -> Session:
        session = await self.connected()
        assert (await session.line()).startswith(b"220")
        await session.says(b"HELO x")
        return session


class Session:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def line(self) -> bytes:
        """Empty once it is closed."""
        try:
            return await asyncio.wait_for(self.reader.readline(), 10)
        except ConnectionError:
            return b""

    async def says(self, line: bytes) -> bytes:
        self.writer.write(line + b"\r\n")
        return await self.line()

    async def to(self, *tokens: str) -> bytes:
        await self.says(b"MAIL FROM:<jo@example.com>")
        for token in tokens:
            said = await self.says(f"RCPT TO:<tasks+{token * 20}@{DOMAIN}>".encode())
        return said

    async def data(self) -> None:
        assert (await self.says(b"DATA")).startswith(b"354")


@contextlib.asynccontextmanager
async def house(tls: ssl.SSLContext | None = None) -> AsyncIterator[House]:
    stored, port = Stored(), free_port()
    listener = MailListener(
        cast(TaskAddressStore, stored),
        cast(TaskIntake, stored),
        lambda _: True,
        domain=DOMAIN,
        place=("127.0.0.1", port),
        most_bytes=MB,
        tls=lambda: tls,
    )
    running = asyncio.create_task(listener.run())

    async def listens() -> Any:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    try:
        assert await wait_until(listens)
        await wait_until(lambda: not listener.connected)
        yield House(stored, listener, port)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def tls_of(folder: Path) -> ssl.SSLContext:
    settings = Settings(data=folder)
    certificates.make(settings)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*settings.certificate)
    return context


async def test_one_connection_too_many_is_told_so_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "CONNECTIONS", 1)
    async with house() as there:
        await there.greeted()
        crowded = await there.connected()
        assert (await crowded.line()).startswith(b"421 4.3.2")
        assert await crowded.line() == b""


async def test_one_organisations_mails_leave_others_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "EACH_TENANT", 1)
    async with house() as there:
        first, second = await there.greeted(), await there.greeted()
        assert (await first.to("a")).startswith(b"250")
        assert (await second.to("a")).startswith(b"451 4.3.2")
        assert (await second.to("b")).startswith(b"250"), "another organisation's"
        assert (await first.says(b"RSET")).startswith(b"250")
        third = await there.greeted()
        assert (await third.to("a")).startswith(b"250"), "what is over makes room"


@pytest.mark.parametrize("over_tls", [False, True])
async def test_a_connection_that_lasts_too_long_is_cut_off_whatever_it_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, over_tls: bool
) -> None:
    monkeypatch.setattr(listening, "SESSION_S", 0.7)
    async with house(tls_of(tmp_path) if over_tls else None) as there:
        session = await there.greeted()
        if over_tls:
            await session.says(b"EHLO x")
            while (await session.line()).startswith(b"250-"):
                pass
            assert (await session.says(b"STARTTLS")).startswith(b"220")
            await session.writer.start_tls(offering(ssl.TLSVersion.TLSv1_3))
            assert (await session.says(b"HELO x")).startswith(b"250")

        async def closed() -> Any:
            return await session.says(b"NOOP") == b""

        assert await wait_until(closed)
        await wait_until(lambda: not there.listener.connected)


async def test_whoever_is_connected_is_cut_off_when_the_server_ends() -> None:
    async with house() as there:
        session = await there.greeted()
    assert await session.line() == b""


def test_an_ipv6_network_counts_as_one_peer() -> None:
    counted = listening._counted_as
    assert counted("2001:db8::1") == counted("2001:db8::ffff:1") != counted("2001:db8:0:1::1")
    assert counted("::ffff:192.0.2.1") == counted("192.0.2.1") == "192.0.2.1"


async def test_what_has_more_lines_or_bytes_than_are_taken_is_told_so_at_once_and_not_kept() -> None:
    async with house() as there:
        for content in (b"\r\n" * (MB // 20 + 1), b"x" * (2 * MB + 1)):
            session = await there.greeted()
            await session.to("a")
            await session.data()
            session.writer.write(content)  # and no end of the message
            assert (await session.line()).startswith(b"552 5.3.4")
            assert await session.line() == b""
        session = await there.greeted()
        await session.to("a")
        await session.data()
        assert (await session.says(b"From: jo@example.com\r\n\r\n" + b"a line of a letter\r\n" * 40_000 + b".")) == (
            b"250 2.0.0 Taken\r\n"
        )


async def test_what_has_begun_to_be_stored_is_stored_though_its_sender_is_gone_and_counts_until_then() -> None:
    async with house() as there:
        there.stored.go_on.clear()
        session = await there.greeted()
        await session.to("a")
        await session.data()
        session.writer.write(LETTER)
        await asyncio.wait_for(there.stored.began.wait(), 10)
        session.writer.transport.abort()
        await wait_until(lambda: not there.listener.connected)
        assert there.listener.under_way == {"ten_a": 1}
        there.stored.go_on.set()
        await wait_until(lambda: not there.listener.under_way)
        assert [one.text for one in there.stored.taken] == ["Hi"]


async def test_silence_ends_a_connection_and_a_slow_mail_or_a_long_wait_for_its_turn_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "IDLE_S", 0.5)
    async with house() as there:
        session = await there.greeted()
        await session.to("a")
        await session.data()
        content = LETTER.removesuffix(b".\r\n")
        for byte in (content[place : place + 12] for place in range(0, len(content), 12)):
            session.writer.write(byte)
            await asyncio.sleep(0.2)
        there.stored.go_on.clear()
        session.writer.write(b".\r\n")
        await asyncio.wait_for(there.stored.began.wait(), 10)
        await asyncio.sleep(1)
        there.stored.go_on.set()
        assert await session.line() == b"250 2.0.0 Taken\r\n"
        assert await session.line() == b"", "nobody says anything"


async def test_each_mail_is_counted_before_it_is_read() -> None:
    async with house() as there:
        session = await there.greeted()
        for content, code in ((b"\r\nno header\r\n.\r\n", b"554"), (LETTER, b"250"), (LETTER, b"250")):
            await session.to("a")
            await session.data()
            session.writer.write(content)
            assert (await session.line()).startswith(code)
        assert there.stored.counted == ["ten_a"] * 3


async def test_a_mail_is_for_one_organisation_and_put_off_when_its_address_is_switched_off_meanwhile() -> None:
    async with house() as there:
        session = await there.greeted()
        assert (await session.to("a", "b")).startswith(b"452 4.5.3")
        await session.data()
        there.stored.there["a" * 20] = address("ten_a", "a", enabled=False)
        session.writer.write(LETTER)
        assert (await session.line()).startswith(b"451 4.3.0")
        assert there.stored.taken == []


async def test_commands_that_come_together_leave_others_their_turn_and_have_an_end() -> None:
    async with house() as there:
        session = await there.greeted()
        turns, sent = 0, 400
        session.writer.write(b"NOOP\r\n" * sent)
        answers = asyncio.create_task(session.reader.readexactly(len(b"250 OK\r\n") * sent))
        while not answers.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns > sent, "another had its turn after each answer"
        session.writer.write(b"NOOP\r\n" * 101)
        for _ in range(100):
            assert (await session.line()).startswith(b"250")
        assert (await session.line()).startswith(b"421 4.7.0")


async def test_a_recipient_of_strange_bytes_is_refused_and_breaks_nothing() -> None:
    async with house() as there:
        session = await there.greeted()
        await session.says(b"MAIL FROM:<jo@example.com>")
        for token in (b"\xff" * 20, b"\xc3\xa4" * 20, b"0" * 20, b"a" * 19):
            assert (await session.says(b"RCPT TO:<tasks+" + token + b"@t.example.org>"))[:3] in (b"550", b"553")


def test_a_certificate_that_cannot_be_read_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(data=tmp_path)
    assert room._tls(settings.certificate) is None
    assert [one.levelname for one in caplog.records if "come without TLS" in one.getMessage()] == ["WARNING"]
    certificates.make(settings)
    caplog.clear()
    assert room._tls(settings.certificate) is not None and not caplog.records


def test_aiosmtpd_says_that_tls_begins_in_the_words_that_are_waited_for() -> None:
    assert f"'{listening.TLS_BEGINS}'" in inspect.getsource(SMTP.smtp_STARTTLS)
