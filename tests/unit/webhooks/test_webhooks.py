"""Webhooks' decisions: which addresses and kinds, when it is tried again, and signatures that the convention's own
library accepts."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from standardwebhooks import Webhook as Official
from standardwebhooks import WebhookVerificationError
from tests.authorisation.promises import WEBHOOK_KINDS
from tests.support.clock import StillClock

from call24.kit.errors import Invalid
from call24.kit.ids import DeliveryId, TenantId, WebhookId
from call24.webhooks import rules, signing
from call24.webhooks.events import NEEDS, OF, CallStarted, message, schema
from call24.webhooks.model import Delivery, Webhook
from call24.webhooks.sender import Sender

NOW = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)


def webhook(**more: Any) -> Webhook:
    made: dict[str, Any] = {"url": "https://acme.example/hook", "kinds": ("call.ended",), **more}
    id, tenant = WebhookId("whk_1"), TenantId("ten_1")
    return Webhook(id=id, tenant_id=tenant, secret=b"", secret_at=NOW, created_at=NOW, **made)


def delivery(**more: Any) -> Delivery:
    made: dict[str, Any] = {"due_at": NOW, "until": NOW + rules.TRIED_FOR, "delete_at": NOW, **more}
    return Delivery(
        id=DeliveryId("dlv_1"),
        tenant_id=TenantId("ten_1"),
        webhook_id=WebhookId("whk_1"),
        message_id="msg_1",
        kind="call.ended",
        body="{}",
        created_at=NOW,
        **made,
    )


def test_the_conventions_own_library_accepts_a_signature_and_refuses_a_changed_body() -> None:
    secret, body = signing.new_secret(), '{"type":"webhook.test"}'
    told = signing.headers([secret], "msg_1", int(datetime.now(UTC).timestamp()), body)
    assert Official(secret).verify(body, told) == {"type": "webhook.test"}
    with pytest.raises(WebhookVerificationError):
        Official(secret).verify(body.replace("test", "tset"), told)
    with pytest.raises(WebhookVerificationError):
        Official(signing.new_secret()).verify(body, told)


def test_while_a_secret_is_changed_either_one_verifies() -> None:
    new, old = signing.new_secret(), signing.new_secret()
    told = signing.headers([new, old], "msg_1", int(datetime.now(UTC).timestamp()), "{}")
    for secret in (new, old):
        assert Official(secret).verify("{}", told) == {}


def test_what_the_conventions_own_library_signs_is_accepted_for_five_minutes_and_a_changed_body_is_not() -> None:
    secret, at_s = signing.new_secret(), 1_796_000_000
    signed = Official(secret).sign("msg_1", datetime.fromtimestamp(at_s, UTC), '{"id":"c1"}')
    given = {"webhook-id": "msg_1", "webhook-timestamp": str(at_s), "webhook-signature": f"v1,AAAA {signed}"}
    told = [signing.is_signed(secret, given, b'{"id":"c1"}', at_s + away) for away in (-301, -300, 0, 300, 301)]
    assert told == [False, True, True, True, False]
    assert not signing.is_signed(secret, given, b'{"id":"c2"}', at_s)
    assert not signing.is_signed(signing.new_secret(), given, b'{"id":"c1"}', at_s)
    for name, wrong in (
        ("webhook-id", ""),
        ("webhook-id", "msg_2"),
        ("webhook-timestamp", "now"),
        ("webhook-timestamp", "\u0661" * 10),
        ("webhook-timestamp", str(at_s + 1)),
        ("webhook-signature", ""),
        ("webhook-signature", " ".join(["v1,AAAA"] * 10 + [signed])),
        ("webhook-signature", signed.replace("v1,", "v2,")),
    ):
        assert not signing.is_signed(secret, {**given, name: wrong}, b'{"id":"c1"}', at_s), (name, wrong)


def test_tries_grow_apart_and_end_after_three_days_with_a_last_one() -> None:
    waiting, now, pauses = delivery(), NOW, []
    while True:
        after = rules.failed(waiting, now, "refused", 500)
        if after.state == "dead":
            break
        pauses.append(after.due_at - now)
        waiting, now = after, after.due_at
    assert now == NOW + timedelta(days=3)
    assert pauses[:4] == [timedelta(seconds=s) for s in (5, 15, 45, 135)]
    assert all(before <= later for before, later in pairwise(pauses[:-1]))
    assert after.tries == len(pauses) + 1 == 15
    assert after.delete_at == now + rules.KEPT_DEAD


def test_an_address_that_is_gone_is_not_tried_again() -> None:
    assert rules.failed(delivery(), NOW, "gone", 410).state == "dead"


def test_what_may_not_be_sent_waits_without_an_attempt_until_its_time_is_up() -> None:
    waits = rules.put_off(delivery(), NOW)
    assert (waits.state, waits.tries, waits.due_at) == ("waiting", 0, NOW + rules.PUT_OFF)
    assert rules.put_off(waits, NOW + rules.TRIED_FOR).state == "dead"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme.example",
        "http://acme.example/",
        "ftp://acme.example/",
        "https://",
        "https://user:secret@acme.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://acme.example:0/",
        "https://acme.example:99999/",
        "https://acme.example/#part",
        "https://acme.example/ x",
        "https://acme.example/\r\nX: y",
        "https://acme.example/" + "x" * 500,
    ],
)
def test_only_a_public_https_address_is_taken(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked(webhook(url=url), private=False)
    assert [field for field, _ in refused.value.errors] == ["url"]
    assert rules.checked(webhook(), private=False).url


def test_unknown_kinds_and_none_are_refused() -> None:
    for kinds in ((), ("call.ended", "call.nothing"), ("webhook.test",)):
        with pytest.raises(Invalid):
            rules.checked(webhook(kinds=kinds), private=False)
    assert rules.in_order(["call.ended", "call.started", "call.ended"]) == ("call.started", "call.ended")


def test_a_message_is_what_its_schema_says() -> None:
    event = CallStarted(
        call_id="call_1", direction="inbound", number_id=None, queue_id=None, contact_id=None, started_at=NOW
    )
    told = json.loads(message(event, NOW))
    wanted = schema("call.started")
    assert told["type"] == wanted["properties"]["type"]["const"]
    assert told["timestamp"] == "2026-11-26T19:00:00Z"
    assert set(told["data"]) == set(wanted["properties"]["data"]["required"])


async def test_a_sender_that_is_ended_in_the_moment_of_waking_ends() -> None:
    async def nothing(*_: Any) -> list[Delivery]:
        return []

    webhooks: Any = SimpleNamespace(put=asyncio.Event(), store=SimpleNamespace(due=nothing))
    running = asyncio.create_task(Sender(webhooks, StillClock(), webhooks).run())
    for _ in range(5):
        await asyncio.sleep(0)
    webhooks.put.set()
    await asyncio.sleep(0)
    running.cancel()
    assert await asyncio.wait({running}, timeout=5) == ({running}, set())
    assert running.cancelled()


def test_every_kind_names_what_it_needs_and_is_described() -> None:
    assert set(OF) - set(NEEDS) == {"webhook.test"} and NEEDS == WEBHOOK_KINDS
    assert all(schema(kind)["description"] for kind in OF)
