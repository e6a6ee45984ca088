"""Sends reports by e-mail when their time has come: once for each report, day and recipient.

A report is computed once for all its recipients: all who may see reports see the same. The decision to notify a user is
stored with the e-mail, under an id of report and day (notifications), so a report that is looked at again, as after a
kill before its next time was noted, is sent to nobody twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from call24.identity.emails import Email
from call24.identity.model import User
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, Conflict
from call24.kit.ids import SavedReportId, TenantId
from call24.kit.mongo import Mongo
from call24.notifications import rules as notification_rules
from call24.notifications.emails import Emails
from call24.notifications.kinds import NotificationChannel, NotificationKind
from call24.notifications.preferences import Preferences
from call24.notifications.service import Happened, Notifications
from call24.saved_reports.figures import csv_of, table_of
from call24.saved_reports.model import SavedReport
from call24.saved_reports.rules import LATE, last_time, next_time
from call24.saved_reports.service import SavedReports
from call24.saved_reports.store import SavedReportStore
from call24.statistics.service import Reports
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
IN_A_TURN = 3
"""Reports of one organisation before another's come."""
LASTS = timedelta(days=1)
PLACE = "reports"

NameOf = Callable[[TenantId, str, str], str]
"""(organisation, what the report is by, key of a row) -> what the row is called."""


class ReportSchedules:
    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        saved: SavedReports,
        reports: Reports,
        notifications: Notifications,
        preferences: Preferences,
        emails: Emails,
        tenants: TenantService,
        name_of: NameOf,
    ) -> None:
        self._store = SavedReportStore(mongo)
        self._clock = clock
        self._saved = saved
        self._reports = reports
        self._notifications = notifications
        self._preferences = preferences
        self._emails = emails
        self._tenants = tenants
        self._name_of = name_of

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            except Call24Error as trouble:
                log.warning("scheduled reports were postponed: %s", trouble)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """How many users were notified: some reports of each organisation, one organisation after another.

        A report that could not be sent holds up no other, and is tried again with the next look. Raises: Unavailable.
        """
        now, count, failed = self._clock.now(), 0, set[SavedReportId]()
        while True:
            had = set[TenantId]()
            while due := await self._store.due(now, had, failed):
                by_tenant: dict[TenantId, list[SavedReport]] = {}
                for report in due:
                    by_tenant.setdefault(report.tenant_id, []).append(report)
                for theirs in by_tenant.values():
                    for report in theirs[:IN_A_TURN]:
                        count += await self._try(report, now, failed)
                had |= by_tenant.keys()
            if not had:
                return count

    async def _try(self, report: SavedReport, now: datetime, failed: set[SavedReportId]) -> int:
        try:
            return await self._send(report, now)
        except Call24Error as trouble:
            log.warning("scheduled report %s is sent later: %s", report.id, trouble)
            failed.add(report.id)
            return 0

    async def _send(self, report: SavedReport, now: datetime) -> int:
        """Raises: Unavailable, Conflict."""
        tenant, schedule, first = self._tenants.known(report.tenant_id), report.schedule, report.next_at
        if schedule is None or first is None or tenant is None:
            await self._store.note(report, {"next_at": None})
            return 0
        zone, told = ZoneInfo(tenant.timezone), 0
        at = last_time(schedule, zone, first, now)
        noted: dict[str, datetime] = {"next_at": next_time(schedule, zone, at)}
        if is_open(tenant) and now - at <= LATE and self._saved.stopped(report) is None:
            try:
                told = await self._tell(report, at, zone)
                noted["sent_at"] = at
            except Conflict as refused:
                if refused.code != "statistics_objected":
                    raise
                # Who is reported on objected to it since: it would be refused again.
                log.warning("scheduled report %s is not sent this time: %s", report.id, refused)
        await self._store.note(report, noted)
        return told

    async def _tell(self, report: SavedReport, at: datetime, zone: ZoneInfo) -> int:
        """Who has not confirmed their address sees in the app alone that it is there. Raises: Unavailable, Conflict."""
        users = self._saved.recipients(report)
        confirmed = [user.id for user in users if user.email_verified_at is not None]
        others = [user.id for user in users if user.email_verified_at is None]
        cause = f"{report.id} {at.astimezone(zone).date().isoformat()}"
        letter = await self._letter(report, at) if confirmed and self._emails.sends else None
        count = await self._notifications.tell(report.tenant_id, confirmed, self._happened(report, cause, letter))
        return count + await self._notifications.tell(report.tenant_id, others, self._happened(report, cause, None))

    async def send_now(self, report: SavedReport, user: User) -> None:
        """To this user alone; again within the minute, it is sent once.

        Raises: Conflict (code report_not_mailed), Unavailable.
        """
        await self._check_reached(user)
        now = self._clock.now()
        cause = f"{report.id} now {now.isoformat(timespec='minutes')}"
        happened = self._happened(report, cause, await self._letter(report, now))
        await self._notifications.tell(report.tenant_id, [user.id], happened)

    async def _check_reached(self, user: User) -> None:
        if not self._emails.sends:
            raise Conflict("This installation has no mail server", code="report_not_mailed")
        if user.email_verified_at is None:
            raise Conflict("Your e-mail address is not confirmed", code="report_not_mailed")
        chosen = await self._preferences.of(user.tenant_id, user.id)
        if not notification_rules.wants(chosen, NotificationKind.REPORT, NotificationChannel.EMAIL):
            raise Conflict("You have switched off e-mails of scheduled reports", code="report_not_mailed")

    def _happened(self, report: SavedReport, cause: str, letter: Email | None) -> Happened:
        link = f"{PLACE}/{report.id}"
        return Happened(kind=NotificationKind.REPORT, cause=cause, link=link, letter=letter)

    async def _letter(self, report: SavedReport, at: datetime) -> Email:
        """Raises: Conflict where its figures are not shown, Unavailable."""
        tenant_id, question = report.tenant_id, self._saved.question(report, at)
        tenant = await self._tenants.get(tenant_id)
        found = await self._reports.report(tenant_id, question)
        compares = report.asked.compare
        before = await self._reports.before(tenant_id, question, tenant.record_days) if compares else None

        def name_of(key: str) -> str:
            return self._name_of(tenant_id, question.by, key)

        chosen: Sequence[str] = report.asked.measures
        return Email(
            tenant_id=tenant_id,
            kind="report",
            to="",
            name="",
            link=f"{PLACE}/{report.id}",
            about=report.name,
            table=table_of(found, before, chosen, name_of),
            csv=csv_of(found, before, chosen, name_of),
            until=at + LASTS,
        )
