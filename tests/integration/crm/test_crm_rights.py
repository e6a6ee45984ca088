"""A CRM's user that may do less than before. The product's own wiring, with a faulty CRM on this machine."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.crm.test_crm import AT, connected, in_step, jobs, links, people, told, turn
from tests.support.http.front_office import FrontOffice

from call24.crm.conformance.fake import FakeCrm
from call24.crm.refused import NO_RIGHT
from call24.kit.ids import CrmConnectionId

NAMES = ("Ada", "Bea", "Cid", "Dan", "Eve", "Fay")


async def ready(office: FrontOffice, crm: FakeCrm) -> CrmConnectionId:
    """The list, which is read again from two minutes before Last, has the others no more."""
    old = crm.clock() - timedelta(hours=2)
    for name in NAMES:
        crm.add(id=name, at=old, given=name, phone="020 7946 0101" if name == "Ada" else None)
    crm.add(id="last", given="Last")
    id = await connected(office.org, crm)
    await in_step(office, id)
    return id


async def change(office: FrontOffice, *names: str, hours: int = 1) -> None:
    office.api.clock.advance(hours=hours)
    known = await people(office.org)
    for name in names:
        await office.org.call("agent", "PATCH", f"/v1/people/{known[name].id}", json={"company": "Acme"})


async def test_who_may_change_a_connection_is_told_that_the_crm_takes_nothing_any_more(
    office: FrontOffice, crm: FakeCrm
) -> None:
    await office.org.join("administrator")
    id = await ready(office, crm)
    crm.refuses = {("PATCH", f"/contacts/{name}"): 403 for name in NAMES}
    await change(office, *NAMES)
    crm.asked.clear()
    after = await turn(office, id)
    assert (after.state, after.trouble, after.due_at) == ("failed", "unauthorised", None)
    assert after.said.startswith(f"{NO_RIGHT}: 403")
    assert await told(office) == [("administrator", f"crm/{id}")]
    assert len([one for one in crm.asked if one[0] == "PATCH"]) == 5
    assert len([at for _, at in crm.asked if at.startswith("/contacts?")]) == 2, "the turn's, and one that asks"
    crm.refuses.clear()
    assert (await office.org.call("owner", "POST", f"{AT}/{id}/retry")).status_code == 200
    await in_step(office, id)
    assert {crm.records[name].fields.get("company") for name in NAMES} == {"Acme"}


async def test_a_right_that_is_lost_shows_over_several_turns_unless_something_is_written(
    office: FrontOffice, crm: FakeCrm
) -> None:
    id = await ready(office, crm)
    crm.refuses = {("PATCH", f"/contacts/{name}"): 401 for name in NAMES[:5]}
    await change(office, *NAMES[:4])
    for _ in range(2):
        assert (await turn(office, id)).trouble is None, "the same four"
        office.api.clock.advance(minutes=1)
    assert (await turn(office, id)).trouble is None
    assert len([one for one in await links(office.org) if one.state == "failed"]) == 4
    await change(office, "Fay", hours=0)  # the four wait for minutes
    assert (await turn(office, id)).trouble is None
    assert crm.records["Fay"].fields["company"] == "Acme"
    await change(office, "Eve", hours=0)
    assert (await turn(office, id)).trouble is None, "Fay was written in between"
    assert len([one for one in await links(office.org) if one.state == "failed"]) == 5
    office.api.clock.advance(hours=1)
    assert (await turn(office, id)).trouble == "unauthorised", "those four, after Eve"


async def test_a_call_that_the_crm_does_not_let_be_logged_is_not_given_up(office: FrontOffice, crm: FakeCrm) -> None:
    id = await ready(office, crm)
    contact = (await people(office.org))["Ada"].contact_ids[0]
    await office.read(office.call("one").arrives(contact).ends())
    office.api.clock.advance(minutes=2)
    crm.refuses = {("POST", "/calls"): 403}
    for days in (0, 4, 4, 1):
        office.api.clock.advance(hours=24 * days)
        assert (await turn(office, id)).trouble is None
        [job] = await jobs(office.org, kind="call")
        assert job.state == "waiting" and job.said.startswith(NO_RIGHT) and job.due_at > office.api.clock.now()
    crm.refuses.clear()
    office.api.clock.advance(hours=7)
    await turn(office, id)
    [job] = await jobs(office.org, kind="call")
    assert (job.state, len(crm.calls)) == ("done", 1)
