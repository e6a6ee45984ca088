"""Webhooks end to end: a real receiver on this machine, signatures checked by the convention's own library, a database
that outlives the server, and a clock that the test moves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from aiohttp import web
from standardwebhooks import Webhook as Official
from tests.support.http.api import Api, Organisation
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.privacy.due import delete_due
from tests.support.wait import wait_until

from call24.call_records.model import CallRecord
from call24.changes.service import Writing
from call24.kit import due_work
from call24.kit.errors import Conflict
from call24.kit.ids import CallId, RecordingId
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.secrets import AppKey
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.service import Sweeper
from call24.recordings.events import RECORDING_KEPT
from call24.recordings.events import kept as as_told
from call24.recordings.model import Recording
from call24.webhooks.model import Delivery, Webhook
from call24.webhooks.readers import WebhookEvents
from call24.webhooks.sender import Sender
from call24.webhooks.service import WebhookService
from call24.webhooks.store import WebhookStore

CALLS = ["call.started", "call.answered", "call.ended"]


class There:
    """A receiver: takes everything, until `answers` says otherwise."""

    def __init__(self) -> None:
        self.took: list[tuple[dict[str, str], str]] = []
        self.answers: list[int] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.took.append((dict(request.headers), await request.text()))
        return web.Response(status=self.answers.pop(0) if self.answers else 204)

    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.took]


@pytest.fixture
async def there() -> AsyncIterator[There]:
    there = There()
    app = web.Application()
    app.router.add_post("/hook", there.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield there
    await runner.cleanup()


@asynccontextmanager
async def sender(api: Api, webhooks: WebhookService | None = None, *, private: bool = True) -> AsyncIterator[None]:
    poster = OutboundHttp(private=private)
    running = asyncio.create_task(Sender(webhooks or api.services.webhooks, api.clock, poster.post).run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait({running})
        await poster.close()


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is moved by hand: what is due is looked for often."""
    monkeypatch.setattr(due_work, "LOOK_EVERY_S", 0.05)


def verified(secret: str, headers: dict[str, str], body: str) -> bool:
    """What the convention's own library says at the time of the tests' clock."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return at

    with patch("standardwebhooks.webhooks.datetime", Then):
        return bool(Official(secret).verify(body, {name.lower(): value for name, value in headers.items()}))


async def subscribed(org: Organisation, there: There, kinds: list[str] | None = None) -> dict[str, Any]:
    answer = await org.call("owner", "POST", "/v1/webhooks", json={"url": there.url, "kinds": kinds or CALLS})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def deliveries(org: Organisation, id: str, **query: str) -> list[dict[str, Any]]:
    answer = await org.call("owner", "GET", f"/v1/webhooks/{id}/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def sent_test(org: Organisation, id: str) -> dict[str, Any]:
    answer = await org.call("owner", "POST", f"/v1/webhooks/{id}/test")
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_calls_are_told_signed_each_once_and_by_ids_alone(api: Api, there: There) -> None:
    async with front_office(api) as office, sender(api):
        made = await subscribed(office.org, there)
        contact = await office.contact("+442079460123", "Jo Bloggs")
        told = office.call("one")
        told.arrives(contact).joins(office.help).offered_to(office.user("agent")).answered_by(office.user("agent"))
        await office.read(told)
        told.ends()
        await office.read(told)
        await wait_until(lambda: len(there.took) >= 3)
        assert sorted(there.kinds()) == sorted(CALLS)
        for headers, body in there.took:
            assert verified(made["secret"], headers, body)
            assert json.loads(body)["data"]["call_id"] == "call_one"
            assert "Jo" not in body and "4420794" not in body
        assert {json.loads(body)["data"]["contact_id"] for _, body in there.took} == {contact}

        async def all_noted() -> bool:
            return [one["state"] for one in await deliveries(office.org, made["id"])] == ["delivered"] * 3

        await wait_until(all_noted)
        # Read again, as after a crash: nothing is told twice.
        record = await office_record(office, "call_one")
        again = WebhookService(api.mongo, api.clock, AppKey.load(api.data), private=True)
        await again.refresh()
        await WebhookEvents(again, api.clock, api.mongo).record_written(record)
        assert len(await deliveries(office.org, made["id"])) == 3


async def office_record(office: FrontOffice, call_id: str) -> CallRecord:
    return await office.api.mongo.tenant(office.org.tenant.id).collection(CallRecord).get(call_id)


async def test_tasks_and_recordings_are_told_to_who_asked_for_them(api: Api, there: There) -> None:
    async with front_office(api) as office, sender(api):
        await subscribed(office.org, there, ["task.changed", "recording.ready"])
        task = await office.tasks.add(office.org.tenant.id, "Ring Jo")
        await office.tasks.set_state(task, "done", office.user("agent"))
        kept = Recording(
            id=RecordingId("rec_1"),
            tenant_id=office.org.tenant.id,
            call_id=CallId("call_1"),
            kind="call",
            state="stored",
            duration_s=3.5,
            started_at=api.clock.now(),
            stored_at=api.clock.now(),
            delete_at=api.clock.now() + timedelta(days=90),
        )
        none = msgspec.structs.replace(kept, id=RecordingId("rec_2"), state="missing")

        async def settled(writing: Writing) -> None:
            for recording in (none, kept, kept):
                writing.tell(RECORDING_KEPT, as_told(recording), recording.id)

        await api.changes.commit(office.org.tenant.id, settled)
        await wait_until(lambda: len(there.took) >= 3)
        bodies = [json.loads(body) for _, body in there.took]
        tasks = [one["data"] for one in bodies if one["type"] == "task.changed"]
        assert sorted((one["version"], one["state"]) for one in tasks) == [(1, "open"), (2, "done")]
        assert [one["data"]["recording_id"] for one in bodies if one["type"] == "recording.ready"] == ["rec_1"]
        assert all("Ring Jo" not in body for _, body in there.took)


async def test_what_is_refused_is_tried_again_for_three_days_then_dead_and_can_be_sent_again(
    api: Api, there: There
) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    there.answers = [500, 503, 302]
    async with sender(api):
        await sent_test(org, made["id"])
        for tries, seconds in enumerate((5, 15, 45), 1):

            async def failed(so_far: int = tries) -> bool:
                return (await deliveries(org, made["id"]))[0]["tries"] == so_far

            await wait_until(failed)
            assert len(there.took) == tries
            api.clock.advance(seconds=seconds)
        await wait_until(lambda: len(there.took) == 4)
        assert len({headers["webhook-id"] for headers, _ in there.took}) == 1
        assert len({headers["webhook-timestamp"] for headers, _ in there.took}) == 4

        async def delivered() -> bool:
            return [one["state"] for one in await deliveries(org, made["id"])] == ["delivered"]

        await wait_until(delivered)
        there.answers = [500] * 100
        sent = await sent_test(org, made["id"])

        async def dead() -> bool:
            api.clock.advance(hours=6)
            return [one["id"] for one in await deliveries(org, made["id"], state="dead")] == [sent["id"]]

        await wait_until(dead)
        there.answers, before = [], len(there.took)
        answer = await org.call("owner", "POST", f"/v1/webhooks/{made['id']}/deliveries/{sent['id']}/resend")
        assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
        await wait_until(lambda: len(there.took) > before)
        assert there.took[-1][0]["webhook-id"] == sent["message_id"]


async def test_what_waits_is_sent_after_a_restart(api: Api, there: There) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    await sent_test(org, made["id"])  # nobody sends: the server dies here
    again = WebhookService(api.mongo, api.clock, AppKey.load(api.data), private=True)
    await again.refresh()
    async with sender(api, again):
        await wait_until(lambda: there.took)
    headers, body = there.took[0]
    assert verified(made["secret"], headers, body)


async def test_a_changed_secret_signs_beside_the_one_before_for_a_day(api: Api, there: There) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    new = (await org.call("owner", "POST", f"/v1/webhooks/{made['id']}/secret")).json()["secret"]
    async with sender(api):
        await sent_test(org, made["id"])
        await wait_until(lambda: there.took)
        api.clock.advance(hours=25)
        await api.services.webhooks.test(org.tenant.id, made["id"])
        await wait_until(lambda: len(there.took) == 2)
    both, one = (headers["webhook-signature"].split(" ") for headers, _ in there.took)
    assert (len(both), len(one)) == (2, 1)
    headers, body = there.took[0]
    for secret in (new, made["secret"]):
        assert verified(secret, headers, body)


async def test_a_secret_is_changed_once_while_the_one_before_signs(api: Api, there: There) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    renew = "POST", f"/v1/webhooks/{made['id']}/secret"
    renewed = (await org.call("owner", *renew)).json()
    twice = await org.call("owner", *renew)
    assert (twice.status_code, twice.json()["code"]) == (409, "old_secret_signs")
    assert renewed["old_secret_until"] in twice.json()["detail"]
    async with sender(api):
        await sent_test(org, made["id"])
        await wait_until(lambda: there.took)
    headers, body = there.took[0]
    for secret in (renewed["secret"], made["secret"]):
        assert verified(secret, headers, body), "the receiver's own is one of them still"
    api.clock.advance(hours=23, minutes=59)
    with pytest.raises(Conflict):
        await api.services.webhooks.rotate(org.tenant.id, made["id"])
    api.clock.advance(minutes=1)
    _, third = await api.services.webhooks.rotate(org.tenant.id, made["id"])
    assert third not in (made["secret"], renewed["secret"])


async def test_an_address_of_this_machine_is_not_connected_to(api: Api, there: There) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    async with sender(api, private=False):
        await sent_test(org, made["id"])

        async def tried() -> bool:
            return (await deliveries(org, made["id"]))[0]["trouble"] is not None

        await wait_until(tried)
    [told] = await deliveries(org, made["id"])
    assert (told["trouble"], told["status"], told["state"]) == ("not_allowed", None, "waiting")
    assert there.took == []


async def test_nothing_of_a_disabled_organisation_is_sent_until_it_is_let_in_again(api: Api, there: There) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    await sent_test(org, made["id"])
    api.services.webhooks.is_open = lambda tenant_id: tenant_id != org.tenant.id
    async with sender(api):

        async def put_off() -> bool:
            return (await deliveries(org, made["id"]))[0]["trouble"] == "switched_off"

        await wait_until(put_off)
        assert there.took == []
        api.services.webhooks.is_open = lambda _: True
        api.clock.advance(minutes=6)
        await wait_until(lambda: there.took)


async def test_contacts_are_told_by_ids_alone(api: Api, there: There) -> None:
    async with front_office(api) as office, sender(api):
        await subscribed(office.org, there, ["contact.created", "contact.updated", "contact.deleted"])
        contact = await office.contact("+442079460123", "Jo Bloggs")
        await office.contact("+442079460123", "Jo Bloggs")
        api.clock.advance(minutes=1)
        await office.contact("+442079460123", "Joan Bloggs")
        await wait_until(lambda: len(there.took) >= 2)
        api.clock.advance(days=100)
        await Sweeper(
            api.mongo,
            api.services.tenants,
            api.changes,
            time=AgreedTime(api.mongo, api.clock),
            erasers={},
        ).sweep()
        await wait_until(lambda: len(there.took) >= 3)
        assert sorted(there.kinds()) == ["contact.created", "contact.deleted", "contact.updated"]
        for _, body in there.took:
            assert json.loads(body)["data"]["contact_id"] == contact
            assert "Bloggs" not in body and "4420794" not in body


async def test_it_is_said_since_when_an_address_takes_nothing(api: Api, there: There) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    there.answers = [500, 500]
    begun = api.clock.now()

    async def since() -> str | None:
        found: str | None = (await org.call("owner", "GET", f"/v1/webhooks/{made['id']}")).json()["failing_since"]
        return found

    async with sender(api):
        await sent_test(org, made["id"])
        await wait_until(since)
        api.clock.advance(seconds=6)

        async def tried_again() -> bool:
            return (await deliveries(org, made["id"]))[0]["tries"] == 2

        await wait_until(tried_again)
        assert datetime.fromisoformat(str(await since())) == begun
        api.clock.advance(seconds=16)

        async def fares() -> bool:
            return await since() is None

        await wait_until(fares)
    assert len(there.took) == 3


@pytest.mark.parametrize("what", ["failing", "gone"])
async def test_what_an_attempt_came_to_leaves_a_secret_that_is_changed_in_this_moment(
    api: Api, there: There, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    org = await api.organisation()
    made, service = await subscribed(org, there), api.services.webhooks
    webhook, writes, reads = await service.get(org.tenant.id, made["id"]), WebhookStore.set, WebhookStore.get
    secrets = list[str]()

    async def changes() -> None:
        monkeypatch.undo()
        secrets.append((await service.rotate(org.tenant.id, made["id"]))[1])

    async def before_it_is_written(store: WebhookStore, *args: Any) -> bool:
        await changes()
        return await writes(store, *args)

    async def after_it_is_read(store: WebhookStore, *args: Any) -> Webhook:
        found = await reads(store, *args)
        await changes()
        return found

    monkeypatch.setattr(WebhookStore, "set", before_it_is_written)
    monkeypatch.setattr(WebhookStore, "get", after_it_is_read)
    await (service.record_health(webhook.id, taken=False) if what == "failing" else service.disable_gone(webhook))
    assert len(secrets) == 1
    kept = await service.get(org.tenant.id, made["id"])
    assert kept.secret != webhook.secret and kept.old_secret == webhook.secret
    assert (kept.failing_since is None, kept.enabled) == ((False, True) if what == "failing" else (True, False))


async def test_an_address_that_is_gone_ends_its_webhook_and_others_go_on(api: Api, there: There) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    there.answers = [410]
    async with sender(api):
        await sent_test(org, made["id"])

        async def off() -> bool:
            return (await org.call("owner", "GET", f"/v1/webhooks/{made['id']}")).json()["enabled"] is False

        await wait_until(off)
    assert (await org.call("owner", "GET", f"/v1/webhooks/{made['id']}")).json()["gone_at"] is not None
    again = await org.call("owner", "PATCH", f"/v1/webhooks/{made['id']}", json={"enabled": True})
    assert (again.json()["enabled"], again.json()["gone_at"]) == (True, None)


async def test_nobody_subscribes_to_what_they_may_not_read(api: Api, there: There) -> None:
    org = await api.organisation()
    role = {"name": "Settings", "permissions": ["organisation.read", "organisation.write", "tasks.read"]}
    made = await org.call("owner", "POST", "/v1/roles", json=role)
    await org.join(made.json()["id"])
    [settings] = [bearer for name, bearer in org.bearers.items() if name == made.json()["id"]]
    for kinds, status in ((["call.ended"], 403), (["task.changed", "recording.ready"], 403), (["task.changed"], 201)):
        wish = {"url": there.url, "kinds": kinds}
        answer = await api.call("POST", "/v1/webhooks", settings, json=wish)
        assert answer.status_code == status, answer.text
    change = await api.call("PATCH", f"/v1/webhooks/{answer.json()['id']}", settings, json={"kinds": ["call.ended"]})
    assert (change.status_code, change.json()["code"]) == (403, "beyond_own")


async def test_the_secret_is_shown_once_and_stored_sealed_and_all_goes_with_the_webhook(
    api: Api, there: There, mongo: Mongo
) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    assert made["secret"].startswith("whsec_")
    listed = await org.call("owner", "GET", "/v1/webhooks")
    assert "whsec_" not in listed.text
    stored = await api.services.webhooks.get(org.tenant.id, made["id"])
    assert made["secret"].encode() not in stored.secret
    await sent_test(org, made["id"])
    assert (await org.call("owner", "DELETE", f"/v1/webhooks/{made['id']}")).status_code == 204
    assert await mongo.tenant(org.tenant.id).collection(Delivery).count() == 0


async def test_kept_messages_go_when_their_time_is_up(api: Api, there: There) -> None:
    org = await api.organisation()
    made = await subscribed(org, there)
    async with sender(api):
        await sent_test(org, made["id"])
        await wait_until(lambda: there.took)

        async def delivered() -> bool:
            return (await deliveries(org, made["id"]))[0]["state"] == "delivered"

        await wait_until(delivered)
    assert (await delete_due(api.mongo, api.clock.now() + timedelta(days=3)))["webhook_deliveries"] == 0
    assert (await delete_due(api.mongo, api.clock.now() + timedelta(days=4, seconds=1)))["webhook_deliveries"] == 1


async def test_too_many_that_wait_are_not_added_to(api: Api, there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.webhooks.rules.WAITING_MAX", 2)
    org = await api.organisation()
    made = await subscribed(org, there)
    for _ in range(2):
        await sent_test(org, made["id"])
    answer = await org.call("owner", "POST", f"/v1/webhooks/{made['id']}/test")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many")
