"""What an operator has to keep up: disk space, certificates, backups, the sweeper, and which version runs."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from cryptography import x509

from call24.installer import backup_note
from call24.kit.settings import Settings
from call24.kit.version import VERSION
from call24.metrics.exposition import Sample
from call24.privacy.service import Sweeper
from call24.recordings.disk_space import DiskSpace
from call24.tenants.service import TenantService


async def disk(settings: Settings, space: DiskSpace) -> list[Sample]:
    """Raises: OSError."""
    folders = {"data": settings.data, "recordings": settings.recordings, "recording_spool": settings.recording_spool}
    found = [Sample("call24_recording_allowed", space.level != "full")]
    for name, folder in folders.items():
        free, size = await asyncio.to_thread(_space, folder)
        found.append(Sample("call24_disk_free_bytes", free, (name,)))
        found.append(Sample("call24_disk_size_bytes", size, (name,)))
    return found


def _space(folder: Path) -> tuple[int, int]:
    """Bytes that are free, and in all; of a folder that does not exist yet, of the next one above. Raises: OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


async def certificates(settings: Settings) -> list[Sample]:
    """Of the files that are shown to browsers, phones and carriers. Raises: OSError, ValueError."""
    files = {"server": settings.certificate[0]}
    if not settings.tls_cert:
        files["authority"] = settings.tls / "ca.pem"
    found = []
    for name, file in files.items():
        shown = x509.load_pem_x509_certificate(await asyncio.to_thread(file.read_bytes))
        expires = shown.not_valid_after_utc.timestamp()
        found.append(Sample("call24_certificate_not_after_timestamp_seconds", expires, (name,)))
    return found


async def backup(settings: Settings) -> list[Sample]:
    """By the notes that `./call24 backup make` and `follow` leave in the data folder."""
    newest = await asyncio.to_thread(backup_note.read, settings.data)
    followed = newest.followed if newest is not None else None
    return [
        Sample("call24_backup_timestamp_seconds", newest.instant.timestamp() if newest is not None else 0.0),
        Sample("call24_backup_followed_timestamp_seconds", followed.timestamp() if followed is not None else 0.0),
    ]


async def sweeper(sweeper: Sweeper) -> list[Sample]:
    return [
        Sample("call24_sweeper_last_sweep_timestamp_seconds", sweeper.swept_at),
        Sample("call24_sweeper_failed_tenants", sweeper.failed),
    ]


async def installation(tenants: TenantService) -> list[Sample]:
    lasting = [tenant for tenant in tenants.known_tenants() if not tenant.temporary]
    return [Sample("call24_build_info", 1, (VERSION,)), Sample("call24_tenants", len(lasting))]
