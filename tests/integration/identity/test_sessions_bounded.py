"""How many sessions, so phones at the PBX, a user and an organisation have: what is beyond makes room, and is told."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.http.api import PASSWORD, Api, Organisation

from call24.identity import session_limits
from call24.identity.model import Device, SignedIn
from call24.kit.ids import UserId

OF_A_USER = 20


async def opened(api: Api, acme: Organisation, name: str, role: str = "agent") -> SignedIn:
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users[role]))
    return await api.services.identity.open_session(user, name)


async def used(api: Api, bearer: str) -> None:
    """A minute later: a use is noted once a minute."""
    api.clock.advance(seconds=61)
    assert (await api.call("GET", "/v1/me", bearer)).status_code == 200


async def test_a_user_has_twenty_sessions_and_the_one_unused_for_longest_makes_room(api: Api) -> None:
    acme = await api.organisation()
    await used(api, acme.bearers["agent"])
    idle = await opened(api, acme, "Idle tablet")
    await used(api, idle.bearer)
    for _ in range(OF_A_USER - 2):
        await used(api, (await opened(api, acme, "Laptop")).bearer)
    await used(api, acme.bearers["agent"])
    assert api.signed_out == []
    last = await opened(api, acme, "New phone")
    assert [device.id for device in api.signed_out] == [idle.device.id]
    assert (await api.call("GET", "/v1/me", idle.bearer)).status_code == 401
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 200
    known = api.services.identity.known_devices(UserId(acme.users["agent"]))
    assert len(known) == OF_A_USER and last.device.id in {device.id for device in known}


async def test_the_user_is_told_which_session_made_room(api: Api) -> None:
    acme = await api.organisation()
    await used(api, acme.bearers["agent"])
    for n in range(OF_A_USER - 1):
        await opened(api, acme, f"Browser {n}")
        api.clock.advance(seconds=1)
    last = await opened(api, acme, "New phone")
    listed = (await api.call("GET", "/v1/me/sessions", last.bearer)).json()["items"]
    told = {one["name"]: one["instead_of"] for one in listed}
    assert told["New phone"] == "Browser 0" and told["Browser 18"] == "" and "Browser 0" not in told


async def test_whoever_signs_in_again_and_again_pushes_out_no_session_that_is_used(api: Api) -> None:
    """With a stolen password, or a program that signs in for each of its requests."""
    acme = await api.organisation()
    await used(api, acme.bearers["agent"])
    api.clock.advance(minutes=30)
    body = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "Script"}
    answers = [await api.call("POST", "/v1/auth/login", json=body) for _ in range(OF_A_USER + 10)]
    assert {answer.status_code for answer in answers} == {200}
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 200
    assert {device.name for device in api.signed_out} == {"Script"}


@pytest.mark.full_hashes
async def test_many_who_sign_in_at_once_leave_no_more_than_twenty(api: Api) -> None:
    acme = await api.organisation()
    await asyncio.gather(*(opened(api, acme, f"Browser {n}") for n in range(OF_A_USER + 15)))
    stored = await api.mongo.tenant(acme.tenant.id).collection(Device).count({"user_id": acme.users["agent"]})
    assert OF_A_USER / 2 < stored <= OF_A_USER, "two who make room at once may each end another session"


async def test_an_organisation_has_a_bound_of_its_own_and_another_one_is_not_touched(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_limits, "OF_ORGANISATION", 4)
    other = await api.organisation("Other")
    acme = await api.organisation()
    for role in ("owner", "supervisor"):
        await used(api, acme.bearers[role])
    await opened(api, acme, "Fourth", "owner")
    assert api.signed_out == []
    await opened(api, acme, "Fifth", "supervisor")
    assert [device.id for device in api.signed_out] == [acme.devices["agent"].id]
    for role in ("owner", "supervisor", "agent"):
        assert (await other.call(role, "GET", "/v1/me")).status_code == 200
