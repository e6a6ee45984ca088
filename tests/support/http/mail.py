"""A real SMTP server in the test's process, which keeps what it is given, and can be made to refuse it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """`refuses`: what it answers to every letter, such as "451 later"; empty: it takes them. `unknown`: addresses that
    it has no mailbox of."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    refuses: str = ""
    unknown: set[str] = field(default_factory=set)
    tried: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return f"550 5.1.1 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.tried += 1
        if self.refuses:
            return self.refuses
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"

    def link(self, kind: str) -> str:
        """The secret in the newest letter's link of this kind."""
        text = text_of(self.letters[-1])
        found = re.search(rf"https://\S+/#/{kind}/(\S+)", text)
        assert found, text
        return found[1]


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    """The text, or the HTML, of a letter that has both."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    kept = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(kept, loop=loop), "127.0.0.1", 0)
    try:
        kept.port = server.sockets[0].getsockname()[1]
        yield kept
    finally:
        server.close()
        await server.wait_closed()


async def all_wanted(letter: object) -> bool:
    """Nobody does without any letter."""
    return True
