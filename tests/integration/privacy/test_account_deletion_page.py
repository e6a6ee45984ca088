"""Users delete their account on a public page, without the app: they show there what signing in asks for."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import httpx
import pyotp
import pytest
from tests.support.http.api import PASSWORD, Api, Organisation

from call24.audit.model import StoredAuditEntry
from call24.http.middleware import rate_limits
from call24.kit.ids import UserId

PAGE = "/account-deletion"


async def posted(api: Api, acme: Organisation, role: str = "agent", **other: str) -> httpx.Response:
    form = {"email": acme.emails[role], "password": PASSWORD, "code": "", "confirm": "yes", **other}
    return await api.call("POST", PAGE, data=form)


async def there(acme: Organisation) -> set[str]:
    return {user.id for user in await acme.api.services.identity.users(acme.tenant.id)}


async def test_anybody_reads_the_page_and_who_shows_the_password_is_deleted_with_a_receipt(api: Api) -> None:
    acme = await api.organisation()
    shown = await api.call("GET", PAGE)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for text in ('name="email"', 'name="password"', "cannot be undone", "Close organisation", "call records"):
        assert text in shown.text
    assert "<script" not in shown.text and shown.headers["cache-control"] == "no-store"

    done = await posted(api, acme)
    assert done.status_code == 200, done.text
    assert await there(acme) == {acme.users["owner"], acme.users["supervisor"]}
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 401, "the session ended"
    receipt = json.loads(html.unescape(done.text.partition("<pre>")[2].partition("</pre>")[0]))
    assert (receipt["rule"], receipt["reason"]) == ("account_deletion", "asked")
    assert (await api.call("GET", f"/v1/erasure-receipts/{receipt['id']}")).json() == receipt
    assert acme.emails["agent"] not in done.text

    await api.services.audit.settle()
    lines = await api.mongo.tenant(acme.tenant.id).collection(StoredAuditEntry).find()
    assert [line.status for line in lines if line.action == f"POST {PAGE}"] == [200]


async def test_who_shows_too_little_deletes_nobody_and_learns_of_no_account(api: Api) -> None:
    acme = await api.organisation()
    everybody = await there(acme)
    wrong = await posted(api, acme, password="not the password")
    unknown = await posted(api, acme, email="nobody@example.com")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace(acme.emails["agent"], "X") == unknown.text.replace("nobody@example.com", "X")
    assert (await posted(api, acme, confirm="")).status_code == 422
    odd = await api.call("POST", PAGE, content=b"\xff" * 50 + b"&email=%ff<b>", headers={"Content-Type": "text/plain"})
    assert odd.status_code == 422 and "<b>" not in odd.text
    assert await there(acme) == everybody


async def test_a_second_factor_is_asked_for(api: Api) -> None:
    acme = await api.organisation()
    begun = await acme.call("agent", "POST", "/v1/me/mfa", json={"current_password": PASSWORD})
    otp = pyotp.TOTP(begun.json()["secret"])

    def code() -> str:
        return otp.at(int(api.clock.now().timestamp()))

    await acme.call("agent", "POST", "/v1/me/mfa/confirm", json={"code": code()})
    api.clock.advance(seconds=30)
    without, wrong = await posted(api, acme), await posted(api, acme, code="000000")
    assert "Type the code of your second factor" in without.text and "The code is wrong" in wrong.text
    assert (without.status_code, wrong.status_code) == (401, 401)
    assert acme.users["agent"] in await there(acme)
    assert (await posted(api, acme, code=code())).status_code == 200
    assert acme.users["agent"] not in await there(acme)


async def test_the_only_owner_is_told_to_close_the_organisation_and_one_of_two_may_go(api: Api) -> None:
    acme = await api.organisation()
    only = await posted(api, acme, "owner")
    assert (only.status_code, acme.users["owner"] in await there(acme)) == (409, True)
    assert "close the organisation" in re.sub("<[^>]*>", "", only.text)
    first = acme.users["owner"]
    await acme.join("owner")
    assert (await posted(api, acme, "owner")).status_code == 200
    assert first in await there(acme)


async def test_who_is_on_a_call_or_named_by_a_flow_stays(api: Api) -> None:
    acme = await api.organisation()
    nodes = {"a": {"type": "ring", "agents": [acme.users["agent"]], "no_answer": "b"}, "b": {"type": "hang_up"}}
    flow: Any = (
        await acme.call("owner", "POST", "/v1/flows", json={"name": "To the agent", "start": "a", "nodes": nodes})
    ).json()
    used = await posted(api, acme)
    assert used.status_code == 409 and "by a flow" in used.text
    await acme.call("owner", "DELETE", f"/v1/flows/{flow['id']}")
    api.services.persons.on_call = lambda tenant_id, user_id: user_id == UserId(acme.users["agent"])
    busy = await posted(api, acme)
    assert busy.status_code == 409 and acme.users["agent"] in await there(acme)


async def test_passwords_are_guessed_there_no_more_often_than_at_signing_in(api: Api) -> None:
    acme = await api.organisation()
    answers = [await posted(api, acme, password=f"guess {number}") for number in range(30)]
    last = answers[-1]
    assert last.status_code == 429 and int(last.headers["retry-after"]) > 0
    login = {"email": acme.emails["agent"], "password": PASSWORD, "device_name": "x"}
    assert (await api.call("POST", "/v1/auth/login", json=login)).status_code == 429, "the same count"


async def test_the_page_is_within_the_limit_of_an_address(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "PER_MINUTE", 3)
    transport = httpx.ASGITransport(api.app, client=("192.0.2.78", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as http:
        assert [(await http.get(PAGE)).status_code for _ in range(5)] == [200] * 3 + [429] * 2
