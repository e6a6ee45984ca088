"""What is remembered of earlier calls, found again after a restart, and gone with its records."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.calls import told as t

from call24.call_records import caller_history as room
from call24.call_records.call_record import CallRecord, fold
from call24.call_records.caller_history import CallerHistory
from call24.kit.ids import CallId, ContactId
from call24.kit.mongo import Mongo

WEEK, MINUTE = timedelta(days=7), timedelta(seconds=60)


async def store(mongo: Mongo, *calls: t.Told) -> None:
    for call in calls:
        await mongo.tenant(t.TENANT).collection(CallRecord).replace(fold(call.entries), upsert=True)


async def test_after_a_restart_it_knows_what_it_knew(mongo: Mongo) -> None:
    talked = t.Told().talks(t.BOB).after(60).ends()
    left = t.Told(CallId("call_2"), at_s=100).arrives(t.OTHER_PARTY).joins().after(30).ends()
    await store(mongo, left, talked)
    regulars = CallerHistory(mongo)
    await regulars.restore(t.TENANT)
    assert regulars.last_agent(t.TENANT, t.CONTACT, WEEK, talked.now) == t.BOB
    since = left.now - timedelta(seconds=30)
    assert regulars.lost_place(t.TENANT, t.OTHER_PARTY, t.HELP, MINUTE, left.now) == since


async def test_a_call_that_goes_on_over_the_restart_is_followed_from_where_it_is(mongo: Mongo) -> None:
    told = t.Told().arrives().joins().after(10).offered_to(t.CY)
    await store(mongo, told)
    regulars = CallerHistory(mongo)
    await regulars.restore(t.TENANT, [told.told])
    cut = len(told.entries)
    for entry in told.answered_by(t.CY).after(5).ends().entries[cut:]:
        regulars.follow(entry)
    assert regulars.last_agent(t.TENANT, t.CONTACT, WEEK, told.now) == t.CY


async def test_only_the_newest_are_read_at_start(mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "RESTORED", 2)
    for number in range(4):
        told = t.Told(CallId(f"call_{number}"), at_s=60 * number).arrives(ContactId(f"ctc_{number}")).joins()
        await store(mongo, told.offered_to().answered_by().after(5).ends())
    regulars = CallerHistory(mongo)
    await regulars.restore(t.TENANT)
    known = [regulars.last_agent(t.TENANT, ContactId(f"ctc_{n}"), WEEK, told.now) for n in range(4)]
    assert known == [None, None, t.ANN, t.ANN]


async def test_it_is_forgotten_before_the_record_goes(mongo: Mongo) -> None:
    told = t.Told().talks().after(60).ends()
    await store(mongo, told)
    regulars = CallerHistory(mongo)
    await regulars.restore(t.TENANT)
    assert await regulars.erase(t.TENANT, [told.id]) == 0
    assert regulars.last_agent(t.TENANT, t.CONTACT, WEEK, told.now) is None
