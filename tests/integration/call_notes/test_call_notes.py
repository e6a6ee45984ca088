"""The note of a call over HTTP: who reads and writes it, what changes it meets, where it is told, and when it goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.integration.privacy.test_legal_holds import hold, sweeper
from tests.integration.restrictions.test_restrictions import restricted
from tests.support.http.api import Organisation
from tests.support.http.front_office import FrontOffice

from call24.call_notes import service
from call24.call_notes.events import CALL_NOTE_CHANGED
from call24.call_notes.model import CallNote
from call24.call_notes.service import CallNotes
from call24.journal.model import Entry
from call24.kit.ids import CallId, ContactId
from call24.kit.mongo.collection import TenantCollection
from call24.privacy.store import PrivacyStore

NUMBER = "+442079460123"


def path_of(call_id: str) -> str:
    return f"/v1/calls/{call_id}/note"


async def rung(office: FrontOffice, name: str = "one", queue: Any = None) -> Any:
    """A call that rings at the agent."""
    told = office.call(name).arrives(await office.contact(NUMBER)).after(3).joins(queue or office.help).after(2)
    told.offered_to(office.user("agent"))
    await office.read(told)
    return told


async def had(office: FrontOffice, name: str = "one") -> str:
    """A call that the agent had."""
    told = await rung(office, name)
    await office.read(told.after(4).answered_by(office.user("agent")).after(21).ends())
    return str(told.id)


async def written(office: FrontOffice, call_id: str, text: str, role: str = "agent") -> Any:
    answer = await office.ask(role, "PUT", path_of(call_id), {"text": text})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def stored(office: FrontOffice) -> list[CallNote]:
    return await office.api.mongo.tenant(office.org.tenant.id).collection(CallNote).find()


async def test_it_is_written_while_it_rings_in_the_call_and_after_it(office: FrontOffice) -> None:
    told = await rung(office)
    empty = (await office.ask("agent", "GET", path_of(told.id))).json()
    assert (empty["text"], empty["version"], empty["by"], empty["may_write"]) == ("", 0, None, True)
    first = await written(office, told.id, "Wants ")
    assert (first["text"], first["version"], first["by"]["name"]) == ("Wants", 1, "The agent")
    await office.read(told.after(4).answered_by(office.user("agent")))
    await written(office, told.id, "Wants a refund\n\n · \u200dof €20 👩‍👩‍👧\n")
    await office.read(told.after(21).ends())
    last = await written(office, told.id, "Wants a refund of €20 👩‍👩‍👧", "supervisor")
    assert (last["version"], last["by"]["name"]) == (3, "The supervisor")
    assert [one["name"] for one in last["authors"]] == ["The agent", "The supervisor"]
    assert (await office.ask("agent", "GET", path_of(told.id))).json() == {**last, "may_write": True}

    assert (await written(office, told.id, "  \n"))["version"] == 0
    assert await stored(office) == [], "an empty text removes it"
    [*_, removed] = told_of = await office.changes(CALL_NOTE_CHANGED)
    assert [one.version for one in told_of] == [1, 2, 3, 0] and removed.call_id == told.id


async def test_who_did_not_have_the_call_reads_it_at_most(office: FrontOffice) -> None:
    told = await rung(office)
    await office.read(told.after(9).refused_by(office.user("agent")).after(2).ends())
    refused = await office.ask("agent", "PUT", path_of(told.id), {"text": "Mine?"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await office.ask("agent", "GET", path_of(told.id))).json()["may_write"] is False
    sales = office.call("two").arrives(await office.contact(NUMBER)).after(3).joins(office.sales).after(2).ends()
    await office.read(sales)
    assert (await office.ask("agent", "PUT", path_of(sales.id), {"text": "Mine?"})).status_code == 404
    assert (await office.ask("agent", "GET", path_of(sales.id))).status_code == 404
    other = await office.api.organisation("Other")
    for method, body in (("GET", None), ("PUT", {"text": "Mine?"})):
        answer = await other.call("owner", method, path_of(told.id), json=body)
        assert answer.status_code == 404
    assert (await office.ask("owner", "PUT", path_of("call_nobodys"), {"text": "Whose?"})).status_code == 404
    assert await stored(office) == []


async def test_what_is_no_text_is_refused_and_changes_nothing(office: FrontOffice) -> None:
    call_id = await had(office)
    await written(office, call_id, "Kept")
    headers = {"Authorization": f"Bearer {office.org.bearers['agent']}", "Content-Type": "application/json"}
    for text in ("x" * 4001, "a\x00b", "\x1b[31m", "\ud800"):
        body = b'{"text": "\\ud800"}' if text == "\ud800" else None
        sent: dict[str, Any] = {"content": body} if body else {"json": {"text": text}}
        answer = await office.http.request("PUT", path_of(call_id), headers=headers, **sent)
        assert answer.status_code == 422, (text, answer.text)
        assert [one.text for one in await stored(office)] == ["Kept"]
    assert (await written(office, call_id, "x" * 4000))["version"] == 2


async def test_nobody_overwrites_what_another_device_wrote_meanwhile(office: FrontOffice) -> None:
    call_id = await had(office)
    seen = (await office.ask("agent", "GET", path_of(call_id))).headers["etag"]
    auth = {role: {"Authorization": f"Bearer {office.org.bearers[role]}"} for role in ("agent", "owner")}
    first = await office.http.put(
        path_of(call_id), headers={**auth["agent"], "If-Match": seen}, json={"text": "From the laptop"}
    )
    assert first.status_code == 200 and first.headers["etag"] != seen
    late = await office.http.put(
        path_of(call_id), headers={**auth["agent"], "If-Match": seen}, json={"text": "From the phone"}
    )
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert [one.text for one in await stored(office)] == ["From the laptop"]
    again = await office.http.put(
        path_of(call_id), headers={**auth["agent"], "If-Match": first.headers["etag"]}, json={"text": "Both"}
    )
    assert again.status_code == 200 and again.json()["version"] == 2


async def test_the_same_text_again_changes_nothing_and_the_audit_log_has_the_first_of_each_user(
    office: FrontOffice,
) -> None:
    call_id = await had(office)
    for text in ("W", "Wa", "Wan", "Want", "Want"):
        await written(office, call_id, text)
    for text in ("Wants", "Wants it"):
        await written(office, call_id, text, "supervisor")
    await written(office, call_id, "")
    refused = await office.ask("agent", "PUT", path_of(call_id), {"text": "x" * 4001})
    assert refused.status_code == 422
    assert [one.version for one in await office.changes(CALL_NOTE_CHANGED)] == [1, 2, 3, 4, 5, 6, 0]
    lines = (await office.ask("owner", "GET", "/v1/audit?limit=100")).json()["items"]
    mine = [(one["actor_id"], one["status"]) for one in lines if one["action"] == "PUT /v1/calls/{call_id}/note"][::-1]
    agent, supervisor = office.user("agent"), office.user("supervisor")
    assert mine == [(agent, 200), (supervisor, 200), (agent, 200), (agent, 422)]


async def test_it_stands_in_the_activity_log_of_the_caller_and_is_hidden_with_them(office: FrontOffice) -> None:
    call_id = await had(office)
    office.api.clock.advance(seconds=60)
    await written(office, call_id, "Asked for Anna")
    contact_id = await office.contact(NUMBER)
    found = (await office.ask("supervisor", "GET", f"/v1/contacts/{contact_id}/activity")).json()["items"]
    first = (found[0]["kind"], found[0]["text"], found[0]["opens"])
    assert first == ("note", "Asked for Anna", {"kind": "call", "id": call_id})
    acme: Organisation = office.org
    await restricted(acme, NUMBER)
    for method, body in (("GET", None), ("PUT", {"text": "Still?"})):
        answer = await office.ask("owner", method, path_of(call_id), body)
        assert (answer.status_code, answer.json()["code"]) == (403, "data_restricted")
    assert [one.text for one in await stored(office)] == ["Asked for Anna"]


async def test_a_call_between_colleagues_has_no_note(office: FrontOffice) -> None:
    told = office.call("inside").placed_inside(office.user("agent"), office.user("supervisor"))
    await office.read(told.after(2).ends())
    answer = await office.ask("agent", "PUT", path_of(told.id), {"text": "Lunch"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_for_internal_calls")
    assert (await office.ask("agent", "GET", path_of(told.id))).json()["may_write"] is False


async def test_a_legal_hold_keeps_it_as_it_is_from_a_day_after_the_call_on(office: FrontOffice) -> None:
    call_id = await had(office)
    await written(office, call_id, "It was not delivered")
    await hold(office.org, kind="call", subject_id=call_id)
    await written(office, call_id, "It was not delivered by Monday")
    office.api.clock.advance(days=1, minutes=1)
    identity = office.api.services.identity
    agent = await identity.user(office.org.tenant.id, office.user("agent"))
    office.org.bearers["agent"] = (await identity.open_session(agent, "The next day")).bearer
    for text in ("", "It was delivered"):
        answer = await office.ask("agent", "PUT", path_of(call_id), {"text": text})
        assert (answer.status_code, answer.json().get("code")) == (409, "legal_hold"), answer.text
    assert [one.text for one in await stored(office)] == ["It was not delivered by Monday"]
    other = await had(office, "two")
    await written(office, other, "Another call")


async def test_it_goes_with_its_call(office: FrontOffice) -> None:
    call_id = await had(office)
    await written(office, call_id, "Kept until the call's day")
    due = datetime.fromisoformat((await office.ask("owner", "GET", f"/v1/calls/{call_id}")).json()["delete_at"])
    office.api.clock.advance(seconds=(due - office.api.clock.now()).total_seconds() - 1)
    await sweeper(office.api).sweep()
    assert len(await stored(office)) == 1
    office.api.clock.advance(seconds=2)
    await sweeper(office.api).sweep()
    assert await stored(office) == []


async def test_it_goes_with_the_caller(office: FrontOffice) -> None:
    await written(office, await had(office), "Of who is erased")
    contact_id = await office.contact(NUMBER)
    plan = (await office.ask("owner", "GET", f"/v1/contacts/{contact_id}/erasure-plan")).json()
    assert plan["would_delete"]["call_notes"] == 1
    erased = await office.ask("owner", "POST", f"/v1/contacts/{contact_id}/erase", {"reason": "asked"})
    assert erased.status_code == 200 and erased.json()["deleted"]["call_notes"] == 1, erased.text
    assert await stored(office) == []


async def test_a_call_is_deleted_in_the_order_by_which_a_late_note_finds_it_gone(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id, order, whole = await had(office), list[str](), TenantCollection.delete_many

    async def told(self: Any, filter: Any) -> int:
        order.append(self._struct.__name__)
        return await whole(self, filter)

    monkeypatch.setattr(TenantCollection, "delete_many", told)
    await PrivacyStore(office.api.mongo).delete_calls(office.org.tenant.id, [CallId(call_id)])
    assert order.index("Entry") < order.index("CallNote") < order.index("CallRecord") == len(order) - 1


async def test_a_note_that_is_written_while_its_call_is_deleted_does_not_stay(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is deleted before notes are: a note that comes later finds its call gone, and goes itself."""
    call_id = await had(office)
    notes, whole = office.api.services.there.get(CallNotes), service.CallNotes._write
    lines = office.api.mongo.tenant(office.org.tenant.id).collection(Entry)

    async def late(self: CallNotes, *words: Any) -> Any:
        await lines.delete_many({"call_id": call_id})
        await notes.erase_callers(office.org.tenant.id, [ContactId("ctc_other")])
        return await whole(self, *words)

    monkeypatch.setattr(service.CallNotes, "_write", late)
    assert (await office.ask("agent", "PUT", path_of(call_id), {"text": "Too late"})).status_code == 404
    assert await stored(office) == []
    assert await notes.read(office.org.tenant.id, CallId(call_id)) is None
