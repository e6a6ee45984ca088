"""E-mails that wait to be sent."""

from __future__ import annotations

from functools import partial

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.identity.accounts import Accounts
from call24.identity.emails import NO_POST, Email, Mailer, url
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo, TenantScope
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings, is_loopback
from call24.notifications import personal_data
from call24.notifications.email import outbox, smtp
from call24.notifications.email.outbox import IN_A_TURN, EmailOutbox
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    """Gives accounts the way by which their letters leave; without a mail server there is none."""
    settings = there.get(Settings)
    box = _outbox(there, settings)
    if box is None:
        there.get(Accounts).use(Mailer(send=NO_POST.send, sends=False, address=settings.address))
        return Built()

    async def send(letter: Email) -> None:
        await box.put(letter, url(settings.address, letter.link))

    async def keep(scope: TenantScope, letter: Email) -> None:
        await box.put_in(scope, letter, url(settings.address, letter.link))

    there.get(Accounts).use(Mailer(send=send, sends=True, address=settings.address, keep=keep))
    letters = BackgroundTask(
        name="letters", run=box.run, bound=f"one letter at a time, {IN_A_TURN} of an organisation in a turn"
    )
    return Built(tasks=(letters,))


def _outbox(there: Provided, settings: Settings) -> EmailOutbox | None:
    if settings.smtp is None:
        return None
    server = smtp.MailServer.of(settings.smtp, settings.smtp_password(), settings.mail_from, is_loopback)
    clock, tenants = there.get(Clock), there.get(TenantService)

    def organisation(tenant_id: TenantId) -> str:
        tenant = tenants.known(tenant_id)
        return tenant.name if tenant is not None else "your organisation"

    identity, consents = there.get(IdentityService), there.get(Consents)

    async def may_remind(tenant_id: TenantId, address: str) -> bool | None:
        user = await identity.user_by_email(tenant_id, address)
        if user is None:
            return False
        why_not = consents.why_not(Purpose.NOTIFICATIONS, tenant_id, user.id)
        return None if why_not == "unknown" else why_not is None

    sending = partial(smtp.send, server, clock)
    return EmailOutbox(there.get(Mongo), clock, there.get(AppKey), sending, organisation, may_remind)


ROOM = Room(
    name="notifications",
    build=build,
    indexes=outbox.INDEXES,
    holds=personal_data.HOLDS,
)
