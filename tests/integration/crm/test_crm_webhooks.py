"""A CRM says by itself what changed: messages that are true, forged, repeated, too many and unreadable. The product's
own wiring, with a faulty CRM on this machine."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.crm.test_crm import (
    ANNA,
    AT,
    changed,
    connected,
    in_step,
    links,
    people,
    stored,
    turn,
)
from tests.support.http.front_office import FrontOffice
from tests.support.wait import wait_until

from call24.crm.conformance.fake import FakeCrm
from call24.crm.conformance.stand_in import Fault
from call24.crm.refused import NO_RIGHT
from call24.kit.ids import CrmConnectionId
from call24.webhooks import signing


async def made(office: FrontOffice, id: str, *, signed: bool = False) -> tuple[str, str]:
    """The path of a connection's address, and its secret."""
    answer = await office.org.call("owner", "POST", f"{AT}/{id}/webhook", json={"signed": signed})
    assert answer.status_code == 200, answer.text
    address, secret = answer.json()["address"], answer.json()["secret"]
    assert (secret is not None) is signed
    read = await office.org.call("owner", "GET", f"{AT}/{id}")
    assert address.rpartition("/")[2] not in read.text and "whsec" not in read.text, "shown once"
    return address[address.index("/v1/") :], secret or ""


async def posted(office: FrontOffice, path: str, body: Any, **headers: str) -> Any:
    """By nobody who is signed in."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **headers}
    return await office.api.client.post(path, content=content, headers=sent)


def signature(office: FrontOffice, secret: str, body: bytes, *, ago_s: int = 0) -> dict[str, str]:
    at_s = int(office.api.clock.now().timestamp()) - ago_s
    return signing.headers([secret], "msg_1", at_s, body.decode())


async def ready(office: FrontOffice, crm: FakeCrm, **settings: Any) -> CrmConnectionId:
    """Anna (c1), Bo (c2) and Last are in step, and the clock stands 20 s after the last turn. The list, which is read
    again from two minutes before Last, has Anna and Bo no more."""
    crm.add(id="c1", at=crm.clock() - timedelta(hours=2), given="Anna", phone=ANNA)
    crm.add(id="c2", at=crm.clock() - timedelta(hours=2), given="Bo")
    crm.add(id="c9", given="Last")
    id = await connected(office.org, crm, **settings)
    await in_step(office, id)
    office.api.clock.advance(seconds=20)
    crm.asked.clear()
    return id


def behind(crm: FakeCrm, **fields: Any) -> None:
    """Anna is changed, and the CRM's list does not tell it."""
    crm.change("c1", at=crm.clock() - timedelta(hours=1), **fields)


async def test_what_a_crm_says_is_read_from_it_at_once_and_nothing_else_of_the_message_is_used(
    office: FrontOffice, crm: FakeCrm
) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    await posted(office, path, {"id": "c1", "given": "Forged", "deleted": True})
    await turn(office, id)
    assert [one for one in crm.asked if one[1].startswith("/contacts/")] == [("GET", "/contacts/c1")]
    assert set(await people(office.org)) == {"Anna", "Bo", "Last"}, "forged: the record is as it was"

    office.api.clock.advance(seconds=20)
    behind(crm, given="Anya")
    before = office.api.clock.now()
    answer = await posted(office, path, {"id": "c1"})
    assert (answer.status_code, answer.content) == (202, b"")
    await turn(office, id)
    assert office.api.clock.now() == before, "at once, not when the list is read next"
    assert set(await people(office.org)) == {"Anya", "Bo", "Last"}
    crm.add(id="c3", given="Cleo")
    await posted(office, path, {"ids": ["c3", 4, None, {}]})
    office.api.clock.advance(seconds=5)
    await turn(office, id)
    assert set(await people(office.org)) == {"Anya", "Bo", "Cleo", "Last"}, "who is new comes with the list"
    shown = (await office.org.call("owner", "GET", f"{AT}/{id}")).json()["webhook"]
    assert (shown["taken"], shown["refused"], shown["signed"]) == (3, 0, False)
    assert shown["last_at"] is not None


async def test_a_thousand_messages_at_once_are_few_requests_to_the_crm(office: FrontOffice, crm: FakeCrm) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    answers = await asyncio.gather(*(posted(office, path, {"id": f"c{1 + n % 2}"}) for n in range(1000)))
    told = [one.status_code for one in answers]
    taken, away = told.count(202), told.count(503)  # of one process that asks and answers: MongoDB's answer is late
    assert taken + away + told.count(429) == 1000 and 540 <= taken <= 600 and away < 60
    webhook = (await stored(office.org, id)).webhook
    assert webhook is not None and webhook.taken >= taken
    assert all(0 < int(one.headers["retry-after"]) <= 60 for one in answers if one.status_code == 429)
    turns = 0
    while (await stored(office.org, id)).due_at == office.api.clock.now() or turns == 0:
        await turn(office, id)
        turns += 1
    assert turns == 1 and len(crm.asked) == 3, "one list, and each record once"
    later = await posted(office, path, {"id": "c1"})
    assert later.status_code == 429
    due_at = (await stored(office.org, id)).due_at
    assert due_at is not None and due_at - office.api.clock.now() == timedelta(seconds=30), "the list goes on"


async def test_messages_do_not_have_the_crm_asked_more_often_than_each_five_seconds(
    office: FrontOffice, crm: FakeCrm
) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    await posted(office, path, {"id": "c1"})
    await turn(office, id)
    await posted(office, path, {"id": "c1"})
    due_at = (await stored(office.org, id)).due_at
    assert due_at is not None and due_at - office.api.clock.now() == timedelta(seconds=5)
    await turn(office, id)

    office.api.clock.advance(seconds=10)
    await posted(office, path, {"id": "c1"})
    crm.asked.clear()
    crm.faults = [Fault(), Fault(wait_s=1.0)]  # of the list, and of the record
    turning = asyncio.create_task(turn(office, id))
    await wait_until(lambda: len(crm.asked) == 2)
    await posted(office, path, {"id": "c1"})
    await turning
    due_at = (await stored(office.org, id)).due_at
    assert due_at is not None and due_at - office.api.clock.now() == timedelta(seconds=5), "it came while it was read"


async def test_what_goes_back_and_forth_ends(office: FrontOffice, crm: FakeCrm) -> None:
    """What Call24 wrote comes back as a message."""
    id = await ready(office, crm)
    path, _ = await made(office, id)
    who = (await people(office.org))["Anna"].id
    await office.org.call("agent", "PATCH", f"/v1/people/{who}", json={"company": "Acme"})
    await in_step(office, id)
    versions = crm.records["c1"].version, (await people(office.org))["Anna"].version
    for _ in range(3):
        await posted(office, path, {"id": "c1"})
        office.api.clock.advance(seconds=5)
        await turn(office, id)
    assert versions == (crm.records["c1"].version, (await people(office.org))["Anna"].version)
    assert {one.due_at for one in await links(office.org)} == {None}


async def test_a_crm_that_is_away_is_left_alone_and_what_it_said_before_is_read_after(
    office: FrontOffice, crm: FakeCrm
) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    crm.faults = [Fault(status=503, headers={"Retry-After": "600"})]
    office.api.clock.advance(seconds=10)
    waits = await turn(office, id)
    behind(crm, given="Anya")
    assert (await posted(office, path, {"id": "c1"})).status_code == 202
    assert (await stored(office.org, id)).due_at == waits.due_at == office.api.clock.now() + timedelta(minutes=10)
    await turn(office, id)
    assert "Anya" in await people(office.org)


async def test_who_is_deleted_is_deleted_here_only_where_the_crm_itself_says_so(
    office: FrontOffice, crm: FakeCrm
) -> None:
    id = await ready(office, crm, follow_deletions=True)
    path, _ = await made(office, id)
    crm.remembers = False
    crm.delete("c2")  # 404: it may be hidden
    crm.records["c2"].updated_at -= timedelta(hours=1)
    await posted(office, path, [{"id": "c1", "event": "deleted"}, {"id": "c2", "event": "deleted"}])
    await turn(office, id)
    assert set(await people(office.org)) == {"Anna", "Bo", "Last"}
    [failed] = [one for one in await links(office.org) if one.state == "failed"]
    assert failed.why == "The CRM does not find its record any more, and has told of no deletion"
    crm.remembers = True
    await posted(office, path, {"id": "c2"})
    office.api.clock.advance(minutes=1)  # the pause of who failed
    await turn(office, id)
    assert set(await people(office.org)) == {"Anna", "Last"}


async def test_strangers_are_told_nothing_and_reach_no_other_organisation(office: FrontOffice, crm: FakeCrm) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    before = await links(office.org)
    guessed = [await posted(office, f"/v1/crm-webhooks/{one}", {"id": "c1"}) for one in ("x", "a" * 43, "x" * 5000)]
    away = await posted(office, "/v1/crm-webhooks/" + path.rpartition("/")[2].swapcase(), {"id": "c1"})
    assert {(one.status_code, one.json()["code"]) for one in (*guessed, away)} == {(404, "not_found")}
    other = await office.api.organisation("Other")
    theirs = await connected(other, crm)
    address = (await other.call("owner", "POST", f"{AT}/{theirs}/webhook", json={})).json()["address"]
    assert (await posted(office, address[address.index("/v1/") :], {"id": "c1"})).status_code == 202
    assert await links(office.org) == before, "an address is of its own connection alone"
    refused = await other.call("owner", "POST", f"{AT}/{id}/webhook", json={})
    assert refused.status_code == 404
    again, _ = await made(office, id)
    assert (await posted(office, path, {"id": "c1"})).status_code == 404, "a new address ends the former one"
    assert (await posted(office, again, {"id": "c1"})).status_code == 202
    assert (await office.org.call("owner", "DELETE", f"{AT}/{id}/webhook")).status_code == 204
    assert (await posted(office, again, {"id": "c1"})).status_code == 404
    assert (await office.org.call("owner", "GET", f"{AT}/{id}")).json()["webhook"] is None


async def test_messages_that_are_not_signed_too_old_or_unreadable_are_refused_and_counted(
    office: FrontOffice, crm: FakeCrm
) -> None:
    id = await ready(office, crm)
    path, secret = await made(office, id, signed=True)
    body = b'{"id":"c1"}'
    good = signature(office, secret, body)
    for headers in (
        {},
        {**good, "webhook-id": "msg_2"},
        {**good, "webhook-signature": "v1,AAAA v1a,x"},
        signature(office, secret, body, ago_s=301),
        signature(office, secret, body, ago_s=-301),
        signature(office, signing.new_secret(), body),
    ):
        refused = await posted(office, path, body, **headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), headers
    wrong = await posted(office, path, b"{", **signature(office, secret, b"{"))
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_request")
    for size in (300_000, 33_000):
        big = await posted(office, path, b'"' + b"x" * size + b'"', **good)
        assert (big.status_code, big.json()["code"]) == (413, "too_large")
    assert {one.due_at for one in await links(office.org)} == {None}
    assert (await posted(office, path, body, **good)).status_code == 202
    assert (await posted(office, path, body, **signature(office, secret, body, ago_s=299))).status_code == 202
    webhook = (await stored(office.org, id)).webhook
    assert webhook is not None and (webhook.taken, webhook.refused) == (2, 7)
    assert secret.encode() not in (webhook.secret or b"") and path.rpartition("/")[2] not in webhook.address


async def test_who_cannot_sign_does_not_use_up_the_messages_of_who_can(
    office: FrontOffice, crm: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.crm.webhooks.A_MINUTE", 20)
    id = await ready(office, crm)
    path, secret = await made(office, id, signed=True)
    body = b'{"id":"c1"}'
    answers = [await posted(office, path, body) for _ in range(70)]
    assert [one.status_code for one in answers] == [403] * 60 + [429] * 10
    webhook = (await stored(office.org, id)).webhook
    assert webhook is not None and webhook.refused == 60, "further ones write nothing"
    good = signature(office, secret, body)
    signed = [(await posted(office, path, body, **good)).status_code for _ in range(21)]
    assert signed == [202] * 20 + [429]
    webhook = (await stored(office.org, id)).webhook
    assert webhook is not None and (webhook.taken, webhook.refused) == (20, 70)


async def lined(office: FrontOffice, crm: FakeCrm, count: int) -> tuple[CrmConnectionId, list[str]]:
    """So many records in step, of which the list tells no more."""
    names = [f"n{n}" for n in range(count)]
    for name in names:
        crm.add(id=name, at=crm.clock() - timedelta(hours=2), given=name)
    return await ready(office, crm), names


def asked_for(crm: FakeCrm) -> list[str]:
    return [path.removeprefix("/contacts/") for method, path in crm.asked if path.startswith("/contacts/")]


async def test_what_was_changed_here_comes_before_what_a_crm_names_of_which_a_turn_reads_a_few(
    office: FrontOffice, crm: FakeCrm
) -> None:
    id, names = await lined(office, crm, 25)
    path, _ = await made(office, id)
    await posted(office, path, {"ids": names})
    office.api.clock.advance(seconds=1)
    who = (await people(office.org))["Bo"].id
    await office.org.call("agent", "PATCH", f"/v1/people/{who}", json={"company": "Acme"})
    pauses = []
    for read in (21, 5):  # and Bo in the first
        crm.asked.clear()
        after = await turn(office, id)
        found = list(dict.fromkeys(asked_for(crm)))
        assert len(found) == read and (found[0] == "c2") is (read == 21)
        assert after.due_at is not None
        pauses.append((after.due_at - office.api.clock.now()).total_seconds())
    assert pauses == [5, 30]


async def test_who_is_named_again_keeps_the_place_in_line(office: FrontOffice, crm: FakeCrm) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    await posted(office, path, {"id": "c1"})
    first = {one.remote_id: one.due_at for one in await links(office.org)}["c1"]
    office.api.clock.advance(seconds=1)
    await posted(office, path, {"id": "c2"})
    await posted(office, path, {"id": "c1"})
    assert {one.remote_id: one.due_at for one in await links(office.org)}["c1"] == first
    await turn(office, id)
    assert asked_for(crm) == ["c1", "c2"]


async def test_a_record_that_failed_is_not_read_sooner_because_it_is_named(office: FrontOffice, crm: FakeCrm) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    crm.refuses = {("GET", "/contacts/c1"): 403}
    await posted(office, path, {"id": "c1"})
    crm.faults = [Fault(), Fault(wait_s=1.0)]  # of the list, and of the record
    turning = asyncio.create_task(turn(office, id))
    await wait_until(lambda: len(crm.asked) == 2)
    await posted(office, path, {"id": "c1"})  # while it is being refused
    await turning
    [failed] = [one for one in await links(office.org) if one.state == "failed"]
    assert failed.due_at == office.api.clock.now() + timedelta(minutes=1)
    await posted(office, path, {"id": "c1"})
    crm.asked.clear()
    await turn(office, id)
    assert asked_for(crm) == []


async def test_of_the_records_that_a_crm_names_so_many_are_put_in_line_in_a_minute(
    office: FrontOffice, crm: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.crm.webhooks.HINTED_A_MINUTE", 2, raising=False)
    id = await ready(office, crm)
    path, _ = await made(office, id)
    for name in ("c1", "c1", "c2", "c9"):
        assert (await posted(office, path, {"id": name})).status_code == 202
    assert {one.remote_id for one in await links(office.org) if one.due_at is not None} == {"c1", "c2"}


async def test_what_is_said_while_a_turn_goes_on_has_the_list_read_again_soon(
    office: FrontOffice, crm: FakeCrm
) -> None:
    """Of somebody who is new, once the list was read."""
    id = await ready(office, crm)
    path, _ = await made(office, id)
    await posted(office, path, {"id": "c1"})
    crm.faults = [Fault(), Fault(wait_s=1.0)]  # of the list, and of the record
    turning = asyncio.create_task(turn(office, id))
    await wait_until(lambda: len(crm.asked) == 2)
    crm.add(id="c3", given="Cleo")
    await posted(office, path, {"id": "c3"})
    after = await turning
    due_at = (await stored(office.org, id)).due_at
    assert due_at is not None and due_at - office.api.clock.now() == timedelta(seconds=5)
    assert after.due_at == due_at
    await turn(office, id)
    assert "Cleo" in await people(office.org)
    await turn(office, id)  # the one before may have heard of Cleo from our own side too
    due_at = (await stored(office.org, id)).due_at
    assert due_at is not None and due_at - office.api.clock.now() == timedelta(seconds=30), "once"


async def test_a_connection_that_is_off_takes_messages_and_does_nothing(office: FrontOffice, crm: FakeCrm) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    await changed(office.org, id, wish="off")
    assert (await posted(office, path, {"id": "c1"})).status_code == 202
    assert (await stored(office.org, id)).due_at is None
    assert {one.due_at for one in await links(office.org)} == {None}


@pytest.mark.parametrize(
    "status",
    [403, pytest.param(401, marks=pytest.mark.long("test_one_record_or_call_that_is_refused_stops_that_one_alone"))],
)
async def test_one_record_or_call_that_is_refused_stops_that_one_alone(
    office: FrontOffice, crm: FakeCrm, status: int
) -> None:
    id = await ready(office, crm)
    path, _ = await made(office, id)
    contact = (await people(office.org))["Anna"].contact_ids[0]
    await office.read(office.call("one").arrives(contact).ends())
    await office.org.call("agent", "POST", "/v1/people", json={"given": "Cleo"})
    await office.org.call("agent", "PATCH", f"/v1/people/{(await people(office.org))['Bo'].id}", json={"company": "A"})
    await posted(office, path, {"id": "c1"})
    office.api.clock.advance(minutes=2)
    refuses = {"/contacts/c1": "GET", "/contacts/c2": "PATCH", "/contacts": "POST", "/calls": "POST"}
    crm.refuses = {(method, at): status for at, method in refuses.items()}
    for _ in range(3):
        assert (await turn(office, id)).trouble is None
    why = {one.why for one in await links(office.org) if one.state == "failed"}
    said = f'{NO_RIGHT}: {status} {{"error": "no right"}}'
    assert why == {
        f"The CRM does not show it: {said}",
        f"The CRM does not take it: {said}",
    }
    crm.refuses.clear()
    office.api.clock.advance(hours=7)
    await in_step(office, id)
    assert {one.fields["given"] for one in crm.live()} == {"Anna", "Bo", "Cleo", "Last"} and len(crm.calls) == 1
    assert crm.records["c2"].fields["company"] == "A"


async def test_another_list_of_linked_records_needs_another_connection(office: FrontOffice, crm: FakeCrm) -> None:
    id = await ready(office, crm)
    shape = (await office.org.call("owner", "GET", f"{AT}/{id}")).json()["shape"]
    for other in ({"records_path": "/leads"}, {"id": "number"}):
        refused = await office.org.call("owner", "PATCH", f"{AT}/{id}", json={"shape": {**shape, **other}})
        assert (refused.status_code, refused.json()["code"]) == (409, "crm_linked")
    await changed(office.org, id, shape={**shape, "link_template": ""})
