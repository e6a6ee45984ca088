"""Names that came with calls are written behind: those of many calls in one command, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest
from pymongo.monitoring import CommandStartedEvent
from tests.support.database.mongod import RunningMongod

from call24.contacts.call_names import CallName, CallNames
from call24.kit.ids import CallId, ContactId, TenantId
from call24.kit.mongo import Mongo, ScopeWatch, TenantCollection

ACME = TenantId("ten_acme")
CALLS = [CallId(f"call_{number}") for number in range(40)]
WHO = ContactId("ctc_1")


class Commands(ScopeWatch):
    """Counts them by name."""

    def __init__(self) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        super().started(event)
        self.count[event.command_name] += 1


@pytest.fixture
async def counted(mongod: RunningMongod, mongo: Mongo) -> AsyncIterator[tuple[Mongo, Commands]]:
    commands = Commands()
    counted = Mongo(mongod.uri, mongo._database.name, watch=[commands])
    yield counted, commands
    await counted.close()


async def test_names_of_many_calls_are_one_command(mongo: Mongo, counted: tuple[Mongo, Commands]) -> None:
    watched, commands = counted
    await watched.ping(5.0)
    commands.count.clear()
    names = CallNames(watched)
    for call_id in CALLS:
        names.note(ACME, call_id, WHO, None, known=True)
    await names.write()
    await names.write()
    assert commands.count == {"insert": 1}
    assert {one.id for one in await mongo.tenant(ACME).collection(CallName).find()} == set(CALLS)


async def test_a_name_that_comes_while_others_are_written_waits_for_the_next_time(
    mongo: Mongo, counted: tuple[Mongo, Commands], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a busy second would be a command for each call again."""
    watched, commands = counted
    await watched.ping(5.0)
    commands.count.clear()
    names, insert_many, late = CallNames(watched), TenantCollection.insert_many, CALLS[1:]

    async def busy(self: TenantCollection[CallName], docs: Sequence[CallName]) -> None:
        names.note(ACME, late.pop(), WHO, "Jo")
        await insert_many(self, docs)

    monkeypatch.setattr(TenantCollection, "insert_many", busy)
    names.note(ACME, CALLS[0], WHO, "Jo")
    await names.write()
    assert commands.count == {"insert": 1}
    monkeypatch.undo()
    await names.write()
    assert {one.id for one in await mongo.tenant(ACME).collection(CallName).find()} == {CALLS[0], CALLS[-1]}


async def test_a_name_of_a_try_whose_answer_was_lost_stays_and_the_others_are_written(mongo: Mongo) -> None:
    names, stored = CallNames(mongo), mongo.tenant(ACME).collection(CallName)
    await stored.insert(CallName(id=CALLS[1], tenant_id=ACME, contact_id=WHO, name="Jo"))
    for call_id in CALLS[:3]:
        names.note(ACME, call_id, WHO, "Jo")
    await names.write()
    assert {one.id: one.name for one in await stored.find()} == dict.fromkeys(CALLS[:3], "Jo")
    assert await names.some(ACME, CALLS[:3]) == {one.id: one for one in await stored.find()}
