"""Writes tasks to a file: CSV, or JSON lines. Memory is bounded, and no transaction is held over the whole.

The newest first, whatever the list's order: by when a task was created each page goes on behind the last, so that no
task is there twice, or left out, when others change meanwhile. Nothing of whom data is restricted is in it, and of a
caller whose day comes while the file is kept, the task alone. Who asked, and whether they may, is not decided here.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import msgspec

from call24.contacts.service import ContactService
from call24.exports.exporter import PAGE, NameOf, whole
from call24.exports.model import Export
from call24.exports.safe_cells import safe_of
from call24.exports.task_rows import COLUMNS, as_lines, asked_in, row_of_task
from call24.kit.mongo import Mongo
from call24.tasks.model import Task
from call24.tasks.store import TaskStore


@dataclass(frozen=True)
class TaskExporter:
    """`floor`: bytes that stay free on the disk."""

    mongo: Mongo
    contacts: ContactService
    name_of: NameOf
    floor: int

    async def write(self, export: Export, zone: ZoneInfo, file: Path, told: Callable[..., Any]) -> int:
        """The file, made whole or not at all; how many tasks. ``told``: as of ``Exporter``.

        Raises: Unavailable, OSError, also where the disk would have too little room.
        """
        in_all = await TaskStore(self.mongo).count(export.tenant_id, asked_in(export))
        await told(0, in_all, None)
        read = done = 0
        with whole(file) as part, _opened(part, export.format) as out:
            rows = csv.DictWriter(out, COLUMNS)
            if export.format == "csv":
                rows.writeheader()
            async for page in self._pages(export):
                if shutil.disk_usage(part.parent).free < self.floor:
                    raise OSError("too little room on the disk")
                for row in await self._rows(export, page):
                    if export.format == "csv":
                        rows.writerow(_cells(row))
                    else:
                        out.write(f"{msgspec.json.encode(row).decode()}\n")
                    done += 1
                read += len(page)
                await told(read, max(read, in_all), None)
        await told(done, done, None)
        return done

    async def _rows(self, export: Export, page: Sequence[Task]) -> list[dict[str, Any]]:
        shown = [one for one in page if not self._restricted(one)]
        contacts = await self.contacts.some(export.tenant_id, list({one.contact_id for one in shown if one.contact_id}))
        rows = []
        for one in shown:
            contact = contacts.get(one.contact_id) if one.contact_id is not None else None
            known = one.delete_at is None or one.delete_at > export.delete_at
            rows.append(row_of_task(one, contact, self.name_of, known=known))
        return rows

    def _restricted(self, task: Task) -> bool:
        return task.contact_id is not None and self.contacts.restricted(task.tenant_id, task.contact_id)

    async def _pages(self, export: Export) -> AsyncIterator[list[Task]]:
        store, wanted, cursor = TaskStore(self.mongo), asked_in(export), None
        while True:
            found = await store.page(export.tenant_id, wanted, limit=PAGE, cursor=cursor)
            yield found.tasks
            if (cursor := found.next) is None:
                return


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    """None that a spreadsheet takes for a formula."""
    flat = {**row, "checklist": as_lines(row["checklist"])}
    return {name: safe_of(value) if isinstance(value, str) else value for name, value in flat.items()}


def _opened(file: Path, format: str) -> IO[str]:
    """CSV has the mark by which spreadsheets know UTF-8, and ends its lines itself."""
    return file.open("w", encoding="utf-8-sig" if format == "csv" else "utf-8", newline="")
