"""Decides once for each event and user whether they are notified and how, and keeps what was told and read.

A decision, its event of the change feed and its e-mail are stored in one transaction, under an id that is derived from
the cause: an event that is read twice, also after a kill, notifies once. It sends nothing itself: the outbox sends
e-mails, and web push and realtime read the change feed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from call24.changes.service import Changes, Writing
from call24.identity.emails import Email
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import NotificationId, QueueId, TaskId, TenantId, UserId, derived_id, new_id
from call24.kit.mongo import Mongo, TenantScope
from call24.kit.paging import cursor_of
from call24.notifications import rules
from call24.notifications.email.templates import Written
from call24.notifications.email_kinds import OF_EMAIL
from call24.notifications.emails import Emails
from call24.notifications.events import NOTIFICATION_CREATED, NOTIFICATIONS_READ, NotificationsRead, created
from call24.notifications.kinds import NotificationKind
from call24.notifications.model import KEPT, Notification, NotificationPreferences
from call24.notifications.preferences import Preferences
from call24.notifications.rules import Ways
from call24.notifications.store import NotificationStore

_EACH_EIGHTH = "0123"
"""Last characters of an id: of many who are told at once, every eighth is looked at for too many notifications."""
EMAIL_LASTS = timedelta(days=2)
"""After this an e-mail about what the app shows as well is no news any more."""


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may be notified of. `cause`: what the decision is known by, such as the id of the event; `letter`:
    what the e-mail says, without its receiver; None: no e-mail is written of it. `push` False: in the app alone.
    `event`, `link`: as a `Notification` has them."""

    kind: NotificationKind
    cause: str
    task_id: TaskId | None = None
    queue_id: QueueId | None = None
    by: UserId | None = None
    event: str = ""
    link: str = ""
    letter: Email | None = None
    push: bool = True


class _Decision(msgspec.Struct, frozen=True, kw_only=True):
    """That a user is notified, and the e-mail that goes with it."""

    notification: Notification
    ways: Ways
    letter: Email | None
    text: Written | None


class NotificationPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is None on the last page; `unread`: of all pages."""

    items: tuple[Notification, ...]
    next: str | None
    unread: int


class Notifications:
    """`zone`: of an organisation, in which its users' quiet hours are."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        changes: Changes,
        identity: IdentityService,
        preferences: Preferences,
        emails: Emails,
        zone: Callable[[TenantId], ZoneInfo],
    ) -> None:
        self._mongo = mongo
        self._store = NotificationStore(mongo)
        self._clock = clock
        self._changes = changes
        self._identity = identity
        self._preferences = preferences
        self._emails = emails
        self._zone = zone

    # --- deciding ---

    async def tell(self, tenant_id: TenantId, user_ids: Sequence[UserId], happened: Happened) -> int:
        """How many are notified now: who wants something of it, and was not notified of it before.

        Raises: Unavailable; Conflict where another process decided in this moment: asked again, it is found.
        """
        known = [user for id in user_ids if (user := self._active(tenant_id, id)) is not None]
        chosen = await self._preferences.of_several(tenant_id, [user.id for user in known])
        told = await self._store.decided(tenant_id, [self._id(user, happened) for user in known])
        fresh = [user for user in known if self._id(user, happened) not in told]
        decisions = [one for user in fresh if (one := self._decide(user, chosen[user.id], happened)) is not None]
        if not decisions:
            return 0

        async def work(writing: Writing) -> None:
            for one in decisions:
                await self._store.add(writing.scope, one.notification)
                body = created(one.notification, push=one.ways.push)
                writing.tell(NOTIFICATION_CREATED, body, one.notification.id)
                if one.letter is not None and one.text is not None:
                    await self._emails.put_in(writing.scope, one.letter, one.text)

        await self._changes.commit(tenant_id, work)
        self._emails.wake()
        for one in decisions:
            if len(decisions) == 1 or one.notification.id[-1] in _EACH_EIGHTH:
                await self._store.trim(tenant_id, one.notification.user_id)
        return len(decisions)

    async def told_of_task(
        self, tenant_id: TenantId, task_id: TaskId, kind: NotificationKind, within: timedelta, *, unread: bool = False
    ) -> set[UserId]:
        """Who was notified of this task in this way, within the time before now; `unread`: those alone who have not
        read that. Raises: Unavailable."""
        return await self._store.told_of_task(tenant_id, task_id, kind, self._clock.now() - within, unread=unread)

    def _active(self, tenant_id: TenantId, user_id: UserId) -> User | None:
        user = self._identity.known_user(user_id)
        return user if user is not None and user.tenant_id == tenant_id and user.disabled_at is None else None

    def _decide(self, user: User, preferences: NotificationPreferences, happened: Happened) -> _Decision | None:
        """None: they want nothing of it."""
        now = self._clock.now()
        ways = rules.ways(preferences, happened.kind, now, self._zone(user.tenant_id))
        ways = msgspec.structs.replace(ways, push=ways.push and happened.push)
        letter, text = None, None
        if ways.email and happened.letter is not None and self._emails.sends:
            letter = msgspec.structs.replace(happened.letter, to=user.email, name=user.name, not_before=ways.email_at)
            text = self._emails.written(letter, user, preferences.language)
        if not ways.app and not ways.push and letter is None:
            return None
        notification = Notification(
            id=self._id(user, happened),
            tenant_id=user.tenant_id,
            user_id=user.id,
            kind=happened.kind,
            event=happened.event,
            link=happened.link,
            task_id=happened.task_id,
            queue_id=happened.queue_id,
            by=happened.by,
            shown=ways.app,
            at=now,
            delete_at=now + KEPT,
        )
        return _Decision(notification=notification, ways=ways, letter=letter, text=text)

    def _id(self, user: User, happened: Happened) -> NotificationId:
        return NotificationId(derived_id("ntf", user.tenant_id, user.id, happened.kind, happened.cause))

    async def wants_push(self, tenant_id: TenantId, user_id: UserId, kind: NotificationKind) -> bool:
        """Whether this user is pushed this kind now: for who sends without storing. Raises: Unavailable."""
        user = self._active(tenant_id, user_id)
        return user is not None and (await self._ways(user, kind)).push

    async def _ways(self, user: User, kind: NotificationKind) -> Ways:
        preferences = await self._preferences.of(user.tenant_id, user.id)
        return rules.ways(preferences, kind, self._clock.now(), self._zone(user.tenant_id))

    # --- e-mails that other rooms write ---

    async def send(self, letter: Email) -> None:
        """The e-mail will be sent, and stands in the notification centre of who gets it. Raises: Unavailable."""
        letter, text, notification, ways = await self._of(letter)
        if notification is None:  # its organisation may be gone: nothing else is stored
            if ways.email:
                await self._emails.put_in(self._mongo.tenant(letter.tenant_id), letter, text)
            self._emails.wake()
            return

        async def work(writing: Writing) -> None:
            await self._store.add(writing.scope, notification)
            writing.tell(NOTIFICATION_CREATED, created(notification, push=ways.push), notification.id)
            if ways.email:
                await self._emails.put_in(writing.scope, letter, text)

        await self._changes.commit(letter.tenant_id, work)
        self._emails.wake()
        await self._store.trim(notification.tenant_id, notification.user_id)

    async def keep(self, scope: TenantScope, letter: Email) -> None:
        """The same, with what else the transaction stores. Raises: Unavailable."""
        letter, text, notification, ways = await self._of(letter)
        if notification is not None:
            await self._store.add(scope, notification)
            body = created(notification, push=ways.push)
            await self._changes.add_within(
                scope, lambda writing: writing.tell(NOTIFICATION_CREATED, body, notification.id)
            )
        if ways.email:
            await self._emails.put_in(scope, letter, text)

    async def _of(self, letter: Email) -> tuple[Email, Written, Notification | None, Ways]:
        """The letter with the time at which it may be sent, its text, and what stands in the notification centre."""
        user = None if letter.user_id is None else self._identity.known_user(letter.user_id)
        user = user or await self._identity.user_by_email(letter.tenant_id, letter.to)
        text = await self._emails.text(letter, user)
        kind, now = OF_EMAIL.get(letter.kind), self._clock.now()
        if user is None or kind is None:
            return letter, text, None, Ways(app=False, push=False, email=True, email_at=now)
        ways = await self._ways(user, kind)
        notification = Notification(
            id=NotificationId(new_id("ntf")),
            tenant_id=user.tenant_id,
            user_id=user.id,
            kind=kind,
            event=letter.kind,
            link=letter.link,
            shown=ways.app,
            at=now,
            delete_at=now + KEPT,
        )
        letter = msgspec.structs.replace(letter, not_before=ways.email_at)
        return letter, text, notification if ways.app or ways.push else None, ways

    # --- the notification centre ---

    async def page(
        self, tenant_id: TenantId, user_id: UserId, *, limit: int, cursor: str | None, unread: bool = False
    ) -> NotificationPage:
        """The newest first. Raises: Invalid for a cursor that is not ours, Unavailable."""
        found = await self._store.page(tenant_id, user_id, limit=limit + 1, cursor=cursor, unread=unread)
        shown = tuple(found[:limit])
        more = len(found) > limit
        return NotificationPage(
            items=shown,
            next=cursor_of(shown[-1].at, shown[-1].id) if more else None,
            unread=await self._store.unread(tenant_id, user_id),
        )

    async def read(self, tenant_id: TenantId, user_id: UserId, id: NotificationId) -> Notification:
        """The user has read it; repeating it changes nothing. Raises: NotFound, Unavailable."""
        found = await self._store.get(tenant_id, user_id, id)
        if found.read_at is None:
            await self._read(tenant_id, user_id, id)
        return await self._store.get(tenant_id, user_id, id)

    async def read_all(self, tenant_id: TenantId, user_id: UserId) -> None:
        """Raises: Unavailable."""
        await self._read(tenant_id, user_id, None)

    async def _read(self, tenant_id: TenantId, user_id: UserId, id: NotificationId | None) -> None:
        async def work(writing: Writing) -> None:
            if await self._store.read(writing.scope, user_id, None if id is None else [id], writing.at):
                body = NotificationsRead(user_id=user_id, notification_id=id)
                writing.tell(NOTIFICATIONS_READ, body, user_id)

        await self._changes.commit(tenant_id, work)

    async def task_done(self, tenant_id: TenantId, task_id: TaskId) -> None:
        """What was told of a task that is done is read. Raises: Unavailable."""
        await self._store.settle_task(tenant_id, task_id, self._clock.now())
