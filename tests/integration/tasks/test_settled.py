"""A talk settles what was open of the customer; of hardly any customer something is, and then nothing is looked for."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from tests.support.http.api import Api

from call24.kit.ids import CallId, ContactId, TenantId, UserId
from call24.tasks import open_index
from call24.tasks.model import Task
from call24.tasks.rules import Finished
from call24.tasks.service import TaskService
from call24.tasks.store import TaskStore

ACME, ANN = TenantId("ten_acme"), UserId("usr_ann")
JO, SAM, KIM, LEE = (ContactId(f"con_{name}") for name in ("jo", "sam", "kim", "lee"))


class Office:
    """Calls that end, one after another, and how often MongoDB was asked for a customer's tasks."""

    def __init__(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        self.api = api
        self.tasks = self.started()
        self.looked: list[ContactId] = []
        self._numbers = count()
        asked = TaskStore.open_of_contact

        async def noted(store: TaskStore, tenant_id: TenantId, contact_id: ContactId, *rest: Any) -> list[Task]:
            self.looked.append(contact_id)
            return await asked(store, tenant_id, contact_id, *rest)

        monkeypatch.setattr(TaskStore, "open_of_contact", noted)

    def started(self) -> TaskService:
        return TaskService(self.api.mongo, self.api.clock, self.api.changes)

    async def _ended(self, contact_id: ContactId, **how: Any) -> None:
        self.api.clock.advance(seconds=60)
        now = self.api.clock.now()
        call_id, due = CallId(f"call_{next(self._numbers)}"), now + timedelta(days=90)
        whose: dict[str, Any] = {"tenant_id": ACME, "contact_id": contact_id, "queue_id": None}
        await self.tasks.finished(Finished(call_id=call_id, **whose, ended_at=now, delete_at=due, **how))

    async def missed(self, contact_id: ContactId) -> None:
        await self._ended(contact_id, missed=True)

    async def talked(self, contact_id: ContactId) -> None:
        await self._ended(contact_id, answered_at=self.api.clock.now() + timedelta(seconds=30), agent_id=ANN)

    async def of(self, contact_id: ContactId) -> list[Task]:
        return await self.api.mongo.tenant(ACME).collection(Task).find({"contact_id": contact_id})

    async def states(self, contact_id: ContactId) -> list[str]:
        return [task.state for task in await self.of(contact_id)]


@pytest.fixture
async def office(api: Api, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(api, monkeypatch)


async def test_only_a_customer_of_whom_something_is_open_is_looked_up(office: Office) -> None:
    await office.missed(JO)
    await office.talked(SAM)
    assert office.looked == []
    await office.talked(JO)
    assert (office.looked, await office.states(JO)) == ([JO], ["done"])


async def test_what_was_open_before_a_restart_is_known(office: Office) -> None:
    await office.missed(JO)
    office.tasks = office.started()
    await office.talked(SAM)
    await office.talked(JO)
    assert (office.looked, await office.states(JO)) == ([JO], ["done"])


async def test_what_a_person_takes_up_again_is_settled_again(office: Office) -> None:
    await office.missed(JO)
    await office.talked(JO)
    office.tasks = office.started()
    await office.talked(JO)
    assert office.looked == [JO], "nothing of it was open"
    [done] = await office.of(JO)
    await office.tasks.set_state(done, "open", ANN)
    await office.talked(JO)
    assert await office.states(JO) == ["done"]


async def test_with_too_many_open_everybody_is_looked_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_index, "MOST", 2)
    for contact_id in (JO, JO, SAM):
        await office.missed(contact_id)
    office.tasks = office.started()
    await office.talked(SAM)
    await office.talked(KIM)
    assert (office.looked, await office.states(SAM)) == ([SAM, KIM], ["done"])


async def test_when_they_become_too_many_those_that_are_done_are_learnt_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_index, "MOST", 3)
    await office.talked(LEE)
    await office.missed(KIM)
    for contact_id in (JO, SAM):
        await office.missed(contact_id)
        await office.talked(contact_id)
    await office.missed(LEE)
    office.looked.clear()
    await office.talked(JO)
    await office.talked(KIM)
    assert (office.looked, await office.states(KIM)) == ([KIM], ["done"])


async def test_an_organisation_that_is_erased_leaves_nothing(office: Office) -> None:
    await office.missed(JO)
    office.tasks.forget_tenant(ACME)
    await office.api.mongo.tenant(ACME).wipe()
    await office.talked(JO)
    assert office.looked == []
