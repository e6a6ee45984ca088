"""The list of calls that did not get in: bounded for each organisation, whatever comes, and gone after its time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.privacy.due import delete_due

from call24.engine.arrivals import NotTaken
from call24.kit.ids import QueueId, TenantId
from call24.kit.sip_names import sip_name
from call24.server.refused_calls import noting
from call24.tenants.refused_calls import RefusedCall, RefusedCalls


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


@pytest.fixture
def refused(api: Api) -> RefusedCalls:
    assert api.services.refused_calls is not None
    return api.services.refused_calls


def attempt(refused: RefusedCalls, tenant_id: TenantId, number: int) -> None:
    caller = f"+4477009{number:05d}"
    refused.note(tenant_id, "unknown_number", caller=caller, dialled="0", source="192.0.2.1", trunk_id=None)


async def test_a_flood_is_thirty_lines_a_minute_and_one_that_counts_the_rest(
    api: Api, acme: Organisation, refused: RefusedCalls
) -> None:
    for number in range(5000):
        attempt(refused, acme.tenant.id, number)
    await refused.flush()
    rows = (await acme.call("owner", "GET", "/v1/refused-calls?limit=500")).json()["items"]
    assert len(rows) == 31
    assert [row["count"] for row in rows if row["number"] == ""] == [5000 - 30]


async def test_the_newest_five_hundred_are_kept_and_of_another_organisation_nothing_goes(
    api: Api, acme: Organisation, refused: RefusedCalls
) -> None:
    other = await api.organisation("Other")
    attempt(refused, other.tenant.id, 1)
    for number in range(530):
        api.clock.advance(seconds=3)
        if number % 25 == 0:
            await refused.flush()
        attempt(refused, acme.tenant.id, number)
    await refused.flush()
    rows = (await acme.call("owner", "GET", "/v1/refused-calls?limit=500")).json()["items"]
    assert len(rows) == 500 and rows[0]["number"] == "+447700900529"
    assert {row["number"] for row in rows} == {f"+4477009{number:05d}" for number in range(30, 530)}
    assert len((await other.call("owner", "GET", "/v1/refused-calls")).json()["items"]) == 1


async def test_they_go_after_thirty_days_or_with_the_call_records(
    api: Api, acme: Organisation, refused: RefusedCalls
) -> None:
    short = await api.organisation("Short")
    await api.services.tenants.change(short.tenant.id, record_days=2)
    for whose in (acme, short):
        attempt(refused, whose.tenant.id, 1)
    await refused.flush()
    kept = api.mongo.tenant(acme.tenant.id).collection(RefusedCall)
    now = api.clock.now()
    assert (await delete_due(api.mongo, now + timedelta(days=2, seconds=1)))["refused_calls"] == 1
    assert await kept.count() == 1
    assert (await delete_due(api.mongo, now + timedelta(days=30, seconds=1)))["refused_calls"] == 1


async def test_what_came_by_another_organisations_trunk_says_nothing_of_that_trunk(
    api: Api, acme: Organisation, refused: RefusedCalls
) -> None:
    tenants, other = api.services.tenants, await api.organisation("Other")
    number = "+442079460123"
    trunk = await tenants.add_trunk(acme.tenant.id, "Ours", ["203.0.113.1"])
    await tenants.add_number(acme.tenant, number, trunk.id, QueueId("que_1"))
    theirs = await tenants.add_trunk(other.tenant.id, "Theirs", ["203.0.113.2"])
    note = noting(tenants, refused)
    ways = ("203.0.113.1", "203.0.113.2", sip_name(other.tenant.id, theirs.id), "203.0.113.3")
    for caller, way in enumerate(ways):
        note(
            NotTaken(
                at=api.clock.now(),
                tenant_id=None,
                trunk=way,
                dialled=number,
                caller=f"+44770090012{caller}",
                reason="unknown_number",
                cause=1,
            )
        )
    await refused.flush()
    rows = (await acme.call("owner", "GET", "/v1/refused-calls")).json()["items"]
    shown = sorted((row["reason"], row["source"], row["trunk_id"]) for row in rows)
    assert shown == [
        ("other_trunk", "", None),
        ("other_trunk", "", None),
        ("other_trunk", "203.0.113.1", trunk.id),
        ("other_trunk", "203.0.113.3", None),
    ]
    assert (await other.call("owner", "GET", "/v1/refused-calls")).json()["items"] == []


async def test_a_flood_by_anothers_trunk_pushes_out_none_of_the_organisations_own_lines(
    api: Api, acme: Organisation, refused: RefusedCalls
) -> None:
    own = await api.services.tenants.add_trunk(acme.tenant.id, "Ours", ["203.0.113.1"])

    def came(number: int) -> None:
        caller = f"+4477008{number:05d}"
        refused.note(acme.tenant.id, "unknown_number", caller=caller, dialled="0", source="", trunk_id=own.id)

    for number in range(40):
        api.clock.advance(seconds=10)
        came(number)
    for number in range(800):
        api.clock.advance(seconds=3)
        if number % 25 == 0:
            await refused.flush()
        refused.note(acme.tenant.id, "other_trunk", caller=f"+{number:012d}", dialled="0", source="", trunk_id=None)
    for number in range(40, 50):  # in the same minute as the flood's last: they have a share of their own
        came(number)
    await refused.flush()
    rows = (await acme.call("owner", "GET", "/v1/refused-calls?limit=500")).json()["items"]
    assert len(rows) == 500
    mine = {row["number"] for row in rows if row["reason"] == "unknown_number"}
    assert mine == {f"+4477008{number:05d}" for number in range(50)}
