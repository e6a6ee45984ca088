"""Takes crash reports of the app and of the server, counts the same failure once, and passes them on where it is set.

It is asked for each report whether the user agreed (`consents`); a report of the app comes only after the user saw it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from datetime import timedelta

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.crash_reports import rules
from call24.crash_reports.model import CrashReport, Report, Source
from call24.crash_reports.sentry import ErrorService
from call24.crash_reports.store import CrashReportStore
from call24.kit.addresses import network_of
from call24.kit.clock import Clock
from call24.kit.endpoints import WhyNot
from call24.kit.errors import Call24Error, Conflict, NotFound, TooMany, Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import CrashReportId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.kit.rate_limit import SlidingWindow

USER_HOURLY, ADDRESS_HOURLY, ORGANISATION_HOURLY = 10, 60, 60
NEW_DAILY = 10
"""Failures that an organisation may add within a day; what is there already is counted up."""
EVERY_S = 1.0
STORED_MAX = 3_000
"""Different failures of the app, and as many of the server."""
WAITING_MAX = 100
"""Reports that wait to be passed on, and errors of the server that wait to be stored; further ones are dropped."""
LEAVING_EACH = 20
"""Of one organisation, of those that wait to be passed on."""

log = logging.getLogger(__name__)


class CrashReports:
    """`version`: of Call24. `service`: to whom the operator has reports passed on; None: to nobody. `why_not`: why an
    organisation's data may not go there."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        consents: Consents,
        *,
        version: str,
        service: ErrorService | None = None,
        why_not: WhyNot,
    ) -> None:
        self._store = CrashReportStore(mongo)
        self._clock = clock
        self._consents = consents
        self._version = version
        self._service = service
        self._why_not = why_not
        self._hour = SlidingWindow(timedelta(hours=1))
        self._day = SlidingWindow(timedelta(days=1))
        self._failed: deque[Report] = deque()
        self._leaving: asyncio.Queue[tuple[str, Source, Report]] = asyncio.Queue(WAITING_MAX)
        self._leaving_of = Counter[str]()

    # --- of the app ---

    async def take(self, tenant_id: TenantId, user_id: UserId, address: str, report: Report) -> CrashReport:
        """Minimises it again and stores it, without whose it is.

        Raises: Conflict (telemetry_not_agreed, too_many), TooMany, Unavailable.
        """
        if not self._consents.may(Purpose.TELEMETRY, tenant_id, user_id):
            raise Conflict("The user did not agree to it", code="telemetry_not_agreed")
        self._count(tenant_id, user_id, address)
        kept = rules.minimised(report)
        stored = await self._keep("app", kept, tenant_id)
        if self._service is not None and await self._may_leave(tenant_id, self._service):
            self._pass_on(tenant_id, "app", kept)
        return stored

    def _count(self, tenant_id: TenantId, user_id: UserId, address: str) -> None:
        """Raises: TooMany."""
        now = self._clock.now()
        limits = (
            (user_id, USER_HOURLY),
            (f"address {network_of(address)}", ADDRESS_HOURLY),
            (tenant_id, ORGANISATION_HOURLY),
        )
        waits = [self._hour.wait_s(key, most, now) for key, most in limits]
        if any(waits):
            raise TooMany("Too many crash reports: send no more for a while", retry_after_s=max(waits))
        for key, _ in limits:
            self._hour.count(key, now)

    async def _may_leave(self, tenant_id: TenantId, service: ErrorService) -> bool:
        try:
            return await self._why_not(tenant_id, service.endpoint) is None
        except Call24Error:  # nobody says in which country it is
            return False

    # --- of the server ---

    def failed(self, error: BaseException) -> None:
        """An error that nothing handled; it is stored soon. May be called from any thread, and waits for nothing."""
        if len(self._failed) < WAITING_MAX:
            self._failed.append(rules.of_error(error, self._version))

    async def run(self) -> None:
        """Stores the server's own. What cannot be stored is in the log all the same."""
        while True:
            await self.store_failed()
            await asyncio.sleep(EVERY_S)

    async def store_failed(self) -> None:
        while self._failed:
            report = self._failed.popleft()
            try:
                await self._keep("server", report)
            except Call24Error as trouble:
                log.warning("a crash report of the server was not stored: %s", trouble)
                continue
            if self._service is not None:
                self._pass_on("server", "server", report)

    async def send(self) -> None:
        """Passes reports on, one after the other. None is tried again."""
        while True:
            whose, source, report = await self._leaving.get()
            self._leaving_of[whose] -= 1
            self._leaving_of += Counter()  # none that has nothing there
            if self._service is not None:
                await self._service.send(source, report, self._clock.now())

    async def stop(self) -> None:
        if self._service is not None:
            await self._service.close()

    def _pass_on(self, whose: str, source: Source, report: Report) -> None:
        most = WAITING_MAX if source == "server" else LEAVING_EACH
        if not self._leaving.full() and self._leaving_of[whose] < most:
            self._leaving.put_nowait((whose, source, report))
            self._leaving_of[whose] += 1

    # --- what is kept ---

    async def _keep(self, source: Source, report: Report, tenant_id: TenantId | None = None) -> CrashReport:
        """Raises: Conflict (code too_many), Unavailable."""
        before, now = await self._store.find(rules.id_of(source, report)), self._clock.now()
        if before is None:
            if tenant_id is not None and self._day.wait_s(tenant_id, NEW_DAILY, now):
                raise Conflict(f"An organisation reports {NEW_DAILY} new failures a day at most", code="too_many")
            if await self._store.count(source) >= STORED_MAX:
                text = f"There are {STORED_MAX} different failures: whoever runs this installation is to delete some"
                raise Conflict(text, code="too_many")
            if tenant_id is not None:
                self._day.count(tenant_id, now)
        stored = rules.added(before, source, report, now)
        await self._store.put(stored)
        return stored

    async def page(self, *, limit: int, cursor: str | None) -> tuple[list[CrashReport], str | None]:
        """The one that was reported last first, and the cursor of what follows. Raises: Invalid, Unavailable."""
        found = await self._store.page(limit=limit + 1, cursor=cursor)
        shown = found[:limit]
        return shown, cursor_of(shown[-1].last_seen_at, shown[-1].id) if len(found) > limit else None

    async def get(self, id: CrashReportId) -> CrashReport:
        """Raises: NotFound, Unavailable."""
        found = await self._store.find(id)
        if found is None:
            raise NotFound
        return found

    async def delete(self, id: CrashReportId) -> None:
        """Raises: NotFound, Unavailable."""
        if not await self._store.delete(id):
            raise NotFound

    async def delete_all(self) -> int:
        """How many. Raises: Unavailable."""
        return await self._store.delete_until(self._clock.now())

    # --- forgotten ---

    def forget_person(self, person: Person) -> None:
        self._hour.forget(person.id)

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._hour.forget(tenant_id)
        self._day.forget(tenant_id)


class Failures(logging.Handler):
    """Where errors end that nothing handled: what is logged with a traceback."""

    def __init__(self, reports: CrashReports) -> None:
        super().__init__(logging.ERROR)
        self._reports = reports

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, Unavailable) and not record.name.startswith(__package__ or ""):
            self._reports.failed(error)
