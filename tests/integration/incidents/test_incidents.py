"""Incidents over HTTP: the clock, the steps, whom they affect, and drafts of the notices."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.integration.privacy.test_retention import record
from tests.support.http.api import Api, Organisation

from call24.call_records.model import AgentPart, CallRecord
from call24.contacts.model import Contact
from call24.identity.emails import Email, Mailer
from call24.incidents import searching
from call24.incidents.model import AffectedPerson, Incident, IncidentSearch
from call24.incidents.searching import IncidentSearches
from call24.incidents.service import Incidents
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import CallId, QueueId, RecordingId, UserId, new_id
from call24.kit.instants import iso
from call24.kit.mongo import TenantScope
from call24.notifications.email.model import OutgoingEmail
from call24.recordings.model import Recording

AT = "/v1/incidents"
SAID = {"title": "A laptop is lost", "what_happened": "It had yesterday's calls.", "kinds": ["confidentiality"]}


async def opened(acme: Organisation, **more: Any) -> Any:
    answer = await acme.call("owner", "POST", AT, json={**SAID, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(acme: Organisation, incident: Any, step: str, status: int = 200, **more: Any) -> Any:
    body = {"step": step, "version": incident["version"], **more}
    answer = await acme.call("owner", "POST", f"{AT}/{incident['id']}/steps", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def shown(acme: Organisation, incident: Any) -> Any:
    return (await acme.call("owner", "GET", f"{AT}/{incident['id']}")).json()


async def a_call(api: Api, acme: Organisation, number: str, *, hours_ago: int, agent: str = "agent") -> Contact:
    contact, at = await api.services.contacts.remember(acme.tenant.id, number), api.clock.now()
    at -= timedelta(hours=hours_ago)
    made = record(acme.tenant.id, CallId(new_id("call")), contact.id, at, at + timedelta(days=90))
    talked = AgentPart(agent_id=UserId(acme.users[agent]), came="offer", answered_at=at)
    await (
        api.mongo.tenant(acme.tenant.id)
        .collection(CallRecord)
        .insert(msgspec.structs.replace(made, agents=(talked,), agent_id=talked.agent_id, queue_id=QueueId("que_x")))
    )
    return contact


async def search(api: Api, acme: Organisation, incident: Any) -> Any:
    begun = await acme.call("owner", "POST", f"{AT}/{incident['id']}/search")
    assert begun.status_code == 202, begun.text
    while await api.services.there.get(IncidentSearches).step():
        pass
    return (await shown(acme, incident))["search"]


async def people(acme: Organisation, incident: Any, query: str = "") -> Any:
    answer = await acme.call("owner", "GET", f"{AT}/{incident['id']}/people{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_incident_goes_from_the_first_word_to_its_end_and_its_history_says_how(api: Api) -> None:
    acme = await api.organisation()
    noticed = api.clock.now() - timedelta(hours=2)
    made = await opened(acme, noticed_at=iso(noticed))
    assert made["due_at"] == iso(noticed + timedelta(hours=72)) and made["left_s"] == 70 * 3600
    assert (await step(acme, made, "close", 409))["code"] == "incident_state"
    assessed = await step(acme, made, "assess", risk="risk", note="Names and numbers")
    assert (await step(acme, assessed, "waive_authority", 409, note="Nobody saw it"))["code"] == "incident_risk"
    notified = await step(acme, assessed, "notify_authority", note="Form 17")
    assert (await step(acme, notified, "close", 409))["code"] == "incident_undecided"
    assert (await step(acme, notified, "waive_people", 422))["code"] == "invalid", "never without a reason"
    decided = await step(acme, notified, "waive_people", note="The disk is encrypted")
    closed = await step(acme, decided, "close")
    assert [line["kind"] for line in closed["history"]] == [
        "opened",
        "assess",
        "notify_authority",
        "waive_people",
        "close",
    ]
    assert (closed["acts"], closed["left_s"], closed["due_at"]) == (["note"], None, made["due_at"])
    assert (await acme.call("agent", "GET", f"{AT}/{made['id']}")).status_code == 403


async def test_what_is_not_notified_has_a_reason_and_a_higher_risk_has_the_clock_run_again(api: Api) -> None:
    acme = await api.organisation()
    low = await step(acme, await opened(acme), "assess", risk="unlikely", note="Encrypted")
    await step(acme, low, "waive_authority", 422)
    waived = await step(acme, low, "waive_authority", note="The key was not on it")
    assert (waived["state"], waived["left_s"]) == ("not_notified", None)
    again = await step(acme, waived, "assess", risk="high", note="The key was on it")
    assert (again["state"], again["left_s"], again["due_at"]) == ("assessed", 72 * 3600, low["due_at"])


async def test_no_edit_moves_the_clock_and_what_was_said_before_stays(api: Api) -> None:
    acme = await api.organisation()
    made = await opened(acme)
    api.clock.advance(hours=1)
    refused = await acme.call("owner", "PATCH", f"{AT}/{made['id']}", json={"version": 1, "noticed_at": made["due_at"]})
    assert refused.status_code == 422
    body = {"version": 1, "what_happened": "It had the calls of March.", "scope": {"places": ["contacts"]}}
    edited = (await acme.call("owner", "PATCH", f"{AT}/{made['id']}", json=body)).json()
    assert (edited["due_at"], edited["left_s"]) == (made["due_at"], 71 * 3600)
    was = {one["field"]: one["text"] for one in edited["history"][-1]["was"]}
    assert was == {"what_happened": SAID["what_happened"], "scope": "no place; written; any time"}
    stale = await acme.call("owner", "PATCH", f"{AT}/{made['id']}", json=body)
    assert (stale.status_code, stale.json()["code"]) == (409, "incident_changed")
    later = iso(api.clock.now() + timedelta(minutes=1))
    assert (await acme.call("owner", "POST", AT, json={**SAID, "noticed_at": later})).status_code == 422


async def test_a_late_notification_says_why_it_is_late(api: Api) -> None:
    acme = await api.organisation()
    made = await opened(acme, noticed_at=iso(api.clock.now() - timedelta(hours=80)))
    assert made["overdue"]
    await step(acme, made, "notify_authority", 422)
    assert (await step(acme, made, "notify_authority", note="The lawyer was away"))["state"] == "notified"
    made = await opened(acme, noticed_at=iso(api.clock.now() - timedelta(hours=80)))
    in_time = iso(api.clock.now() - timedelta(hours=30))
    assert (await step(acme, made, "notify_authority", done_at=in_time))["notified_at"] == in_time


# Whom it affects


async def test_the_map_finds_who_called_in_the_span_and_who_talked_to_them(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    ann = await a_call(api, acme, "+442079460001", hours_ago=30)
    await a_call(api, acme, "+442079460001", hours_ago=31)
    ben = await a_call(api, acme, "+442079460002", hours_ago=28, agent="supervisor")
    await a_call(api, acme, "+442079460003", hours_ago=2)
    await a_call(api, other, "+442079460004", hours_ago=30)
    now = api.clock.now()
    span = {"since": iso(now - timedelta(hours=48)), "until": iso(now - timedelta(hours=24))}
    made = await opened(acme, scope={"places": ["call_records"], **span})
    found = await search(api, acme, made)
    assert (found["state"], found["callers"], found["users"]) == ("done", 2, 2)
    assert found["places"] == [{"place": "call_records", "looked_in": ["call_records"], "records": 3}]
    listed = (await people(acme, made))["items"]
    assert {one["contact_id"] or one["user_id"] for one in listed} == {
        ann.id,
        ben.id,
        acme.users["agent"],
        acme.users["supervisor"],
    }
    assert {one["number"] for one in listed if one["kind"] == "caller"} == {"+442079460001", "+442079460002"}
    page = await people(acme, made, "?limit=3")
    rest = await people(acme, made, f"?limit=3&cursor={page['next']}")
    assert [*page["items"], *rest["items"]] == listed and rest["next"] is None
    file = await acme.call("owner", "GET", f"{AT}/{made['id']}/people/file")
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [row["id"] for row in rows] == [one["contact_id"] or one["user_id"] for one in listed]
    assert "found" in [line["kind"] for line in (await shown(acme, made))["history"]]


async def test_only_calls_of_the_agent_count_where_one_is_named_and_files_lead_to_calls(api: Api) -> None:
    acme = await api.organisation()
    await a_call(api, acme, "+442079460001", hours_ago=3)
    ben = await a_call(api, acme, "+442079460002", hours_ago=3, agent="supervisor")
    scope = {"places": ["the organisation's carrier"], "agents": [acme.users["supervisor"]]}
    made = await opened(acme, scope=scope)
    found = await search(api, acme, made)
    assert (found["callers"], found["users"]) == (1, 0), "a carrier is given nothing of users"
    [row] = (await people(acme, made))["items"]
    assert (row["contact_id"], row["places"]) == (ben.id, ["the organisation's carrier"])
    foreign = await api.organisation("Other")
    scope["agents"] = [foreign.users["agent"]]
    assert (await acme.call("owner", "POST", AT, json={**SAID, "scope": scope})).status_code == 422
    unknown = await acme.call("owner", "POST", AT, json={**SAID, "scope": {"places": ["calls"]}})
    assert unknown.status_code == 422 and "incidents/places" in unknown.text


async def test_a_recording_leads_to_all_who_are_heard_in_it(api: Api) -> None:
    acme = await api.organisation()
    ann = await a_call(api, acme, "+442079460001", hours_ago=3)
    await a_call(api, acme, "+442079460002", hours_ago=3, agent="supervisor")
    scope = api.mongo.tenant(acme.tenant.id)
    [call] = await scope.collection(CallRecord).find({"contact_id": ann.id})
    at = call.arrived_at
    kept = Recording(
        id=RecordingId(new_id("rec")),
        tenant_id=acme.tenant.id,
        call_id=call.id,
        kind="call",
        path="one",
        started_at=at,
        delete_at=at + timedelta(days=90),
    )
    await scope.collection(Recording).insert(kept)
    found = await search(api, acme, await opened(acme, scope={"places": ["recordings/{tenant_id}/*"]}))
    assert (found["callers"], found["users"]) == (1, 1)
    assert [(one["looked_in"], one["records"]) for one in found["places"]] == [(["recordings"], 1)]


async def test_what_lay_there_before_the_end_of_the_span_counts_where_that_is_asked(api: Api) -> None:
    acme = await api.organisation()
    await a_call(api, acme, "+442079460001", hours_ago=90)
    now = api.clock.now()
    span = {"since": iso(now - timedelta(hours=48)), "until": iso(now - timedelta(hours=24))}
    written = await opened(acme, scope={"places": ["call_records"], **span})
    assert (await search(api, acme, written))["callers"] == 0
    stored = await opened(acme, scope={"places": ["call_records"], **span, "reach": "stored"})
    assert (await search(api, acme, stored))["callers"] == 1


async def test_a_search_that_is_killed_goes_on_where_it_was_and_counts_nobody_twice(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    for one in range(5):
        await a_call(api, acme, f"+44207946000{one}", hours_ago=1)
    monkeypatch.setattr(searching, "BATCH", 2)
    made = await opened(acme, scope={"places": ["call_records", "contacts"]})
    searches = api.services.there.get(IncidentSearches)
    assert (await acme.call("owner", "POST", f"{AT}/{made['id']}/search")).status_code == 202
    again = await acme.call("owner", "POST", f"{AT}/{made['id']}/search")
    assert (again.status_code, again.json()["code"]) == (409, "incident_searching")
    await searches.step()
    put, dies = searches._store.put_search, [True]

    async def killed(*words: Any, **more: Any) -> bool:
        if dies.pop() if dies else False:
            raise Unavailable("killed after the people were stored")
        return await put(*words, **more)

    monkeypatch.setattr(searches._store, "put_search", killed)
    with pytest.raises(Unavailable):
        await searches.step()
    while await searches.step():
        pass
    found = (await shown(acme, made))["search"]
    assert (found["callers"], found["users"]) == (5, 1)
    assert [one["records"] for one in found["places"]] == [5, 5]
    before = await api.mongo.tenant(acme.tenant.id).collection(AffectedPerson).count()
    assert (before, (await search(api, acme, made))["callers"]) == (6, 5)
    assert await api.mongo.tenant(acme.tenant.id).collection(AffectedPerson).count() == 6, "the first search is gone"


# Notices


async def test_the_draft_for_the_authority_has_what_article_33_asks_and_marks_what_nobody_said(api: Api) -> None:
    acme = await api.organisation()
    await a_call(api, acme, "+442079460001", hours_ago=1)
    policy = {"officer": "Dana Fox", "contact": "privacy@acme.example", "controller": "Acme Ltd"}
    assert (await acme.call("owner", "PATCH", "/v1/organisation/policy", json=policy)).status_code == 200
    made = await opened(acme, scope={"places": ["call_records"]})
    await search(api, acme, made)
    body = {"version": (await shown(acme, made))["version"], "measures": "Its key is revoked."}
    await acme.call("owner", "PATCH", f"{AT}/{made['id']}", json=body)
    drafted = await acme.call("owner", "POST", f"{AT}/{made['id']}/notices", json={"audience": "authority"})
    assert drafted.status_code == 201, drafted.text
    [notice] = drafted.json()["notices"]
    for text in ("Acme Ltd", "Dana Fox", "privacy@acme.example", "Callers: 1", "Staff: 1", "Its key is revoked."):
        assert text in notice["text"]
    assert set(notice["blanks"]) == {
        "name of the supervisory authority",
        "postal address of the controller",
        "when it began and ended",
        "likely consequences of the breach",
        "risk for the persons: not assessed yet",
        "whether and when they are told",
    }
    assert "+442079460001" not in notice["text"]
    own = {"audience": "people", "text": "We lost a laptop."}
    saved = (await acme.call("owner", "POST", f"{AT}/{made['id']}/notices", json=own)).json()
    assert [(one["audience"], one["blanks"] == []) for one in saved["notices"]] == [
        ("authority", False),
        ("people", True),
    ]


# Warnings, and the end


async def letters(api: Api, acme: Organisation) -> int:
    return await api.mongo.tenant(acme.tenant.id).collection(OutgoingEmail).count()


async def test_officers_are_warned_once_of_each_hour_also_where_the_server_is_killed_half_way(api: Api) -> None:
    acme, dies = await api.organisation(), [True]
    await acme.join("privacy_officer")
    made, incidents = await opened(acme), api.services.there.get(Incidents)

    async def keep(scope: TenantScope, letter: Email) -> None:
        assert (letter.kind, letter.link) == ("incident_deadline", f"incidents/{made['id']}")
        stored = OutgoingEmail(
            id=new_id("ltr"),  # type: ignore[arg-type]
            tenant_id=letter.tenant_id,
            to=letter.to,
            text=b"",
            created_at=api.clock.now(),
            until=letter.until,
            due_at=letter.until,
        )
        await scope.collection(OutgoingEmail).insert(stored)
        if dies.pop() if dies else False:
            raise asyncio.CancelledError

    async def send(letter: Email) -> None:
        raise AssertionError("not within the transaction")

    async def kinds() -> list[str]:
        return [line.kind for line in (await incidents.get(acme.tenant.id, made["id"])).history]

    api.services.accounts.use(Mailer(send=send, sends=True, address="https://call24.test", keep=keep))
    api.clock.advance(hours=47, minutes=59)
    assert await incidents.warn() == 0
    api.clock.advance(minutes=1)
    with pytest.raises(asyncio.CancelledError):
        await incidents.warn()
    assert (await letters(api, acme), await kinds()) == (0, ["opened"])
    counts = await asyncio.gather(incidents.warn(), incidents.warn())
    assert (sorted(counts), await letters(api, acme)) == ([0, 1], 1)
    api.clock.advance(hours=18)
    assert (await incidents.warn(), await incidents.warn(), await letters(api, acme)) == (1, 0, 2)
    api.clock.advance(hours=6)
    assert (await incidents.warn(), await incidents.warn(), await letters(api, acme)) == (1, 0, 3)
    assert await kinds() == ["opened", "warned_24h", "warned_6h", "warned_late"]


async def test_who_opens_an_incident_late_is_warned_of_the_last_hour_alone(api: Api) -> None:
    acme = await api.organisation()
    made = await opened(acme, noticed_at=iso(api.clock.now() - timedelta(hours=67)))
    incidents = api.services.there.get(Incidents)
    assert (await incidents.warn(), await incidents.warn()) == (1, 0)
    found = await incidents.get(acme.tenant.id, made["id"])
    assert [line.kind for line in found.history] == ["opened", "warned_6h"]
    notified = await step(acme, await shown(acme, made), "notify_authority")
    api.clock.advance(hours=10)
    assert (notified["state"], await incidents.warn()) == ("notified", 0)


async def test_five_years_after_it_was_closed_an_incident_goes_with_those_whom_it_affected(api: Api) -> None:
    acme = await api.organisation()
    await a_call(api, acme, "+442079460001", hours_ago=1)
    made = await opened(acme, scope={"places": ["call_records"]})
    await search(api, acme, made)
    assessed = await step(acme, await shown(acme, made), "assess", risk="unlikely", note="Encrypted")
    waived = await step(acme, assessed, "waive_authority", note="Encrypted")
    await step(acme, await step(acme, waived, "waive_people", note="Encrypted"), "close")
    incidents = api.services.there.get(Incidents)
    api.clock.advance(days=1826)
    assert await incidents.erase_due(api.clock.now()) == 0
    api.clock.advance(days=1)
    assert await incidents.erase_due(api.clock.now()) == 1
    scope = api.mongo.tenant(acme.tenant.id)
    for struct in (Incident, IncidentSearch, AffectedPerson):
        assert await scope.collection(struct).count() == 0  # type: ignore[type-var]
    with pytest.raises(NotFound):
        await incidents.get(acme.tenant.id, made["id"])


async def test_another_organisations_incident_is_not_there(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    made = await opened(other)
    assert (await acme.call("owner", "GET", f"{AT}/{made['id']}")).status_code == 404
    assert (await acme.call("owner", "GET", AT)).json()["items"] == []
