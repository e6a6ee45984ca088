"""Emails by a real SMTP server: what waits, what is tried again, what is given up, and what of it is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from tests.support.clock import StillClock, this_evening
from tests.support.http.mail import MailServer, mail_server, text_of

from call24.identity.emails import Email
from call24.kit.ids import TenantId, new_id
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import is_loopback
from call24.notifications.email import smtp
from call24.notifications.email.model import OutgoingEmail
from call24.notifications.email.outbox import EmailOutbox
from call24.notifications.email.templates import Written, written

WISHES: dict[str, bool | None] = {"no@example.com": False, "unread@example.com": None}
"""Who wants what they may do without; None: that is not known yet."""
LINK = "https://call24.test/#/invitation/a-secret"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


@pytest.fixture
def clock() -> StillClock:
    return StillClock(this_evening())


def outbox(mongo: Mongo, clock: StillClock, port: int) -> EmailOutbox:
    to = smtp.MailServer.of(f"smtp://127.0.0.1:{port}", None, "Call24 <call24@acme.example>", is_loopback)

    async def wanted(letter: OutgoingEmail) -> bool | None:
        return WISHES.get(letter.to, True)

    key, sending = AppKey(b"k" * 32), partial(smtp.send, to, clock)
    return EmailOutbox(mongo, clock, key, sending, wanted)


async def put(box: EmailOutbox, letter: Email) -> None:
    await box.put(letter, written(letter, "Acme Ltd", LINK))


def letter(clock: StillClock, to: str = "kim@example.com", name: str = "Kim") -> Email:
    until = clock.now() + timedelta(days=7)
    return Email(tenant_id=TenantId(new_id("ten")), kind="invitation", to=to, name=name, about="Olga", until=until)


async def waiting(mongo: Mongo) -> list[OutgoingEmail]:
    return await mongo.platform(OutgoingEmail, why="a test looks").find()


async def test_a_letter_arrives_with_its_link_and_is_forgotten(
    mongo: Mongo, clock: StillClock, server: MailServer
) -> None:
    box = outbox(mongo, clock, server.port)
    await put(box, letter(clock, name="Jörg Ünal"))
    assert await box.send_due() == 1
    [came] = server.letters
    assert (came["From"], came["To"]) == ("Call24 <call24@acme.example>", "kim@example.com")
    assert came["Subject"] == "Your invitation to Call24" and came["Auto-Submitted"] == "auto-generated"
    text, html = text_of(came), text_of(came, "html")
    assert came.get_content_type() == "multipart/alternative" and f'href="{LINK}"' in html and "Jörg Ünal" in html
    assert "Hello Jörg Ünal," in text and "Olga of Acme Ltd invites you" in text and f"\n{LINK}\n" in text
    assert await waiting(mongo) == []


async def test_the_link_cannot_be_read_from_the_database(mongo: Mongo, clock: StillClock, server: MailServer) -> None:
    box = outbox(mongo, clock, server.port)
    await put(box, letter(clock))
    [kept] = await waiting(mongo)
    assert b"secret" not in kept.text and b"invitation" not in kept.text


async def test_a_letter_that_is_put_off_is_tried_again_ever_more_seldom(
    mongo: Mongo, clock: StillClock, server: MailServer
) -> None:
    box = outbox(mongo, clock, server.port)
    server.refuses = "451 try later"
    await put(box, letter(clock))
    for wait_s in (30, 60, 120, 240):
        assert await box.send_due() == 1
        clock.advance(seconds=wait_s - 1)
        assert await box.send_due() == 0
        clock.advance(seconds=1)
    server.refuses = ""
    assert (await box.send_due(), len(server.letters), server.tried) == (1, 1, 5)
    assert await waiting(mongo) == []


async def test_a_server_that_is_away_loses_nothing(mongo: Mongo, clock: StillClock) -> None:
    async with mail_server() as gone:
        port = gone.port
    box = outbox(mongo, clock, port)
    await put(box, letter(clock))
    assert await box.send_due() == 1
    assert [one.tries for one in await waiting(mongo)] == [1]


@pytest.mark.parametrize("refusal", ["550 no such user", "554 no"])
async def test_a_letter_that_is_refused_for_good_is_given_up(
    mongo: Mongo, clock: StillClock, server: MailServer, refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    box = outbox(mongo, clock, server.port)
    server.refuses = refusal
    await put(box, letter(clock))
    await box.send_due()
    assert await waiting(mongo) == []
    assert "gave up" in caplog.text and "kim@example.com" not in caplog.text and "secret" not in caplog.text


async def test_a_letter_that_is_of_no_use_any_more_is_not_sent(
    mongo: Mongo, clock: StillClock, server: MailServer
) -> None:
    box = outbox(mongo, clock, server.port)
    await put(box, letter(clock))
    clock.advance(days=7)
    assert (await box.send_due(), server.tried) == (1, 0)
    assert await waiting(mongo) == []


@pytest.mark.parametrize("to", ["kim@example.com\r\nBcc: all@example.com", "", "k,m@example.com"])
async def test_an_address_adds_no_header_and_no_receiver(
    mongo: Mongo, clock: StillClock, server: MailServer, to: str
) -> None:
    box = outbox(mongo, clock, server.port)
    await put(box, letter(clock, to=to))
    await box.send_due()
    assert all(one["Bcc"] is None and "all@" not in str(one["To"]) for one in server.letters)
    assert len(server.letters) <= 1


async def test_without_tls_nothing_goes_to_another_machine(tmp_path: Path) -> None:
    """A server elsewhere that offers no STARTTLS is not told the letter."""
    clock = StillClock(this_evening())
    async with mail_server() as plain:
        to = smtp.MailServer.of(f"smtp://127.0.0.1:{plain.port}", None, "a@b.example", lambda host: False)
        assert await smtp.send(to, clock, "kim@example.com", Written(subject="S", text="B")) == smtp.Attempt(
            outcome="later"
        )
        assert plain.tried == 0


async def test_an_organisation_with_many_letters_lets_others_go_between(
    mongo: Mongo, clock: StillClock, server: MailServer
) -> None:
    box = outbox(mongo, clock, server.port)
    many = letter(clock)
    for _ in range(120):
        await put(box, many)
    clock.advance(seconds=1)
    await put(box, letter(clock, to="jo@example.com"))
    assert await box.send_due() <= 12
    assert "jo@example.com" in [came["To"] for came in server.letters]
    while await box.send_due():
        pass
    assert len(server.letters) == 121 and await waiting(mongo) == []


async def test_a_reminder_is_dropped_where_it_is_unwanted_and_waits_where_that_is_not_known(
    mongo: Mongo, clock: StillClock, server: MailServer
) -> None:
    box = outbox(mongo, clock, server.port)
    for address in ("kim@example.com", "no@example.com", "unread@example.com"):
        for kind in ("privacy_deadline", "new_device"):
            await put(box, msgspec.structs.replace(letter(clock, to=address), kind=kind))
    assert await box.send_due() == 6
    assert sorted((came["To"], came["Subject"].split()[0]) for came in server.letters) == [
        ("kim@example.com", "A"),
        ("kim@example.com", "New"),
        ("no@example.com", "New"),
        ("unread@example.com", "New"),
    ]
    assert [(one.to, one.kind) for one in await waiting(mongo)] == [("unread@example.com", "privacy_deadline")]
