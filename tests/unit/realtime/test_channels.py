"""Channels of organisations' own applications: kinds, presence, what clients say to each other, what was missed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.support.realtime.hub import Client, Realtime, application, realtime, session
from tests.support.wait import wait_until

from call24.identity.channel_auth import for_sessions, sign
from call24.kit.ids import TenantId
from call24.kit.secrets import RealtimeKey
from call24.pusher_apps.model import AppTerms
from call24.realtime.channel import CACHED_S, KEPT_MAX, KEPT_S, MEMBERS_MAX
from call24.realtime.client_messages import CHANNELS_MAX
from call24.realtime.protocol import Close

SUCCEEDED = "pusher_internal:subscription_succeeded"
REFUSED = "pusher:subscription_error"


@pytest.fixture
async def here() -> AsyncIterator[Realtime]:
    async with realtime() as here:
        yield here


@pytest.fixture
def acme(here: Realtime) -> AppTerms:
    return here.add(application())


def publish(here: Realtime, terms: AppTerms, channel: str, data: Any, left_out: str = "") -> int:
    namespace = here.hub.namespace(terms.key)
    assert namespace is not None
    return namespace.publish(channel, "news", json.dumps(data), left_out)


def numbers(client: Client, channel: str) -> list[int]:
    return [frame["seq"] for frame in client.on(channel, "news")]


def key_of(terms: AppTerms) -> RealtimeKey:
    return RealtimeKey(terms.key, terms.secret)


async def closed(client: Client) -> int | None:
    await wait_until(lambda: client.close_code is not None)
    return client.close_code


# Connecting


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"enabled": False}, Close.DISABLED), ({"tls_only": True}, Close.TLS_ONLY), ({"connections_max": 0}, 4004)],
)
async def test_an_application_that_takes_no_socket_says_why(here: Realtime, settings: Any, code: int) -> None:
    client = await here.open_at(here.add(application(**settings)))
    assert await closed(client) == code
    assert client.frames[-1]["data"]["code"] == code
    assert here.hub.sockets == 0


async def test_an_applications_page_may_be_on_any_host(here: Realtime, acme: AppTerms) -> None:
    headers = [("Origin", "https://shop.example")]
    assert (await here.open_at(acme, headers=headers)).socket_id
    assert (await here.open(headers=headers)).status == 403


async def test_an_anonymous_socket_may_stay_and_is_pinged(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    here.clock.advance(seconds=121)
    await client.hears("pusher:ping")
    assert client.close_code is None
    here.clock.advance(seconds=31)
    assert await closed(client) == Close.NO_PONG


async def test_what_an_application_is_changed_to_counts_for_open_sockets_at_once(
    here: Realtime, acme: AppTerms
) -> None:
    one = await here.joined(acme, "private-a")
    here.hub.application_changed(replace(acme, connections_max=5))
    await one.settled()
    here.hub.application_changed(replace(acme, secret="another"))
    assert await closed(one) == Close.AGAIN
    two = await here.open_at(acme)
    two.subscribe("private-a")
    await two.hears(REFUSED)
    here.hub.application_changed(replace(acme, enabled=False))
    assert await closed(two) == Close.DISABLED
    other = here.add(application("1000000002"))
    three = await here.open_at(other)
    del here.applications[other.key]
    here.hub.application_removed(other.key)
    assert await closed(three) == Close.UNKNOWN_APP
    assert await closed(await here.open_at(other)) == Close.UNKNOWN_APP


# Kinds of channels


@pytest.mark.parametrize(
    "channel", ["news", "cache-news", "private-a", "private-cache-a", "private-encrypted-a", "a_-=@,.;B9", "x" * 200]
)
async def test_a_subscriber_hears_its_channel_and_no_other(here: Realtime, acme: AppTerms, channel: str) -> None:
    client = await here.joined(acme, channel)
    assert publish(here, acme, channel, {"n": 1}) == 1
    assert (await client.hears("news"))["data"] == {"n": 1}
    publish(here, acme, "other", {})
    client.say("pusher:unsubscribe", {"channel": channel})
    await client.settled()
    assert publish(here, acme, channel, {"n": 2}) == 0
    assert len(client.named("news")) == 1


@pytest.mark.parametrize("channel", ["x" * 201, "a b", "a/b", "ä", "a\n", "#server-to-user-7", "#x"])
async def test_there_are_no_channels_of_other_names(here: Realtime, acme: AppTerms, channel: str) -> None:
    client = await here.open_at(acme)
    client.subscribe(channel)
    assert (await client.hears(REFUSED))["channel"] == channel
    assert not client.named(SUCCEEDED)


@pytest.mark.parametrize("channel", ["private-a", "private-encrypted-a", "private-cache-a", "presence-a"])
async def test_guarded_channels_need_the_applications_own_signature(
    here: Realtime, acme: AppTerms, channel: str
) -> None:
    other = here.add(application("1000000002"))
    client = await here.open_at(acme)
    wrong = [RealtimeKey(acme.key, "wrong"), key_of(other), RealtimeKey(acme.key, other.secret), here.key]
    for number, key in enumerate(wrong, 1):
        client.subscribe(channel, "7", key=key)
        await client.hears(REFUSED, number)
    client.say("pusher:subscribe", {"channel": channel})
    await client.hears(REFUSED, len(wrong) + 1)
    assert not client.named(SUCCEEDED)
    await here.join(client, channel, "7")


async def test_what_is_signed_for_one_member_is_worth_nothing_for_another(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    auth = sign(key_of(acme), client.socket_id, "presence-a", json.dumps({"user_id": "7"}))
    client.say("pusher:subscribe", {"channel": "presence-a", "auth": auth, "channel_data": '{"user_id":"8"}'})
    await client.hears(REFUSED)


async def test_a_socket_has_a_limit_of_channels(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    for number in range(CHANNELS_MAX + 1):
        client.subscribe(f"c{number}")
    assert (await client.hears(REFUSED))["data"]["type"] == "LimitReached"
    assert len(client.named(SUCCEEDED)) == CHANNELS_MAX


async def test_applications_do_not_hear_each_other(here: Realtime, acme: AppTerms) -> None:
    other = here.add(application("1000000002"))
    mine, theirs = await here.joined(acme, "presence-a", "7"), await here.joined(other, "presence-a", "8")
    assert mine.named(SUCCEEDED)[0]["data"]["presence"]["ids"] == ["7"]
    assert theirs.named(SUCCEEDED)[0]["data"]["presence"]["ids"] == ["8"]
    assert publish(here, acme, "presence-a", {}) == 1
    mine.whisper("presence-a", "client-hello")
    await mine.settled()
    await theirs.settled()
    assert (
        not theirs.named("news") and not theirs.named("client-hello") and not mine.named("pusher_internal:member_added")
    )
    assert {event["app"] for event in here.told if event.get("user_id") == "8"} == {other.number}


# Cache channels


async def test_who_comes_to_a_cache_channel_hears_its_last_event_or_that_there_is_none(
    here: Realtime, acme: AppTerms
) -> None:
    first = await here.joined(acme, "cache-a")
    assert (await first.hears("pusher:cache_miss"))["channel"] == "cache-a"
    publish(here, acme, "cache-a", {"n": 1})
    publish(here, acme, "cache-a", {"n": 2})
    second = await here.joined(acme, "cache-a")
    await second.hears("news")
    assert [frame["data"] for frame in second.named("news")] == [{"n": 2}]
    assert not second.named("pusher:cache_miss")
    here.clock.advance(seconds=CACHED_S + 1)
    third = await here.joined(acme, "cache-a")
    await third.hears("pusher:cache_miss")
    assert [event["name"] for event in here.told if event["name"] == "cache_miss"] == ["cache_miss"] * 2


async def test_what_is_published_to_an_empty_cache_channel_is_kept_and_then_forgotten(
    here: Realtime, acme: AppTerms
) -> None:
    assert publish(here, acme, "private-cache-a", {"n": 1}) == 0
    assert publish(here, acme, "plain", {"n": 1}) == 0
    client = await here.joined(acme, "private-cache-a")
    assert (await client.hears("news"))["data"] == {"n": 1}
    client.leave()
    await wait_until(lambda: here.hub.sockets == 0)
    for _ in range(62):
        here.clock.advance(seconds=31)
    namespace = here.hub.namespace(acme.key)
    assert namespace is not None and not namespace.channels


# Presence


async def test_members_come_and_go_once_however_many_sockets_they_have(here: Realtime, acme: AppTerms) -> None:
    ann = await here.joined(acme, "presence-a", "ann", info={"name": "Ann"})
    ben, again = await here.joined(acme, "presence-a", "ben"), await here.joined(acme, "presence-a", "ben")
    told = again.named(SUCCEEDED)[0]["data"]["presence"]
    assert told == {"ids": ["ann", "ben"], "hash": {"ann": {"name": "Ann"}, "ben": None}, "count": 2}
    await ann.settled()
    assert [frame["data"]["user_id"] for frame in ann.named("pusher_internal:member_added")] == ["ben"]
    ben.leave()
    await wait_until(lambda: here.hub.sockets == 2)
    await ann.settled()
    assert not ann.named("pusher_internal:member_removed")
    again.say("pusher:unsubscribe", {"channel": "presence-a"})
    await ann.hears("pusher_internal:member_removed")
    assert [(event["name"], event["user_id"]) for event in here.told if "user_id" in event] == [
        ("member_added", "ann"),
        ("member_added", "ben"),
        ("member_removed", "ben"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{}",
        "[]",
        "nonsense",
        '{"user_id":""}',
        '{"user_id":null}',
        '{"user_id":true}',
        '{"user_id":"%s"}' % ("x" * 129),
    ],
)
async def test_a_member_needs_a_name(here: Realtime, acme: AppTerms, data: str) -> None:
    client = await here.open_at(acme)
    auth = sign(key_of(acme), client.socket_id, "presence-a", data)
    client.say("pusher:subscribe", {"channel": "presence-a", "auth": auth, "channel_data": data})
    await client.hears(REFUSED)


async def test_what_is_told_of_a_member_is_bounded(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    client.subscribe("presence-a", "7", info="x" * 1025)
    await client.hears(REFUSED)


async def test_a_presence_channel_takes_a_hundred_people(here: Realtime, acme: AppTerms) -> None:
    for number in range(MEMBERS_MAX):
        await here.joined(acme, "presence-a", f"u{number}")
    late = await here.open_at(acme)
    late.subscribe("presence-a", "late")
    assert (await late.hears(REFUSED))["data"]["type"] == "LimitReached"
    await here.joined(acme, "presence-a", "u7")


# What clients say to each other


@pytest.mark.parametrize("channel", ["private-a", "presence-a", "private-cache-a"])
async def test_a_client_event_reaches_the_others_and_not_who_says_it(
    here: Realtime, acme: AppTerms, channel: str
) -> None:
    ann, ben = [await here.joined(acme, channel, name if "presence" in channel else "") for name in ("ann", "ben")]
    ann.whisper(channel, "client-typing", {"text": 'Zoë "Z"'})
    heard = await ben.hears("client-typing")
    assert (heard["data"], heard.get("user_id")) == ({"text": 'Zoë "Z"'}, "ann" if "presence" in channel else None)
    await ann.settled()
    assert not ann.named("client-typing") and not ann.named("pusher:error")
    told = next(event for event in here.told if event["name"] == "client_event")
    assert (told["event"], told["socket_id"], json.loads(told["data"])) == (
        "client-typing",
        ann.socket_id,
        {"text": 'Zoë "Z"'},
    )


@pytest.mark.parametrize("channel", ["news", "private-encrypted-a", "cache-a"])
async def test_clients_cannot_speak_on_channels_of_other_kinds(here: Realtime, acme: AppTerms, channel: str) -> None:
    ann, ben = await here.joined(acme, channel), await here.joined(acme, channel)
    ann.whisper(channel, "client-typing")
    assert (await ann.hears("pusher:error"))["data"]["code"] == 4301
    await ben.settled()
    assert not ben.named("client-typing")


async def test_a_client_event_is_refused_without_leave_or_subscription_and_when_it_is_too_long(
    here: Realtime, acme: AppTerms
) -> None:
    ben = await here.joined(acme, "private-a")
    outside = await here.joined(acme, "private-b")
    outside.whisper("private-a", "client-typing")
    ben.whisper("private-a", "client-" + "x" * 200)
    ben.whisper("private-a", "client-long", "x" * 10_240)
    await outside.hears("pusher:error")
    await ben.hears("pusher:error", 2)
    here.hub.application_changed(replace(acme, client_events=False))
    ben.whisper("private-a", "client-typing")
    assert (await ben.hears("pusher:error", 3))["data"]["code"] == 4301
    assert not [event for event in here.told if event["name"] == "client_event"]


async def test_ten_client_events_a_second_are_the_limit(here: Realtime, acme: AppTerms) -> None:
    ann, ben = await here.joined(acme, "private-a"), await here.joined(acme, "private-a")
    for _ in range(12):
        ann.whisper("private-a", "client-typing")
    await ann.hears("pusher:error", 2)
    assert ann.named("pusher:error")[0]["data"]["code"] == 4301
    assert len(ben.named("client-typing")) == 10
    here.clock.advance(seconds=1)
    ann.whisper("private-a", "client-typing")
    await ben.hears("client-typing", 11)


# Signing in


async def test_who_has_signed_in_hears_what_is_for_that_user_and_can_be_put_out(here: Realtime, acme: AppTerms) -> None:
    ann, ben = await here.open_at(acme), await here.open_at(acme)
    for client, name in ((ann, "ann"), (ben, "ben")):
        client.sign_in(name)
        assert json.loads((await client.hears("pusher:signin_success"))["data"]["user_data"]) == {"id": name}
        await here.join(client, f"#server-to-user-{name}")
    ben.say("pusher:subscribe", {"channel": "#server-to-user-ann"})
    await ben.hears(REFUSED)
    assert publish(here, acme, "#server-to-user-ann", {"n": 1}) == 1
    await ann.hears("news")
    assert here.told == [], "a user's own channel is nobody else's business"


async def test_a_wrong_sign_in_ends_the_socket(here: Realtime, acme: AppTerms) -> None:
    for key, user in ((RealtimeKey(acme.key, "wrong"), "ann"), (None, ""), (None, "x" * 129)):
        client = await here.open_at(acme)
        client.sign_in(user, key)
        assert await closed(client) == Close.UNAUTHORISED
    client = await here.open_at(acme)
    client.sign_in("ann")
    await client.hears("pusher:signin_success")
    client.sign_in("ben")
    assert await closed(client) == Close.UNAUTHORISED


# Sessions of ours on applications of their organisation


async def test_what_is_signed_for_a_session_ends_with_it(here: Realtime, acme: AppTerms) -> None:
    who = session(acme.tenant_id)
    client, own = await here.open_at(acme), await here.joined(acme, "private-a")
    here.auth.authorised(client.socket_id, who)
    client.subscribe("private-a", key=for_sessions(key_of(acme)))
    await client.hears(SUCCEEDED)
    assert here.hub.users() == set(), "an application's page is not the agent's app"
    assert here.hub.revoke(who.token_id) == 1
    assert await closed(client) == Close.UNAUTHORISED
    again = await here.open_at(acme)
    again.subscribe("private-a", key=for_sessions(key_of(acme)))
    await again.hears(REFUSED)
    await own.settled()


async def test_a_session_that_was_authorised_once_still_needs_the_signature(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    here.auth.authorised(client.socket_id, session(acme.tenant_id))
    for number, key in enumerate((RealtimeKey(acme.key, "wrong"), for_sessions(here.key)), 1):
        client.subscribe("private-a", key=key)
        await client.hears(REFUSED, number)
    assert not client.named(SUCCEEDED)


async def test_a_session_of_another_organisation_is_not_let_in(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    here.auth.authorised(client.socket_id, session(TenantId("ten_other")))
    client.subscribe("private-a", key=for_sessions(key_of(acme)))
    await client.hears(REFUSED)


async def test_all_of_a_socket_is_one_sessions(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    here.auth.authorised(client.socket_id, session(acme.tenant_id))
    client.subscribe("private-a", key=for_sessions(key_of(acme)))
    await client.hears(SUCCEEDED)
    here.clock.advance(seconds=61)
    here.auth.authorised(client.socket_id, session(acme.tenant_id))
    client.subscribe("private-b", key=for_sessions(key_of(acme)))
    await client.hears(REFUSED)


# What was missed


async def resumed(here: Realtime, terms: AppTerms, channel: str, **wish: Any) -> Client:
    client = await here.open_at(terms)
    client.say("call24:resume", {"channel": channel, **wish})
    return await here.join(client, channel)


async def test_events_of_a_channel_are_numbered_and_left_out_sockets_leave_no_gap_in_it(
    here: Realtime, acme: AppTerms
) -> None:
    one, two = await here.joined(acme, "private-a"), await here.joined(acme, "private-a")
    publish(here, acme, "private-a", {})
    publish(here, acme, "private-a", {}, left_out=one.socket_id)
    two.whisper("private-a", "client-hello")
    await two.settled()
    publish(here, acme, "private-b", {})
    publish(here, acme, "private-a", {})
    await two.hears("news", 3)
    await one.hears("news", 2)
    assert (numbers(one, "private-a"), numbers(two, "private-a")) == ([1, 4], [1, 2, 4])
    assert one.named("client-hello")[0]["seq"] == 3


async def test_who_comes_back_hears_what_it_missed_in_order_before_anything_else(
    here: Realtime, acme: AppTerms
) -> None:
    first = await resumed(here, acme, "private-a")
    start = await first.hears("call24:resumed")
    assert start["data"] == {"epoch": start["data"]["epoch"], "seq": 0, "replayed": 0}
    publish(here, acme, "private-a", {"n": 1})
    at = (await first.hears("call24:position"))["data"]
    assert at == {"epoch": start["data"]["epoch"], "seq": 1}
    first.leave()
    await wait_until(lambda: here.hub.sockets == 0)
    for number in (2, 3):
        publish(here, acme, "private-a", {"n": number})
    publish(here, acme, "private-a", {"n": 4}, left_out=first.socket_id)
    back = await resumed(here, acme, "private-a", epoch=at["epoch"], after=at["seq"], socket_id=first.socket_id)
    publish(here, acme, "private-a", {"n": 5})
    await back.hears("news", 3)
    await back.settled()
    told = [
        (frame["event"], frame.get("seq") or frame["data"].get("seq")) for frame in back.frames if "channel" in frame
    ]
    assert told == [
        (SUCCEEDED, None),
        ("news", 2),
        ("news", 3),
        ("call24:resumed", 4),
        ("news", 5),
        ("call24:position", 5),
    ]
    assert back.named("call24:resumed")[0]["data"]["replayed"] == 2


async def test_who_missed_too_much_is_told_to_reload(here: Realtime, acme: AppTerms) -> None:
    stays = await resumed(here, acme, "private-a")
    epoch = (await stays.hears("call24:resumed"))["data"]["epoch"]
    for number in range(KEPT_MAX + 1):
        publish(here, acme, "private-a", {"n": number})
    just = await resumed(here, acme, "private-a", epoch=epoch, after=1)
    assert (await just.hears("call24:resumed"))["data"]["replayed"] == KEPT_MAX
    late = await resumed(here, acme, "private-a", epoch=epoch, after=0)
    assert (await late.hears("call24:reload"))["data"] == {
        "epoch": epoch,
        "seq": KEPT_MAX + 1,
        "why": "too much was missed",
    }
    assert not late.named("news")
    for wish in (
        {"epoch": "another", "after": 1},
        {"epoch": epoch, "after": KEPT_MAX + 2},
        {"epoch": epoch, "after": -1},
    ):
        await (await resumed(here, acme, "private-a", **wish)).hears("call24:reload")


async def test_what_is_too_old_or_too_big_is_not_kept(here: Realtime, acme: AppTerms) -> None:
    first = await resumed(here, acme, "private-a")
    epoch = (await first.hears("call24:resumed"))["data"]["epoch"]
    publish(here, acme, "private-a", {})
    here.clock.advance(seconds=KEPT_S + 1)
    await (await resumed(here, acme, "private-a", epoch=epoch, after=0)).hears("call24:reload")
    for _ in range(30):
        publish(here, acme, "private-a", "x" * 10_000)
    await (await resumed(here, acme, "private-a", epoch=epoch, after=1)).hears("call24:reload")


async def test_a_channel_that_was_left_is_kept_for_a_while_and_then_begins_anew(here: Realtime, acme: AppTerms) -> None:
    first = await resumed(here, acme, "private-a")
    epoch = (await first.hears("call24:resumed"))["data"]["epoch"]
    first.leave()
    await wait_until(lambda: here.hub.sockets == 0)
    here.clock.advance(seconds=KEPT_S - 40)
    await (back := await resumed(here, acme, "private-a", epoch=epoch, after=0)).hears("call24:resumed")
    back.leave()
    await wait_until(lambda: here.hub.sockets == 0)
    for _ in range(6):
        here.clock.advance(seconds=31)
    reload = await (await resumed(here, acme, "private-a", epoch=epoch, after=0)).hears("call24:reload")
    assert reload["data"]["why"] == "the channel began anew" and reload["data"]["epoch"] != epoch


async def test_events_for_who_may_come_back_are_made_though_nobody_hears_them(here: Realtime) -> None:
    who = session()
    client = await here.subscribed(who)
    channel = client.named(SUCCEEDED)[0]["channel"]
    assert here.hub.wanted(channel)
    client.leave()
    await wait_until(lambda: here.hub.sockets == 0)
    assert here.hub.wanted(channel) and here.hub.subscribers(channel) == 0
    for _ in range(6):
        here.clock.advance(seconds=31)
    assert not here.hub.wanted(channel)


async def test_resuming_comes_before_subscribing(here: Realtime, acme: AppTerms) -> None:
    client = await here.joined(acme, "private-a")
    client.say("call24:resume", {"channel": "private-a"})
    await client.hears("pusher:error")
    for number in range(CHANNELS_MAX + 1):
        client.say("call24:resume", {"channel": f"c{number}"})
    await client.hears("pusher:error", 2)


# Occupied and vacated


async def test_a_channel_is_occupied_by_the_first_and_vacated_by_the_last(here: Realtime, acme: AppTerms) -> None:
    one, two = await here.joined(acme, "a"), await here.joined(acme, "a")
    one.subscribe("a")
    await one.hears(SUCCEEDED, 2)
    one.leave()
    await wait_until(lambda: here.hub.sockets == 1)
    two.say("pusher:unsubscribe", {"channel": "a"})
    await two.settled()
    await here.join(two, "b")
    two.subscribe("a")
    await two.hears(SUCCEEDED, 3)
    assert [(event["name"], event["channel"]) for event in here.told] == [
        ("channel_occupied", "a"),
        ("channel_vacated", "a"),
        ("channel_occupied", "b"),
        ("channel_occupied", "a"),
    ]
