"""Recordings, their keys, and who played them."""

from __future__ import annotations

from pathlib import Path

from call24.changes.service import Changes
from call24.kit.clock import Clock
from call24.kit.ids import QueueId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.kit.settings_rules import check_recordings
from call24.pbx.client import far_end
from call24.queues.service import QueueService
from call24.recordings import api, events, personal_data, store
from call24.recordings.disk_space import DiskSpace
from call24.recordings.keeper_client import KeeperClient
from call24.recordings.keeper_storage import KeeperSpace, KeeperStorage
from call24.recordings.key_rotation import AT_ONCE
from call24.recordings.keys import RecordingKeys, key_place
from call24.recordings.model import RecordingKey
from call24.recordings.permissions import PERMISSIONS
from call24.recordings.playbacks import Playbacks
from call24.recordings.retention import RecordingDays, RecordingRetention
from call24.recordings.service import Recordings
from call24.recordings.store import RecordingStore
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, settings, tenants = there.get(Mongo), there.get(Clock), there.get(Settings), there.get(TenantService)
    keeper = _keeper(settings)
    watched = KeeperSpace(keeper) if keeper is not None else None
    folders = [settings.recording_spool, settings.recordings]
    space = (
        DiskSpace(folders, settings.recording_floor_mb)
        if watched is None
        else DiskSpace([Path("/")], settings.recording_floor_mb, watched.stat)
    )
    store, made = RecordingStore(mongo), RecordingKeys(mongo, there.get(AppKey), clock, data=settings.data)
    recordings = Recordings(
        store,
        made,
        there.get(Changes),
        spool=settings.recording_spool,
        folder=settings.recordings,
        clock=clock,
        exhausted=space.exhausted,
        retention=_retention(mongo, tenants, there.get(QueueService)),
        storage=KeeperStorage(keeper, made) if keeper is not None else None,
    )
    keys = BackgroundTask(
        name="recording keys",
        run=lambda: recordings.key_rotation.run([tenant.id for tenant in tenants.known_tenants()]),
        bound=f"{AT_ONCE} recordings of one organisation at a time",
    )
    disk = BackgroundTask(name="space", run=space.run, bound="one look at a time")
    tasks = [keys, disk]
    if watched is not None:
        tasks.append(BackgroundTask(name="space of the PBX", run=watched.run, bound="one question at a time"))
    return Built(services=(recordings, Playbacks(store, clock), space), tasks=tuple(tasks))


def _keeper(settings: Settings) -> KeeperClient | None:
    """Where the PBX is on a host of its own. Raises: SettingsError."""
    end = far_end(settings)
    if end is None:
        return None
    check_recordings(settings)
    return KeeperClient(*end)


def _retention(mongo: Mongo, tenants: TenantService, queues: QueueService) -> RecordingRetention:
    def days(tenant_id: TenantId) -> RecordingDays:
        tenant = tenants.known(tenant_id)
        there = queues.known_queues(tenant_id)
        theirs = {one.id: one.recording_days for one in there}
        own = {queue_id: count for queue_id, count in theirs.items() if count is not None}
        reasoned: set[QueueId | None] = {one.id for one in there if one.recording_days_reason is not None}
        if tenant is not None and tenant.recording_days_reason is not None:
            reasoned.add(None)
        organisation = tenant.recording_days if tenant is not None else None
        known = frozenset(one.id for one in there)
        return RecordingDays(organisation=organisation, queues=own, longer=frozenset(reasoned), known=known)

    return RecordingRetention(mongo, days, lambda: [tenant.id for tenant in tenants.known_tenants()])


ROOM = Room(
    name="recordings",
    provides=(Recordings, Playbacks, DiskSpace),
    build=build,
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=store.INDEXES,
    events=events.EVENTS,
    sealed=(SealedField(kind=RecordingKey, field="wrapped", purpose="recording keys", place=key_place),),
    holds=personal_data.HOLDS,
)
