"""Things of the identity room read by their id: each as its list shows it, and only by those who may list it."""

from __future__ import annotations

from typing import Any

from tests.support.http.api import Api, Organisation

INVITATION = {"email": "kim@example.com", "name": "Kim", "role": "agent"}


async def items(acme: Organisation, role: str, path: str) -> list[dict[str, Any]]:
    return list((await acme.call(role, "GET", path)).json()["items"])


async def test_each_thing_of_a_list_is_read_by_its_id_as_the_list_shows_it(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("owner", "POST", "/v1/invitations", json=INVITATION)
    await acme.call("owner", "POST", "/v1/roles", json={"name": "Night", "permissions": ["queues.read"]})
    await acme.call("owner", "POST", "/v1/tokens", json={"name": "Board", "abilities": ["queues.read"]})
    for path in ("/v1/users", "/v1/invitations", "/v1/roles", "/v1/tokens", "/v1/me/sessions"):
        listed = await items(acme, "owner", path)
        assert listed, path
        for row in listed:
            assert (await acme.call("owner", "GET", f"{path}/{row['id']}")).json() == row, path


async def test_an_invitation_that_has_expired_is_not_found(api: Api) -> None:
    acme = await api.organisation()
    path = f"/v1/invitations/{(await acme.call('owner', 'POST', '/v1/invitations', json=INVITATION)).json()['id']}"
    assert (await acme.call("owner", "GET", path)).status_code == 200
    api.clock.advance(days=7)
    await acme.join("administrator")  # the owner's session has ended too
    assert (await acme.call("administrator", "GET", path)).status_code == 404


async def test_a_session_is_no_api_token_and_an_api_token_no_session(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("owner", "POST", "/v1/tokens", json={"name": "Board", "abilities": ["queues.read"]})
    [token] = await items(acme, "owner", "/v1/tokens")
    [session] = await items(acme, "owner", "/v1/me/sessions")
    assert (await acme.call("owner", "GET", f"/v1/tokens/{session['id']}")).status_code == 404
    assert (await acme.call("owner", "GET", f"/v1/me/sessions/{token['id']}")).status_code == 404
    assert (await acme.call("agent", "GET", f"/v1/tokens/{token['id']}")).status_code == 404
