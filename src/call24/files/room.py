"""Files: what users attach to people, tasks and calls."""

from __future__ import annotations

from call24.call_records.activity import CallActivity
from call24.changes.reader import RoomReader
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.files import events, personal_data, removals, store
from call24.files.activity import ACTIVITY, FileActivity
from call24.files.api import files, uploads
from call24.files.clamd import Clamd
from call24.files.inspection import FileInspection
from call24.files.model import FileKey
from call24.files.moving import FileMoves
from call24.files.permissions import PERMISSIONS
from call24.files.remote_settings import remote_of
from call24.files.removals import FileRemovals
from call24.files.service import Files
from call24.files.storage import FileStorage
from call24.files.store import FileStore
from call24.files.thumbnails import Thumbnails
from call24.files.uploads import Uploads
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.people.history import PersonHistory
from call24.people.service import People
from call24.recordings.disk_space import MB
from call24.recordings.keys import RecordingKeys, key_place
from call24.tasks.activity import TaskActivity
from call24.tasks.service import TaskService


def build(there: Provided) -> Built:
    settings, mongo, clock = there.get(Settings), there.get(Mongo), there.get(Clock)
    keys = RecordingKeys(mongo, there.get(AppKey), clock, struct=FileKey, purpose="file keys", data=settings.data)
    kept = FileStore(mongo, there.get(Changes))
    remote = remote_of(settings, there.get(AppKey))
    storage = FileStorage(settings.data / "files", settings.recording_floor_mb * MB, keys, remote)
    removing = FileRemovals(mongo, kept, remote, clock)
    moves = FileMoves(kept, storage, removing, remote, settings.files_store_country, clock)
    restricted = there.get(ContactService).restricted
    attached = Files(
        kept, storage, removing, there.get(People), there.get(PersonHistory), there.get(TaskService), restricted, clock
    )
    scanner = Clamd(settings.clamd) if settings.clamd is not None else None
    thumbnails = Thumbnails(kept, storage)
    inspection = FileInspection(kept, storage, attached, thumbnails, moves, clock, scanner)
    arriving = Uploads(
        kept,
        storage,
        attached,
        inspection,
        clock,
        largest=settings.file_max_mb * MB,
        quota=settings.file_quota_mb * MB,
    )
    looking = BackgroundTask(
        name="file inspection", run=inspection.run, bound="one file at a time, each organisation in turn"
    )
    drawing = BackgroundTask(
        name="thumbnails", run=thumbnails.run, bound="one picture at a time, each organisation in turn"
    )
    log = FileActivity(mongo, there.get(CallActivity), there.get(TaskActivity))
    return Built(
        services=(attached, arriving, inspection, thumbnails, log, moves, removing),
        start=(attached.after_restart,),
        tasks=(looking, drawing, *(_in_store(moves, removing) if remote is not None else ())),
        stop=(remote.store.close,) if remote is not None else (),
    )


def _in_store(moves: FileMoves, removals: FileRemovals) -> tuple[BackgroundTask, ...]:
    return (
        BackgroundTask(name="file moves", run=moves.run, bound="8 MiB of four files, one of each organisation"),
        BackgroundTask(name="file removals", run=removals.run, bound="100 removals, one after the other"),
    )


ROOM = Room(
    name="files",
    provides=(Files, Uploads, FileInspection, Thumbnails, FileActivity, FileMoves, FileRemovals),
    build=build,
    permissions=PERMISSIONS,
    routers=(files.router, uploads.router),
    indexes=(*store.INDEXES, *removals.INDEXES),
    events=events.EVENTS,
    readers=(RoomReader(name="files", wants=Files.wants, of=Files, read=Files.read),),
    activity=ACTIVITY,
    sealed=(SealedField(kind=FileKey, field="wrapped", purpose="file keys", place=key_place),),
    holds=personal_data.HOLDS,
)
