"""Under which names an organisation's own sign-in is found, and who may set it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
from tests.integration.identity.test_roles import made
from tests.support.http.api import Api, Organisation

from call24.identity.permissions import BUILT_IN
from call24.kit.ids import UserId

WISH = {"issuer": "https://id.example", "client_id": "c", "client_secret": "s"}


async def put(org: Organisation, role: str = "owner", **wish: Any) -> httpx.Response:
    return await org.call(role, "PUT", "/v1/organisation/provider", json={**WISH, **wish})


async def reads_letters(org: Organisation, email: str) -> None:
    """Somebody of the organisation is known to read this address."""
    identity = org.api.services.identity
    user = await identity.add_user(org.tenant.id, email=email, name="A", role="agent", password="a long password")
    verified = {"email_verified_at": datetime.now(UTC)}
    await identity._store.change_user(org.tenant.id, UserId(user.id), verified)


async def found(api: Api, name: str) -> bool:
    """503: it was found, and its provider, which is nowhere, could not be reached."""
    answer = await api.call("POST", "/v1/auth/provider/begin", json={"organisation": name})
    assert answer.status_code in (404, 503), answer.text
    return answer.status_code == 503


async def three(api: Api) -> tuple[Organisation, Organisation]:
    """Whose installation it is, and two who are hosted."""
    await api.organisation("Host")
    globex = await api.organisation("Globex", domains=["globex.example"])
    return globex, await api.organisation("Acme", domains=["acme.example"])


async def test_a_domain_stands_only_for_whom_the_operator_granted_it(api: Api) -> None:
    _, acme = await three(api)
    await reads_letters(acme, "mole@globex.example")
    domains = ["globex.example", "acme.example"]
    assert (await put(acme, short_name="acme", domains=domains)).status_code == 200
    assert not await found(api, "anna@globex.example")
    await reads_letters(acme, "anna@acme.example")
    assert (await put(acme, short_name="acme", domains=domains)).status_code == 200
    assert await found(api, "anna@acme.example") and not await found(api, "anna@globex.example")
    await api.services.tenants.change(acme.tenant.id, domains=())
    assert not await found(api, "anna@acme.example")


async def test_nobody_takes_anothers_name_as_its_short_name(api: Api) -> None:
    globex, acme = await three(api)
    for name in ("globex", "anything", "host"):
        refused = await put(acme, short_name=name)
        assert (refused.status_code, refused.json()["code"]) == (403, "short_name_not_granted"), name
    assert (await put(globex, short_name="globex")).status_code == 200
    assert (await put(acme, short_name="acme")).status_code == 200
    # What is named stays, also when the grant is released.
    await api.services.tenants.change(acme.tenant.id, domains=())
    assert (await put(acme, short_name="acme", required=True)).status_code == 200


async def test_the_first_organisation_is_called_what_it_likes_but_for_what_was_granted(api: Api) -> None:
    host = await api.organisation("Host", domains=["*"])
    await api.organisation("Globex", domains=["globex.example"])
    assert (await put(host, short_name="globex")).json()["code"] == "short_name_not_granted"
    assert (await put(host, short_name="welcome")).status_code == 200


async def test_who_changes_settings_does_not_change_how_everybody_signs_in(api: Api) -> None:
    acme = await api.organisation()
    await acme.join("administrator")
    assert (await put(acme, "administrator", short_name="acme")).status_code == 200
    clerk = await made(acme, "Clerk", "organisation.read", "organisation.write", *BUILT_IN["agent"])
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["supervisor"]))
    await acme.call("owner", "PUT", f"/v1/users/{user.id}/role", json={"role": clerk})
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["supervisor"]))
    acme.bearers["supervisor"] = (await api.services.identity.open_session(user, "Again")).bearer
    assert (await acme.call("supervisor", "PATCH", "/v1/organisation", json={"region": "DE"})).status_code == 200
    for answer in (
        await put(acme, "supervisor", short_name="acme", required=True),
        await acme.call("supervisor", "POST", "/v1/organisation/provider/test"),
        await acme.call("supervisor", "DELETE", "/v1/organisation/provider"),
        await acme.call("supervisor", "PATCH", "/v1/organisation", json={"mfa_required": False}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
