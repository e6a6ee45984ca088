"""Queues and opening hours over HTTP and in MongoDB: every setting comes back, what is in use stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from tests.integration.http.test_api_edge import assert_problem
from tests.support.calls.told import CONTACT, Told
from tests.support.for_each import for_each
from tests.support.http.api import Api, Organisation

from call24.call_records.caller_history import CallerHistory
from call24.kit.ids import HoursId, QueueId
from call24.kit.mongo import Mongo
from call24.queues.api.queues import NewQueue
from call24.queues.hours import DAYS, Opening
from call24.queues.model import Queue
from call24.server.call_path import directory_of
from call24.server.services import Rooms

CODE = "recording_not_announced"
EVERYTHING: dict[str, Any] = {
    "name": "Everything",
    "strategy": "least_calls",
    "priority": 7,
    "ring_during_greeting": True,
    "skills": [
        {"name": "german", "level": 4, "relax_after_s": 90},
        {"name": "billing", "level": 1, "relax_after_s": None},
    ],
    "offer_s": 15,
    "max_wait_s": 300,
    "max_waiting": 12,
    "wrap_up_s": 20,
    "service_level_s": 30,
    "music": "calm",
    "announce_position": True,
    "announce_wait": True,
    "announce_every_s": 60,
    "record": "on_demand",
    "record_announcement": True,
    "not_announced_because": None,
    "recording_days": 30,
    "recording_days_reason": None,
    "auto_resume_s": 90,
    "auto_pause_after": 2,
    "sticky_days": 30,
    "sticky_wait_s": 25,
    "keep_place_s": 120,
    "disposition": "required",
    "callback": True,
    "callback_expires_s": 7200,
    "callback_attempts": 2,
    "callback_retry_s": 600,
    "callback_ring_s": 25,
    "offers_tasks": True,
    "task_offer_s": 45,
    "tasks_at_once": 3,
    "alert_wait_s": 120,
    "alert_waiting": 5,
}
OFFICE: dict[str, Any] = {
    "name": "Office",
    "timezone": "America/New_York",
    "weekly": [
        {"day": "mon", "opens": "09:00", "closes": "17:00"},
        {"day": "sat", "opens": "22:00", "closes": "02:00"},
    ],
    "holidays": [
        {"on": "2026-12-24", "name": "Christmas Eve", "spans": [{"opens": "09:00", "closes": "12:00"}]},
        {"on": "2026-12-25", "name": "Christmas", "spans": []},
    ],
}


async def made(organisation: Organisation, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await organisation.call("owner", "POST", path, json=body)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


# --- queues ---


async def test_every_setting_of_a_queue_is_kept_and_shown(api: Api) -> None:
    acme = await api.organisation()
    night = await made(acme, "/v1/queues", {"name": "Night"})
    hours = await made(acme, "/v1/hours", OFFICE)
    body = EVERYTHING | {
        "members": [acme.users["agent"]],
        "hours_id": hours["id"],
        "exits": {
            "max_wait": {"to": "queue", "queue_id": night["id"]},
            "full": {"to": "hang_up", "prompt": "away"},
            "nobody": {"to": "voicemail", "prompt": None},
            "closed": {"to": "voicemail", "prompt": "away"},
        },
        "dispositions": [],
    }
    queue = await made(acme, "/v1/queues", body)
    assert queue == {"id": queue["id"], **body}
    assert set(queue) == set(Queue.__struct_fields__) - {"tenant_id", "name_key", "created_at"}
    assert (await acme.call("supervisor", "GET", f"/v1/queues/{queue['id']}")).json() == queue
    known = api.services.queues.known(QueueId(queue["id"]))
    await api.services.queues.refresh()
    assert known == api.services.queues.known(QueueId(queue["id"]))


async def test_a_place_is_kept_for_as_long_as_the_queue_says(api: Api) -> None:
    acme, there = await api.organisation(), api.services.there
    tenant_id = acme.tenant.id
    shown = await made(acme, "/v1/queues", {"name": "Support", "keep_place_s": 5})
    queue_id = QueueId(shown["id"])
    left = Told(tenant_id=tenant_id).arrives().joins(queue_id).after(40).ends()
    past = CallerHistory(there.get(Mongo))
    plan = directory_of(Rooms(there), past).plan(tenant_id)
    for entry in left.entries:
        past.follow(entry)
    at, since = left.now, left.now - timedelta(seconds=40)
    assert plan.kept_place(CONTACT, queue_id, at + timedelta(seconds=5)) == since
    assert plan.kept_place(CONTACT, queue_id, at + timedelta(seconds=6)) is None
    assert (await acme.call("owner", "PATCH", f"/v1/queues/{queue_id}", json={"keep_place_s": 60})).status_code == 200
    assert plan.kept_place(CONTACT, queue_id, at + timedelta(seconds=60)) == since
    assert plan.kept_place(CONTACT, queue_id, at + timedelta(seconds=61)) is None


async def test_a_new_queue_is_as_the_code_says(api: Api) -> None:
    acme = await api.organisation()
    plain = await made(acme, "/v1/queues", {"name": "Plain"})
    documented = NewQueue(name="Plain").model_dump()
    for field in msgspec.structs.fields(Queue):
        if field.default is not msgspec.NODEFAULT:
            shown = msgspec.json.decode(msgspec.json.encode(field.default))
            expected = "never" if field.name == "record" else shown
            assert plain[field.name] == documented[field.name] == expected, field.name


async def test_a_queue_that_records_every_call_announces_it_or_says_why_not(api: Api) -> None:
    acme = await api.organisation()
    silent = await acme.call("owner", "POST", "/v1/queues", json={"name": "Silent", "record": "always"})
    assert_problem(silent, 422, "recording_not_announced")
    assert silent.json()["errors"][0]["field"] == "record_announcement" and "not_announced_because" in silent.text
    path = f"/v1/queues/{(await made(acme, '/v1/queues', {'name': 'Support'}))['id']}"

    async def patched(**change: Any) -> httpx.Response:
        return await acme.call("owner", "PATCH", path, json=change)

    assert_problem(await patched(record="always"), 422, "recording_not_announced")
    assert_problem(await patched(record="always", not_announced_because="because"), 422, "invalid")
    assert_problem(await patched(record="always", not_announced_because="  "), 422, "recording_not_announced")
    assert (await acme.call("owner", "GET", path)).json()["record"] == "never", "what was refused changed nothing"
    assert (await patched(record="always", record_announcement=True)).status_code == 200
    assert_problem(await patched(record_announcement=False), 422, "recording_not_announced")
    why = "Callers agree to it in  their contract"
    said = (await patched(record_announcement=False, not_announced_because=why)).json()
    assert said["not_announced_because"] == "Callers agree to it in their contract"
    assert (await patched(record="on_demand", not_announced_because=None)).status_code == 200
    assert_problem(await acme.call("owner", "PUT", path, json={"name": "S", "record": "always"}), 422, CODE)
    kept = await acme.call("owner", "PATCH", path, json={"record": "never", "wrap_up_s": 5})
    assert kept.status_code == 200


async def test_a_queue_of_before_records_as_it_did_until_its_recording_is_changed(api: Api) -> None:
    acme = await api.organisation()
    path = f"/v1/queues/{(await made(acme, '/v1/queues', {'name': 'Old'}))['id']}"
    old = QueueId(path.removeprefix("/v1/queues/"))
    await api.mongo.tenant(acme.tenant.id).collection(Queue).update(old, {"record": "always"})
    await api.services.queues.refresh()
    changed = await acme.call("owner", "PATCH", path, json={"wrap_up_s": 5})
    assert (changed.status_code, changed.json()["record"]) == (200, "always")
    assert_problem(await acme.call("owner", "PATCH", path, json={"record": "always"}), 422, CODE)


async def test_patch_changes_only_what_it_names_and_put_everything(api: Api) -> None:
    acme = await api.organisation()
    queue = await made(acme, "/v1/queues", EVERYTHING)
    path = f"/v1/queues/{queue['id']}"
    first = await acme.call("owner", "PATCH", path, json={"exits": {"full": {"to": "hang_up"}}, "max_waiting": None})
    changed = {**queue, "max_waiting": None, "exits": {**queue["exits"], "full": {"to": "hang_up", "prompt": None}}}
    assert first.json() == changed
    assert (await acme.call("owner", "PATCH", path, json={"exits": {"nobody": {"to": "hang_up"}}})).json() == {
        **changed,
        "exits": {**changed["exits"], "nobody": {"to": "hang_up", "prompt": None}},
    }
    assert (await acme.call("owner", "PATCH", path, json={})).status_code == 200
    anew = (await acme.call("owner", "PUT", path, json={"name": "Plain"})).json()
    assert anew == {**(await made(acme, "/v1/queues", {"name": "Other"})), "id": queue["id"], "name": "Plain"}


@for_each(
    ("body", "field"),
    [
        ({"strategy": "random"}, "strategy"),
        ({"priority": 101}, "priority"),
        ({"priority": None}, "priority"),
        ({"max_waiting": -1}, "max_waiting"),
        ({"hours_id": "hrs_x"}, "hours_id"),
        ({"skills": [{"name": "german", "level": 11}]}, "skills"),
        ({"exits": {"full": {"to": "queue", "queue_id": "que_x"}}}, "exits.full"),
        ({"exits": {"full": {"to": "somewhere"}}}, "exits.full"),
        ({"exits": {"full": {"to": "hang_up", "prompt": "../x"}}}, "exits.full"),
        ({"exits": {"sometimes": {"to": "hang_up"}}}, "exits.sometimes"),
        ({"auto_pause_after": -1}, "auto_pause_after"),
        ({"callback_attempts": 0}, "callback_attempts"),
        ({"record_announcement": "yes"}, "record_announcement"),
        ({"color": "red"}, "color"),
    ],
)
async def test_what_breaks_a_rule_is_named_and_changes_nothing(api: Api, body: dict[str, Any], field: str) -> None:
    acme = await api.organisation()
    queue = await made(acme, "/v1/queues", {"name": "Support"})
    answer = await acme.call("owner", "PATCH", f"/v1/queues/{queue['id']}", json=body)
    assert answer.status_code == 422, answer.text
    assert any(error["field"].startswith(field) for error in answer.json()["errors"]), answer.text
    assert (await acme.call("owner", "GET", f"/v1/queues/{queue['id']}")).json() == queue


async def test_queues_never_lead_round(api: Api) -> None:
    acme = await api.organisation()
    first = await made(acme, "/v1/queues", {"name": "First"})
    to_first = {"exits": {"max_wait": {"to": "queue", "queue_id": first["id"]}}}
    second = await made(acme, "/v1/queues", {"name": "Second", **to_first})
    to_second = {"exits": {"closed": {"to": "queue", "queue_id": second["id"]}}}
    for body in (to_second, to_first):
        answer = await acme.call("owner", "PATCH", f"/v1/queues/{first['id']}", json=body)
        assert answer.status_code == 422
        assert "back to this queue" in answer.text


async def test_a_queue_that_something_leads_to_is_not_deleted(api: Api) -> None:
    acme = await api.organisation()
    queue = await made(acme, "/v1/queues", {"name": "Support"})
    other = await made(acme, "/v1/queues", {"name": "O", "exits": {"full": {"to": "queue", "queue_id": queue["id"]}}})
    trunk = await api.services.tenants.add_trunk(acme.tenant.id, "T", ["192.0.2.1"])
    await api.services.tenants.add_number(acme.tenant, "+442079460123", trunk.id, QueueId(other["id"]))
    refused = await acme.call("owner", "DELETE", f"/v1/queues/{queue['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "queue_in_use")
    assert "queue O" in refused.json()["detail"]
    numbered = await acme.call("owner", "DELETE", f"/v1/queues/{other['id']}")
    assert (numbered.status_code, "+442079460123" in numbered.json()["detail"]) == (409, True)
    await acme.call("owner", "PATCH", f"/v1/queues/{other['id']}", json={"exits": {"full": {"to": "voicemail"}}})
    told: list[str] = []

    async def watch(gone: Queue) -> None:
        told.append(gone.id)

    api.services.queues.changed.append(watch)
    assert (await acme.call("owner", "DELETE", f"/v1/queues/{queue['id']}")).status_code == 204
    assert (await acme.call("owner", "GET", f"/v1/queues/{queue['id']}")).status_code == 404
    assert (await acme.call("owner", "DELETE", f"/v1/queues/{queue['id']}")).status_code == 404
    assert api.services.queues.known(QueueId(queue["id"])) is None
    assert told == [queue["id"]]


async def test_a_way_out_leads_to_a_published_flow_and_a_disposition_exists_also_when_retired(api: Api) -> None:
    acme = await api.organisation()
    queue = await made(acme, "/v1/queues", {"name": "Support"})
    path = f"/v1/queues/{queue['id']}"
    nodes = {"bye": {"type": "hang_up", "prompt": "away"}}
    flow = await made(acme, "/v1/flows", {"name": "Bye", "start": "bye", "nodes": nodes})
    way = {"exits": {"closed": {"to": "flow", "flow_id": flow["id"]}}}
    assert (await acme.call("owner", "PATCH", path, json=way)).status_code == 422
    assert (await acme.call("owner", "POST", f"/v1/flows/{flow['id']}/publish")).status_code < 300
    assert (await acme.call("owner", "PATCH", path, json=way)).status_code == 200
    refused = await acme.call("owner", "DELETE", f"/v1/flows/{flow['id']}")
    assert (refused.status_code, "queue Support" in refused.json()["detail"]) == (409, True)

    sold = await api.services.agents.dispositions.create(acme.tenant.id, "Sold")
    assert (await acme.call("owner", "PATCH", path, json={"dispositions": ["dsp_x"]})).status_code == 422
    assert (await acme.call("owner", "PATCH", path, json={"dispositions": [sold.id]})).status_code == 200
    await api.services.agents.dispositions.retire(acme.tenant.id, sold.id)
    assert (await acme.call("owner", "PATCH", path, json={"offer_s": 25})).json()["dispositions"] == [sold.id]


# --- opening hours ---


async def test_opening_hours_are_made_changed_and_shown(api: Api) -> None:
    acme = await api.organisation()
    hours = await made(acme, "/v1/hours", OFFICE)
    assert {name: hours[name] for name in OFFICE} == OFFICE
    path = f"/v1/hours/{hours['id']}"
    assert (await acme.call("supervisor", "GET", path)).json() == hours
    assert (await acme.call("supervisor", "GET", "/v1/hours")).json() == {"items": [hours], "next": None}
    changed = (await acme.call("owner", "PATCH", path, json={"timezone": None, "name": " The  office "})).json()
    assert (changed["timezone"], changed["name"], changed["weekly"]) == (None, "The office", OFFICE["weekly"])
    anew = (await acme.call("owner", "PUT", path, json={"name": "Office"})).json()
    assert (anew["weekly"], anew["holidays"]) == ([], [])
    before = api.services.hours.known(acme.tenant.id, HoursId(hours["id"]))
    await api.services.hours.refresh()
    assert before == api.services.hours.known(acme.tenant.id, HoursId(hours["id"]))


async def test_they_say_whether_it_is_open_now_and_else_when(api: Api) -> None:
    acme = await api.organisation()
    now = api.clock.now()
    always = [{"day": day, "opens": "00:00", "closes": "24:00"} for day in DAYS]
    assert (await made(acme, "/v1/hours", {"name": "Always", "weekly": always}))["open"] is True
    never = await made(acme, "/v1/hours", {"name": "Never"})
    assert (never["open"], never["next_open"]) == (False, None)
    on = (now + timedelta(days=20)).date().isoformat()
    day = {"on": on, "spans": [{"opens": "09:00", "closes": "10:00"}]}
    once = await made(acme, "/v1/hours", {"name": "Once", "timezone": "UTC", "holidays": [day]})
    assert (once["open"], once["next_open"]) == (False, f"{on}T09:00:00.000Z")


async def test_the_organisations_time_zone_is_meant_where_none_is_named(api: Api) -> None:
    tenant = await api.services.tenants.create("Mongol", timezone="Asia/Ulaanbaatar")
    hours = await api.services.hours.create(tenant.id, "Day", holidays=())
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    weekly = (Opening(day="tue", opens="20:00", closes="21:00"),)
    await api.services.hours.change(tenant.id, hours.id, weekly=weekly)
    assert api.services.hours.is_open(tenant.id, hours.id, noon)
    assert not api.services.hours.is_open(tenant.id, hours.id, noon + timedelta(hours=1))
    assert api.services.hours.next_open(tenant.id, hours.id, noon + timedelta(hours=1)) == noon + timedelta(days=7)


async def test_without_known_hours_it_is_open(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    never = await made(other, "/v1/hours", {"name": "Never"})
    now = api.clock.now()
    for hours_id in (None, HoursId("hrs_x"), HoursId(never["id"])):
        assert api.services.hours.is_open(acme.tenant.id, hours_id, now)
        assert api.services.hours.next_open(acme.tenant.id, hours_id, now) == now
    assert not api.services.hours.is_open(other.tenant.id, HoursId(never["id"]), now)


async def test_hours_that_a_queue_keeps_are_not_deleted(api: Api) -> None:
    acme = await api.organisation()
    hours = await made(acme, "/v1/hours", {"name": "Day"})
    queue = await made(acme, "/v1/queues", {"name": "Support", "hours_id": hours["id"]})
    refused = await acme.call("owner", "DELETE", f"/v1/hours/{hours['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "hours_in_use")
    await acme.call("owner", "PATCH", f"/v1/queues/{queue['id']}", json={"hours_id": None})
    assert (await acme.call("owner", "DELETE", f"/v1/hours/{hours['id']}")).status_code == 204
    assert (await acme.call("owner", "GET", f"/v1/hours/{hours['id']}")).status_code == 404
    assert api.services.hours.known_hours(acme.tenant.id) == []


async def test_names_are_unique_and_bad_hours_are_named(api: Api) -> None:
    acme = await api.organisation()
    await made(acme, "/v1/hours", {"name": "Day"})
    again = await acme.call("owner", "POST", "/v1/hours", json={"name": " DAY "})
    assert (again.status_code, again.json()["code"]) == (409, "hours_name_taken")
    for body, field in (
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"weekly": [{"day": "mon", "opens": "9", "closes": "10:00"}]}, "weekly"),
        ({"weekly": [{"day": "someday", "opens": "09:00", "closes": "10:00"}]}, "weekly"),
        ({"holidays": [{"on": "2026-13-01"}]}, "holidays"),
    ):
        answer = await acme.call("owner", "POST", "/v1/hours", json={"name": "Odd", **body})
        assert answer.status_code == 422
        assert any(error["field"].startswith(field) for error in answer.json()["errors"])


async def test_another_organisation_sees_and_changes_nothing(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    hours, queue = await made(acme, "/v1/hours", {"name": "Day"}), await made(acme, "/v1/queues", {"name": "Support"})
    for path in (f"/v1/hours/{hours['id']}", f"/v1/queues/{queue['id']}"):
        for method, body in (("GET", None), ("PATCH", {"name": "X"}), ("PUT", {"name": "X"}), ("DELETE", None)):
            theirs = await other.call("owner", method, path, json=body)
            nobodys = await other.call("owner", method, path[:-3] + "000", json=body)
            assert theirs.status_code == nobodys.status_code == 404
            assert theirs.json() == nobodys.json()
        for role in ("supervisor", "agent"):
            assert (await acme.call(role, "PATCH", path, json={"name": "X"})).status_code == 403
            assert (await acme.call(role, "DELETE", path)).status_code == 403
    named = await other.call("owner", "POST", "/v1/queues", json={"name": "Q", "hours_id": hours["id"]})
    assert named.status_code == 422
    way = {"exits": {"full": {"to": "queue", "queue_id": queue["id"]}}}
    assert (await other.call("owner", "POST", "/v1/queues", json={"name": "Q", **way})).status_code == 422


async def test_an_organisation_has_so_many_queues_opening_hours_and_choices_and_no_more(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each list of them, and each change of one, costs everybody's server time in proportion."""
    acme, other = await api.organisation(), await api.organisation("Other")
    long = {**OFFICE, "holidays": _holidays(days=250, spans=2)}
    for number in range(50):
        made = await acme.call("owner", "POST", "/v1/hours", json={**OFFICE, "name": f"Hours {number}"})
        assert made.status_code == 201
    for where, body in (("/v1/hours", {**long, "name": "One more"}), ("/v1/hours", {**OFFICE, "name": "One more"})):
        refused = await acme.call("owner", "POST", where, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many"), refused.text
    first = (await acme.call("owner", "GET", "/v1/hours?limit=1")).json()["items"][0]["id"]
    assert (await acme.call("owner", "PATCH", f"/v1/hours/{first}", json=long)).status_code == 200
    too_long = {"holidays": _holidays(days=251, spans=2)}
    refused = await acme.call("owner", "PATCH", f"/v1/hours/{first}", json=too_long)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "holidays")
    assert (await acme.call("owner", "DELETE", f"/v1/hours/{first}")).status_code == 204
    assert (await acme.call("owner", "POST", "/v1/hours", json={"name": "One more"})).status_code == 201
    assert (await other.call("owner", "POST", "/v1/hours", json=OFFICE)).status_code == 201
    monkeypatch.setattr("call24.queues.service.QUEUES_MAX", 2)
    monkeypatch.setattr("call24.agents.choices.CHOICES_MAX", 2)
    for where in ("/v1/queues", "/v1/pause-reasons", "/v1/dispositions"):
        have = len((await acme.call("owner", "GET", where)).json()["items"])
        codes = [
            (await acme.call("owner", "POST", where, json={"name": f"One {number}"})).status_code for number in range(3)
        ]
        assert codes == [201] * max(0, 2 - have) + [409] * (3 - max(0, 2 - have)), where


def _holidays(*, days: int, spans: int) -> list[dict[str, Any]]:
    day = datetime(2027, 1, 1, tzinfo=UTC)
    times = [{"opens": f"{hour:02}:00", "closes": f"{hour:02}:30"} for hour in range(spans)]
    return [{"on": f"{day + timedelta(days=number):%Y-%m-%d}", "name": "", "spans": times} for number in range(days)]
