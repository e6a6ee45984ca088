"""Starts the process that does an import's work. What it does there is `server/address_book_process.py`'s."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from call24.address_book_files.model import AddressBookImport
from call24.address_book_files.service import Runner
from call24.contacts.callers import KnownCallers
from call24.kit.ids import ContactId, TenantId
from call24.kit.python import MODULE
from call24.kit.settings import Settings
from call24.people.matches import Matches

LINE_MAX = 1 << 20


def runner(settings: Settings, callers: KnownCallers, matches: Matches) -> Runner:
    """The process says on its standard output, a line for each batch, whose contacts name others now."""

    async def run(wish: AddressBookImport, file: Path, preview: Path) -> None:
        asked = ("--address-book-import", wish.tenant_id, wish.id, str(file), str(preview))
        words = (*MODULE, "call24.server", "--data", str(settings.data), *asked)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*words, stdout=pipe, limit=LINE_MAX)
        try:
            assert process.stdout is not None
            async for line in process.stdout:
                await renamed(callers, matches, wish.tenant_id, msgspec.json.decode(line, type=list[ContactId]))
            if await process.wait() != 0:
                raise OSError("the importing process failed")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            if process.returncode != 0:  # it may not have said what it wrote last
                matches.doubt(wish.tenant_id)

    return run


async def renamed(
    callers: KnownCallers, matches: Matches, tenant_id: TenantId, contact_ids: Sequence[ContactId]
) -> None:
    """Another process wrote what these contacts are called: what is in memory of them is read again."""
    for contact_id in contact_ids:
        if callers.recent(tenant_id, contact_id) is not None:
            await callers.get(tenant_id, contact_id)
        matches.changed(tenant_id, contact_id)
