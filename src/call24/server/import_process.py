"""Imports in a process of their own, which `caller_files/import_runner.py` starts: what that process does."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from call24.caller_files.import_file import FileRefused
from call24.caller_files.import_model import CallerImport
from call24.caller_files.import_runner import AWAY
from call24.caller_files.importing import CallerFileReader
from call24.changes.service import Changes
from call24.contacts.model import ErasedCaller
from call24.contacts.rules import contact_id, id_of_generation
from call24.contacts.service import id_key
from call24.kit.clock import SystemClock
from call24.kit.errors import Unavailable
from call24.kit.holdings import Held
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.recordings.disk_space import MB
from call24.recordings.service import Recordings
from call24.server.export_process import rooms_of
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

TELL_EVERY_S = 0.5


async def import_kept(settings: Settings, tenant_id: TenantId, import_id: str, file: Path) -> int:
    """What was asked for over HTTP; progress and outcome go to its document. The process's exit status: 0, or AWAY.

    Raises: NotFound, OSError.
    """
    try:
        await _import(settings, tenant_id, import_id, file)
    except Unavailable as trouble:
        log.warning("import %s waits: %s", import_id, trouble)
        return AWAY
    return 0


async def _import(settings: Settings, tenant_id: TenantId, import_id: str, file: Path) -> None:
    mongo, there = await rooms_of(settings)
    try:
        imports, clock, told_at = mongo.tenant(tenant_id).collection(CallerImport), SystemClock(), 0.0
        wish = await imports.get(import_id)
        tenant = await there.get(TenantService).get(tenant_id)

        async def told(done: int, in_all: int, expired: int) -> None:
            nonlocal told_at
            if done < in_all and time.monotonic() - told_at < TELL_EVERY_S:
                return
            told_at = time.monotonic()
            await imports.update(import_id, {"rows_done": done, "rows_in_all": in_all, "expired": expired})

        async def contact_of(tenant_id: TenantId, number: str) -> ContactId:
            return await _contact_of(mongo, id_key(AppKey.load(settings.data)), tenant_id, number)

        reader = CallerFileReader(
            mongo,
            clock,
            there.get(Changes),
            there.get(Recordings),
            there.get(Held),
            contact_of,
            days=tenant.record_days,
            floor=settings.recording_floor_mb * MB,
        )
        try:
            await reader.read(wish, file, told)
        except FileRefused as error:
            ended = {"state": "failed", "problem": error.problem, "trouble": error.detail}
        else:
            ended = {"state": "done"}
        await imports.update(import_id, {**ended, "ended_at": clock.now()})
    finally:
        await mongo.close()


async def _contact_of(mongo: Mongo, key: bytes, tenant_id: TenantId, number: str) -> ContactId:
    """Of an erased caller, the id that the next call has."""
    first = contact_id(key, tenant_id, number)
    line = await mongo.tenant(tenant_id).collection(ErasedCaller).find_one({"id": first})
    return first if line is None else id_of_generation(key, first, line.generation)
