"""The fence by the API, and what of it outlives a restart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.support.for_each import for_each
from tests.support.http.api import Api, Organisation
from tests.support.privacy.due import delete_due

from call24.journal.model import Fresh, body_of
from call24.kit.errors import Unavailable
from call24.kit.ids import LegId, TenantId, UserId
from call24.toll_fraud.events import OutboundFrozen, OutboundUnfrozen
from call24.toll_fraud.model import AllowedCall, DayUsage, Denied, Freeze
from call24.toll_fraud.service import TollFraudGuard

HOME, ABROAD = "+442079460123", "+33145678901"
CAPS = {"calls_at_once": 2, "calls_per_minute": 10, "minutes_per_day": 60, "freeze_after": 3}
POLICY = {"countries": ["GB"], "user": CAPS, "organisation": {**CAPS, "minutes_per_day": 120}}


async def put(acme: Organisation, **change: Any) -> Any:
    return await acme.call("owner", "PUT", "/v1/fence", json={**POLICY, **change})


async def test_without_a_policy_only_the_own_country_is_open(api: Api) -> None:
    acme = await api.organisation()
    told = (await acme.call("supervisor", "GET", "/v1/fence")).json()
    assert (told["countries"], told["frozen"]) == (["GB"], [])
    assert told["user"]["minutes_per_day"] > 0


async def test_an_owner_sets_the_policy_and_it_holds_at_once(api: Api) -> None:
    acme = await api.organisation()
    fence, agent = api.services.fence, UserId(acme.users["agent"])
    assert isinstance(fence.verdict(acme.tenant.id, agent, ABROAD, api.clock.now()), Denied)
    answer = await put(acme, countries=["GB", "FR"], denied_prefixes=["+44207"])
    assert (answer.status_code, answer.json()["countries"]) == (200, ["GB", "FR"])
    assert isinstance(fence.verdict(acme.tenant.id, agent, ABROAD, api.clock.now()), AllowedCall)
    assert isinstance(fence.verdict(acme.tenant.id, agent, HOME, api.clock.now()), Denied)
    for role in ("supervisor", "agent"):
        assert (await acme.call(role, "PUT", "/v1/fence", json=POLICY)).status_code == 403
        assert (await acme.call(role, "POST", "/v1/fence/unfreeze", json={"user_id": None})).status_code == 403
    assert (await acme.call("agent", "GET", "/v1/fence")).status_code == 403


@for_each(
    "change",
    [
        {"countries": ["XX"]},
        {"allowed_prefixes": ["+44"]},
        {"allowed_prefixes": ["0044909"]},
        {"longest_call_minutes": 0},
        {"user": {**CAPS, "minutes_per_day": -1}},
        {"user": {"calls_at_once": 1}},
        {"user": {**CAPS, "calls_at_once": "2"}},
        {"more": 1},
    ],
)
async def test_a_policy_that_breaks_a_rule_changes_nothing(api: Api, change: dict[str, Any]) -> None:
    acme = await api.organisation()
    before = (await acme.call("owner", "GET", "/v1/fence")).json()
    assert (await put(acme, **change)).status_code == 422
    assert (await acme.call("owner", "GET", "/v1/fence")).json() == before


@for_each(
    ("number", "expected"),
    [(HOME, True), (ABROAD, False), ("+449098790123", False), ("", False), ("+", False), ("12", False), ("x", False)],
)
async def test_what_a_caller_named_can_be_rung_or_not_whatever_it_is(api: Api, number: str, expected: bool) -> None:
    acme = await api.organisation()
    assert api.services.fence.reaches(acme.tenant.id, number) is expected


async def test_asking_what_would_happen_counts_nothing(api: Api) -> None:
    acme = await api.organisation()
    ask = {"number": "020 7946 0123"}
    said = (await acme.call("supervisor", "POST", "/v1/fence/check", json=ask)).json()
    assert said == {
        "number": HOME, "country": "GB", "kind": "fixed", "allowed": True, "code": None, "text": None, "limit_s": 3600,
    }  # fmt: skip
    for number, code in ((ABROAD, "destination_denied"), ("+449098790123", "premium_denied"), ("12", "not_a_number")):
        for _ in range(10):
            said = (await acme.call("supervisor", "POST", "/v1/fence/check", json={"number": number})).json()
            assert (said["allowed"], said["code"], said["limit_s"]) == (False, code, None)
    assert (await acme.call("owner", "GET", "/v1/fence")).json()["frozen"] == []
    assert (await acme.call("owner", "GET", "/v1/fence/usage")).json()["users"] == []


async def test_a_freeze_is_stored_written_down_and_told_and_an_owner_lifts_it(api: Api) -> None:
    acme = await api.organisation()
    await put(acme)
    fence, agent, tenant_id = api.services.fence, UserId(acme.users["agent"]), acme.tenant.id
    for _ in range(3):
        fence.admit(LegId("leg_1"), tenant_id, agent, ABROAD, api.clock.now())
    said = fence.verdict(tenant_id, agent, HOME, api.clock.now())
    assert isinstance(said, Denied) and said.code == "frozen"
    await fence.store_behind()
    assert [line.event for line in api.written] == [OutboundFrozen(agent_id=agent, reason="denials")]
    assert ABROAD not in str(body_of(api.written[0].event))
    shown = (await acme.call("supervisor", "GET", "/v1/fence")).json()["frozen"]
    assert [(row["user_id"], row["reason"]) for row in shown] == [(agent, "denials")]

    again = await restarted(api)
    assert isinstance(again.verdict(tenant_id, agent, HOME, api.clock.now()), Denied)

    lift = {"user_id": agent}
    assert (await acme.call("owner", "POST", "/v1/fence/unfreeze", json=lift)).status_code == 204
    assert (await acme.call("owner", "POST", "/v1/fence/unfreeze", json=lift)).status_code == 404
    assert isinstance(fence.verdict(tenant_id, agent, HOME, api.clock.now()), AllowedCall)
    assert api.written[-1].event == OutboundUnfrozen(agent_id=agent, by=UserId(acme.users["owner"]))
    await again.refresh()
    assert isinstance(again.verdict(tenant_id, agent, HOME, api.clock.now()), AllowedCall)


async def test_a_freeze_is_not_forgotten_by_reading_the_database_again_meanwhile(api: Api) -> None:
    acme = await api.organisation()
    await put(acme)
    fence, agent, tenant_id = api.services.fence, UserId(acme.users["agent"]), acme.tenant.id
    await fence.refresh()
    for _ in range(3):
        fence.admit(LegId("leg_1"), tenant_id, agent, ABROAD, api.clock.now())
    every_freeze = fence._store.every_freeze
    read = 0

    async def slow() -> list[Freeze]:
        nonlocal read
        read += 1
        before = await every_freeze()
        if read == 1:
            await fence.store_behind()  # it is stored after it was read
        return before

    fence._store.every_freeze = slow  # type: ignore[method-assign]
    await fence.refresh()
    said = fence.verdict(tenant_id, agent, HOME, api.clock.now())
    assert isinstance(said, Denied) and said.code == "frozen"
    assert read == 2


async def test_what_was_used_outlives_a_restart_and_a_live_call_keeps_its_reserve(api: Api) -> None:
    acme = await api.organisation()
    await put(acme)
    fence, agent, tenant_id = api.services.fence, UserId(acme.users["agent"]), acme.tenant.id
    began = api.clock.now()
    assert fence.admit(LegId("leg_1"), tenant_id, agent, HOME, began) == AllowedCall(limit_s=3600)
    api.clock.advance(seconds=600)
    fence.over(LegId("leg_1"), api.clock.now())
    began = api.clock.now()
    assert fence.admit(LegId("leg_2"), tenant_id, agent, HOME, began) == AllowedCall(limit_s=3000)
    await fence.store_behind()
    api.clock.advance(seconds=99)

    again = await restarted(api)
    assert again.usage(tenant_id, agent, api.clock.now()).tenant.taken_s == 3600
    assert again.admit(LegId("leg_2"), tenant_id, agent, HOME, began) == AllowedCall(limit_s=2900)
    unknown = again.admit(LegId("leg_3"), tenant_id, agent, HOME, began)
    assert unknown == AllowedCall(limit_s=0)  # it goes on, though nothing is left: it is to be cut
    again.over(LegId("leg_2"), api.clock.now())
    shown = again.usage(tenant_id, agent, api.clock.now())
    assert shown.tenant.taken_s == 700
    api.clock.advance(days=32)
    await again.store_behind()
    assert (await delete_due(api.mongo, api.clock.now()))["fence_usage"] == 1
    assert await api.mongo.tenant(tenant_id).collection(DayUsage).count() == 0


async def test_while_the_database_is_away_calls_are_counted_and_stored_later(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    await put(acme)
    fence, agent, tenant_id = api.services.fence, UserId(acme.users["agent"]), acme.tenant.id

    async def away(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as gone:
        gone.setattr(fence._store, "put_usage", away)
        gone.setattr(fence._store, "put_freeze", away)
        fence.admit(LegId("leg_1"), tenant_id, agent, HOME, api.clock.now())
        for _ in range(3):
            fence.ask(tenant_id, agent, ABROAD, api.clock.now())
        for _ in range(2):
            with pytest.raises(Unavailable):
                await fence.store_behind()
        await fence.refresh()
        said = fence.verdict(tenant_id, agent, HOME, api.clock.now())
        assert isinstance(said, Denied) and said.code == "frozen"
    await fence.store_behind()
    again = await restarted(api)
    assert again.usage(tenant_id, agent, api.clock.now()).tenant.calls == 1
    assert [freeze.user_id for freeze in again.freezes(tenant_id)] == [agent]
    assert len(api.written) == 1


async def test_usage_is_shown_for_each_user_and_the_organisation(api: Api) -> None:
    acme = await api.organisation()
    await put(acme)
    agent, now = UserId(acme.users["agent"]), api.clock.now()
    api.services.fence.admit(LegId("leg_1"), acme.tenant.id, agent, HOME, now)
    api.clock.advance(seconds=59.5)
    api.services.fence.over(LegId("leg_1"), api.clock.now())
    api.services.fence.admit(LegId("leg_2"), acme.tenant.id, None, HOME, api.clock.now())
    told = (await acme.call("supervisor", "GET", "/v1/fence/usage")).json()
    assert told["organisation"] == {"calls_now": 1, "taken_s": 3660, "left_s": 3540}
    rows = {row["user_id"]: row for row in told["users"]}
    assert rows[agent] == {
        "user_id": agent, "calls": 1, "calls_now": 0, "refused": 0, "used_s": 60, "taken_s": 60, "left_s": 3540,
    }  # fmt: skip
    assert (rows[None]["calls_now"], rows[None]["left_s"]) == (1, None)


async def test_a_call_to_an_agents_mobile_number_is_shown_as_nobodys(api: Api) -> None:
    acme = await api.organisation()
    await put(acme)
    agent, now = UserId(acme.users["agent"]), api.clock.now()
    api.services.fence.admit(LegId("leg_1"), acme.tenant.id, agent, HOME, now, forwarded=True)
    told = (await acme.call("supervisor", "GET", "/v1/fence/usage")).json()
    assert [(row["user_id"], row["calls_now"]) for row in told["users"]] == [(None, 1)]


async def test_one_organisations_calls_do_not_count_for_another(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    await put(acme)
    for leg in range(2):
        api.services.fence.admit(LegId(f"leg_{leg}"), acme.tenant.id, None, HOME, api.clock.now())
    assert isinstance(api.services.fence.verdict(acme.tenant.id, None, HOME, api.clock.now()), Denied)
    assert isinstance(api.services.fence.verdict(other.tenant.id, None, HOME, api.clock.now()), AllowedCall)
    assert (await other.call("owner", "GET", "/v1/fence/usage")).json()["organisation"]["calls_now"] == 0


async def restarted(api: Api) -> TollFraudGuard:
    """Another process's fence, which knows what is stored."""

    async def append(_tenant_id: TenantId, fresh: Sequence[Fresh]) -> None:
        api.written.extend(fresh)

    api.clock.advance(seconds=1)
    fence = TollFraudGuard(api.mongo, api.clock, api.services.tenants, append)
    await fence.restore()
    return fence


@for_each("number", ["112", "9 9 9", "911", "0044 112", "+44999"])
async def test_asked_about_an_emergency_number_the_fence_names_it(api: Api, number: str) -> None:
    acme = await api.organisation()
    said = (await acme.call("supervisor", "POST", "/v1/fence/check", json={"number": number})).json()
    assert (said["allowed"], said["code"]) == (False, "emergency_number")
