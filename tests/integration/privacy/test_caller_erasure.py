"""A caller is erased in every place, whatever interrupts it, and whoever rings next is a stranger."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from tests.support.clock import StillClock
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.call_records.call_record import CallRecord
from call24.contacts.callers import KnownCallers
from call24.contacts.erasure_register import ErasureRegister
from call24.contacts.events import CONTACT_DELETED
from call24.contacts.model import Contact, ErasedCaller
from call24.data_map import documents
from call24.exports.model import Export, State
from call24.journal.model import Entry
from call24.kit.errors import Conflict, Unavailable
from call24.kit.holdings import Held
from call24.kit.ids import CallId, ContactId, DeliveryId, TaskId, TenantId, WebhookId, new_id
from call24.kit.mongo import Mongo
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.calls_known import CallsKnown
from call24.privacy.datamap_page import load_models
from call24.privacy.model import ErasureReceipt
from call24.privacy.receipts import Receipts
from call24.privacy.store import PrivacyStore
from call24.realtime.channel import Channel
from call24.realtime.hub import Hub
from call24.tasks.model import Task
from call24.tenants.refused_calls import RefusedCall
from call24.webhooks.model import Delivery

NATIONAL = "0044 20 7946 0171"
WHY = "a test looks everywhere"
ACME, FIRST, SECOND = TenantId("ten_acme"), "ctc_00000000000000000000000001", "ctc_00000000000000000000000002"
NUMBER, OTHER, NAME, TITLE = "+442079460171", "+442079460172", "Canary Quill", "Tell Canary about the leak"


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


def callers(office: FrontOffice) -> CallerErasures:
    return office.api.services.there.get(CallerErasures)


async def canary(office: FrontOffice) -> ContactId:
    """A caller with something in every place that the data map has for one."""
    tenant_id, now = office.org.tenant.id, office.api.clock.now()
    contact_id = await office.contact(NUMBER, NAME)
    await office.read(office.call("canary").arrives(contact_id).joins(office.help).after(3).ends())
    later = now + timedelta(days=3)
    things: list[Any] = [
        Task(id=TaskId(new_id("tsk")), tenant_id=tenant_id, kind="manual", title=TITLE,
             contact_id=contact_id, created_at=now),
        RefusedCall(
            id=new_id("rfc"), tenant_id=tenant_id, reason="over_quota", caller=NATIONAL, dialled="1", source="",
            trunk_id=None,
            count=1, first_at=now, at=now, delete_at=later,
        ),
        Delivery(
            id=DeliveryId(new_id("dlv")), tenant_id=tenant_id, webhook_id=WebhookId("whk_1"), message_id="msg_1",
            kind="call.ended", body=json.dumps({"contact_id": contact_id}), created_at=now, due_at=later, until=later,
            delete_at=later,
        ),
        Export(
            id=new_id("exp"), tenant_id=tenant_id, asked_by=None, kind="calls", format="csv", first="2026-11-24",
            last="2026-11-24", filters={}, state=State.DONE, created_at=now, delete_at=later,
        ),
    ]  # fmt: skip
    for thing in things:
        await office.api.mongo.tenant(tenant_id).collection(type(thing)).insert(thing)
    file = office.exports.file_of(things[-1])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{NAME},{NUMBER}")
    return contact_id


async def everywhere(api: Api) -> str:
    """Every document, as text; but for how far readers of changes are, which is written by itself meanwhile."""
    load_models()
    kinds = [one.struct for one in documents() if one.collection != "change_positions"]
    found = [await api.mongo.platform(kind, why=WHY).find() for kind in kinds]
    return "\n".join(msgspec.json.encode(docs).decode() for docs in found)


async def erased(office: FrontOffice, contact_id: str) -> httpx.Response:
    return await office.ask("owner", "POST", f"/v1/contacts/{contact_id}/erase", {"reason": "asked"})


async def rings(office: FrontOffice, number: str = NUMBER) -> ContactId:
    """Who calls now, as the path of a call names it: without waiting for the database."""
    return office.api.services.there.get(KnownCallers).note(office.org.tenant.id, number, NAME).id


async def test_nothing_of_an_erased_caller_is_found_anywhere_and_the_plan_said_so(office: FrontOffice) -> None:
    contact_id = await canary(office)
    before = await everywhere(office.api)
    assert all(word in before for word in (NUMBER, NAME, TITLE, contact_id))
    plan = (await office.ask("owner", "GET", f"/v1/contacts/{contact_id}/erasure-plan")).json()
    assert await everywhere(office.api) == before, "a plan changes nothing"
    answer = await erased(office, contact_id)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    one_each = {"contacts": 1, "call_records": 1, "refused_calls": 1, "exports": 1, "tasks": 1}
    assert one_each.items() <= plan["would_delete"].items(), plan
    assert {**one_each, "webhook_deliveries": 1}.items() <= said["deleted"].items(), said
    assert (plan["on_call"], plan["held"], said["held"]) == (False, 0, 0)
    after = await everywhere(office.api)
    for word in (NUMBER, NAME, TITLE, "canary quill", NUMBER.removeprefix("+")):
        assert word not in after, after[max(0, after.find(word) - 300) : after.find(word) + 100]
    scope = office.api.mongo.tenant(office.org.tenant.id)
    assert await scope.collection(Entry).count({"call_id": "call_canary"}) == 0
    assert [path for path in (office.api.data / "exports").rglob("*") if path.is_file()] == []
    assert [one.contact_id for one in await office.changes(CONTACT_DELETED)] == [contact_id]
    assert (said["receipt"]["rule"], said["receipt"]["interrupted"]) == ("caller_erasure", False)
    assert (await office.api.call("GET", f"/v1/erasure-receipts/{said['receipt']['id']}")).json() == said["receipt"]
    assert (await erased(office, contact_id)).status_code == 404


async def test_an_erased_caller_who_rings_again_is_a_stranger_each_time(office: FrontOffice) -> None:
    seen: list[ContactId] = []
    for _ in range(3):
        await office.contact(NUMBER, NAME)
        contact_id = await rings(office)
        assert contact_id not in seen
        seen.append(contact_id)
        assert (await erased(office, contact_id)).status_code == 200
    assert await rings(office, OTHER) == (await office.contact(OTHER, "Jo")), "others stay who they are"


async def test_who_was_noted_before_the_erasure_is_not_written_after_it(office: FrontOffice) -> None:
    contact_id = await canary(office)
    known, tenant_id = office.api.services.there.get(KnownCallers), office.org.tenant.id
    waiting = known.note(tenant_id, NUMBER, NAME)
    assert (await erased(office, contact_id)).status_code == 200
    await office.api.services.contacts.keep(waiting)
    await office.api.services.contacts.keep_again([waiting])
    assert await office.api.mongo.tenant(tenant_id).collection(Contact).count() == 0
    assert await known.get(tenant_id, contact_id) is None


async def test_a_caller_on_a_call_is_not_erased_and_nothing_is_changed(office: FrontOffice) -> None:
    contact_id = await canary(office)
    await office.read(office.call("live").arrives(contact_id).joins(office.help))
    before = await everywhere(office.api)
    answer = await erased(office, contact_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "caller_on_call")
    assert await everywhere(office.api) == before and await rings(office) == contact_id


async def test_no_caller_is_erased_while_it_is_not_known_who_is_on_a_call(office: FrontOffice) -> None:
    contact_id = await canary(office)
    before, service = await everywhere(office.api), callers(office)
    service.calls_known = CallsKnown(known=False)
    answer = await erased(office, contact_id)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert await everywhere(office.api) == before
    service.calls_known.known = True
    assert (await erased(office, contact_id)).status_code == 200


async def test_what_a_legal_hold_keeps_stays_and_goes_by_itself_when_it_is_released(office: FrontOffice) -> None:
    contact_id = await canary(office)
    service, asked = callers(office), list[str]()

    async def hold(tenant_id: TenantId, subjects: Sequence[str]) -> Collection[str]:
        asked.extend(subjects)
        return {"call_canary"} & set(subjects)

    service.holds = hold
    said = (await erased(office, contact_id)).json()
    assert (said["held"], said["receipt"]) == (1, None)
    assert {contact_id, "call_canary"} <= set(asked)
    records = office.api.mongo.tenant(office.org.tenant.id).collection(CallRecord)
    assert await records.count() == 1 and await rings(office) != contact_id
    await service.carry_on(office.api.clock.now())
    assert await records.count() == 1, "still held"

    async def nothing(tenant_id: TenantId, subjects: Sequence[str]) -> Collection[str]:
        return ()

    service.holds = nothing
    await service.carry_on(office.api.clock.now())
    assert await records.count() == 0
    assert len(await office.api.mongo.platform(ErasureReceipt, why=WHY).find()) == 1


STEPS = [
    (ErasureRegister, "store"),
    (Held, "erase_callers"),
    (Held, "erase_number"),
    (PrivacyStore, "delete_calls"),
    (CallerErasures, "_delete_contacts"),
    (Receipts, "issue"),
]


@pytest.mark.parametrize(("whose", "step"), STEPS)
async def test_an_erasure_that_was_cut_off_at_any_step_ends_as_if_it_had_not_been(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch, whose: type, step: str
) -> None:
    contact_id = await canary(office)

    async def killed(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(whose, step, killed)
        assert (await erased(office, contact_id)).status_code == 503
    await callers(office).carry_on(office.api.clock.now())
    after = await everywhere(office.api)
    assert not [word for word in (NUMBER, NAME, TITLE) if word in after]
    assert await rings(office) != contact_id
    [receipt] = await office.api.mongo.platform(ErasureReceipt, why=WHY).find()
    assert receipt.interrupted is True
    assert await callers(office).carry_on(office.api.clock.now()) == 0


async def test_what_is_written_late_of_an_erased_caller_is_deleted_by_the_sweeper(office: FrontOffice) -> None:
    contact_id = await canary(office)
    records = office.api.mongo.tenant(office.org.tenant.id).collection(CallRecord)
    [late] = await records.find()
    assert (await erased(office, contact_id)).status_code == 200
    await records.insert(msgspec.structs.replace(late, id=CallId("call_late")))
    assert await callers(office).carry_on(office.api.clock.now()) == 1
    assert await records.count() == 0


def register_of(mongo: Mongo, file: Path) -> ErasureRegister:
    return ErasureRegister(mongo, StillClock(), file, b"k" * 32)


def line(first: str, generation: int = 1) -> ErasedCaller:
    at = StillClock().now()
    return ErasedCaller(id=ContactId(first), tenant_id=ACME, generation=generation, at=at, reason="asked")


async def test_another_process_learns_who_was_erased_without_a_restart(mongo: Mongo, tmp_path: Path) -> None:
    here, there = register_of(mongo, tmp_path / "here"), register_of(mongo, tmp_path / "there")
    await there.load()
    await here.add(line(FIRST))
    assert there.id_of(ContactId(FIRST)) == FIRST
    await there.refresh()
    assert there.id_of(ContactId(FIRST)) == here.id_of(ContactId(FIRST)) != FIRST


async def test_a_full_register_refuses_one_more_and_raises_those_it_has(
    mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = register_of(mongo, tmp_path / "here")
    monkeypatch.setattr("call24.contacts.erasure_register.MOST", 1)
    await register.add(line(FIRST))
    register.check_room(ACME, ContactId(FIRST))
    register.check_room(TenantId("ten_other"), ContactId(SECOND))
    with pytest.raises(Conflict) as refused:
        register.check_room(ACME, ContactId(SECOND))
    assert refused.value.code == "erasure_register_full"


async def test_what_apps_could_be_sent_again_is_forgotten(api: Api) -> None:
    hub, tenant_id = Hub(api.rooms.channel_auth, api.clock), TenantId("ten_acme")
    for tenant in (tenant_id, TenantId("ten_other")):
        channel = hub.built_in.channels[f"private-tenant.{tenant}"] = Channel(f"private-tenant.{tenant}")
        channel.keep(NUMBER, api.clock.now())
    hub.erase_callers(tenant_id, [ContactId(FIRST)])
    assert {name: channel.bytes > 0 for name, channel in hub.built_in.channels.items()} == {
        "private-tenant.ten_acme": False,
        "private-tenant.ten_other": True,
    }
