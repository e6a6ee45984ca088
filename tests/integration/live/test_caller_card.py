"""The caller's card says why it has its name, waits for no database, and shows what stands beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.calls.told import Told
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.changes.service import Changes
from call24.contacts.callers import KnownCallers
from call24.kit.errors import Unavailable
from call24.kit.ids import ContactId
from call24.kit.mongo.collection import TenantCollection
from call24.live import api as live_api
from call24.live import caller_card
from call24.people import matches as matching
from call24.people.matches import Matches
from call24.privacy.caller_erasure import CallerErasures

HOME = "+442079460301"


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def listed(office: FrontOffice, given: str, *, role: str = "agent", label: str = "", **more: Any) -> Any:
    body = {"given": given, "numbers": [{"number": HOME, "label": label}], **more}
    answer = await office.ask(role, "POST", "/v1/people", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def rings(office: FrontOffice, name: str = "1") -> tuple[Told, ContactId]:
    """Somebody calls from HOME: noted by the path of a call, and offered to the agent once the number was looked up."""
    there, tenant_id = office.api.services.there, office.org.tenant.id
    contact = there.get(KnownCallers).note(tenant_id, HOME, "Wireless Caller")
    await there.get(KnownCallers)._contacts.keep(contact)
    await there.get(Matches).look(tenant_id, contact.id)
    told = office.call(name).arrives(contact.id).joins(office.help).offered_to(office.user("agent"))
    await office.read(told)
    return told, contact.id


async def card(office: FrontOffice, role: str = "agent") -> Any:
    answer = await office.ask(role, "GET", "/v1/live")
    assert answer.status_code == 200, answer.text
    return answer.json()["call"]["card"]


async def beside(office: FrontOffice, role: str = "agent") -> Any:
    answer = await office.ask(role, "GET", "/v1/live/caller")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_card_names_who_has_the_number_with_label_and_company_and_private_ones_to_their_user_alone(
    office: FrontOffice,
) -> None:
    ann = await listed(office, "Ann", label="home", company="Northern Lights")
    ben = await listed(office, "Ben", label="landline")
    mine = await listed(office, "My dentist", private=True)
    await listed(office, "Another's", role="supervisor", private=True)
    told, _ = await rings(office)
    shown = await card(office)
    assert shown["name"] == "Ann / Ben"
    its = {"picture": None, "why": "number", "number": HOME}
    assert shown["people"] == [
        {"id": ann["id"], "name": "Ann", "company": "Northern Lights", "label": "home", "private": False, **its},
        {"id": ben["id"], "name": "Ben", "company": "", "label": "landline", "private": False, **its},
        {"id": mine["id"], "name": "My dentist", "company": "", "label": "", "private": True, **its},
    ]
    assert (await beside(office))["people"] == shown["people"]
    await office.read(told.answered_by(office.user("agent")))
    assert (await card(office))["people"] == shown["people"], "while they talk, too"
    assert (await office.ask("agent", "DELETE", f"/v1/people/{ben['id']}")).status_code == 204
    assert [one["name"] for one in (await card(office))["people"] if one["name"] == "Ben"] == []
    assert [one["name"] for one in (await beside(office))["people"]] == ["Ann", "My dentist"]


async def test_the_match_comes_from_memory_while_the_database_does_not_answer(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await listed(office, "Ann", label="home")
    told, _ = await rings(office)

    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(caller_card, "CARD_S", 0.05)
    monkeypatch.setattr(live_api, "DETAILS_S", 0.05)
    live = office.board.call(office.org.tenant.id, told.id)
    assert live is not None
    views = office.views
    with monkeypatch.context() as away:
        for name in ("find", "find_one", "find_parts", "get"):
            away.setattr(TenantCollection, name, never)
        shown = (await asyncio.wait_for(views.live_call(live, office.user("agent")), 5))["card"]
        assert (shown["name"], shown["number"]) == ("Ann", HOME)
        assert [(one["name"], one["label"]) for one in shown["people"]] == [("Ann", "home")]
    assert (await card(office))["people"][0]["name"] == "Ann"


async def test_beside_the_card_are_the_last_calls_open_tasks_and_what_the_caller_said_no_to(
    office: FrontOffice,
) -> None:
    assert await beside(office) == {
        "call_id": None,
        "contact_id": None,
        "people": [],
        "calls": [],
        "tasks": [],
        "refused": [],
        "restricted": False,
    }
    contact_id = await office.contact(HOME)
    missed = office.call("before").arrives(contact_id).joins(office.help).after(3).ends()
    await office.read(missed)
    for title, queue in (("Call Ann back", office.help), ("Hidden", office.sales)):
        task = {"title": title, "queue_id": queue, "call_id": missed.id}
        added = await office.ask("owner", "POST", "/v1/tasks", task)
        assert added.status_code == 201, added.text
    said = {"purpose": "recording", "act": "object"}
    assert (await office.ask("owner", "POST", f"/v1/contacts/{contact_id}/consents", said)).status_code == 201
    told, _ = await rings(office)
    found = await beside(office)
    assert (found["call_id"], found["contact_id"]) == (told.id, contact_id)
    assert [(one["outcome"], one["agent"]) for one in found["calls"]] == [("abandoned", None)]
    titles = [one["title"] for one in found["tasks"]]
    assert "Call Ann back" in titles and "Hidden" not in titles, "tasks of other queues are not this agent's to see"
    assert found["refused"] == [{"purpose": "recording", "title": "Recording of calls"}]


async def test_an_erased_caller_and_a_deleted_entry_leave_nothing_in_memory(office: FrontOffice) -> None:
    await listed(office, "Ann")
    told, contact_id = await rings(office)
    await office.read(told.after(3).ends())
    matches = office.api.services.there.get(Matches)
    tenant_id, agent = office.org.tenant.id, office.user("agent")
    assert matches.known(tenant_id, contact_id)
    await office.api.services.there.get(CallerErasures).erase(tenant_id, contact_id, "asked")
    assert not matches.known(tenant_id, contact_id) and matches.of(tenant_id, contact_id, agent) == []
    assert "Ann" not in repr(vars(matches))


async def test_one_organisation_does_not_take_the_others_place_in_the_line(api: Api) -> None:
    acme, matches = await api.organisation(), api.services.there.get(Matches)
    other = await api.organisation("Other")
    for n in range(matching.WAITING_EACH + 20):
        matches.look_soon(acme.tenant.id, ContactId(f"ctc_{n}"))
    matches.look_soon(other.tenant.id, ContactId("ctc_theirs"))
    waiting = list(matches._waiting.values())
    assert (waiting.count(acme.tenant.id), waiting.count(other.tenant.id)) == (matching.WAITING_EACH, 1)


async def test_who_rings_again_soon_is_not_looked_up_again_until_something_was_changed_or_may_have_been(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await listed(office, "Ann")
    there, tenant_id = office.api.services.there, office.org.tenant.id
    callers, matches = there.get(KnownCallers), there.get(Matches)
    _, contact_id = await rings(office)

    def asks() -> bool:
        """Whether the next call has the number looked up."""
        callers.note(tenant_id, HOME, "")
        return not matches.known(tenant_id, contact_id)

    assert not asks(), "it was read a moment ago"
    recent = callers.recent(tenant_id, contact_id)
    assert recent is not None
    assert recent.shown_name == "Ann", "as it is stored, not as the network alone knows it"
    assert (await office.ask("agent", "PATCH", f"/v1/people/{ann['id']}", {"given": "Anne"})).status_code == 200
    assert asks(), "it was changed"
    await matches.look(tenant_id, contact_id)
    assert not asks()
    assert [one.name for one in matches.of(tenant_id, contact_id, office.user("agent"))] == ["Anne"]
    matches.doubt(tenant_id)
    assert asks(), "it may have been changed"
    await matches.look(tenant_id, contact_id)
    with monkeypatch.context() as later:
        later.setattr(matching, "TRUSTED_S", 0.0)
        assert asks(), "it was read long ago"
    callers.forget(tenant_id, [contact_id])
    assert asks(), "what is stored of it was deleted"


async def test_a_change_whose_end_is_not_known_is_looked_up_at_the_next_call(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await listed(office, "Ann")
    there, tenant_id = office.api.services.there, office.org.tenant.id
    _, contact_id = await rings(office)
    changes = there.get(Changes)
    stored = changes.commit

    async def answer_lost(*given: Any, **more: Any) -> Any:
        await stored(*given, **more)
        raise Unavailable

    with monkeypatch.context() as lost:
        lost.setattr(changes, "commit", answer_lost)
        assert (await office.ask("agent", "PATCH", f"/v1/people/{ann['id']}", {"given": "Anne"})).status_code == 503
    there.get(KnownCallers).note(tenant_id, HOME, "")
    assert not there.get(Matches).known(tenant_id, contact_id)
