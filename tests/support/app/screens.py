"""What people's screens are told: the real board, views, fan-out and snapshot over journal lines, with nothing stored.

``Screens.read`` takes journal lines in; ``heard`` is what came on one person's two channels, ``snapshot`` what
GET /v1/live answers that person.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import msgspec
from tests.support.clock import START, StillClock, settle

from call24.identity.channel_auth import tenant_channel, user_channel
from call24.identity.model import Principal, Role
from call24.identity.permissions import of_built_in
from call24.journal.model import Entry
from call24.kit.ids import ContactId, DeviceId, QueueId, TenantId, TokenId, UserId
from call24.live.api import live
from call24.live.board import Board
from call24.live.system_parts import SystemParts
from call24.live.views import Views
from call24.realtime.fanout import Fanout

Json = dict[str, Any]
Told = tuple[str, Json]
"""An event's name and its body."""


@dataclass(frozen=True)
class Person:
    id: UserId
    tenant_id: TenantId
    role: Role
    created_at = START

    @property
    def name(self) -> str:
        return self.id.removeprefix("usr_").title()

    @property
    def principal(self) -> Principal:
        """Signed in with the app."""
        return Principal(
            tenant_id=self.tenant_id,
            user_id=self.id,
            role=self.role,
            permissions=of_built_in(self.role),
            token_id=TokenId("tok_1"),
            device_id=DeviceId("dev_1"),
            abilities=("*",),
        )

    @property
    def channels(self) -> tuple[str, str]:
        return user_channel(self.id, self.tenant_id), tenant_channel(self.tenant_id)


@dataclass(frozen=True)
class Team:
    id: QueueId
    tenant_id: TenantId
    members: tuple[UserId, ...]
    service_level_s: int = 20

    @property
    def name(self) -> str:
        return self.id.removeprefix("que_").title()


class _Hub:
    """Everybody listens. ``told``: channel, event and body, as they are after the way over the wire."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Json]] = []

    @property
    def anybody(self) -> bool:
        return True

    def wanted(self, channel: str) -> bool:
        return True

    def publish(self, channel: str, event: str, payload: Json) -> int:
        self.told.append((channel, event, over_the_wire(payload)))
        return 1


class _NoRecords:
    """A database in which no call has ended yet: the figures of finished calls are not what this is about."""

    reachable = True

    def tenant(self, tenant_id: TenantId) -> _NoRecords:
        return self

    def collection(self, struct: type) -> _NoRecords:
        return self

    async def find(self, *_: object, **__: object) -> list[Any]:
        return []

    find_parts = find


class _Callers:
    def restricted(self, tenant_id: TenantId, contact_id: ContactId | None) -> bool:
        return False

    def recent(self, tenant_id: TenantId, contact_id: ContactId | None) -> None:
        return None

    async def get(self, tenant_id: TenantId, contact_id: ContactId | None) -> Any:
        if contact_id is None:
            return None
        return SimpleNamespace(id=contact_id, shown_name=f"Who is {contact_id}", number="+441632960001", region="GB")


@dataclass
class Screens:
    people: Sequence[Person]
    teams: Sequence[Team]
    clock: StillClock = field(default_factory=lambda: StillClock(START))
    board: Board = field(default_factory=Board)
    system: Json = field(default_factory=lambda: {"asterisk": "ok", "mongodb": "ok"})

    def __post_init__(self) -> None:
        self.lines: list[Entry] = []
        self._hub = _Hub()
        self.views = Views(
            clock=self.clock,
            mongo=_NoRecords(),  # type: ignore[arg-type]
            journal=self,  # type: ignore[arg-type]
            board=self.board,
            identity=self,  # type: ignore[arg-type]
            tenants=SimpleNamespace(known=lambda tenant_id: None),  # type: ignore[arg-type]
            queues=self,  # type: ignore[arg-type]
            callers=_Callers(),  # type: ignore[arg-type]
        )
        self.fanout = Fanout(self.board, self.views, self._hub, lambda: sorted({x.tenant_id for x in self.people}))

    # --- what the views ask of identity, queues and journal ---

    def known_user(self, user_id: UserId) -> Person | None:
        return next((person for person in self.people if person.id == user_id), None)

    def known_users(self, tenant_id: TenantId) -> list[Person]:
        return [person for person in self.people if person.tenant_id == tenant_id]

    def permits(self, person: Person, permission: str) -> bool:
        return permission in of_built_in(person.role)

    def known(self, queue_id: QueueId) -> Team | None:
        return next((team for team in self.teams if team.id == queue_id), None)

    def known_queues(self, tenant_id: TenantId) -> list[Team]:
        return [team for team in self.teams if team.tenant_id == tenant_id]

    async def read_agent(self, tenant_id: TenantId, agent_id: UserId, since: Any) -> list[Entry]:
        theirs = [line for line in self.lines if line.tenant_id == tenant_id and line.agent_id == agent_id]
        await asyncio.sleep(0)  # as over the network: lines that come meanwhile are not in the answer
        return [line for line in theirs if line.at >= since]

    # --- what happens ---

    async def read(self, *lines: Entry) -> None:
        """All of them are in the board before the first event about them goes out, as in a burst."""
        for line in lines:
            self.clock.advance(seconds=max(0.0, (line.at - self.clock.now()).total_seconds()))
            self.lines.append(line)
            self.fanout.follow(line)
        await settle()

    async def system_is(self, **parts: str) -> None:
        self.system |= parts
        self.fanout.system_changed(dict(self.system))
        await settle()

    # --- what is seen of it ---

    def heard(self, person: Person, since: int = 0) -> list[Told]:
        """What came on this person's channels since so much had been ``told`` to all."""
        return [(event, body) for channel, event, body in self._hub.told[since:] if channel in person.channels]

    @property
    def told(self) -> int:
        return len(self._hub.told)

    async def snapshot(self, person: Person) -> Json:
        parts = SystemParts(lambda: dict(self.system))
        shown = await live(person.principal, self.board, parts, self.clock, self.views)
        return over_the_wire({**shown})


@asynccontextmanager
async def open_screens(people: Sequence[Person], teams: Sequence[Team]) -> AsyncIterator[Screens]:
    screens = Screens(people, teams)
    telling = asyncio.create_task(screens.fanout.run())
    try:
        yield screens
    finally:
        telling.cancel()
        await asyncio.wait({telling})


def over_the_wire(payload: Json) -> Json:
    wired: Json = json.loads(json.dumps(payload))
    return wired


def numbered(lines: Iterable[Entry]) -> list[Entry]:
    """Of several calls, in the order of their times, with the numbers that the journal would give them."""
    seqs: dict[TenantId, int] = {}
    made = []
    for line in sorted(lines, key=lambda line: line.at):
        seqs[line.tenant_id] = seqs.get(line.tenant_id, 0) + 1
        made.append(msgspec.structs.replace(line, seq=seqs[line.tenant_id]))
    return made
