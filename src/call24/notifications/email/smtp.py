"""Hands letters to the mail server that a setting names. It keeps nothing and tries nothing again.

Source: RFC 5321; RFC 3207 (STARTTLS); RFC 8314 (TLS from the start).
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Literal

import aiosmtplib

from call24.kit.clock import Clock

TIMEOUT_S = 20.0
Outcome = Literal["sent", "later", "never"]


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """`tls`: from the start; otherwise STARTTLS is asked for, and demanded unless the server is on this machine."""

    host: str
    port: int
    tls: bool
    loopback: bool
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: str

    @classmethod
    def of(cls, url: str, password: str | None, sender: str, is_loopback: Callable[[str], bool]) -> MailServer:
        """`url`: smtp://USER@HOST:PORT or smtps://..., as settings have checked it."""
        parts = urllib.parse.urlsplit(url)
        tls, host = parts.scheme == "smtps", parts.hostname or ""
        return cls(
            host=host,
            port=parts.port or (465 if tls else 587),
            tls=tls,
            loopback=is_loopback(host),
            username=urllib.parse.unquote(parts.username) if parts.username else None,
            password=password,
            sender=sender,
        )


async def send(server: MailServer, clock: Clock, to: str, subject: str, body: str) -> Outcome:
    """`never`: this server will not take this letter, however often it is asked."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"], message["Subject"] = server.sender, to, subject
    except ValueError:  # an address that is none by the mail's own rules
        return "never"
    if len(message["To"].addresses) != 1:
        return "never"
    message["Date"] = format_datetime(clock.wall())
    message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2].rstrip(">"))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    try:
        await aiosmtplib.send(
            message,
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.tls,
            start_tls=None if server.loopback or server.tls else True,
            timeout=TIMEOUT_S,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        return "never" if all(one.code >= 500 for one in error.recipients) else "later"
    except aiosmtplib.SMTPAuthenticationError:
        return "later"  # the setting will be mended
    except aiosmtplib.SMTPResponseException as error:
        return "never" if error.code >= 500 else "later"
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        return "later"
    return "sent"
