"""A real Tryton and Call24 are in step whatever of both is killed with -9; Call24's own server logs and erases there.

`./call24 test --campaign crm-tryton`; about fifteen minutes. Tryton is installed from its lock file at first, so it
needs the package registry. In each round people are changed, made, erased and called on this side, and parties changed
and made on the other; then one of the two is killed: Call24 at a command to MongoDB or a request to Tryton, before it
or after its answer, Tryton at a request, or a few milliseconds into it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.crm.tryton import CATEGORY, LOGIN, PASSWORD, Tryton, tryton
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.product.change_killed import Point
from tests.support.product.composed import composed
from tests.support.product.crm_killed import Job, in_a_process
from tests.support.product.stack import session_stack
from tests.support.wait import wait_until

from call24.crm.model import CrmConnection, CrmJob, CrmLink
from call24.kit.ids import CrmConnectionId
from call24.people.model import Person
from call24.testphones.rtp import Tone

AT = "/v1/crm-connections"
MAPPING = [
    {"field": "name", "remote": "name", "rule": "newest"},
    {"field": "number", "remote": "number", "rule": "newest"},
    {"field": "email", "remote": "email", "rule": "newest"},
]
WRITES = ("create", "write", "delete", "execute")
KILLED_MAX = 100
DURING_S = (0.002, 0.005, 0.01, 0.02, 0.04)


def settings(server: Tryton) -> dict[str, Any]:
    shape = {"login": LOGIN, "objection_category": CATEGORY}
    return {"kind": "tryton", "name": "ERP", "url": server.url, "token": PASSWORD, "tryton": shape, "mapping": MAPPING}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Tryton]:
    with tryton(tmp_path / "tryton", int(os.environ.get("CALL24_TEST_BASE_PORT", "12000")) + 90) as running:
        yield running


# --- killed ---


class Rounds:
    """One connection; each round has names and numbers of its own."""

    def __init__(self, office: FrontOffice, server: Tryton, mongod: RunningMongod, id: CrmConnectionId) -> None:
        self.office, self.server, self._mongod, self._id = office, server, mongod, id
        self.n = 0
        self._erased: list[str] = []
        self._called: list[str] = []
        self._parties: list[int] = []

    async def change(self) -> None:
        """On both sides; the feed is read."""
        self.n += 1
        n, org, people = self.n, self.office.org, await self.people()
        number = f"+442079461{n:03d}"
        body = {"given": "Here", "family": f"{n:03d}", "numbers": [{"number": number}]}
        assert (await org.call("agent", "POST", "/v1/people", json=body)).status_code == 201
        if (before := people.get(f"Here {n - 1:03d}")) is not None:
            told = self.office.call(f"c{n}").arrives(before.contact_ids[0])
            await self.office.read(told.ends())
            self._called.append(f"Here {n - 1:03d}")
            changed = await org.call(
                "agent", "PATCH", f"/v1/people/{before.id}", json={"emails": [{"address": f"h{n:03d}@b.mn"}]}
            )
            assert changed.status_code == 200, changed.text
        if (gone := people.get(f"Here {n - 2:03d}")) is not None:
            path = f"/v1/contacts/{gone.contact_ids[0]}/erase"
            assert (await org.call("owner", "POST", path, json={"reason": "asked"})).status_code == 200
            self._erased += [f"Here {n - 2:03d}", gone.numbers[0].number, f"h{n - 1:03d}@b.mn"]
            self._called.remove(f"Here {n - 2:03d}")
        self._parties.append(self.server.add(f"There {n:03d}", ("phone", f"+442079462{n:03d}")))
        if n > 1:
            self.server.write(
                self._parties[-2],
                name=f"There {n - 1:03d} again",
                contact_mechanisms=[["create", [{"type": "email", "value": f"t{n:03d}@b.mn"}]]],
            )
        self.office.api.clock.advance(minutes=2)
        await self.office.feed_is_read()

    def job(self, **more: Any) -> Job:
        api = self.office.api
        return Job(
            uri=self._mongod.uri,
            database=NAME,
            data=str(api.data),
            tenant_id=self.office.org.tenant.id,
            connection_id=self._id,
            now=api.clock.now(),
            **more,
        )

    async def goes_on(self) -> None:
        """As after a restart, until nothing is left to do; what failed is tried again after its pause."""
        for _ in range(4):
            assert await in_a_process(self.job()) == 0
            self.office.api.clock.advance(minutes=20)
            await self.office.feed_is_read()
            if {one.state for one in await self.links()} == {"in_step"} and not await self.waiting():
                return

    async def people(self) -> dict[str, Person]:
        found = await self._of(Person).find()
        named = {f"{one.given} {one.family}".strip(): one for one in found}
        assert len(named) == len(found), "a person is there twice"
        return named

    async def links(self) -> list[CrmLink]:
        return list(await self._of(CrmLink).find())

    async def waiting(self) -> list[CrmJob]:
        return list(await self._of(CrmJob).find({"state": "waiting"}))

    async def _stopped(self) -> str:
        """Why a turn was not whole."""
        [one] = await self._of(CrmConnection).find()
        failed = [f"{link.remote_id} {link.state} {link.why}" for link in await self.links() if link.why]
        return f"{one.state}, {one.trouble}, {one.said}, {failed}"

    def _of(self, kind: Any) -> Any:
        return self.office.api.mongo.tenant(self.office.org.tenant.id).collection(kind)

    async def are_in_step(self, where: str) -> None:
        here = {
            name: (one.numbers[0].number if one.numbers else "", one.emails[0].address if one.emails else "")
            for name, one in (await self.people()).items()
        }
        assert here == self.server.parties(), f"{where}: {await self._stopped()}"
        links = await self.links()
        assert [(one.state, one.why) for one in links if one.state != "in_step"] == [], where
        assert len(links) == len(here) and len({one.remote_id for one in links}) == len(here), where
        assert [one for one in await self.waiting() if one.kind != "erasure_by_number"] == [], where
        assert Counter(name for name, _ in self.server.notes()) == Counter(self._called), where
        left = self.server.everything()
        assert [text for text in self._erased if text.lstrip("+") in left] == [], where


@pytest.fixture
async def rounds(api: Api, mongod: RunningMongod, server: Tryton) -> AsyncIterator[Rounds]:
    async with front_office(api) as office:
        made = await office.org.call("owner", "POST", AT, json=settings(server))
        assert made.status_code == 201, made.text
        id = CrmConnectionId(made.json()["id"])
        await office.org.call("owner", "PATCH", f"{AT}/{id}", json={"wish": "on"})
        found = Rounds(office, server, mongod, id)
        for _ in range(2):
            await found.change()
            await found.goes_on()
            await found.are_in_step("nobody was killed")
        yield found


async def points(rounds: Rounds, file: Path) -> list[Point]:
    """Everything that could be killed at in a round."""
    await rounds.change()
    assert await in_a_process(rounds.job(points=str(file))) == 0
    await rounds.goes_on()
    await rounds.are_in_step("nobody was killed")
    return [Point(*one) for one in json.loads(file.read_text())]  # noqa: ASYNC240 - nobody else waits


def changes_something(point: Point) -> bool:
    return point.what.startswith(("insert ", "update ", "findAndModify ", "delete ")) or (
        point.what.startswith("POST ") and point.what.rpartition(".")[2] in WRITES
    )


def some(found: list[Point], most: int) -> list[Point]:
    """Evenly, so that each kind is among them."""
    step = max(1, -(-len(found) // most))
    return found[::step]


async def test_call24_is_killed_anywhere_and_both_sides_are_in_step_afterwards(rounds: Rounds, tmp_path: Path) -> None:
    found = [one for one in await points(rounds, tmp_path / "points.json") if changes_something(one)]
    kinds = {one.what for one in found}
    assert {"POST model.party.party.create", "POST model.ir.note.create", "POST model.party.party.delete"} <= kinds
    killed = 0
    for point in some(found, KILLED_MAX):
        await rounds.change()
        code = await in_a_process(rounds.job(kill=point))
        assert code in (0, -9), f"{point}: ended with {code}"
        killed += code == -9
        await rounds.goes_on()
        await rounds.are_in_step(str(point))
    assert killed >= 40
    print(f"killed at {killed} of {len(found)} places, {rounds.n} rounds")


async def test_tryton_is_killed_anywhere_and_both_sides_are_in_step_afterwards(rounds: Rounds, tmp_path: Path) -> None:
    found = [one for one in await points(rounds, tmp_path / "points.json") if one.what.startswith("POST model.")]
    writes = [one for one in found if changes_something(one)]
    wishes: list[tuple[Point, float | None]] = [(one, None) for one in some(found, 15)]
    wishes += [(one, None) for one in writes]
    wishes += [(one, DURING_S[n % len(DURING_S)]) for n, one in enumerate(w for w in writes if not w.after)]
    for point, during in wishes:
        await rounds.change()
        assert await in_a_process(rounds.job(kill=point, victim=rounds.server.pid, during=during)) == 0
        rounds.server.kill()
        rounds.server.start()
        rounds.office.api.clock.advance(minutes=1)
        await rounds.goes_on()
        await rounds.are_in_step(f"{point}, after {during}")
    print(f"killed {len(wishes)} times, {rounds.n} rounds")


# --- Call24's own server, with a real call ---

NUMBER = "+442079468182"


async def test_a_real_call_is_a_note_of_its_party_and_an_erasure_leaves_nothing_in_tryton(server: Tryton) -> None:
    party = server.add("Anna Petrova", ("phone", "+44 20 7946 8182"), ("email", "anna@example.com"))
    with session_stack() as stack:
        async with (
            composed(stack, replace(stack.settings, webhooks_private=True)) as house,
            house.organisation("Sells") as acme,
        ):
            made = await acme.post(AT, settings(server))
            id = made["id"]
            await acme.http.patch(f"{AT}/{id}", json={"wish": "on"})

            async def knows() -> str | None:
                found = (await acme.http.get(f"{AT}/{id}/links")).json()["items"]
                return found[0]["person_id"] if found and found[0]["state"] == "in_step" else None

            person_id = await wait_until(knows, 60)
            call = await acme.customer(NUMBER, "Anna").dial(acme.number, Tone(1000))
            await wait_until(lambda: house.database["contacts"].find_one({"number": NUMBER}), 15)
            call.hang_up()
            [record] = await acme.ended()
            house.clock.moved += timedelta(minutes=2)
            [note] = await wait_until(server.notes, 60)
            assert note[0] == "Anna Petrova" and note[1].splitlines()[0].startswith("Inbound call")
            assert f"/#/history/{record['id']}" in note[1]
            [shown] = (await acme.http.get("/v1/crm-records", params={"person_id": person_id})).json()["items"]
            assert shown["link"].endswith(f"/#company/model/party.party/{party}")

            contact_id = str(record["contact_id"])
            erased = await acme.http.post(f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
            assert erased.status_code == 200, erased.text
            await wait_until(lambda: not server.parties(), 60)

            async def answered() -> dict[str, Any] | None:
                house.clock.moved += timedelta(seconds=30)
                [found] = (await acme.http.get("/v1/erasure-notices", params={"person_id": contact_id})).json()["items"]
                return found if found["state"] == "answered" else None

            notice = await wait_until(answered, 60)
            assert f"party {party} was erased and deleted" in notice["answer"]
            left = server.everything()
            assert [one for one in ("Petrova", "79468182", "7946 8182", "anna@example.com") if one in left] == []
            assert server.notes() == []
