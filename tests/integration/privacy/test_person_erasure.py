"""A person of the address book is erased with every number that is theirs alone, whatever interrupts it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.integration.privacy.test_caller_erasure import everywhere
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.call_records.call_record import CallRecord
from call24.kit.errors import Unavailable
from call24.kit.ids import ContactId, UserId
from call24.kit.signed_json import hashed
from call24.people.events import PERSON_DELETED
from call24.people.model import Person
from call24.people.service import People
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.calls_known import CallsKnown
from call24.privacy.holds import LegalHolds
from call24.privacy.model import ErasureReceipt, PersonErasure
from call24.privacy.person_erasure import PersonErasures
from call24.privacy.receipts import Receipts

MOBILE, DESK, HOME = "+442079460201", "+442079460202", "+442079460203"
NOTE, MAIL = "Allergic to quince", "canarissa@example.org"
WHY = "a test looks everywhere"


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def listed(office: FrontOffice, given: str, *numbers: str, role: str = "agent", **more: Any) -> Any:
    body = {"given": given, "numbers": [{"number": one} for one in numbers], **more}
    answer = await office.ask(role, "POST", "/v1/people", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def canarissa(office: FrontOffice) -> tuple[Any, list[ContactId]]:
    """With two numbers of her own, one that she shares with Ben, and a call of each."""
    ids = [await office.contact(number, "Canarissa") for number in (MOBILE, DESK, HOME)]
    for n, id in enumerate(ids):
        await office.read(office.call(f"c{n}").arrives(id).joins(office.help).after(3).ends())
    emails = [{"address": MAIL}]
    person = await listed(office, "Canarissa", MOBILE, DESK, HOME, emails=emails, notes=NOTE)
    await listed(office, "Ben", HOME)
    await listed(office, "Canarissa's own", MOBILE, role="supervisor", private=True)
    return person, ids


async def erased(office: FrontOffice, person_id: str, contact_ids: list[ContactId]) -> httpx.Response:
    wish = {"reason": "asked", "contact_ids": contact_ids}
    return await office.ask("owner", "POST", f"/v1/people/{person_id}/erase", wish)


async def receipts(office: FrontOffice, rule: str) -> list[ErasureReceipt]:
    return await office.api.mongo.platform(ErasureReceipt, why=WHY).find({"rule": rule})


async def records(office: FrontOffice) -> list[ContactId]:
    found = await office.api.mongo.tenant(office.org.tenant.id).collection(CallRecord).find()
    return sorted(one.contact_id for one in found if one.contact_id)


async def test_a_person_goes_with_the_numbers_that_are_theirs_alone_and_the_plan_said_so(office: FrontOffice) -> None:
    person, [mobile, desk, home] = await canarissa(office)
    before = await everywhere(office.api)
    plan = (await office.ask("owner", "GET", f"/v1/people/{person['id']}/erasure-plan")).json()
    assert await everywhere(office.api) == before, "a plan changes nothing"
    assert [(one["contact_id"], one["shared"]) for one in plan["numbers"]] == [(mobile, 0), (desk, 0), (home, 1)]
    assert plan["numbers"][2]["would_delete"] == {}, "it is Ben's as well"
    said = {"contacts": 2, "call_records": 2, "people": 2}
    assert said.items() <= plan["would_delete"].items(), plan["would_delete"]
    assert (plan["held"], plan["on_call"], plan["passed_on"]) == (0, False, [])

    answer = await erased(office, person["id"], [mobile, desk])
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert said.items() <= done["deleted"].items(), done["deleted"]
    after = await everywhere(office.api)
    for word in (MOBILE, DESK, NOTE, MAIL, "Canarissa's own"):
        assert word not in after, word
    assert await records(office) == [home], "a call of the number that Ben has too may be his"
    again = await office.ask("agent", "GET", f"/v1/people?contact_id={home}")
    assert [one["name"] for one in again.json()["items"]] == ["Ben"]
    shown = await office.api.services.contacts.get(office.org.tenant.id, home)
    assert shown.called == ("Ben",)

    assert (done["receipt"]["rule"], done["receipt"]["interrupted"]) == ("person_erasure", False)
    assert done["receipt"]["subject"] == hashed(person["id"].encode())
    assert (await office.api.call("GET", f"/v1/erasure-receipts/{done['receipt']['id']}")).json() == done["receipt"]
    assert len(await receipts(office, "caller_erasure")) == 2, "each number has one of its own"
    assert person["id"] in [one.person_id for one in await office.changes(PERSON_DELETED)]
    assert (await erased(office, person["id"], [])).status_code == 404


async def test_who_has_numbers_that_others_have_too_or_none_goes_alone(office: FrontOffice) -> None:
    ann, ben = await listed(office, "Ann", HOME), await listed(office, "Ben", HOME)
    [home] = [one["contact_id"] for one in ann["numbers"]]
    refused = await erased(office, ann["id"], [home])
    assert (refused.status_code, refused.json()["code"]) == (409, "person_changed"), "it is Ben's as well"
    assert (await erased(office, ann["id"], [])).status_code == 200
    refused = await erased(office, ben["id"], [])
    assert (refused.status_code, refused.json()["code"]) == (409, "person_changed"), "by now it is his alone"
    assert (await erased(office, ben["id"], [home])).status_code == 200
    mail = await listed(office, "Mail", emails=[{"address": MAIL}])
    assert (await erased(office, mail["id"], [])).status_code == 200
    assert MAIL not in await everywhere(office.api)


async def test_only_who_may_erase_callers_may_and_nobody_erases_anothers_private_entry(office: FrontOffice) -> None:
    ours, mine = await listed(office, "Ours"), await listed(office, "Mine", private=True)
    for method, path, body in (
        ("GET", "erasure-plan", None),
        ("POST", "erase", {"reason": "asked", "contact_ids": []}),
    ):
        for role in ("agent", "supervisor"):
            refused = await office.ask(role, method, f"/v1/people/{ours['id']}/{path}", body)
            assert refused.status_code == 403, (role, refused.text)
        assert (await office.ask("owner", method, f"/v1/people/{mine['id']}/{path}", body)).status_code == 404


async def test_a_person_on_a_call_is_not_erased_and_nothing_is_changed(office: FrontOffice) -> None:
    person, [mobile, desk, _home] = await canarissa(office)
    await office.read(office.call("live").arrives(desk).joins(office.help))
    before = await everywhere(office.api)
    plan = (await office.ask("owner", "GET", f"/v1/people/{person['id']}/erasure-plan")).json()
    assert [one["on_call"] for one in plan["numbers"]] == [False, True, False] and plan["on_call"]
    answer = await erased(office, person["id"], [mobile, desk])
    assert (answer.status_code, answer.json()["code"]) == (409, "caller_on_call")
    assert await everywhere(office.api) == before


async def test_what_a_legal_hold_keeps_stays_and_goes_by_itself_when_it_is_released(office: FrontOffice) -> None:
    person, [mobile, desk, home] = await canarissa(office)
    holds, api = office.api.services.there.get(LegalHolds), office.api
    by, later = UserId(office.org.users["owner"]), api.clock.now() + timedelta(days=30)
    hold = await holds.set(office.org.tenant.id, by, "contact", desk, None, "a lawsuit", later)
    said = (await erased(office, person["id"], [mobile, desk])).json()
    assert (said["held"], said["receipt"]) == (1, None)
    assert await records(office) == sorted([desk, home]), "what is not held is gone"
    people = api.mongo.tenant(office.org.tenant.id).collection(Person)
    assert await people.count({"id": person["id"]}) == 1, "the entry has the number that is held"

    erasures = api.services.there.get(PersonErasures)
    await erasures.carry_on(api.clock.now())
    assert await people.count({"id": person["id"]}) == 1, "still held"
    callers = api.services.there.get(CallerErasures)
    callers.calls_known = CallsKnown(known=False)
    await erasures.after_restore()  # a start waits for it, before it knows who is on a call
    callers.calls_known.known = True
    await holds.release(office.org.tenant.id, hold.id, by, "over")
    await erasures.carry_on(api.clock.now())
    assert await records(office) == [home] and await people.count({"id": person["id"]}) == 0
    assert len(await receipts(office, "person_erasure")) == 1


STEPS = [
    (PersonErasures, "_number"),
    (CallerErasures, "_delete_contacts"),
    (CallerErasures, "_finished"),
    (People, "erase"),
    (Receipts, "issue"),
]


@pytest.mark.parametrize(("whose", "step"), STEPS)
async def test_an_erasure_that_was_cut_off_at_any_step_ends_as_if_it_had_not_been(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch, whose: type, step: str
) -> None:
    person, [mobile, desk, home] = await canarissa(office)

    async def killed(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(whose, step, killed)
        assert (await erased(office, person["id"], [mobile, desk])).status_code == 503
    due, now = office.org.api.held.due(), office.api.clock.now()
    for carry_on in due.values():
        await carry_on(now)
    after = await everywhere(office.api)
    assert not [word for word in (MOBILE, DESK, NOTE, MAIL) if word in after]
    assert await records(office) == [home]
    [receipt] = await receipts(office, "person_erasure")
    assert receipt.interrupted is True
    assert await office.api.mongo.platform(PersonErasure, why=WHY).count() == 0


async def test_who_comes_back_with_older_data_is_erased_again(office: FrontOffice) -> None:
    """One whom only their name would tell: the register of callers knows the numbers of others alone."""
    ann, _ = await listed(office, "Ann", HOME, notes=NOTE), await listed(office, "Ben", HOME)
    people = office.api.mongo.tenant(office.org.tenant.id).collection(Person)
    [old] = await people.find({"id": ann["id"]})
    assert (await erased(office, ann["id"], [])).status_code == 200
    register = next((office.api.data / "register").glob("deleted.*")).read_text()
    assert ann["id"] not in register and "Ann" not in register
    await people.insert(old)
    erasures = office.api.services.there.get(PersonErasures)
    assert await erasures.after_restore() == 1
    assert [one.given for one in await people.find()] == ["Ben"]
    assert await erasures.after_restore() == 0
