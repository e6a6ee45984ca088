"""Letters to users: the outbox with the mail server that the settings name, or none."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from call24.identity.emails import NO_POST, Email, Mailer
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings, is_loopback
from call24.notifications.email import smtp
from call24.notifications.email.outbox import EmailOutbox
from call24.server.services import Rooms


def outbox(settings: Settings, mongo: Mongo, clock: Clock, key: AppKey, rooms: Rooms) -> EmailOutbox | None:
    """None where no mail server is set."""
    if settings.smtp is None:
        return None
    server = smtp.MailServer.of(settings.smtp, settings.smtp_password(), settings.mail_from, is_loopback)

    def organisation(tenant_id: TenantId) -> str:
        tenant = rooms.tenants.known(tenant_id)
        return tenant.name if tenant is not None else "your organisation"

    return EmailOutbox(mongo, clock, key, partial(smtp.send, server, clock), organisation)


def post(settings: Settings, box: EmailOutbox | None) -> Mailer:
    if box is None:
        return Mailer(send=NO_POST.send, sends=False, address=settings.address)

    async def send(letter: Email) -> None:
        await box.put(letter, f"{settings.address}/#/{letter.link}")

    return Mailer(send=send, sends=True, address=settings.address)


def tasks(rooms: Rooms, box: EmailOutbox | None) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
    found: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {"password wishes": rooms.accounts.recovery.run}
    return found if box is None else {**found, "letters": box.run}
