"""Notifications: what users are told of in the app, by Web Push and by e-mail, and how they want it."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from call24.branding.service import Brandings
from call24.changes.reader import RoomReader
from call24.changes.service import Changes
from call24.consents.service import Consents
from call24.identity.accounts import Accounts
from call24.identity.emails import Mailer
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings, is_loopback
from call24.migrations.upgrades import Upgrades
from call24.notifications import api, events, personal_data, store
from call24.notifications.activity import ACTIVITY, NotificationActivity
from call24.notifications.due import LOOK_EVERY_S, PAGE, DueTasks
from call24.notifications.email import outbox, smtp
from call24.notifications.email.model import OutgoingEmail
from call24.notifications.email.outbox import IN_A_TURN, EmailOutbox
from call24.notifications.emails import Emails
from call24.notifications.preferences import Preferences
from call24.notifications.pushes import NotificationPushes
from call24.notifications.readers import QueueAlertNotices, TaskNotices
from call24.notifications.service import Notifications
from call24.notifications.upgrades import IN_A_TURN as OF_AN_UPGRADE
from call24.notifications.upgrades import UpgradeNotices
from call24.queues.service import QueueService
from call24.tasks.comments import TaskComments
from call24.tenants.service import TenantService
from call24.web_push.service import WebPush


def build(there: Provided) -> Built:
    """Gives accounts the way by which their letters leave; without a mail server they stand in the app alone."""
    settings, mongo, clock = there.get(Settings), there.get(Mongo), there.get(Clock)
    identity, tenants = there.get(IdentityService), there.get(TenantService)
    preferences, brandings = Preferences(mongo, there.get(AppKey)), there.get(Brandings)

    def organisation(tenant_id: TenantId) -> str:
        tenant = tenants.known(tenant_id)
        return tenant.name if tenant is not None else "your organisation"

    def zone(tenant_id: TenantId) -> ZoneInfo:
        tenant = tenants.known(tenant_id)
        return ZoneInfo(tenant.timezone if tenant is not None else "UTC")

    def accent(tenant_id: TenantId) -> str:
        return brandings.known(tenant_id).accent

    emails = Emails(mongo, clock, identity, preferences, there.get(Consents), settings.address, organisation, accent)
    emails.outbox = _outbox(there, settings, emails)
    notifications = Notifications(mongo, clock, there.get(Changes), identity, preferences, emails, zone)
    there.get(Accounts).use(
        Mailer(send=notifications.send, sends=emails.sends, address=settings.address, keep=notifications.keep)
    )
    due = DueTasks(mongo, clock, notifications)
    tasks = [BackgroundTask(name="tasks due", run=due.run, bound=f"every {LOOK_EVERY_S:.0f} s, {PAGE} tasks at a time")]
    upgraded = UpgradeNotices(there.get(Upgrades), notifications, preferences, identity, tenants, clock)
    bound = f"once after an upgrade, {OF_AN_UPGRADE} users of an organisation in a turn"
    tasks.append(BackgroundTask(name="notices of an upgrade", run=upgraded.run, bound=bound))
    if emails.outbox is not None:
        bound = f"one letter at a time, {IN_A_TURN} of an organisation in a turn"
        tasks.append(BackgroundTask(name="e-mails", run=emails.outbox.run, bound=bound))
    notices = TaskNotices(notifications, identity, there.get(QueueService), clock, there.get(TaskComments))
    alerts = QueueAlertNotices(notifications, identity, there.get(QueueService), clock)
    pushes = NotificationPushes(there.get(WebPush), clock)
    log = NotificationActivity(mongo)
    return Built(
        services=(notifications, preferences, emails, due, notices, alerts, upgraded, pushes, log), tasks=tasks
    )


def _outbox(there: Provided, settings: Settings, emails: Emails) -> EmailOutbox | None:
    if settings.smtp is None:
        return None
    server = smtp.MailServer.of(settings.smtp, settings.smtp_password(), settings.mail_from, is_loopback)
    clock = there.get(Clock)
    sending = partial(smtp.send, server, clock)
    return EmailOutbox(there.get(Mongo), clock, there.get(AppKey), sending, emails.wanted, emails.tried)


ROOM = Room(
    name="notifications",
    provides=(
        Notifications,
        Preferences,
        Emails,
        DueTasks,
        TaskNotices,
        QueueAlertNotices,
        UpgradeNotices,
        NotificationPushes,
        NotificationActivity,
    ),
    build=build,
    routers=(api.router, api.public),
    indexes=(*store.INDEXES, *outbox.INDEXES),
    events=events.EVENTS,
    readers=(
        RoomReader(name="notifications", wants=TaskNotices.wants, of=TaskNotices, read=TaskNotices.read),
        RoomReader(
            name="queue alert notices",
            wants=QueueAlertNotices.wants,
            of=QueueAlertNotices,
            read=QueueAlertNotices.read,
        ),
        RoomReader(
            name="notification pushes",
            wants=NotificationPushes.wants,
            of=NotificationPushes,
            read=NotificationPushes.read,
        ),
    ),
    activity=ACTIVITY,
    sealed=(SealedField(kind=OutgoingEmail, field="text", purpose="letters"),),
    holds=personal_data.HOLDS,
)
