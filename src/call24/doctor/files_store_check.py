"""Whether the S3-compatible store for files lets Call24 write, read and remove, and what waits for it."""

from __future__ import annotations

from call24.doctor.report import CheckResult, Failed
from call24.files.model import FileRemoval, StoredFile
from call24.files.object_store import StoreTrouble
from call24.files.remote_settings import object_store
from call24.files.store import UNMOVED
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings

_WHY = "the doctor counts files of all organisations"


async def look(mongo: Mongo, settings: Settings, found: CheckResult) -> None:
    """Raises: Failed, SettingsError, Unavailable."""
    files = mongo.platform(StoredFile, why=_WHY)
    there = await files.count({"moved_at": {"$ne": None}})
    removals = await mongo.platform(FileRemoval, why=_WHY).count({"removed_at": None})
    if settings.files_store is None:
        found.seen = "none is set: files are in the data folder"
        if there or removals:
            raise Failed(
                f"none is set, and {there} files and {removals} removals need the one that was",
                "give --files-store, --files-store-endpoint and --files-store-credentials-file as before",
            )
        return
    found.seen = (
        f"{settings.files_store} at {settings.files_store_address}, region {settings.files_store_region}: "
        f"{await files.count(dict(UNMOVED))} files wait to be moved, {removals} removals wait"
    )
    store = object_store(settings, AppKey.load(settings.data))

    async def needed() -> int:
        return there + removals

    try:
        await store.check(needed)
    except StoreTrouble as trouble:
        raise Failed(f"{found.seen}; {trouble.why}", trouble.advice) from None
    finally:
        await store.close()
