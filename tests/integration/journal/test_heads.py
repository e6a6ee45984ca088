"""Numbers of the journal go on when its lines were deleted: readers that know a higher number must miss nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from call24.journal.journal import Journal
from call24.journal.model import Entry, Fresh
from call24.kit.ids import TenantId, new_id
from call24.kit.mongo import Mongo

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


class Happened(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    pass


async def test_a_restart_after_all_lines_were_deleted_does_not_begin_again(mongo: Mongo, tmp_path: Path) -> None:
    tenant = TenantId(new_id("ten"))
    journal = Journal(mongo, tmp_path / "spool")
    await journal.start()
    line = Fresh(at=AT, event=Happened(), delete_at=AT + timedelta(days=90))
    [_, last] = await journal.append(tenant, [line, line])
    await journal.keep_heads()
    await journal.stop()
    await mongo.tenant(tenant).collection(Entry).delete_many({})
    assert await Journal(mongo, tmp_path / "spool").open_tenant(tenant) == last.seq == 2


async def test_of_a_closed_organisation_what_was_accepted_is_written_and_nothing_more(
    mongo: Mongo, tmp_path: Path
) -> None:
    tenant, other = TenantId(new_id("ten")), TenantId(new_id("ten"))
    journal = Journal(mongo, tmp_path / "spool")
    heard: list[TenantId] = []
    journal.subscribe(lambda entry: heard.append(entry.tenant_id))
    await journal.start()
    line = Fresh(at=AT, event=Happened(), delete_at=AT + timedelta(days=90))
    await journal.open_tenant(tenant)
    writing = asyncio.ensure_future(journal.append(tenant, [line]))
    await asyncio.sleep(0)
    await journal.close_tenant(tenant)
    assert heard == [tenant]
    await writing
    await journal.append(tenant, [line])
    await journal.append(other, [line])
    await journal.close_tenant(other)
    assert heard == [tenant, other]
    assert await mongo.tenant(tenant).collection(Entry).count() == 1
    await journal.stop()
