"""Tests and repeated deliveries of webhooks have a rate, so that nobody has us knock at a stranger's door all day."""

from __future__ import annotations

from tests.support.http.api import Api, Organisation

HOOK = {"url": "https://hooks.example/here", "kinds": ["call.ended"]}


async def hook(acme: Organisation) -> str:
    return str((await acme.call("owner", "POST", "/v1/webhooks", json=HOOK)).json()["id"])


async def test_an_organisation_sends_ten_tests_a_minute_and_is_told_when_again(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    first, second = await hook(acme), await hook(acme)
    tried = [await acme.call("owner", "POST", f"/v1/webhooks/{(first, second)[n % 2]}/test") for n in range(11)]
    assert [one.status_code for one in tried] == [202] * 10 + [429]
    assert tried[-1].json()["code"] == "too_many_requests" and 0 < int(tried[-1].headers["retry-after"]) <= 61
    assert (await other.call("owner", "POST", f"/v1/webhooks/{await hook(other)}/test")).status_code == 202
    api.clock.advance(seconds=61)
    assert (await acme.call("owner", "POST", f"/v1/webhooks/{first}/test")).status_code == 202
