"""The S3-compatible store for files as the installation's settings name it."""

from __future__ import annotations

from call24.files.object_store import ObjectStore, StorePlace
from call24.files.remote_files import RemoteFiles
from call24.files.s3_signing import StoreLogin
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings


def remote_of(settings: Settings, app_key: AppKey) -> RemoteFiles | None:
    """None: files stay on this machine. Raises: SettingsError."""
    return RemoteFiles(object_store(settings, app_key)) if settings.files_store is not None else None


def object_store(settings: Settings, app_key: AppKey) -> ObjectStore:
    """Raises: SettingsError."""
    bucket, _, prefix = (settings.files_store or "").removeprefix("s3://").partition("/")
    place = StorePlace(endpoint=settings.files_store_address, bucket=bucket, prefix=prefix.strip("/"))
    login = settings.files_store_login()
    signing = StoreLogin(key_id=login.user, secret=login.password, region=settings.files_store_region)
    return ObjectStore(place, signing, app_key.derive("files store")[:16].hex())
