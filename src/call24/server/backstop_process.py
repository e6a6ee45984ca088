"""The backstop of retention in a process of its own, which the parent process starts every hour, or the operator."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from call24.changes.service import Changes
from call24.data_map import document_of
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, Unavailable
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.package import COMMAND
from call24.kit.provided import Provided
from call24.kit.settings import DATABASE, Settings, SettingsError
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.backstop import Backstop, CaughtUp
from call24.privacy.backstop_files import OverdueFiles
from call24.privacy.deletion_notices import DeletionNotices
from call24.privacy.retention_changes import RetentionChanges
from call24.recordings.model import Recording
from call24.recordings.service import Recordings
from call24.server.export_process import rooms_of
from call24.server.rooms import HOLDINGS
from call24.statistics.totals import Totals
from call24.tenants.service import TenantService

Say = Callable[[str], object]

_RECORDINGS = document_of(Recording).collection
NICE = 10
ANSWER_S = 4.0


async def catch_up(settings: Settings, say: Say, *, patience_s: float, dry: bool) -> int:
    """Delete what is overdue, or count it where `dry`; `say` gets lines for people.

    `patience_s`: the sweeper is given so long where anything is. The exit status: 0, or 1 where not all of it is gone.
    """
    os.nice(NICE)
    try:
        if not await _answers(settings):
            return _failed(Unavailable("MongoDB does not answer"), say)
        mongo, there = await rooms_of(settings)
    except (Call24Error, OSError, SettingsError) as trouble:
        return _failed(trouble, say)
    try:
        backstop = backstop_of(there)
        if dry:
            return _told(await backstop.overdue(), "would be deleted", say)
        return _told(await backstop.run(patience_s=patience_s), "deleted", say)
    except (Call24Error, OSError, SettingsError) as trouble:
        return _failed(trouble, say)
    finally:
        await mongo.close()


async def _answers(settings: Settings) -> bool:
    """At once, where the rooms would wait for a minute. Raises: SettingsError."""
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    try:
        return await mongo.ping(ANSWER_S)
    finally:
        await mongo.close()


def backstop_of(there: Provided) -> Backstop:
    """With what the rooms do before anything is deleted."""
    tenants = there.get(TenantService)

    async def days() -> Mapping[TenantId, int]:
        return {tenant.id: tenant.record_days for tenant in await tenants.all()}

    return Backstop(
        there.get(Mongo),
        AgreedTime(there.get(Mongo), there.get(Clock)),
        OverdueFiles(there.get(Settings).data, HOLDINGS, {_RECORDINGS: there.get(Recordings).drop_elsewhere}),
        there.get(Changes),
        days=days,
        first={
            "the change of how long calls are kept": there.get(RetentionChanges).follow,
            "the notice of the first deletion": there.get(DeletionNotices).announce,
        },
        totals=there.get(Totals).write_until,
    )


def _told(found: CaughtUp, done: str, say: Say) -> int:
    if found.now is None:
        say(f"Nothing is deleted, since two sources of time disagree: see {COMMAND} retention")
        return 1
    for name, count in sorted((+found.deleted).items()):
        say(f"{count:>9} {name} {done}")
    if not +found.deleted:
        say("Nothing is overdue.")
    if found.failed:
        say(f"Not deleted, see the lines above: {', '.join(sorted(found.failed))}")
    if found.cut_off:
        say("More is left: the next run goes on.")
    return 1 if found.failed or found.cut_off else 0


def _failed(trouble: Exception, say: Say) -> int:
    say(f"Not all was deleted: {trouble}. Is MongoDB running? {COMMAND} up starts it")
    return 1
