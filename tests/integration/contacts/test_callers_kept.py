"""Callers are remembered behind their calls: new ones at once, those known to be stored together, none lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.support.clock import VirtualClock
from tests.support.wait import wait_until

from call24.changes.model import Change
from call24.changes.service import Changes
from call24.contacts import callers as module
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.contacts.store import ContactStore
from call24.kit.errors import NotFound
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Mongo, TenantScope
from call24.kit.secrets import AppKey

ACME, OTHER = TenantId("ten_acme"), TenantId("ten_other")
NUMBERS = [f"+44207946000{n}" for n in range(5)]


class Lobby:
    """Callers as the engine notes them, and what MongoDB has of them."""

    def __init__(self, mongo: Mongo) -> None:
        self.mongo = mongo
        self.clock = VirtualClock()
        self.changes = Changes(mongo, self.clock)
        self.contacts = ContactService(mongo, self.clock, AppKey(b"k" * 32), self.changes)
        self.callers = KnownCallers(self.contacts)

    async def stored(self, tenant_id: TenantId = ACME) -> dict[str, Contact]:
        found = await self.mongo.tenant(tenant_id).collection(Contact).find()
        return {contact.number: contact for contact in found}

    async def ring(self, *numbers: str, name: str = "", tenant_id: TenantId = ACME) -> None:
        """They call now; returns once MongoDB knows it."""
        now = self.clock.now()
        for number in numbers:
            self.callers.note(tenant_id, number, name)

        async def known() -> bool:
            there = await self.stored(tenant_id)
            return all(number in there and there[number].seen_at == now for number in numbers)

        await wait_until(known)


@pytest.fixture
async def lobby(mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lobby]:
    monkeypatch.setattr(module, "AGAIN_EVERY_S", 0.05)
    lobby = Lobby(mongo)
    running = asyncio.create_task(lobby.callers.run())
    yield lobby
    running.cancel()
    await asyncio.wait({running})


async def test_who_calls_again_is_noted_together_with_others(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    alone: list[str] = []
    put = ContactStore.put

    async def counted(store: ContactStore, scope: TenantScope, contact: Contact) -> Contact | None:
        alone.append(contact.number)
        return await put(store, scope, contact)

    monkeypatch.setattr(ContactStore, "put", counted)
    await lobby.ring(*NUMBERS)
    assert alone == NUMBERS
    first = await lobby.stored()
    lobby.clock.advance(seconds=60)
    await lobby.ring(*NUMBERS, name="Jo")
    assert alone == NUMBERS, "nobody was written down alone again"
    for number, contact in (await lobby.stored()).items():
        assert (contact.created_at, contact.display_name) == (first[number].created_at, "Jo")


async def test_a_name_that_the_network_said_outlives_a_call_without_one(lobby: Lobby) -> None:
    await lobby.ring(NUMBERS[0])
    lobby.clock.advance(seconds=60)
    lobby.callers.note(ACME, NUMBERS[0], "Jo")
    await lobby.ring(NUMBERS[0])
    assert (await lobby.stored())[NUMBERS[0]].display_name == "Jo"


async def test_a_contact_that_was_deleted_meanwhile_is_made_again(lobby: Lobby) -> None:
    await lobby.ring(*NUMBERS)
    gone = (await lobby.stored())[NUMBERS[0]]
    await lobby.mongo.tenant(ACME).collection(Contact).delete(gone.id)
    lobby.clock.advance(seconds=60)
    await lobby.ring(*NUMBERS)
    again = (await lobby.stored())[NUMBERS[0]]
    assert (again.id, again.created_at) == (gone.id, lobby.clock.now())


async def test_nothing_is_noted_of_an_organisation_that_is_being_erased(lobby: Lobby) -> None:
    await lobby.ring(*NUMBERS)
    before = await lobby.stored()
    lobby.clock.advance(seconds=60)
    lobby.callers.note(ACME, NUMBERS[0], "")
    lobby.callers.close_tenant(ACME)
    lobby.callers.note(ACME, NUMBERS[1], "")
    await lobby.ring(NUMBERS[0], tenant_id=OTHER)
    lobby.clock.advance(seconds=60)
    await lobby.ring(NUMBERS[0], tenant_id=OTHER)
    assert await lobby.stored() == before


async def test_a_new_caller_and_a_new_name_are_told_and_a_call_alone_is_not(lobby: Lobby) -> None:
    [ann, ben, *_] = NUMBERS
    await lobby.ring(ann, ben)
    for name in ("Ann", "Ann", "", "Ann"):
        lobby.clock.advance(seconds=10)
        await lobby.ring(ann, name=name)
    # Another process, or this one after a restart, knows nothing of them but what is stored.
    lobby.callers._stored.clear()
    for name in ("Ann", "Ann Lee"):
        lobby.clock.advance(seconds=10)
        await lobby.ring(ann, name=name)
    ids = {lobby.contacts.id_for(ACME, number): number for number in (ann, ben)}
    told = await lobby.mongo.tenant(ACME).collection(Change).find(sort=[("seq", 1)])
    assert [(ids[one.subject], one.type, one.body) for one in told] == [
        (number, kind, {"contact_id": lobby.contacts.id_for(ACME, number)})
        for number, kind in (
            (ann, "contact.created"), (ben, "contact.created"), (ann, "contact.updated"), (ann, "contact.updated"),
        )
    ]  # fmt: skip


async def test_a_new_caller_is_known_before_mongodb_has_it(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its call can be over, and its record shown, while MongoDB is only coming back."""
    put, back = ContactStore.put, asyncio.Event()

    async def late(store: ContactStore, scope: TenantScope, contact: Contact) -> Contact | None:
        await back.wait()
        return await put(store, scope, contact)

    monkeypatch.setattr(ContactStore, "put", late)
    new = lobby.callers.note(ACME, NUMBERS[0], "Jo")
    assert lobby.callers.unwritten(ACME, new.id) == new
    assert lobby.callers.unwritten(OTHER, new.id) is None
    back.set()
    await wait_until(lambda: lobby.callers.unwritten(ACME, new.id) is None)
    assert NUMBERS[0] in await lobby.stored()


async def test_a_new_name_is_told_also_when_another_caller_was_deleted_in_that_moment(lobby: Lobby) -> None:
    [ann, ben, *_] = NUMBERS
    await lobby.ring(ann, ben)
    gone = lobby.contacts.id_for(ACME, ben)
    await lobby.mongo.tenant(ACME).collection(Contact).delete(gone)
    lobby.clock.advance(seconds=10)
    await lobby.ring(ann, ben, name="Ann")
    told = await lobby.mongo.tenant(ACME).collection(Change).find(sort=[("seq", 1)])
    assert [(one.type, one.subject) for one in told[2:]] == [
        ("contact.updated", lobby.contacts.id_for(ACME, ann)),
        ("contact.created", gone),
    ]


async def test_a_caller_who_is_deleted_while_being_read_is_not_kept_in_memory(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lobby.ring(NUMBERS[0])
    caller = (await lobby.stored())[NUMBERS[0]].id
    read = lobby.contacts.stored

    async def deleted_meanwhile(tenant_id: TenantId, contact_id: ContactId) -> Contact:
        found = await read(tenant_id, contact_id)
        await lobby.mongo.tenant(tenant_id).collection(Contact).delete(contact_id)
        lobby.callers.forget(tenant_id, [contact_id])
        return found

    monkeypatch.setattr(lobby.contacts, "stored", deleted_meanwhile)
    await lobby.callers.get(ACME, caller)
    monkeypatch.setattr(lobby.contacts, "stored", read)
    assert await lobby.callers.get(ACME, caller) is None


async def test_who_is_stored_while_it_is_looked_for_is_found(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a number that was never called before would be none, now and then, for whoever rings it."""
    get, late = ContactService.stored, asyncio.Event()

    async def read_before_it_was_stored(
        contacts: ContactService, tenant_id: TenantId, contact_id: ContactId
    ) -> Contact:
        if late.is_set():
            return await get(contacts, tenant_id, contact_id)
        late.set()
        await lobby.ring(NUMBERS[0])
        await wait_until(lambda: lobby.callers.unwritten(ACME, contact_id) is None)
        raise NotFound

    monkeypatch.setattr(ContactService, "stored", read_before_it_was_stored)
    wanted = lobby.contacts.seen(ACME, NUMBERS[0], "").id
    found = await lobby.callers.stored(ACME, wanted)
    assert found is not None and found.number == NUMBERS[0]


async def test_who_was_deleted_behind_us_is_looked_for_once_more_and_no_more(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lobby.ring(NUMBERS[0])
    wanted = lobby.contacts.seen(ACME, NUMBERS[0], "").id
    await wait_until(lambda: lobby.callers.unwritten(ACME, wanted) is None)
    asked: list[ContactId] = []

    async def gone(contacts: ContactService, tenant_id: TenantId, contact_id: ContactId) -> Contact:
        asked.append(contact_id)
        raise NotFound

    monkeypatch.setattr(ContactService, "stored", gone)
    assert await lobby.callers.stored(ACME, wanted) is None
    assert asked == [wanted, wanted]
