"""Two real CRMs, Tryton and Roundup, and an address book between them: all three are in step, whichever is killed.

Call24's own processes, wired by the product, work at the two connections of one organisation. In each round people are
made, changed, called and erased here, and made and changed in both CRMs; then Call24, Tryton or Roundup is killed with
-9 at a request that changes something. Who is made in one CRM gets to the other by way of the address book.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tests.integration.crm.test_crm import AT, changed, jobs, links
from tests.support.crm import roundup as of_roundup
from tests.support.crm import tryton as of_tryton
from tests.support.crm.roundup import Roundup, roundup
from tests.support.crm.tryton import Tryton, tryton
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.product.change_killed import Point
from tests.support.product.crm_killed import Job, in_a_process, turns

from call24.crm.model import CrmConnection
from call24.crm.service import CrmConnections
from call24.crm.worker import CrmWorker
from call24.kit.ids import ContactId, CrmConnectionId
from call24.people.model import Person
from call24.processors.notices import ErasureNotices

PORT = int(os.environ.get("CALL24_TEST_BASE_PORT", "12000"))


def settings(kind: str, url: str, token: str, own: dict[str, str], **remote: str) -> dict[str, Any]:
    mapping = [{"field": field, "remote": name, "rule": "newest"} for field, name in remote.items()]
    return {"kind": kind, "name": kind, "url": url, "token": token, kind: own, "mapping": mapping}


@pytest.fixture
def erp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tryton]:
    with tryton(tmp_path_factory.mktemp("tryton"), PORT + 94) as running:
        yield running


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roundup]:
    with roundup(tmp_path_factory.mktemp("roundup"), PORT + 95) as running:
        yield running


class Three:
    """One organisation, its two CRMs, and what each has to have."""

    def __init__(self, office: FrontOffice, mongod: RunningMongod, erp: Tryton, desk: Roundup) -> None:
        self.office, self.erp, self.desk, self._mongod = office, erp, desk, mongod
        self.ids: dict[str, CrmConnectionId] = {}
        self.n = 0
        self._wanted: dict[str, tuple[str, str]] = {}
        self._called: list[str] = []
        self._erased: list[tuple[ContactId, str, str]] = []

    async def connect(self) -> None:
        own = {"login": of_tryton.LOGIN, "objection_category": of_tryton.CATEGORY}
        parties = settings("tryton", self.erp.url, of_tryton.PASSWORD, own, name="name", number="number", email="email")
        own = {"login": of_roundup.LOGIN, "objection_property": of_roundup.OBJECTION}
        customers = settings(
            "roundup", self.desk.url, of_roundup.PASSWORD, own, name="realname", number="phone", email="address"
        )
        for body in (parties, customers):
            made = await self.office.org.call("owner", "POST", AT, json=body)
            assert made.status_code == 201, made.text
            self.ids[body["kind"]] = id = CrmConnectionId(made.json()["id"])
            await changed(self.office.org, id, wish="on")

    async def change(self) -> None:
        """On all three sides; what was made in the round before is changed, and then erased, here."""
        self.n += 1
        n, before, org = self.n, self.n - 1, self.office.org
        known = {f"{one.given} {one.family}".strip(): one for one in await self._people()}
        for where, number in (("Here", 1), ("Party", 2), ("Customer", 3)):
            self._wanted[f"{where} {n}"] = (f"+44207946{number}{n:03d}", "")
        body = {"given": "Here", "family": f"{n}", "numbers": [{"number": self._wanted[f"Here {n}"][0]}]}
        assert (await org.call("agent", "POST", "/v1/people", json=body)).status_code == 201
        self.erp.add(f"Party {n}", ("phone", self._wanted[f"Party {n}"][0]))
        self.desk.add(f"Customer {n}", phone=self._wanted[f"Customer {n}"][0])
        if (mine := known.get(f"Here {before}")) is not None:
            await self.office.read(self.office.call(f"c{n}").arrives(mine.contact_ids[0]).ends())
            self._called.append(f"Here {before}")
            [[there]] = self.desk.rows("SELECT id FROM _user WHERE _realname = ?", f"Here {before}")
            self.desk.write(str(there), address=f"here{n}@b.mn")  # who was made here is changed in Roundup
            self._wanted[f"Here {before}"] = (self._wanted[f"Here {before}"][0], f"here{n}@b.mn")
            [[party]] = self.erp.rows("SELECT id FROM party_party WHERE name = ? AND active", f"Customer {before}")
            self.erp.write(party, contact_mechanisms=[["create", [{"type": "email", "value": f"desk{n}@b.mn"}]]])
            self._wanted[f"Customer {before}"] = (self._wanted[f"Customer {before}"][0], f"desk{n}@b.mn")
            mail = {"emails": [{"address": f"party{n}@b.mn"}]}
            path = f"/v1/people/{known[f'Party {before}'].id}"
            assert (await org.call("agent", "PATCH", path, json=mail)).status_code == 200
            self._wanted[f"Party {before}"] = (self._wanted[f"Party {before}"][0], f"party{n}@b.mn")
        for where in ("Here", "Customer") if n > 2 else ():
            await self._erase(f"{where} {n - 2}", known[f"{where} {n - 2}"].contact_ids[0])
        self.office.api.clock.advance(minutes=2)
        await self.office.feed_is_read()

    async def _erase(self, name: str, contact_id: ContactId) -> None:
        path = f"/v1/contacts/{contact_id}/erase"
        assert (await self.office.org.call("owner", "POST", path, json={"reason": "asked"})).status_code == 200
        number, mail = self._wanted.pop(name)
        self._erased.append((contact_id, number, mail))
        self._called = [one for one in self._called if one != name]

    async def work(self, kind: str, **more: Any) -> int:
        """Of a process of Call24, at one connection; its exit code."""
        api = self.office.api
        job = Job(
            uri=self._mongod.uri,
            database=NAME,
            data=str(api.data),
            tenant_id=self.office.org.tenant.id,
            connection_id=self.ids[kind],
            now=api.clock.now(),
            **more,
        )
        return await in_a_process(job)

    async def works(self, kind: str) -> None:
        """This process, which is another one than was killed."""
        api, there = self.office.api, self.office.api.services.there
        tenant_id, id = self.office.org.tenant.id, self.ids[kind]
        await turns(tenant_id, id, api.clock, there.get(CrmConnections), there.get(CrmWorker))

    async def dies(self, kind: str, server: Tryton | Roundup, at: Point) -> None:
        await self.work(kind, kill=at, victim=server.pid)
        server.dead(5)
        server.kill()
        server.start()

    async def go_on(self) -> None:
        """Until nothing is left to do; what one CRM tells gets to the other a turn later."""
        for _ in range(4):
            for kind in ("tryton", "roundup", "tryton"):
                await self.works(kind)
                await self.office.feed_is_read()
            self.office.api.clock.advance(minutes=20)
            found = await links(self.office.org)
            whole = len(found) == 2 * len(await self._people()) and {one.state for one in found} == {"in_step"}
            if whole and not await self._waiting():
                return

    async def _people(self) -> list[Person]:
        return list(await self.office.api.mongo.tenant(self.office.org.tenant.id).collection(Person).find())

    async def _waiting(self) -> list[Any]:
        return await jobs(self.office.org, state="waiting")

    async def are_in_step(self, where: object) -> None:
        found = await self._people()
        here = {
            f"{one.given} {one.family}".strip(): (
                one.numbers[0].number if one.numbers else "",
                one.emails[0].address if one.emails else "",
            )
            for one in found
        }
        assert len(here) == len(found), f"{where}: somebody is here twice"
        assert here == self._wanted, f"{where}: {await self._why()}"
        assert self.erp.parties() == self._wanted, f"{where}: {await self._why()}"
        assert self.desk.customers() == self._wanted, f"{where}: {await self._why()}"
        assert len(await links(self.office.org)) == 2 * len(here) and not await self._waiting(), where
        called = Counter(self._called)
        assert Counter(name for name, _ in self.erp.notes()) == called, f"{where}: each call is one note"
        assert Counter(name for name, _ in self.desk.calls()) == called, f"{where}: each call is one issue"
        [[messages]] = self.desk.rows("SELECT count(*) FROM _msg WHERE __retired__ = 0")
        assert messages == len(self._called), f"{where}: each call has one message"
        for texts in (self.erp.everything(), self.desk.everything()):
            left = [text for _, number, mail in self._erased for text in (number[1:], mail) if text and text in texts]
            assert left == [], f"{where}: of who was erased"

    async def _why(self) -> str:
        of = self.office.api.mongo.tenant(self.office.org.tenant.id).collection(CrmConnection)
        told = [f"{one.kind} {one.state} {one.trouble} {one.said}" for one in await of.find()]
        return "; ".join([*told, *(f"{one.remote_id} {one.state} {one.why}" for one in await links(self.office.org))])

    async def receipts(self) -> list[str]:
        """Of each erasure, what the two CRMs answered."""
        notices, tenant_id = self.office.api.services.there.get(ErasureNotices), self.office.org.tenant.id
        for _ in range(3):  # asked, answered by each CRM's worker, read
            self.office.api.clock.advance(minutes=20)
            for one in await notices.store.due(self.office.api.clock.now(), (), (), 100):
                await notices.ask(one)
            for kind in self.ids:
                await self.works(kind)
        found = []
        for contact_id, _, _ in self._erased:
            page = await notices.page(tenant_id, state=None, person_id=contact_id, limit=10, cursor=None)
            assert [one.state for one in page.notices] == ["answered"] * len(self.ids), page.notices
            found.append(" and ".join(one.answer for one in page.notices))
        return found

    async def have_answered(self) -> None:
        told = await self.receipts()
        assert len(told) == 2 * (self.n - 2)
        for text in told:
            assert "was erased and deleted" in text and "was erased in Roundup, with the history" in text, text


@pytest.fixture
async def three(api: Api, mongod: RunningMongod, erp: Tryton, desk: Roundup) -> AsyncIterator[Three]:
    async with front_office(api) as office:
        found = Three(office, mongod, erp, desk)
        await found.connect()
        yield found


CALL24_DIES = [
    (Point("POST model.party.party.create", 1, True), Point("POST /rest/data/user", 1, True)),
    (Point("POST model.ir.note.create", 1, True), Point("POST /rest/data/msg", 1, True)),
    (Point("POST model.party.party.write", 1, True), Point("POST /rest/data/issue", 1, True)),
]
"""At a request to Tryton, and at one to Roundup: it was carried out there, and Call24 does not know it."""
A_CRM_DIES = [
    (Point("POST model.party.party.create", 1, True), Point("POST /rest/data/user", 1, False)),
    (Point("POST model.party.party.write", 1, False), Point("PUT /rest/data/user/N", 1, True)),
    (Point("POST model.ir.note.create", 1, False), Point("POST /rest/call24/erasures/N", 1, True)),
]


@pytest.mark.long("integration/crm/test_crm.py::test_a_turn_that_is_killed_anywhere_is_begun_again")
@pytest.mark.long("integration/crm/test_tryton_conformance.py::test_the_connector_for_tryton_passes_every_check")
@pytest.mark.long("integration/crm/test_roundup_conformance.py::test_the_connector_for_roundup_passes_every_check")
async def test_two_real_crms_and_the_address_book_are_in_step_whichever_is_killed(three: Three) -> None:
    """Call24 dies at a request to Tryton, and Roundup at one of Call24's, in one round; Tryton in the long form."""
    for _ in range(2):
        await three.change()
        await three.go_on()
    await three.are_in_step("nobody was killed")
    (at_tryton, _), (_, at_roundup) = CALL24_DIES[2], A_CRM_DIES[2]
    await three.change()
    assert await three.work("tryton", kill=at_tryton) == -9, f"{at_tryton} is never reached"
    await three.dies("roundup", three.desk, at_roundup)
    three.office.api.clock.advance(minutes=1)
    await three.go_on()
    await three.are_in_step(f"Call24 died at {at_tryton}, Roundup at {at_roundup}")
    await three.have_answered()


@pytest.mark.long("integration/crm/test_crm.py::test_a_turn_that_is_killed_anywhere_is_begun_again")
async def test_two_real_crms_and_the_address_book_are_in_step_wherever_either_is_killed(three: Three) -> None:
    for _ in range(3):
        await three.change()
        await three.go_on()
    await three.are_in_step("nobody was killed")
    for at_tryton, at_roundup in CALL24_DIES:
        await three.change()
        assert await three.work("tryton", kill=at_tryton) == -9, f"{at_tryton} is never reached"
        assert await three.work("roundup", kill=at_roundup) == -9, f"{at_roundup} is never reached"
        await three.go_on()
        await three.are_in_step(f"Call24 died at {at_tryton} and {at_roundup}")
    for at_tryton, at_roundup in A_CRM_DIES:
        await three.change()
        await three.dies("tryton", three.erp, at_tryton)
        await three.dies("roundup", three.desk, at_roundup)
        three.office.api.clock.advance(minutes=1)
        await three.go_on()
        await three.are_in_step(f"both CRMs died, at {at_tryton} and {at_roundup}")
    await three.have_answered()
