"""How a call sounded, over HTTP: who tells and reads it, what is refused, what it comes to, and when it goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.integration.call_notes.test_call_notes import had, rung
from tests.integration.privacy.test_legal_holds import sweeper
from tests.support.http.front_office import FrontOffice

from call24.call_quality import service
from call24.call_quality.model import LegQuality
from call24.journal.model import Entry
from call24.kit.ids import CallId
from call24.kit.mongo.collection import TenantCollection
from call24.privacy.store import PrivacyStore

GOOD = {"s": 21.0, "round_trip_ms": 38.0, "jitter_ms": 3.5, "lost_received": 0.002, "lost_sent": 0.0}


def path_of(call_id: str) -> str:
    return f"/v1/calls/{call_id}/quality"


async def stored(office: FrontOffice) -> list[LegQuality]:
    return await office.api.mongo.tenant(office.org.tenant.id).collection(LegQuality).find()


async def test_the_phone_of_who_spoke_tells_it_and_who_sees_the_call_reads_what_it_comes_to(
    office: FrontOffice,
) -> None:
    call_id = await had(office)
    assert (await office.ask("supervisor", "GET", path_of(call_id))).json() == {"legs": []}
    for told in (GOOD, {**GOOD, "lost_received": 0.2}):
        answer = await office.ask("agent", "PUT", path_of(call_id), told)
        assert (answer.status_code, answer.content) == (204, b""), answer.text
    [leg] = (await office.ask("supervisor", "GET", path_of(call_id))).json()["legs"]
    call = (await office.ask("supervisor", "GET", f"/v1/calls/{call_id}")).json()
    [spoken] = [one for one in call["legs"] if one["party"] == "agent"]
    assert leg == {"leg_id": spoken["id"], **GOOD, "lost_received": 0.2, "mos": 2.57, "cause": "loss"}
    [kept] = await stored(office)
    assert office.user("agent") not in str(kept)


async def test_a_call_in_which_nothing_arrived_is_not_called_good(office: FrontOffice) -> None:
    call_id = await had(office)
    told = {**GOOD, "lost_received": 1.0}
    assert (await office.ask("agent", "PUT", path_of(call_id), told)).status_code == 204
    [leg] = (await office.ask("supervisor", "GET", path_of(call_id))).json()["legs"]
    assert (leg["mos"], leg["cause"], leg["lost_received"]) == (1.0, "nothing", 1.0)


async def test_nobody_tells_of_a_call_that_they_did_not_speak_in(office: FrontOffice) -> None:
    told = await rung(office)
    assert (await office.ask("agent", "PUT", path_of(told.id), GOOD)).status_code == 404, "it only rang"
    call_id = await had(office, "two")
    assert (await office.ask("supervisor", "PUT", path_of(call_id), GOOD)).status_code == 404
    assert (await office.ask("agent", "PUT", path_of("call_nobodys"), GOOD)).status_code == 404
    other = await office.api.organisation("Other")
    for method, body in (("GET", None), ("PUT", GOOD)):
        assert (await other.call("owner", method, path_of(call_id), json=body)).status_code == 404
    assert await stored(office) == []


async def test_what_is_told_long_after_the_leg_is_refused_and_no_more_counts_than_it_lasted(
    office: FrontOffice,
) -> None:
    call_id = await had(office)
    [spoken] = [
        one
        for one in (await office.ask("supervisor", "GET", f"/v1/calls/{call_id}")).json()["legs"]
        if one["party"] == "agent"
    ]
    ended = datetime.fromisoformat(spoken["ended_at"])
    assert (await office.ask("agent", "PUT", path_of(call_id), {**GOOD, "s": 3000})).status_code == 204
    [kept] = await stored(office)
    assert kept.s == 21.0
    office.api.clock.advance(seconds=(ended - office.api.clock.now()).total_seconds() + 900)
    assert (await office.ask("agent", "PUT", path_of(call_id), {**GOOD, "s": 5})).status_code == 204
    office.api.clock.advance(seconds=1)
    late = await office.ask("agent", "PUT", path_of(call_id), {**GOOD, "s": 7})
    assert (late.status_code, late.json()["code"]) == (409, "conflict"), late.text
    [kept] = await stored(office)
    assert kept.s == 5.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"s": 0.5},
        {"s": 86_401},
        {"jitter_ms": -1},
        {"lost_received": 1.1},
        {"lost_sent": -0.1},
        {"round_trip_ms": 60_001},
        {"jitter_ms": "NaN"},
        {"note": "who called"},
    ],
)
async def test_what_no_phone_measures_is_refused(office: FrontOffice, wrong: dict[str, Any]) -> None:
    call_id = await had(office)
    assert (await office.ask("agent", "PUT", path_of(call_id), {**GOOD, **wrong})).status_code == 422
    assert await stored(office) == []


async def test_it_goes_with_its_call(office: FrontOffice) -> None:
    call_id = await had(office)
    await office.ask("agent", "PUT", path_of(call_id), GOOD)
    due = datetime.fromisoformat((await office.ask("owner", "GET", f"/v1/calls/{call_id}")).json()["delete_at"])
    office.api.clock.advance(seconds=(due - office.api.clock.now()).total_seconds() - 1)
    await sweeper(office.api).sweep()
    assert len(await stored(office)) == 1
    office.api.clock.advance(seconds=2)
    await sweeper(office.api).sweep()
    assert await stored(office) == []


async def test_what_is_told_while_the_call_is_deleted_does_not_stay(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id, order, whole = await had(office), list[str](), TenantCollection.delete_many
    write = service.CallQuality.write

    async def late(self: Any, *words: Any) -> None:
        lines = office.api.mongo.tenant(office.org.tenant.id).collection(Entry)
        await lines.delete_many({"call_id": call_id})
        await write(self, *words)

    monkeypatch.setattr(service.CallQuality, "write", late)
    assert (await office.ask("agent", "PUT", path_of(call_id), GOOD)).status_code == 404
    assert await stored(office) == []

    async def told(self: Any, filter: Any) -> int:
        order.append(self._struct.__name__)
        return await whole(self, filter)

    monkeypatch.setattr(TenantCollection, "delete_many", told)
    await PrivacyStore(office.api.mongo).delete_calls(office.org.tenant.id, [CallId(call_id)])
    assert order.index("Entry") < order.index("LegQuality") < order.index("CallRecord") == len(order) - 1
