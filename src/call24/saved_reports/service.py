"""Saves reports under a name, each user's own and those that are shared with all who may see reports.

It computes nothing: whoever opens one asks for the report with rights of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Refused
from call24.kit.holdings import Person
from call24.kit.ids import QueueId, SavedReportId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.queues.service import QueueService
from call24.saved_reports.model import Asked, SavedReport, Schedule
from call24.saved_reports.rules import ALL_MAX, EACH_MAX, check, check_recipients, checked_name, days_of, next_time
from call24.saved_reports.store import SavedReportStore
from call24.statistics.service import ReportQuery

READ = "calls.read_all"
"""Who sees reports."""
Stopped = Literal["maker_gone", "maker_disabled", "maker_may_not", "queue_gone", "agent_gone", "nobody_to_send_to"]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A report as a user wants it saved."""

    name: str
    asked: Asked
    shared: bool
    schedule: Schedule | None
    recipients: tuple[UserId, ...]


class SavedReports:
    """`zone`: of an organisation."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        identity: IdentityService,
        queues: QueueService,
        zone: Callable[[TenantId], ZoneInfo],
    ) -> None:
        self._store = SavedReportStore(mongo)
        self._clock = clock
        self._identity = identity
        self._queues = queues
        self.zone = zone

    async def seen(self, tenant_id: TenantId, user_id: UserId) -> list[SavedReport]:
        """One's own and those that are shared, the oldest first. Raises: Unavailable."""
        return await self._store.seen(tenant_id, user_id)

    async def get(self, tenant_id: TenantId, user_id: UserId, report_id: SavedReportId) -> SavedReport:
        """Raises: NotFound, also for another's that is not shared; Unavailable."""
        found = await self._store.of(tenant_id).get(report_id)
        if not found.shared and found.made_by != user_id:
            raise NotFound
        return found

    async def add(self, tenant_id: TenantId, user_id: UserId, wish: Wish) -> SavedReport:
        """Raises: Invalid, Conflict (code too_many), Unavailable."""
        in_all, theirs = await self._store.counts(tenant_id, user_id)
        if in_all >= ALL_MAX or theirs >= EACH_MAX:
            limits = f"At most {EACH_MAX} saved reports of a user, and {ALL_MAX} of an organisation: delete some first"
            raise Conflict(limits, code="too_many")
        made = SavedReport(
            id=SavedReportId(new_id("srp")),
            tenant_id=tenant_id,
            made_by=user_id,
            name="",
            asked=wish.asked,
            created_at=self._clock.now(),
        )
        made = self._with(made, wish)
        await self._store.of(tenant_id).insert(made)
        return made

    async def change(self, tenant_id: TenantId, user_id: UserId, report_id: SavedReportId, wish: Wish) -> SavedReport:
        """Raises: Invalid, NotFound, Refused for another's, Unavailable."""
        had = await self.get(tenant_id, user_id, report_id)
        if had.made_by != user_id:
            raise Refused("Only who saved a report changes it: save one of your own")
        report = self._with(had, wish)
        if not await self._store.put(report):
            raise NotFound
        return report

    async def remove(self, tenant_id: TenantId, user_id: UserId, report_id: SavedReportId, *, others: bool) -> None:
        """`others`: also one that another user shared. Raises: NotFound, Refused, Unavailable."""
        had = await self.get(tenant_id, user_id, report_id)
        if had.made_by != user_id and not others:
            raise Refused("Only who saved a report deletes it, or an administrator")
        if not await self._store.of(tenant_id).delete(report_id):
            raise NotFound

    def _with(self, report: SavedReport, wish: Wish) -> SavedReport:
        """Raises: Invalid."""
        after = msgspec.structs.replace(
            report,
            name=checked_name(wish.name),
            asked=wish.asked,
            shared=wish.shared,
            schedule=wish.schedule,
            recipients=wish.recipients,
        )
        check(after.asked, [measure.key for measure in self.question(after, self._clock.now()).measures])
        check_recipients(after)
        allowed = {user.id for user in self.candidates(report.tenant_id)}
        if any(user_id not in allowed for user_id in after.recipients):
            raise Invalid(errors=[("schedule.recipients", "users of this organisation who may see reports")])
        if after.schedule == report.schedule and (after.schedule is None or report.next_at is not None):
            return after
        at = None if after.schedule is None else self.times(report.tenant_id, after.schedule)
        return msgspec.structs.replace(after, next_at=at)

    def times(self, tenant_id: TenantId, schedule: Schedule) -> datetime:
        """When it is sent next."""
        return next_time(schedule, self.zone(tenant_id), self._clock.now())

    def question(self, report: SavedReport, at: datetime) -> ReportQuery:
        """As the report is on the day of this instant."""
        zone = self.zone(report.tenant_id)
        first, last = days_of(report.asked.period, at.astimezone(zone).date())
        return ReportQuery(by=report.asked.by, first=first, last=last, zone=zone, filters=report.asked.filters)

    def name(self, user_id: UserId | None) -> str:
        """Of a colleague."""
        user = self._identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"

    def queue_name(self, queue_id: QueueId) -> str:
        queue = self._queues.known(queue_id)
        return queue.name if queue is not None else ""

    # --- to whom ---

    def candidates(self, tenant_id: TenantId) -> list[User]:
        """Who may be sent reports: users who may see them."""
        those = [user for user in self._identity.known_users(tenant_id) if self._may(user)]
        return sorted(those, key=lambda user: (user.name.casefold(), user.id))

    def recipients(self, report: SavedReport) -> Sequence[User]:
        """Who is sent it now."""
        known = [self._identity.known_user(user_id) for user_id in report.recipients]
        return [user for user in known if user is not None and user.tenant_id == report.tenant_id and self._may(user)]

    def _may(self, user: User) -> bool:
        return user.disabled_at is None and self._identity.permits(user, READ)

    def stopped(self, report: SavedReport) -> Stopped | None:
        """Why a report with a schedule is not sent; None: it is."""
        if report.schedule is None:
            return None
        maker = self._identity.known_user(report.made_by) if report.made_by is not None else None
        if maker is None:
            return "maker_gone"
        if not self._may(maker):
            return "maker_disabled" if maker.disabled_at is not None else "maker_may_not"
        asked = report.asked
        if asked.queue_id is not None and self._queues.known(asked.queue_id) is None:
            return "queue_gone"
        if asked.agent_id is not None and self._identity.known_user(asked.agent_id) is None:
            return "agent_gone"
        return None if self.recipients(report) else "nobody_to_send_to"

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted. Raises: Unavailable."""
        await self._store.forget(user.tenant_id, user.id)
