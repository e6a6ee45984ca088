"""Rounds of changes on both sides, in which Call24 is killed with -9 at requests that change something in a stand-in:
nothing is lost, and nothing is there twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from tests.integration.crm.test_crm import added, links, people
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.front_office import FrontOffice
from tests.support.product.change_killed import Point
from tests.support.product.crm_killed import Job, in_a_process, turns

from call24.crm.conformance.stand_in import StandIn
from call24.crm.service import CrmConnections
from call24.crm.worker import CrmWorker
from call24.kit.ids import CrmConnectionId

Kills = tuple[Point, ...]
"""Of one round, one after the other."""


async def killed_at_changes(
    office: FrontOffice,
    mongod: RunningMongod,
    crm: StandIn,
    id: CrmConnectionId,
    folder: Path,
    *,
    changes: Callable[[str], bool],
    kinds: Collection[str],
    only: Collection[str] = (),
    chained: bool = False,
) -> None:
    """`changes`: whether a request, as METHOD /path, changes something; `kinds`: all of those that a round must have.
    It is killed before and after each of them; with `only` after the first of each of these, which the CRM carried out
    and Call24 does not know of, process by process in one round.
    `chained`: where each is asked once in a round, two rounds do: one that is killed after each, process by process,
    and one that is killed before each. The stand-in's calls must be gone with an erased record."""
    api, there = office.api, office.api.services.there

    async def work(**more: Any) -> int:
        where = {"uri": mongod.uri, "database": NAME, "data": str(api.data), "tenant_id": office.org.tenant.id}
        return await in_a_process(Job(**where, connection_id=id, now=api.clock.now(), **more))

    n = 0
    writes: list[Kills] = [(), ()]
    while writes:
        n += 1
        await _change(office, n)
        if n == 3:  # a round in which each kind of request is asked: everything that it can be killed at
            assert await work(points=str(folder / "points.json")) == 0
            found = [Point(*one) for one in json.loads((folder / "points.json").read_text())]
            named = [one for one in found if one.what.startswith(("POST /", "PUT /", "PATCH /", "DELETE /"))]
            points = tuple(one for one in named if changes(one.what))
            assert {one.what for one in points} == set(kinds) >= set(only)
            firsts = tuple(one for one in points if one.what in only and one.after and one.nth == 1)
            assert len(firsts) == len(only)
            writes += _killed(points, chained) if not only else [firsts]
        for point in writes[0]:
            assert await work(kill=point) == -9, point
        if n >= 3:
            assert await work() == 0  # another process finds what the killed one left
        for _ in range(3):
            await turns(office.org.tenant.id, id, api.clock, there.get(CrmConnections), there.get(CrmWorker))
            api.clock.advance(minutes=20)
            await office.feed_is_read()
        where = f"round {n}, killed at {writes[0]}"
        wanted = [f"Here{one}" for one in range(max(1, n - 1), n + 1)]
        assert set(await people(office.org)) == set(wanted), where
        assert sorted(one.fields["given"] for one in crm.live()) == sorted(wanted), f"{where}: each once"
        mails = {one.fields["given"]: one.fields.get("email") for one in crm.live()}
        assert [mails[one] for one in wanted][:-1] == [f"h{n}@b.mn"][: n - 1], where
        assert len(crm.calls) == min(1, n - 1), f"{where}: each call once, and none of who was erased"
        assert {one.state for one in await links(office.org)} == {"in_step"}, where
        if n != 1:
            writes.pop(0)


def _killed(found: Kills, chained: bool) -> list[Kills]:
    if not chained:
        return [(one,) for one in found]
    assert {one.nth for one in found} == {1}, "what was done before a kill is not asked again"
    return [tuple(one for one in found if one.after is after) for after in (True, False)]


async def _change(office: FrontOffice, n: int) -> None:
    """One more person; who came before has a call and an address of e-mail, who came before them is erased."""
    await added(office.org, f"Here{n}", f"+4420794610{n:02d}")
    known = await people(office.org)
    if (before := known.get(f"Here{n - 1}")) is not None:
        await office.read(office.call(f"c{n}").arrives(before.contact_ids[0]).ends())
        mail = {"emails": [{"address": f"h{n}@b.mn"}]}
        assert (await office.org.call("agent", "PATCH", f"/v1/people/{before.id}", json=mail)).status_code == 200
    if (gone := known.get(f"Here{n - 2}")) is not None:
        path = f"/v1/contacts/{gone.contact_ids[0]}/erase"
        assert (await office.org.call("owner", "POST", path, json={"reason": "asked"})).status_code == 200
    office.api.clock.advance(minutes=2)
    await office.feed_is_read()
