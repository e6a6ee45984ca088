"""Hands letters to the mail server that a setting names. It keeps nothing and tries nothing again.

Source: RFC 5321; RFC 3207 (STARTTLS); RFC 8314 (TLS from the start); RFC 8058 (one-click unsubscribing).
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Literal

import aiosmtplib

from call24.kit.clock import Clock
from call24.notifications.email.templates import Written

TIMEOUT_S = 20.0
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
Outcome = Literal["sent", "later", "never"]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """`status`: by what the server refused the letter for good, such as `550 5.1.1` (RFC 5321, RFC 3463), or empty.
    Nothing else of what it said is kept: servers repeat the address."""

    outcome: Outcome
    status: str = ""


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


async def send(server: MailServer, clock: Clock, to: str, letter: Written) -> Attempt:
    """`never`: this server will not take this letter, however often it is asked."""
    message = _message(server, clock, to, letter)
    if message is None:
        return Attempt(outcome="never")
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
        return _refused(*((one.code, one.message) for one in error.recipients))
    except aiosmtplib.SMTPAuthenticationError:
        return Attempt(outcome="later")  # the setting will be mended
    except aiosmtplib.SMTPResponseException as error:
        return _refused((error.code, error.message))
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        return Attempt(outcome="later")
    return Attempt(outcome="sent")


def _message(server: MailServer, clock: Clock, to: str, letter: Written) -> EmailMessage | None:
    """None for an address that is none, or several, by the mail's own rules."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"], message["Subject"] = server.sender, to, letter.subject
    except ValueError:
        return None
    if len(message["To"].addresses) != 1:
        return None
    message["Date"] = format_datetime(clock.wall())
    message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2].rstrip(">"))
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    if letter.csv:  # the mark by which spreadsheets know UTF-8
        file, charset = f"\ufeff{letter.csv}".encode(), {"charset": "utf-8"}
        message.add_attachment(file, maintype="text", subtype="csv", filename=letter.csv_name, params=charset)
    return message


def _refused(*said: tuple[int, str]) -> Attempt:
    if not all(code >= 500 for code, _ in said):
        return Attempt(outcome="later")
    code, message = said[0]
    found = _ENHANCED.search(message)
    return Attempt(outcome="never", status=f"{code} {found[1]}" if found else str(code))
