"""The server as it is composed: a file that was deleted is brought back, or gone for good, also over a restart."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.http.files import attached, pdf
from tests.support.product.composed import composed
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.files.service import GONE_AFTER

pytestmark = pytest.mark.shares_stack("server")


@pytest.mark.long(
    "integration/files/test_deleted.py::test_a_deleted_file_is_not_there_and_can_be_brought_back_for_ten_minutes"
)
async def test_a_restart_loses_neither_the_undo_of_a_deletion_nor_its_end(stack: RunningStack) -> None:
    assert timedelta(minutes=11) == GONE_AFTER
    async with contextlib.AsyncExitStack() as after:
        async with composed(stack) as house:
            acme = await after.enter_async_context(house.organisation("Restarted"))
            person = await acme.post("/v1/people", {"given": "Anna"})
            back, gone = [
                await attached(acme.http, name, pdf(900), person_id=person["id"]) for name in ("a.pdf", "b.pdf")
            ]
            for file in (back, gone):
                assert (await acme.http.delete(f"/v1/files/{file['id']}")).status_code == 204
            await house.swept()

        def on_disk() -> list[str]:
            return sorted(path.name for path in Path(stack.settings.data / "files" / acme.tenant_id).glob("*"))

        async with composed(stack) as again:
            assert on_disk() == sorted(f"{file['id']}.c24" for file in (back, gone))
            restored = await acme.http.post(f"/v1/files/{back['id']}/restore")
            assert restored.status_code == 200, restored.text
            again.clock.moved += timedelta(minutes=12)
            await wait_until(lambda: on_disk() == [f"{back['id']}.c24"], 15)
            kept = {"tenant_id": acme.tenant_id}
            await wait_until(lambda: again.database["files"].count_documents(kept) == 1, 15)  # after its file
            assert (await acme.http.post(f"/v1/files/{gone['id']}/restore")).status_code == 404
            content = await acme.http.get(f"/v1/files/{back['id']}/content")
            assert content.content == pdf(900)
            usage = (await acme.http.get("/v1/files/usage")).json()
            assert (usage["bytes"], usage["files"]) == (900, 1)
