"""What an address book and any CRM do that are kept in step: with a stand-in, and a connection to it that is on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.integration.crm.test_crm import (
    ANNA,
    AT,
    BO,
    WORK,
    added,
    called,
    changed,
    in_step,
    jobs,
    links,
    notices_answered,
    people,
    stored,
    turn,
)
from tests.support.http.front_office import FrontOffice

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.crm.conformance.stand_in import TOKEN, Fault, StandIn
from call24.kit.ids import CrmConnectionId


async def connection(office: FrontOffice, crm: StandIn, kind: str, own: Mapping[str, str], **more: Any) -> Any:
    """Its id; it is on, and its token is nowhere to be read."""
    body = {"kind": kind, "name": "Sales", "url": crm.url, "token": TOKEN, kind: own, **more}
    made = await office.org.call("owner", "POST", AT, json=body)
    assert made.status_code == 201, made.text
    assert TOKEN not in made.text and made.json()[kind] == own
    id = CrmConnectionId(made.json()["id"])
    await changed(office.org, id, wish="on")
    assert TOKEN.encode() not in (await stored(office.org, id)).credentials
    return id


async def both_sides_are_in_step(
    office: FrontOffice, crm: StandIn, id: CrmConnectionId, anna: str, count: Callable[[str], Any], link: str
) -> str:
    """`anna`: the record of Anna Petrova, with a number in national form, an address of e-mail and the customer number
    C-7. `count`: changes whenever the record does. The id of the record that Bo has then."""
    await added(office.org, "Bo", BO)
    await in_step(office, id)
    known = await people(office.org)
    assert set(known) == {"Anna", "Bo"}
    assert (known["Anna"].family, known["Anna"].numbers[0].number) == ("Petrova", ANNA)
    assert {one.name: one.value for one in known["Anna"].fields} == {"Customer": "C-7"}
    [bo] = [one for one in crm.live() if one.id != anna]
    assert bo.fields == {"given": "Bo", "phone": BO} and bo.key.startswith("crl_")
    assert known["Bo"].family == ""

    crm.change(anna, phone=WORK)
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Bo'].id}", json={"emails": [{"address": "bo@b.mn"}]})
    office.api.clock.advance(seconds=40)
    await in_step(office, id)
    assert (await people(office.org))["Anna"].numbers[0].number == WORK
    assert crm.records[bo.id].fields["email"] == "bo@b.mn"
    before = {one.id: count(one.id) for one in crm.live()}
    for _ in range(4):
        await turn(office, id)
    assert before == {one.id: count(one.id) for one in crm.live()}, "nothing goes back and forth"
    assert {one.state for one in await links(office.org)} == {"in_step"}
    page = (await office.org.call("agent", "GET", f"/v1/crm-records?person_id={known['Bo'].id}")).json()["items"]
    assert [one["link"] for one in page] == [link.format(id=bo.id)]
    return bo.id


async def a_lost_answer_makes_no_second_record(office: FrontOffice, crm: StandIn, id: CrmConnectionId) -> None:
    await in_step(office, id)
    await added(office.org, "Anna", ANNA)
    crm.faults = [Fault(after=True, only=crm.creating)]
    assert (await turn(office, id)).trouble == "no_answer"
    await in_step(office, id)
    [link] = await links(office.org)
    assert [(one.fields["given"], one.key) for one in crm.live()] == [("Anna", link.id)]
    assert (link.state, link.remote_id) == ("in_step", crm.live()[0].id)


async def erased(office: FrontOffice, *contact_ids: str) -> None:
    for one in contact_ids:
        answer = await office.org.call("owner", "POST", f"/v1/contacts/{one}/erase", json={"reason": "asked"})
        assert answer.status_code in (200, 202), answer.text


async def erasures_have_receipts(office: FrontOffice, crm: StandIn, id: CrmConnectionId, receipt: str) -> None:
    """Of whom both sides have, and of whom only the CRM has; though the connection is off. Bo stays."""
    crm.add(given="Anna", phone=ANNA, email="anna@example.com")
    await in_step(office, id)
    contact_id = (await people(office.org))["Anna"].contact_ids[0]
    other = await called(office, WORK)
    await changed(office.org, id, wish="off")
    crm.add(given="Someone", phone="020 794 601 03")
    crm.add(given="Bo", phone=BO)
    await erased(office, contact_id, other)
    notices = await notices_answered(office, id)
    assert {one.state for one in notices} == {"answered"}
    assert all(receipt in one.answer for one in notices), notices
    assert [one.fields["given"] for one in crm.live()] == ["Bo"]


async def an_objection_is_told(
    office: FrontOffice, crm: StandIn, id: CrmConnectionId, said: str, attribute: str = "do_not_use"
) -> None:
    """Of Bo, whom both sides have; what changes then is not passed on."""
    bo = crm.add(given="Bo", phone=BO)
    await in_step(office, id)
    person = (await people(office.org))["Bo"]
    consents = office.api.services.there.get(Consents)
    await consents.enter(Purpose.CRM_SYNC, "object", office.org.tenant.id, person.contact_ids[0], "officer")
    await in_step(office, id)
    assert crm.records[bo.id].fields[attribute] is True
    [job] = await jobs(office.org, kind="objection")
    assert (job.state, job.said) == ("done", said)
    await office.org.call("agent", "PATCH", f"/v1/people/{person.id}", json={"given": "Bob"})
    await in_step(office, id)
    assert crm.records[bo.id].fields["given"] == "Bo"


async def must_say(office: FrontOffice, id: CrmConnectionId, wrong: Sequence[tuple[Mapping[str, Any], str]]) -> None:
    """Each of the settings is refused at the place that is named."""
    for settings, place in wrong:
        refused = await office.org.call("owner", "PATCH", f"{AT}/{id}", json=settings)
        assert refused.status_code == 422 and place in refused.text, place
