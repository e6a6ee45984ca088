"""An address book and Zammad that are kept in step: the product's own wiring, and a strict stand-in of Zammad.

Call24 is killed with -9 at each request that changes something there; the stand-in goes on.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
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
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.product.change_killed import Point
from tests.support.product.crm_killed import Job, in_a_process, turns

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.crm.conformance.fake_zammad import GROUP, FakeZammad
from call24.crm.conformance.stand_in import TOKEN, Fault, serving
from call24.crm.service import CrmConnections
from call24.crm.worker import CrmWorker
from call24.kit.ids import CrmConnectionId

MAPPING = [
    {"field": "given", "remote": "firstname"},
    {"field": "family", "remote": "lastname", "rule": "newest"},
    {"field": "number", "remote": "number", "rule": "newest"},
    {"field": "email", "remote": "email", "rule": "newest"},
    {"field": "company", "remote": "organization", "rule": "crm"},
    {"field": "field:Customer", "remote": "customer_number", "rule": "crm"},
]


@pytest.fixture
async def crm(api: Api) -> AsyncIterator[FakeZammad]:
    crm = FakeZammad()
    crm.now = api.clock.now
    async with serving(crm):
        yield crm
    assert crm.wrong == []


async def connected(office: FrontOffice, crm: FakeZammad, **other: Any) -> CrmConnectionId:
    shape = {"group": GROUP, "ticket_state": "closed", "objection_field": "do_not_use"}
    body = {"kind": "zammad", "name": "Help desk", "url": crm.url, "token": TOKEN, "zammad": shape, "mapping": MAPPING}
    made = await office.org.call("owner", "POST", AT, json={**body, **other})
    assert made.status_code == 201, made.text
    assert TOKEN not in made.text and made.json()["zammad"] == shape
    id = CrmConnectionId(made.json()["id"])
    await changed(office.org, id, wish="on")
    return id


async def test_both_sides_are_in_step_whoever_changes_what(office: FrontOffice, crm: FakeZammad) -> None:
    crm.user(firstname="Agent", roles=["Agent"], phone=WORK)
    anna = crm.add(given="Anna", family="Petrova", phone="020 7946 0101", email="anna@example.com")
    crm.change(anna.id, customer_number="C-7")
    await added(office.org, "Bo", BO, company="Acme Ltd")
    id = await connected(office, crm)
    await in_step(office, id)
    known = await people(office.org)
    assert set(known) == {"Anna", "Bo"}, "staff of the help desk is nobody's contact"
    assert (known["Anna"].family, known["Anna"].numbers[0].number) == ("Petrova", ANNA)
    assert {one.name: one.value for one in known["Anna"].fields} == {"Customer": "C-7"}
    [bo] = [one for one in crm.live() if one.id != anna.id]
    assert bo.fields == {"given": "Bo", "phone": BO} and crm.users[int(bo.id)]["organization"] == "Acme Ltd"

    crm.change(anna.id, phone=WORK)
    await office.org.call("agent", "PATCH", f"/v1/people/{known['Bo'].id}", json={"emails": [{"address": "bo@b.mn"}]})
    office.api.clock.advance(seconds=40)
    await in_step(office, id)
    known = await people(office.org)
    assert known["Anna"].numbers[0].number == WORK
    assert crm.records[bo.id].fields["email"] == "bo@b.mn"
    times = {one.id: one.updated_at for one in crm.live()}
    for _ in range(4):
        await turn(office, id)
    assert times == {one.id: one.updated_at for one in crm.live()}, "nothing goes back and forth"
    assert {one.state for one in await links(office.org)} == {"in_step"}
    page = (await office.org.call("agent", "GET", f"/v1/crm-records?person_id={known['Bo'].id}")).json()["items"]
    assert [one["link"] for one in page] == [f"{crm.url}/#user/profile/{bo.id}"]


async def test_who_is_erased_here_has_a_receipt_once_the_data_privacy_task_is_done(
    office: FrontOffice, crm: FakeZammad
) -> None:
    anna = crm.add(given="Anna", phone=ANNA, email="anna@example.com")
    id = await connected(office, crm)
    await in_step(office, id)
    contact_id = (await people(office.org))["Anna"].contact_ids[0]
    erased = await office.org.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    assert erased.status_code in (200, 202), erased.text
    [notice] = await notices_answered(office, id)
    assert notice.state != "answered" and [one["state"] for one in crm.tasks.values()] == ["in process"]
    [job] = await jobs(office.org, kind="erasure")
    assert (job.state, job.said) == ("waiting", ""), "what is under way is no receipt"
    [link] = await links(office.org)
    assert link.why == "The CRM is erasing: Zammad's data privacy task 1"
    crm.goes_on()
    office.api.clock.advance(minutes=30)
    [notice] = await notices_answered(office, id)
    assert notice.state == "answered" and "Zammad's data privacy task 1 is completed" in notice.answer
    assert anna.id not in crm.records and crm.texts() == []
    assert await people(office.org) == {} and await links(office.org) == []


async def test_whom_nobody_linked_is_erased_by_number_and_makes_nobody_while_the_task_is_under_way(
    office: FrontOffice, crm: FakeZammad
) -> None:
    id = await connected(office, crm)
    await in_step(office, id)
    contact_id = await called(office, ANNA)
    await changed(office.org, id, wish="off")
    crm.add(given="Anna", phone="020 794 601 01")
    crm.add(given="Anna again", phone="+44 20 7946 0101")
    erased = await office.org.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
    assert erased.status_code == 200, erased.text
    [notice] = await notices_answered(office, id)
    assert notice.state != "answered" and len(crm.tasks) == 2, "both are begun at once"
    await changed(office.org, id, wish="on")
    for _ in range(3):
        await turn(office, id)
    assert await people(office.org) == {}, "who is being erased is not made here"
    crm.goes_on()
    office.api.clock.advance(minutes=30)
    [notice] = await notices_answered(office, id)
    assert (notice.state, notice.answer) == ("answered", "asked by number: nobody has it")
    assert crm.texts() == []


@pytest.mark.long("integration/crm/test_crm.py::test_an_objection_travels_first_and_has_a_receipt")
async def test_an_objection_is_an_attribute_and_a_customer_who_is_not_active_is_deleted(
    office: FrontOffice, crm: FakeZammad
) -> None:
    anna, bo = crm.add(given="Anna", phone=ANNA), crm.add(given="Bo", phone=BO)
    id = await connected(office, crm)
    await in_step(office, id)
    known = await people(office.org)
    consents = office.api.services.there.get(Consents)
    await consents.enter(Purpose.CRM_SYNC, "object", office.org.tenant.id, known["Bo"].contact_ids[0], "officer")
    await in_step(office, id)
    assert crm.records[bo.id].fields["do_not_use"] is True
    [job] = await jobs(office.org, kind="objection")
    assert (job.state, job.said) == ("done", "do_not_use is yes")
    await changed(office.org, id, follow_deletions=True)
    crm.retire(anna.id)
    await in_step(office, id)
    assert set(await people(office.org)) == {"Bo"}


async def test_a_call_is_one_ticket_and_is_looked_for_once_the_search_can_know_it(
    office: FrontOffice, crm: FakeZammad
) -> None:
    anna = crm.add(given="Anna", phone=ANNA)
    id = await connected(office, crm)
    await in_step(office, id)
    contact = (await people(office.org))["Anna"].contact_ids[0]
    await office.read(office.call("one").arrives(contact).ends())
    office.api.clock.advance(minutes=2)
    crm.faults = [Fault(only=crm.logging, after=True)]
    while (await turn(office, id)).trouble != "no_answer":
        pass
    [ticket] = crm.tickets.values()
    lost_at = office.api.clock.now()
    assert (str(ticket["customer_id"]), ticket["group"], ticket["state"]) == (anna.id, GROUP, "closed")
    hidden, crm.tickets = crm.tickets, {}  # as its search does not know it yet
    while office.api.clock.now() - lost_at < timedelta(minutes=9):
        await turn(office, id)
    assert crm.tickets == {}, "it is not made again while the search may not know it"
    crm.tickets = hidden
    for _ in range(40):
        await turn(office, id)
    [job] = await jobs(office.org, kind="call")
    assert (job.state, job.remote_id) == ("done", str(ticket["id"])) and len(crm.tickets) == 1
    assert "/#/history/call_one" in ticket["article"]["body"]


async def test_a_token_that_is_refused_stops_the_connection_and_settings_are_checked(
    office: FrontOffice, crm: FakeZammad
) -> None:
    id = await connected(office, crm)
    crm.faults = [Fault(status=401)]
    failed = await turn(office, id)
    assert (failed.state, failed.trouble) == ("failed", "unauthorised")
    assert TOKEN.encode() not in (await stored(office.org, id)).credentials
    for wrong, place in (
        ({"zammad": {"group": "", "ticket_state": "closed"}}, "zammad.group"),
        ({"zammad": {"group": GROUP, "objection_field": "email"}}, "zammad.objection_field"),
        ({"token": "with a space"}, "token"),
        ({"mapping": [{"field": "given", "remote": "roles"}]}, "mapping.0.remote"),
    ):
        refused = await office.org.call("owner", "PATCH", f"{AT}/{id}", json=wrong)
        assert refused.status_code == 422 and place in refused.text, place


# --- killed ---


class Rounds:
    """In each one is made here, one changed, one called, one erased, and one made there."""

    def __init__(self, office: FrontOffice, crm: FakeZammad, mongod: RunningMongod, id: CrmConnectionId) -> None:
        self._office, self._crm, self._mongod, self._id, self._n = office, crm, mongod, id, 0

    async def change(self) -> None:
        self._n += 1
        n, org, known = self._n, self._office.org, await people(self._office.org)
        await added(org, f"Here{n}", f"+4420794610{n:02d}")
        self._crm.add(given=f"There{n}", phone=f"+4420794620{n:02d}")
        if (before := known.get(f"Here{n - 1}")) is not None:
            await self._office.read(self._office.call(f"c{n}").arrives(before.contact_ids[0]).ends())
            mail = {"emails": [{"address": f"h{n}@b.mn"}]}
            assert (await org.call("agent", "PATCH", f"/v1/people/{before.id}", json=mail)).status_code == 200
        if (gone := known.get(f"There{n - 2}")) is not None:
            path = f"/v1/contacts/{gone.contact_ids[0]}/erase"
            assert (await org.call("owner", "POST", path, json={"reason": "asked"})).status_code == 200
        self._office.api.clock.advance(minutes=2)
        await self._office.feed_is_read()

    async def work(self, **more: Any) -> int:
        """Of another process, which is killed where `more` says."""
        api = self._office.api
        return await in_a_process(
            Job(
                uri=self._mongod.uri,
                database=NAME,
                data=str(api.data),
                tenant_id=self._office.org.tenant.id,
                connection_id=self._id,
                now=api.clock.now(),
                **more,
            )
        )

    async def goes_on(self) -> None:
        api, there = self._office.api, self._office.api.services.there
        connections, worker = there.get(CrmConnections), there.get(CrmWorker)
        assert await self.work() == 0  # another process finds what the killed one left
        for _ in range(5):
            await turns(self._office.org.tenant.id, self._id, api.clock, connections, worker)
            self._crm.goes_on()
            self._office.api.clock.advance(minutes=20)
            await self._office.feed_is_read()
            states = {one.state for one in await links(self._office.org)}
            if states == {"in_step"} and not await jobs(self._office.org, state="waiting"):
                return

    async def are_in_step(self, where: object) -> None:
        n, known = self._n, await people(self._office.org)
        wanted = {f"Here{one}" for one in range(1, n + 1)} | {f"There{one}" for one in range(max(1, n - 1), n + 1)}
        assert set(known) == wanted, where
        there = sorted(one.fields["given"] for one in self._crm.live())
        assert there == sorted(wanted), f"{where}: each once, and who was erased not at all"
        assert all(self._crm.users[int(one.id)]["active"] for one in self._crm.live())
        mails = {one.fields["given"]: one.fields.get("email") for one in self._crm.live() if "email" in one.fields}
        assert mails == {f"Here{one}": f"h{one + 1}@b.mn" for one in range(1, n)}, where
        calls = sorted(str(one["title"]) for one in self._crm.tickets.values())
        assert len(calls) == len(set(calls)) == n - 1, f"{where}: each call is one ticket: {calls}"
        assert {one.state for one in await links(self._office.org)} == {"in_step"}, where
        assert {one.state for one in await jobs(self._office.org)} <= {"done"}, where


THREE = tuple(Point(f"POST /api/v1/{one}", 1, True) for one in ("users", "tickets", "data_privacy_tasks"))
"""What makes a record, what writes a call down, and what erases: Zammad did it, and Call24 does not know it."""


@pytest.mark.long(
    "integration/crm/test_crm_odoo.py::test_call24_is_killed_at_changes_of_odoo_and_nothing_is_lost_or_there_twice"
)
@pytest.mark.parametrize("only", [THREE, ()], ids=["three", "each"])
@pytest.mark.usefixtures("short_transactions")
async def test_call24_is_killed_at_changes_of_zammad_and_nothing_is_lost_or_there_twice(
    api: Api, mongod: RunningMongod, crm: FakeZammad, tmp_path: Path, only: tuple[Point, ...]
) -> None:
    async with front_office(api) as office:
        id = await connected(office, crm)
        rounds = Rounds(office, crm, mongod, id)
        for _ in range(3):
            await rounds.change()
            await rounds.goes_on()
        await rounds.change()
        assert await rounds.work(points=str(tmp_path / "points.json")) == 0
        await rounds.goes_on()
        await rounds.are_in_step("nobody was killed")
        found = [Point(*one) for one in json.loads((tmp_path / "points.json").read_text())]
        writes = [one for one in found if one.what.startswith(("POST /", "PUT /"))]
        assert {one.what.removeprefix("POST /api/v1/").removeprefix("PUT /api/v1/") for one in writes} == {
            "users",
            "users/N",
            "tickets",
            "data_privacy_tasks",
        }
        for points in [[one for one in writes if one in only]] if only else [(one,) for one in writes]:
            await rounds.change()
            for point in points:  # in the order in which they are asked
                assert await rounds.work(kill=point) == -9, point
            await rounds.goes_on()
            await rounds.are_in_step(points)
