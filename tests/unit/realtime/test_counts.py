"""How many subscribe to a channel, and which users are there: who is told, when, and that it is right in the end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.realtime.hub import Client, Realtime, application, realtime
from tests.support.wait import wait_until

from call24.identity.channel_auth import sign_user
from call24.kit.secrets import RealtimeKey
from call24.pusher_apps.model import AppTerms
from call24.realtime.counts import EVERY_S, FEW
from call24.realtime.protocol import Close
from call24.realtime.watchlists import WATCHED_MAX

COUNT = "pusher_internal:subscription_count"
WATCHED = "pusher_internal:watchlist_events"


@pytest.fixture
async def here() -> AsyncIterator[Realtime]:
    async with realtime() as here:
        yield here


@pytest.fixture
def acme(here: Realtime) -> AppTerms:
    return here.add(application(subscription_counts=True))


def counts(client: Client) -> list[int]:
    return [frame["data"]["subscription_count"] for frame in client.named(COUNT)]


def hooks(here: Realtime) -> list[tuple[str, int]]:
    return [
        (event["channel"], event["subscription_count"]) for event in here.told if event["name"] == "subscription_count"
    ]


async def test_subscribers_are_told_how_many_they_are_after_their_subscription(here: Realtime, acme: AppTerms) -> None:
    first = await here.joined(acme, "news")
    here.clock.advance(seconds=0)
    second = await here.joined(acme, "news")
    here.clock.advance(seconds=0)
    await first.hears(COUNT, 2)
    assert (counts(first), counts(second)) == ([1, 2], [2])
    assert [frame["event"] for frame in second.frames[1:]] == ["pusher_internal:subscription_succeeded", COUNT]
    second.leave()
    await wait_until(lambda: here.hub.sockets == 1)
    here.clock.advance(seconds=0)
    await first.hears(COUNT, 3)
    first.leave()
    await wait_until(lambda: here.hub.sockets == 0)
    here.clock.advance(seconds=0)
    assert counts(first) == [1, 2, 1]
    assert hooks(here) == [("news", 1), ("news", 2), ("news", 1), ("news", 0)]


async def test_without_the_setting_only_webhooks_tell_it_and_of_presence_channels_nobody_does(here: Realtime) -> None:
    plain = here.add(application("1000000002"))
    client = await here.joined(plain, "news")
    await here.join(client, "presence-a", "ann")
    here.clock.advance(seconds=EVERY_S)
    await client.settled()
    assert not client.named(COUNT)
    assert hooks(here) == [("news", 1)]


async def test_a_crowd_is_counted_every_five_seconds_and_the_last_count_is_right(
    here: Realtime, acme: AppTerms
) -> None:
    watcher = await here.joined(acme, "news")
    others = [await here.joined(acme, "news") for _ in range(FEW)]
    here.clock.advance(seconds=0)
    await watcher.settled()
    assert counts(watcher) == [FEW + 1]
    others += [await here.joined(acme, "news") for _ in range(5)]
    here.clock.advance(seconds=EVERY_S - 0.1)
    await watcher.settled()
    assert counts(watcher) == [FEW + 1]
    here.clock.advance(seconds=0.1)
    await watcher.hears(COUNT, 2)
    assert counts(watcher) == [FEW + 1, FEW + 6]


# Watchlists


async def signed_in(here: Realtime, terms: AppTerms, user_id: str, watchlist: Any = None) -> Client:
    client = await here.open_at(terms)
    user_data = json.dumps({"id": user_id, **({} if watchlist is None else {"watchlist": watchlist})})
    auth = sign_user(RealtimeKey(terms.key, terms.secret), client.socket_id, user_data)
    client.say("pusher:signin", {"auth": auth, "user_data": user_data})
    await wait_until(lambda: client.named("pusher:signin_success") or client.close_code)
    return client


def told(client: Client) -> list[tuple[str, list[str]]]:
    return [(one["name"], one["user_ids"]) for frame in client.named(WATCHED) for one in frame["data"]["events"]]


async def test_who_watches_others_is_told_who_is_there_and_who_comes_and_goes(here: Realtime, acme: AppTerms) -> None:
    await signed_in(here, acme, "ben")
    ann = await signed_in(here, acme, "ann", ["ben", "cid"])
    await ann.hears(WATCHED)
    assert told(ann) == [("online", ["ben"]), ("offline", ["cid"])]
    cid, again = await signed_in(here, acme, "cid"), await signed_in(here, acme, "cid")
    await ann.hears(WATCHED, 2)
    cid.leave()
    await wait_until(lambda: here.hub.sockets == 3)
    await ann.settled()
    assert told(ann)[2:] == [("online", ["cid"])], "there until the last socket has left"
    again.leave()
    await ann.hears(WATCHED, 3)
    assert told(ann)[3:] == [("offline", ["cid"])]


async def test_users_of_another_application_are_others(here: Realtime, acme: AppTerms) -> None:
    ann = await signed_in(here, acme, "ann", ["ben"])
    await signed_in(here, here.add(application("1000000002")), "ben")
    await ann.settled()
    assert told(ann) == [("offline", ["ben"])]


async def test_who_signs_in_anew_watches_the_new_list_alone(here: Realtime, acme: AppTerms) -> None:
    ann = await signed_in(here, acme, "ann", ["ben"])
    user_data = json.dumps({"id": "ann", "watchlist": ["cid"]})
    auth = sign_user(RealtimeKey(acme.key, acme.secret), ann.socket_id, user_data)
    ann.say("pusher:signin", {"auth": auth, "user_data": user_data})
    await ann.hears("pusher:signin_success", 2)
    await signed_in(here, acme, "ben")
    await signed_in(here, acme, "cid")
    await ann.hears(WATCHED, 3)
    assert told(ann) == [("offline", ["ben"]), ("offline", ["cid"]), ("online", ["cid"])]


async def test_nothing_is_kept_of_who_has_left(here: Realtime, acme: AppTerms) -> None:
    ann = await signed_in(here, acme, "ann", ["ben", "ann"])
    ann.leave()
    await wait_until(lambda: here.hub.sockets == 0)
    namespace = here.hub.namespace(acme.key)
    assert namespace is not None
    assert not namespace.watchlists._sockets and not namespace.watchlists._watchers


@pytest.mark.parametrize("watchlist", ["ben", [1], [""], ["x" * 200], [f"u{n}" for n in range(WATCHED_MAX + 1)]])
async def test_what_is_no_watchlist_is_no_sign_in(here: Realtime, acme: AppTerms, watchlist: Any) -> None:
    client = await signed_in(here, acme, "ann", watchlist)
    assert client.close_code == Close.UNAUTHORISED
