"""Crash reports: of the app, sent by users who agreed, and of the server; for whoever runs the installation."""

from __future__ import annotations

import logging

from call24.consents.service import Consents
from call24.crash_reports import api, personal_data, store
from call24.crash_reports.sentry import ErrorService
from call24.crash_reports.service import WAITING_MAX, CrashReports, Failures
from call24.data_transfers.service import DataTransfers
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.settings import Settings
from call24.kit.version import VERSION


def build(there: Provided) -> Built:
    settings = there.get(Settings)
    reports = CrashReports(
        there.get(Mongo),
        there.get(Clock),
        there.get(Consents),
        version=VERSION,
        service=ErrorService(settings.sentry_dsn, settings.sentry_country) if settings.sentry_dsn else None,
        why_not=there.get(DataTransfers).why_not,
    )
    failures = Failures(reports)

    async def start() -> None:
        logging.getLogger().addHandler(failures)

    async def stop() -> None:
        logging.getLogger().removeHandler(failures)
        await reports.stop()

    waiting = f"{WAITING_MAX} reports"
    return Built(
        services=(reports,),
        tasks=(
            BackgroundTask(name="crash reports", run=reports.run, bound=waiting),
            BackgroundTask(name="crash reports passed on", run=reports.send, bound=waiting),
        ),
        start=(start,),
        stop=(stop,),
    )


ROOM = Room(
    name="crash_reports",
    provides=(CrashReports,),
    build=build,
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
