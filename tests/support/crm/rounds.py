"""Rounds of changes on both sides, in which Call24 is killed with -9 at each request that changes something in a
stand-in: nothing is lost, and nothing is there twice."""

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
from tests.support.product.crm_killed import Job, in_a_process

from call24.crm.conformance.stand_in import StandIn
from call24.kit.ids import CrmConnectionId


async def killed_at_each_change(
    office: FrontOffice,
    mongod: RunningMongod,
    crm: StandIn,
    id: CrmConnectionId,
    folder: Path,
    *,
    changes: Callable[[str], bool],
    kinds: Collection[str],
) -> None:
    """`changes`: whether a request, as METHOD /path, changes something; `kinds`: all of those that a round must have.
    The stand-in's calls must be gone with an erased record."""
    api = office.api

    async def work(**more: Any) -> int:
        where = {"uri": mongod.uri, "database": NAME, "data": str(api.data), "tenant_id": office.org.tenant.id}
        return await in_a_process(Job(**where, connection_id=id, now=api.clock.now(), **more))

    n = 0
    writes: list[Point | None] = [None, None]
    while writes:
        n += 1
        await _change(office, n)
        if n == 3:  # a round in which each kind of request is asked: everything that it can be killed at
            assert await work(points=str(folder / "points.json")) == 0
            found = [Point(*one) for one in json.loads((folder / "points.json").read_text())]
            named = [one for one in found if one.what.startswith(("POST /", "PUT /", "PATCH /", "DELETE /"))]
            writes += [one for one in named if changes(one.what)]
            assert {one.what for one in writes if one is not None} == set(kinds)
        elif n > 3:
            assert await work(kill=writes[0]) == -9, writes[0]
        for _ in range(3):
            assert await work() == 0
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
