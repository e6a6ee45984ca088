"""The generated Python client against the API itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.support.http.api import PASSWORD, Api, Organisation

from call24_client import AsyncClient, Problem, auth, queues, reason_codes, tokens, users, webhooks


@pytest.fixture
async def org(api: Api) -> Organisation:
    return await api.organisation()


@pytest.fixture
async def client(api: Api, org: Organisation) -> AsyncIterator[AsyncClient]:
    """With a token that it made for itself, as a machine has one."""
    transport = httpx.ASGITransport(api.app, client=("127.0.0.1", 50000))
    async with AsyncClient("https://call24.test:8024", transport=transport) as stranger:
        login = auth.login({"email": org.emails["owner"], "password": PASSWORD, "device_name": "CLI"})
        session = (await stranger.send(login))["token"]
    async with AsyncClient("https://call24.test:8024", session, transport=transport) as signed_in:
        made = await signed_in.send(
            tokens.make_token({"name": "Machine", "abilities": ["*", "organisation.write", "users.write"]})
        )
    async with AsyncClient("https://call24.test:8024", made["token"], transport=transport) as machine:
        yield machine


async def test_it_makes_reads_changes_and_deletes(client: AsyncClient, org: Organisation) -> None:
    made = await client.send(queues.add_queue({"name": "Support", "members": [org.users["agent"]], "offer_s": 15}))
    assert (await client.send(queues.read_queue(made["id"])))["offer_s"] == 15
    changed = await client.send(queues.change_queue(made["id"], {"offer_s": 25}))
    assert changed["offer_s"] == 25
    assert made["id"] in [one["id"] async for one in client.all(queues.list_queues())]
    assert await client.send(queues.delete_queue(made["id"])) is None
    with pytest.raises(Problem) as gone:
        await client.send(queues.read_queue(made["id"]))
    assert (gone.value.status, gone.value.code) == (404, "not_found")


async def test_a_key_makes_a_thing_once(client: AsyncClient) -> None:
    wish = reason_codes.add_pause_reason({"name": "Errand"}, idempotency_key="k")
    assert await client.send(wish) == await client.send(wish)


async def test_a_stale_tag_is_told_and_wrong_fields_are_named(client: AsyncClient) -> None:
    made = await client.send(queues.add_queue({"name": "Support"}))
    with pytest.raises(Problem) as stale:
        await client.send(queues.change_queue(made["id"], {"name": "Other"}, if_match='"old"'))
    assert (stale.value.status, stale.value.code) == (412, "changed_meanwhile")
    with pytest.raises(Problem) as wrong:
        await client.send(queues.add_queue({"name": ""}))
    assert [one.field for one in wrong.value.errors] == ["name"]


async def test_it_subscribes_to_webhooks_and_lists_people(client: AsyncClient, org: Organisation) -> None:
    made = await client.send(webhooks.add_webhook({"url": "https://acme.example/", "kinds": ["call.ended"]}))
    assert made["secret"].startswith("whsec_")
    sent = await client.send(webhooks.send_test(made["id"]))
    found = [one async for one in client.all(webhooks.list_deliveries(made["id"], state="waiting"))]
    assert [one["id"] for one in found] == [sent["id"]]
    assert set(org.users.values()) <= {one["id"] async for one in client.all(users.list_users())}
