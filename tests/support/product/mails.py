"""A mail server of elsewhere, as far as it matters here: it hands over messages by SMTP, and hears what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

import aiosmtplib

JO = "Jo Bloggs <jo@example.com>"


def letter(subject: str, text: str = "The printer smokes.", sender: str = JO, **headers: str) -> EmailMessage:
    """With a Message-ID of the subject; `headers`: further ones, `in_reply_to` is In-Reply-To."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "Support <support@example.org>", subject
    made["Message-ID"] = f"<{abs(hash(subject))}@mail.example.com>"
    for name, value in headers.items():
        title = "-".join(part.capitalize() for part in name.split("_"))
        del made[title]
        made[title] = value
    made.set_content(text)
    return made


class Sender:
    """`send` answers with code and text, of a refusal too."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def send(
        self, to: str | Sequence[str], message: EmailMessage | bytes, sender: str = "jo@example.com", **more: Any
    ) -> tuple[int, str]:
        recipients = [to] if isinstance(to, str) else list(to)
        async with aiosmtplib.SMTP(
            hostname="127.0.0.1", port=self._port, timeout=60, **{"start_tls": False, **more}
        ) as smtp:
            try:
                content = message if isinstance(message, bytes) else message.as_bytes()
                if not sender:
                    return await _bounced(smtp, recipients, content)
                refused, said = await smtp.sendmail(sender, recipients, content)
            except aiosmtplib.SMTPRecipientsRefused as error:
                first = error.recipients[0]
                return first.code, first.message
            except aiosmtplib.SMTPResponseException as error:
                return error.code, error.message
            if refused:
                return next(iter(refused.values()))
            return int(said[:3]) if said[:3].isdigit() else 250, said


async def _bounced(smtp: aiosmtplib.SMTP, recipients: Sequence[str], content: bytes) -> tuple[int, str]:
    """Without a sender, as reports of other mail servers come."""
    await smtp.ehlo()
    await smtp.execute_command(b"MAIL", b"FROM:<>")
    for one in recipients:
        await smtp.rcpt(one)
    answer = await smtp.data(content)
    return answer.code, answer.message
