"""Imports into the address book, and exports of it, over HTTP; done in the test's own process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.http.api import Api, Organisation
from tests.support.wait import wait_until

from call24.address_book_files.exporting import PeopleExporter
from call24.address_book_files.model import AddressBookImport
from call24.address_book_files.runner import renamed
from call24.address_book_files.service import AddressBookImports
from call24.contacts.callers import KnownCallers
from call24.exports.model import Export
from call24.exports.service import Exports
from call24.kit.ids import ContactId
from call24.people.matches import Matches
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.server.address_book_process import carried_out

IMPORTS = "/v1/address-book-imports"
EXPORTS = "/v1/people-exports"
BYTES = {"content-type": "application/octet-stream"}


def in_this_process(api: Api) -> AddressBookImports:
    """The rooms' own services; what a process of its own does, which would need the installation, is done here."""
    there = api.services.there
    imports, exports = there.get(AddressBookImports), there.get(Exports)

    async def run(wish: AddressBookImport, file: Path, preview: Path) -> None:
        told = list[ContactId]()

        def tell(ids: Sequence[ContactId]) -> None:
            told.extend(ids)

        await carried_out(there, wish.tenant_id, wish.id, file, preview, tell)
        await renamed(there.get(KnownCallers), there.get(Matches), wish.tenant_id, told)

    async def write(export: Export, file: Path) -> None:
        async def told(done: int, in_all: int, due: object) -> None:
            change = {"rows_done": done, "rows_in_all": in_all}
            await api.mongo.tenant(export.tenant_id).collection(Export).update(export.id, change)

        await PeopleExporter(api.mongo, there.get(People), there.get(PersonPictures)).write(
            export, ZoneInfo("UTC"), file, told
        )

    imports._runner = run
    exports._runner = write
    return imports


async def ended(of: Organisation, path: str, *, role: str = "supervisor") -> Any:
    """The import or export, once it is not at work any more."""

    async def over() -> Any:
        seen = (await of.call(role, "GET", path)).json()
        return seen if seen["state"] not in ("checking", "running", "undoing") else None

    return await wait_until(over, 60)


async def sent(of: Organisation, content: str | bytes, query: str = "") -> Any:
    """The import, once its file was checked."""
    raw = content if isinstance(content, bytes) else content.encode()
    answer = await of.call("supervisor", "POST", IMPORTS + query, content=raw, headers=BYTES)
    assert answer.status_code == 202, answer.text
    return await ended(of, f"{IMPORTS}/{answer.json()['id']}")


async def preview(of: Organisation, wish: Any) -> Any:
    answer = await of.call("supervisor", "GET", f"{IMPORTS}/{wish['id']}/preview")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def done(of: Organisation, wish: Any, step: str, **body: Any) -> Any:
    """`step`: start, undo, reading."""
    path = f"{IMPORTS}/{wish['id']}"
    answer = await of.call("supervisor", "POST", f"{path}/{step}", json=body or None)
    assert answer.status_code == 202, answer.text
    return await ended(of, path)


async def exported(of: Organisation, **wish: Any) -> bytes:
    answer = await of.call("supervisor", "POST", EXPORTS, json={"format": "csv", **wish})
    assert answer.status_code == 202, answer.text
    path = f"{EXPORTS}/{answer.json()['id']}"
    over = await ended(of, path)
    assert over["state"] == "done", over
    return (await of.call("supervisor", "GET", f"{path}/file")).content
