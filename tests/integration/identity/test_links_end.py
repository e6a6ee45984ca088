"""Links end with the right of who made them: invitations, and an administrator's links to a new password."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.http.api import Api, Organisation

from call24.identity.model import EmailLink, Invitation, User

NEW = "another long password"
GIVING = ["users.read", "users.write", "live.read"]


async def acme_with_helper(api: Api) -> Organisation:
    """An organisation in which an administrator, who is no owner, invites and helps out."""
    acme = await api.organisation()
    await acme.join("administrator")
    return acme


async def with_role(acme: Organisation, name: str, permissions: list[str]) -> str:
    """A role of the organisation's own, and somebody signed in who has it; the role's id."""
    answer = await acme.call("owner", "POST", "/v1/roles", json={"name": name, "permissions": permissions})
    assert answer.status_code == 201, answer.text
    role = str(answer.json()["id"])
    await acme.join(role)
    return role


async def invitation(acme: Organisation, maker: str, role: str) -> str:
    body = {"email": "kim@example.com", "name": "Kim", "role": role}
    answer = await acme.call(maker, "POST", "/v1/invitations", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["link"]).partition("/#/invitation/")[2]


async def reset(acme: Organisation, maker: str, whose: str = "agent") -> str:
    answer = await acme.call(maker, "POST", f"/v1/users/{acme.users[whose]}/reset")
    assert answer.status_code == 202, answer.text
    return str(answer.json()["link"]).partition("/#/reset/")[2]


async def opens(api: Api, invited: str, lost: str) -> tuple[int, int, int]:
    """How looking at an invitation, accepting it and completing a reset are answered."""
    look = await api.call("POST", "/v1/invitations/look", json={"token": invited})
    body = {"token": invited, "name": "Kim Lee", "password": NEW, "device_name": "Phone", "birth_date": "1987-03-09"}
    accepted = await api.call("POST", "/v1/invitations/accept", json=body)
    done = await api.call("POST", "/v1/auth/reset/complete", json={"token": lost, "password": NEW})
    return look.status_code, accepted.status_code, done.status_code


async def kept(api: Api, acme: Organisation) -> int:
    scope = api.mongo.tenant(acme.tenant.id)
    return await scope.collection(Invitation).count() + await scope.collection(EmailLink).count()


async def test_links_of_who_may_still_give_open_what_they_say(api: Api) -> None:
    acme = await acme_with_helper(api)
    links = await invitation(acme, "administrator", "administrator"), await reset(acme, "administrator")
    assert await opens(api, *links) == (200, 201, 204)


@pytest.mark.parametrize("how", ["disabled", "demoted", "deleted"])
async def test_links_end_with_the_account_or_the_role_of_who_made_them(api: Api, how: str) -> None:
    acme = await acme_with_helper(api)
    links = await invitation(acme, "administrator", "administrator"), await reset(acme, "administrator")
    theirs = f"/v1/users/{acme.users['administrator']}"
    ways: dict[str, tuple[str, str, dict[str, Any]]] = {
        "disabled": ("POST", f"{theirs}/disable", {}),
        "demoted": ("PUT", f"{theirs}/role", {"json": {"role": "agent"}}),
        "deleted": ("POST", f"{theirs}/delete", {"json": {"reason": "left"}}),
    }
    method, path, more = ways[how]
    answer = await acme.call("owner", method, path, **more)
    assert answer.status_code < 300, answer.text
    assert await kept(api, acme) == 0
    if how == "disabled":  # and they do not come back with the account
        assert (await acme.call("owner", "POST", f"{theirs}/enable")).status_code == 200
    assert await opens(api, *links) == (404, 404, 404)


async def test_links_end_when_their_makers_role_shrinks(api: Api) -> None:
    acme = await api.organisation()
    role = await with_role(acme, "People", GIVING)
    given = await with_role(acme, "Watcher", ["live.read"])
    await acme.call("owner", "PUT", f"/v1/users/{acme.users['agent']}/role", json={"role": given})
    links = await invitation(acme, role, given), await reset(acme, role)
    changed = await acme.call("owner", "PATCH", f"/v1/roles/{role}", json={"permissions": ["live.read", "users.read"]})
    assert changed.status_code == 200, changed.text
    assert await kept(api, acme) == 0
    assert await opens(api, *links) == (404, 404, 404)


async def test_links_end_when_what_they_give_grows_beyond_their_maker(api: Api) -> None:
    acme = await api.organisation()
    role = await with_role(acme, "People", GIVING)
    given = await with_role(acme, "Watcher", ["live.read"])
    await acme.call("owner", "PUT", f"/v1/users/{acme.users['agent']}/role", json={"role": given})
    links = await invitation(acme, role, given), await reset(acme, role)
    more = {"permissions": ["live.read", "trunks.write"]}
    assert (await acme.call("owner", "PATCH", f"/v1/roles/{given}", json=more)).status_code == 200
    assert await opens(api, *links) == (404, 404, 404)


async def test_a_link_to_a_new_password_ends_when_its_user_may_more_than_its_maker(api: Api) -> None:
    acme = await acme_with_helper(api)
    lost = await reset(acme, "administrator")
    theirs = f"/v1/users/{acme.users['agent']}/role"
    assert (await acme.call("owner", "PUT", theirs, json={"role": "owner"})).status_code == 200
    answer = await api.call("POST", "/v1/auth/reset/complete", json={"token": lost, "password": NEW})
    assert answer.status_code == 404


async def test_an_invitation_into_a_role_that_is_gone_opens_nothing(api: Api) -> None:
    acme = await api.organisation()
    made = await acme.call("owner", "POST", "/v1/roles", json={"name": "Watcher", "permissions": ["live.read"]})
    given = made.json()["id"]
    token = await invitation(acme, "owner", given)
    assert (await acme.call("owner", "DELETE", f"/v1/roles/{given}")).status_code == 204
    assert (await api.call("POST", "/v1/invitations/look", json={"token": token})).status_code == 404


async def test_the_right_is_looked_at_again_when_a_link_is_used(api: Api) -> None:
    """A link that was being made while its maker was demoted is not there to be ended."""
    acme = await acme_with_helper(api)
    links = await invitation(acme, "administrator", "administrator"), await reset(acme, "administrator")
    users = api.mongo.tenant(acme.tenant.id).collection(User)
    await users.update(acme.users["administrator"], {"role": "agent"})
    assert await kept(api, acme) == 2
    assert await opens(api, *links) == (404, 404, 404)


async def test_who_is_disabled_sets_no_new_password_by_a_link_of_before(api: Api) -> None:
    acme = await api.organisation()
    lost = await reset(acme, "owner")
    assert (await acme.call("owner", "POST", f"/v1/users/{acme.users['agent']}/disable")).status_code == 200
    answer = await api.call("POST", "/v1/auth/reset/complete", json={"token": lost, "password": NEW})
    assert answer.status_code == 404
