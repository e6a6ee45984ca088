"""People imported and exported by processes of their own: killed, they go on; calls know the new names at once."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.support.product.composed import Composed, composed
from tests.support.product.organisation import Organisation
from tests.support.product.stack import RunningStack
from tests.support.product.work_here import work_here
from tests.support.wait import wait_until

from call24.kit.ids import TenantId

pytestmark = [pytest.mark.shares_stack("server"), pytest.mark.asyncio(loop_scope="module")]

IMPORTS, EXPORTS = "/v1/address-book-imports", "/v1/people-exports"
BYTES = {"content-type": "application/octet-stream"}
ROWS = 1_250
"""Three batches of 500."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    with work_here():
        async with composed(stack) as house:
            yield house


async def over(org: Organisation, path: str) -> Any:
    async def ended() -> Any:
        seen = (await org.http.get(path)).json()
        return seen if seen["state"] not in ("checking", "running", "undoing") else None

    return await wait_until(ended, 180)


async def sent(org: Organisation, text: str) -> str:
    answer = await org.http.post(IMPORTS, content=text.encode(), headers=BYTES)
    assert answer.status_code == 202, answer.text
    path = f"{IMPORTS}/{answer.json()['id']}"
    assert (await over(org, path))["state"] == "ready"
    return path


@pytest.mark.long(
    "integration/address_book_files/test_imports.py::"
    "test_an_import_goes_on_where_it_was_cut_off_and_nothing_is_there_twice"
)
async def test_an_import_goes_on_after_kill_9_and_is_undone_after_another(house: Composed) -> None:
    async with house.organisation("Acme") as org:
        rows = "".join(f"Person {n},+4420794{n:05},p{n}@example.com\r\n" for n in range(ROWS))
        path = await sent(org, "Name,Phone,Email\r\n" + rows)
        import_id = path.rpartition("/")[2]
        people = house.database["people"]
        mine = {"tenant_id": org.tenant_id}
        for step, body, state in (("start", {"known": "skip"}, "done"), ("undo", None, "undone")):
            before = people.count_documents(mine)
            assert (await org.http.post(f"{path}/{step}", json=body)).status_code == 202
            await wait_until(lambda seen=before: people.count_documents(mine) != seen, 60)
            process = _process_of(import_id)
            assert process is not None, "it was over before it could be killed"
            os.kill(process, signal.SIGKILL)
            ended = await over(org, path)
            assert ended["state"] == state, ended
        assert ended["counts"] == {
            "checked": ROWS,
            "created": ROWS,
            "updated": 0,
            "pictures": 0,
            "skipped": 0,
            "refused": 0,
            "undone": ROWS,
            "kept": 0,
        }
        assert people.count_documents(mine) == 0
        assert house.database["contacts"].count_documents({**mine, "people": {"$gt": 0}}) == 0


@pytest.mark.long("e2e/test_app_people_files.py::test_a_file_is_looked_at_mapped_imported_and_undone")
@pytest.mark.long("integration/address_book_files/test_imports.py::test_what_is_exported_comes_back_the_same")
async def test_who_calls_is_called_as_the_import_says_at_once_and_the_export_has_them(house: Composed) -> None:
    async with house.organisation("Acme") as org:
        callers = house.app.rooms.callers
        known = callers.note(TenantId(org.tenant_id), "+442079460101", "Wireless Caller")
        path = await sent(org, "Name,Phone\r\nAnna Petrova,+442079460101\r\n")
        assert (await org.http.post(f"{path}/start", json={"known": "skip"})).status_code == 202
        assert (await over(org, path))["state"] == "done"
        seen = await callers.get(TenantId(org.tenant_id), known.id)
        assert seen is not None and seen.shown_name == "Anna Petrova"
        begun = await org.http.post(EXPORTS, json={"format": "vcard4"})
        assert begun.status_code == 202, begun.text
        export = f"{EXPORTS}/{begun.json()['id']}"
        assert (await over(org, export))["state"] == "done"
        card = (await org.http.get(f"{export}/file")).text
        assert "FN:Anna Petrova\r\n" in card and "TEL;VALUE=uri:tel:+442079460101\r\n" in card


def _process_of(import_id: str) -> int | None:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--address-book-import" in words and import_id.encode() in words:
            return int(path.parent.name)
    return None
