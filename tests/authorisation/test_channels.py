"""Every kind of realtime channel x who asks x whose channel: what is not one's own is refused in the same words as what
does not exist, and whoever is refused hears nothing, whatever signature is made up.

`/broadcasting/auth` and the sockets are the real ones, put together as main does it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.authorisation.promises import ROLES
from tests.support import in_memory
from tests.support.database.database import fresh_database
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api, Organisation, running_api
from tests.support.realtime.hub import Client, Realtime, realtime
from tests.support.wait import wait_until

from call24.identity.channel_auth import sign
from call24.kit.ids import TokenId, UserId, new_id
from call24.kit.secrets import RealtimeKey
from call24.pusher_apps.model import AppTerms

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUCCEEDED, REFUSED = "pusher_internal:subscription_succeeded", "pusher:subscription_error"
DEAD = ("nobody", "nonsense", "expired", "revoked")
ALIVE = (*ROLES, "another's owner")
OPEN_TO_MEMBERS = ("private-room.", "presence-team.")


@dataclass
class Place:
    api: Api
    here: Realtime
    ours: Organisation
    theirs: Organisation
    bearers: dict[str, str]
    applications: dict[str, AppTerms]
    events = count(1)

    async def auth(self, who: str, client: Client, channel: str) -> httpx.Response:
        form = {"socket_id": client.socket_id, "channel_name": channel}
        return await self.api.call("POST", "/broadcasting/auth", self.bearers.get(who), data=form)

    async def socket(self, at: str) -> Client:
        """At this installation's own sockets, or at an application."""
        return await (self.here.open() if at == "house" else self.here.open_at(self.applications[at]))

    def organisation(self, who: str) -> tuple[Organisation, str]:
        """Whose session it is, and as which of its users."""
        return (self.theirs, "owner") if who == "another's owner" else (self.ours, who)


@dataclass(frozen=True)
class Door:
    """A channel, where its sockets are, and whether it is the asker's."""

    at: str
    channel: str
    own: bool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(mongod: RunningMongod) -> AsyncIterator[Place]:
    with in_memory.folder("c24-data-") as data:
        async with (
            fresh_database(mongod) as mongo,
            running_api(mongo, data) as api,
            realtime(key=api.services.realtime) as here,
        ):
            ours, theirs = await api.organisation("Ours"), await api.organisation("Theirs")
            for role in ROLES:
                if role not in ours.users:
                    await ours.join(role)
            applications = {
                "ours": await _application(api, here, ours),
                "theirs": await _application(api, here, theirs),
            }

            async def ended(token_id: str) -> None:
                here.hub.revoke(TokenId(token_id))

            api.services.identity.events.token_revoked.append(ended)
            app = api.app
            joined = replace(
                api.services, socket_authorised=here.auth.authorised, socket_application=here.hub.application_of
            )
            app.state.provided = joined.edge().provided
            yield Place(api, here, ours, theirs, await _bearers(api, ours, theirs), applications)


async def _application(api: Api, here: Realtime, of: Organisation) -> AppTerms:
    made, _ = await api.services.applications.create(of.tenant.id, "Desk", member_channels=OPEN_TO_MEMBERS)
    terms = api.services.applications.by_key(made.key)
    assert terms is not None
    return here.add(terms)


async def _bearers(api: Api, ours: Organisation, theirs: Organisation) -> dict[str, str]:
    identity = api.services.identity
    user = await identity.user(ours.tenant.id, UserId(ours.users["owner"]))
    api.clock.advance(days=-60)
    expired = (await identity.open_session(user, "Old")).bearer
    api.clock.advance(days=60)
    revoked = (await identity.open_session(user, "Lost")).bearer
    assert (await api.call("POST", "/v1/auth/logout", revoked)).status_code == 204
    dead = {"nonsense": "nonsense", "expired": expired, "revoked": revoked}
    return {**dead, **ours.bearers, "another's owner": theirs.bearers["owner"]}


def doors(place: Place, who: str) -> list[Door]:
    """Every kind of channel: one's own, a colleague's, another organisation's, one of nobody."""
    mine, role = place.organisation(who) if who not in DEAD else (place.ours, "owner")
    other = place.theirs if mine is place.ours else place.ours
    colleague = next(user for name, user in mine.users.items() if name != role)
    app, foreign = ("ours", "theirs") if mine is place.ours else ("theirs", "ours")
    return [
        Door("house", f"private-tenant.{mine.tenant.id}", True),
        Door("house", f"private-tenant.{mine.tenant.id}.user.{mine.users[role]}", True),
        Door("house", f"private-tenant.{mine.tenant.id}.user.{colleague}", False),
        Door("house", f"private-tenant.{mine.tenant.id}.user.{other.users['owner']}", False),
        Door("house", f"private-tenant.{mine.tenant.id}.user.{new_id('usr')}", False),
        Door("house", f"private-tenant.{other.tenant.id}", False),
        Door("house", f"private-tenant.{other.tenant.id}.user.{other.users['owner']}", False),
        Door("house", f"private-tenant.{other.tenant.id}.user.{mine.users[role]}", False),
        Door("house", f"private-tenant.{new_id('ten')}", False),
        Door("house", f"presence-tenant.{mine.tenant.id}", False),
        Door("house", f"private-encrypted-tenant.{mine.tenant.id}", False),
        Door(app, "private-room.1", True),
        Door(app, "presence-team.1", True),
        Door(app, "private-other", False),
        Door(app, "presence-other", False),
        Door(app, "private-encrypted-room.1", False),
        Door(app, f"private-tenant.{mine.tenant.id}", False),
        Door(foreign, "private-room.1", False),
        Door(foreign, "presence-team.1", False),
        Door(foreign, "private-other", False),
    ]


async def subscribe(place: Place, client: Client, door: Door, auth: str, channel_data: str = "") -> bool:
    """Whether the socket was let in, and heard what was told there; who was not heard nothing."""
    data = {"channel": door.channel, "auth": auth, **({"channel_data": channel_data} if channel_data else {})}
    before = len(client.named(REFUSED))
    client.say("pusher:subscribe", data)
    await client.settled()
    let_in = bool(client.on(door.channel, SUCCEEDED))
    namespace = (
        place.here.hub.built_in if door.at == "house" else place.here.hub.namespace(place.applications[door.at].key)
    )
    assert namespace is not None
    event = f"event-{next(place.events)}"
    namespace.publish(door.channel, event, "{}")
    await client.settled()
    assert bool(client.named(event)) is let_in
    assert len(client.named(REFUSED)) - before == (0 if let_in else 1)
    return let_in


@pytest.mark.parametrize("who", ALIVE)
async def test_a_session_hears_its_own_channels_and_all_others_are_refused_alike(place: Place, who: str) -> None:
    refusals: set[tuple[int, str]] = set()
    may = who == "another's owner" or "live.read" in ROLES[who]
    for door in doors(place, who):
        client = await place.socket(door.at)
        answer = await place.auth(who, client, door.channel)
        if door.own and may:
            assert answer.status_code == 200, (door, answer.text)
            told: dict[str, Any] = answer.json()
            assert await subscribe(place, client, door, told["auth"], told.get("channel_data", "")), door
        else:
            assert answer.status_code == 403, (door, answer.text)
            refusals.add((answer.status_code, answer.text))
            assert not await subscribe(place, client, door, made_up(place, client, door)), door
        client.leave()
    assert len(refusals) == 1


@pytest.mark.parametrize("who", DEAD)
async def test_who_has_no_session_hears_nothing(place: Place, who: str) -> None:
    for door in doors(place, who):
        client = await place.socket(door.at)
        answer = await place.auth(who, client, door.channel)
        assert answer.status_code == 401, (door, answer.text)
        assert not await subscribe(place, client, door, made_up(place, client, door)), door
        client.leave()


@pytest.mark.parametrize("who", ALIVE)
async def test_what_was_signed_for_one_socket_or_channel_is_worth_nothing_for_another(place: Place, who: str) -> None:
    may = who == "another's owner" or "live.read" in ROLES[who]
    own = [door for door in doors(place, who) if door.own]
    others = [door for door in doors(place, who) if not door.own]
    for door in own if may else ():
        client, stranger = await place.socket(door.at), await place.socket(door.at)
        told = (await place.auth(who, client, door.channel)).json()
        assert not await subscribe(place, stranger, door, told["auth"], told.get("channel_data", ""))
        for other in (one for one in others if one.at == door.at):
            assert not await subscribe(place, client, other, told["auth"], told.get("channel_data", "")), other
        client.leave()
        stranger.leave()


@pytest.mark.parametrize("who", [who for who in ALIVE if who == "another's owner" or "live.read" in ROLES[who]])
async def test_a_session_that_ends_hears_nothing_more_and_comes_back_nowhere(place: Place, who: str) -> None:
    organisation, role = place.organisation(who)
    identity = place.api.services.identity
    user = await identity.user(organisation.tenant.id, UserId(organisation.users[role]))
    for door in [door for door in doors(place, who) if door.own]:
        opened = await identity.open_session(user, "One more")
        bearers = {**place.bearers, who: opened.bearer}
        there = replace(place, bearers=bearers)
        client, waiting = await place.socket(door.at), await place.socket(door.at)
        told, late = [(await there.auth(who, one, door.channel)).json() for one in (client, waiting)]
        assert await subscribe(place, client, door, told["auth"], told.get("channel_data", ""))
        assert (await place.api.call("POST", "/v1/auth/logout", opened.bearer)).status_code == 204
        await wait_until(lambda socket=client: socket.close_code is not None)
        assert not await subscribe(place, waiting, door, late["auth"], late.get("channel_data", ""))
        waiting.leave()


def made_up(place: Place, client: Client, door: Door) -> str:
    """Signed with a secret that somebody guessed, under the right key."""
    key = place.here.key.key if door.at == "house" else place.applications[door.at].key
    return sign(RealtimeKey(key, "a guess"), client.socket_id, door.channel)
