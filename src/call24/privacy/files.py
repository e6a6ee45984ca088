"""Deletes files as the data map says: an organisation's when it is closed, old ones by their age.

It works from the places that rooms declare and knows no room. A file that goes with a document is deleted by the room
that keeps the document, since the order of the two matters.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from call24.data_map import ByAge, Closing, Files, Place
from call24.data_map.places import TENANT_FOLDER
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId

log = logging.getLogger(__name__)

_TENANT = re.compile(r"[A-Za-z0-9_]+")


class KeptFiles:
    """`data`: the data folder; `places`: of all rooms."""

    def __init__(self, data: Path, places: Iterable[Place]) -> None:
        self._data = data
        self._places = [(place, place.where) for place in places if isinstance(place.where, Files)]

    async def erase_organisation(self, tenant_id: TenantId) -> None:
        """The folders of this organisation, and what nobody can tell apart.

        Raises: Unavailable when something is still there: close the organisation again.
        """
        if _TENANT.fullmatch(tenant_id) is None:
            raise ValueError("no id of an organisation")
        await asyncio.to_thread(self._erase_organisation, tenant_id)

    async def count_organisation(self, tenant_id: TenantId) -> int:
        """How many files there are in the folders of this organisation."""
        return await asyncio.to_thread(self._count_organisation, tenant_id)

    async def erase_due(self, now: datetime) -> int:
        """What has reached its age; how many files. One that cannot be deleted is tried again."""
        return await asyncio.to_thread(self._erase_due, now)

    def _erase_organisation(self, tenant_id: TenantId) -> None:
        for place, files in self._places:
            if files.apart:
                _gone(self._data / files.apart.replace(TENANT_FOLDER, tenant_id))
            elif place.closing is Closing.ALL:
                for path in self._found(files):
                    path.unlink(missing_ok=True)

    def _count_organisation(self, tenant_id: TenantId) -> int:
        folders = {
            self._data / files.apart.replace(TENANT_FOLDER, tenant_id) for _, files in self._places if files.apart
        }
        return sum(path.is_file() for folder in folders for path in folder.rglob("*"))

    def _erase_due(self, now: datetime) -> int:
        count = 0
        for place, files in self._places:
            if isinstance(place.kept, ByAge) and place.kept.by == "sweeper":
                before = (now - place.kept.after).timestamp()
                count += sum(_gone_if_old(path, before) for path in self._found(files))
        return count

    def _found(self, files: Files) -> Iterator[Path]:
        return (path for path in self._data.glob(files.pattern()) if path.is_file() and not path.is_symlink())


def _gone(folder: Path) -> None:
    """Raises: Unavailable."""
    with contextlib.suppress(FileNotFoundError):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            log.error("%s could not be deleted: %s", folder, error)
    if folder.exists():
        raise Unavailable("Files of the organisation could not be deleted")


def _gone_if_old(path: Path, before: float) -> bool:
    try:
        if path.stat().st_mtime >= before:
            return False
        path.unlink()
    except FileNotFoundError:
        return False  # somebody else was faster
    except OSError as error:
        log.error("%s could not be deleted: %s", path, error)
        return False
    return True
