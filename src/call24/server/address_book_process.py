"""Imports into the address book in a process of their own, which `address_book_files/runner.py` starts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from call24.address_book_files.checking import Checking
from call24.address_book_files.importing import Importing
from call24.address_book_files.model import AddressBookImport
from call24.address_book_files.rows import Refused, Rows, Stopped
from call24.address_book_files.undoing import Undoing
from call24.contacts.model import ErasedCaller
from call24.contacts.rules import contact_id, id_of_generation
from call24.contacts.service import id_key
from call24.kit.clock import Clock
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.people.history import PersonHistory
from call24.people.service import People
from call24.privacy.hold_register import HoldRegister
from call24.server.export_process import rooms_of
from call24.tenants.service import TenantService


async def import_into_address_book(
    settings: Settings, tenant_id: TenantId, import_id: str, file: Path, preview: Path
) -> None:
    """What the import's state says; progress and outcome go to its document, and to standard output whom it renamed.

    Raises: NotFound, Conflict, Unavailable, OSError.
    """
    mongo, there = await rooms_of(settings)
    try:
        there.get(People).holds = HoldRegister(mongo).kept
        await carried_out(there, tenant_id, import_id, file, preview, _say)
    finally:
        await mongo.close()


def _say(contact_ids: Sequence[ContactId]) -> None:
    if contact_ids:
        sys.stdout.buffer.write(msgspec.json.encode(contact_ids) + b"\n")
        sys.stdout.buffer.flush()


async def carried_out(
    there: Provided,
    tenant_id: TenantId,
    import_id: str,
    file: Path,
    preview: Path,
    told: Callable[[Sequence[ContactId]], None],
) -> None:
    """``told``: after each batch, the contacts that name others now."""
    mongo, clock = there.get(Mongo), there.get(Clock)
    tenant, key = there.get(TenantService).known(tenant_id), id_key(there.get(AppKey))

    async def ids(tenant_id: TenantId, numbers: Sequence[str]) -> Mapping[str, ContactId]:
        return await contacts_of(mongo, key, tenant_id, numbers)

    imports = mongo.tenant(tenant_id).collection(AddressBookImport)
    wish = await imports.get(import_id)
    rows = Rows(mongo, clock, there.get(People), ids, tenant.region if tenant is not None else None)
    try:
        match wish.state:
            case "checking":
                await Checking(rows).check(wish, file, preview)
            case "running":
                await Importing(rows, told).run(wish, file)
            case "undoing":
                await Undoing(rows, there.get(PersonHistory), told).undo(wish)
    except Refused as error:
        ended = {"problem": error.problem, "trouble": error.trouble, "ended_at": clock.now()}
        await imports.update_where({"id": import_id, "state": "checking"}, {**ended, "state": "failed"})
        await imports.update_where({"id": import_id, "state": "running"}, {**ended, "state": "stopped"})
    except Stopped:
        pass


async def contacts_of(mongo: Mongo, key: bytes, tenant_id: TenantId, numbers: Sequence[str]) -> dict[str, ContactId]:
    """The contacts of numbers; of erased callers, those that their next calls have."""
    firsts = {number: contact_id(key, tenant_id, number) for number in numbers}
    erased = mongo.tenant(tenant_id).collection(ErasedCaller)
    lines = {one.id: one for one in await erased.find({"id": {"$in": list(firsts.values())}})} if firsts else {}
    return {
        number: id_of_generation(key, first, lines[first].generation) if first in lines else first
        for number, first in firsts.items()
    }
