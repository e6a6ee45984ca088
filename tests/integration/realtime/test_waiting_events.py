"""Webhook events that nobody has taken yet are told after a restart: in order, at least once, and then forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.support.clock import StillClock
from tests.support.realtime.hub import application
from tests.support.wait import wait_until

from call24.kit.errors import Unavailable
from call24.kit.mongo import Mongo
from call24.pusher_apps.model import AppTerms, AppWebhook
from call24.realtime.store import WaitingEvents
from call24.realtime.webhooks import BATCH_MAX, Webhooks

URL = "https://acme.example/hooks"
TERMS = application(webhooks=(AppWebhook(url=URL, events=("channel_occupied",)),))


class Life:
    """One life of a server."""

    def __init__(self, mongo: Mongo, status: int = 200) -> None:
        self.status = status
        self.told: list[str] = []
        self.tried = 0
        self.store = WaitingEvents(mongo)
        self.webhooks = Webhooks(StillClock(), self._post, {TERMS.key: TERMS}.get, self.store)

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.tried += 1
        if self.status == 200:
            self.told += [event["channel"] for event in json.loads(body)["events"]]
        return self.status

    def tell(self, *channels: str, terms: AppTerms = TERMS) -> None:
        for channel in channels:
            self.webhooks.tell(terms, {"name": "channel_occupied", "channel": channel})

    async def kept(self) -> list[str]:
        return [json.loads(event.told)["channel"] for event in await self.store.all()]


@asynccontextmanager
async def life(mongo: Mongo, status: int = 200) -> AsyncIterator[Life]:
    """It ends as one that is killed does."""
    here = Life(mongo, status)
    here.webhooks.tell_again(await here.store.all())
    tasks = [asyncio.create_task(work()) for work in (here.webhooks.run, here.store.run)]
    yield here
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_what_nobody_took_is_told_after_a_restart_in_order_and_before_what_is_new(mongo: Mongo) -> None:
    channels = [f"c{number}" for number in range(BATCH_MAX + 3)]
    async with life(mongo, 503) as first:
        first.tell(*channels)

        async def all_kept() -> bool:
            return await first.kept() == channels

        await wait_until(all_kept)
        await wait_until(lambda: first.tried == 1)
    async with life(mongo) as second:
        second.tell("new")
        await wait_until(lambda: second.webhooks.delivered == len(channels) + 1)
        assert second.told == [*channels, "new"]

        async def forgotten() -> bool:
            return not await second.kept()

        await wait_until(forgotten)


async def test_what_was_told_before_it_was_put_down_never_is(mongo: Mongo) -> None:
    here = Life(mongo)
    here.tell("a")
    telling = asyncio.create_task(here.webhooks.run())
    await wait_until(lambda: here.told == ["a"])
    telling.cancel()
    await here.store.flush()
    assert await here.kept() == []
    assert not here.store._over, "there is nothing to delete either"


async def test_of_an_application_that_is_gone_nothing_is_told_nor_kept(mongo: Mongo) -> None:
    gone = application("1000000009", webhooks=TERMS.webhooks)
    before = Life(mongo)
    before.tell("a", terms=gone)
    await before.store.flush()
    assert await before.kept() == ["a"]
    async with life(mongo) as after:
        await wait_until(lambda: after.webhooks.dropped == 1)

        async def forgotten() -> bool:
            return not await after.kept()

        await wait_until(forgotten)
        assert not after.tried


async def test_while_mongodb_is_away_events_are_told_all_the_same_and_what_is_not_is_kept_later(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Life(mongo, 503)
    here.tell("a", "b")
    waiting = list(here.store._new.values())

    async def away(_: Any) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(here.store, "_put_down", away)
        with pytest.raises(Unavailable):
            await here.store.flush()
    here.store.over(waiting[:1])
    await here.store.flush()
    assert await here.kept() == ["b"]
    here.store.over(waiting[1:])
    await here.store.flush()
    assert await here.kept() == []
