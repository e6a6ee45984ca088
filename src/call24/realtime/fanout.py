"""Journal events, and changes of the change feed -> realtime events.

Each carries the whole new state of one thing and the journal event's `seq`, so a client only replaces what it shows; a
client that missed something asks for it, or takes a new snapshot. What nobody hears, nor can come back to, is not made
at all: who subscribes later takes its snapshot after that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec

from call24.branding.events import BRANDING_CHANGED
from call24.call_notes.events import CALL_NOTE_CHANGED
from call24.call_records.model import CallRecord
from call24.call_records.replay import involved
from call24.changes.model import Change as Changed
from call24.identity.channel_auth import tenant_channel, user_channel
from call24.journal.model import Entry, event_of
from call24.kit.errors import Unavailable
from call24.kit.ids import QueueId, TenantId, UserId
from call24.live.board import Board, BoardChange, LiveCall
from call24.live.events import QUEUE_ALERT_ENDED, QUEUE_ALERT_RAISED
from call24.live.views import Views
from call24.notifications.events import NOTIFICATION_CREATED, NOTIFICATIONS_READ
from call24.tasks.events import TASK_CHANGED, TASK_OFFER_CHANGED
from call24.toll_fraud.events import OutboundFrozen

log = logging.getLogger(__name__)

Json = dict[str, Any]


class Publisher(Protocol):
    @property
    def anybody(self) -> bool: ...

    def wanted(self, channel: str) -> bool: ...

    def publish(self, channel: str, event: str, payload: Json) -> int: ...


class SystemChanged(msgspec.Struct, frozen=True):
    system: dict[str, str]


class RecordChanged(msgspec.Struct, frozen=True):
    record: CallRecord


class ToTenant(msgspec.Struct, frozen=True):
    """An event for everybody of an organisation, but for its ``seq``."""

    tenant_id: TenantId
    event: str
    told: Json


class ToUser(msgspec.Struct, frozen=True):
    """The same, for the devices of one user."""

    tenant_id: TenantId
    user_id: UserId
    event: str
    told: Json


class QueueAlerted(msgspec.Struct, frozen=True):
    tenant_id: TenantId
    queue_id: QueueId


class OutboundFroze(msgspec.Struct, frozen=True):
    tenant_id: TenantId
    frozen: OutboundFrozen


Item = BoardChange | SystemChanged | RecordChanged | ToTenant | ToUser | QueueAlerted | OutboundFroze


class Fanout:
    """`follow` the journal, `run` for as long as the process lives. One reader: events of a tenant stay in order.

    `read` is a reader of the change feed, of the events that it `wants`.
    """

    wants = (
        TASK_CHANGED,
        TASK_OFFER_CHANGED,
        CALL_NOTE_CHANGED,
        NOTIFICATION_CREATED,
        NOTIFICATIONS_READ,
        QUEUE_ALERT_RAISED,
        QUEUE_ALERT_ENDED,
        BRANDING_CHANGED,
    )

    def __init__(self, board: Board, views: Views, hub: Publisher, tenants: Callable[[], list[TenantId]]) -> None:
        self._board = board
        self._views = views
        self._hub = hub
        self._tenants = tenants
        self._queue: asyncio.Queue[Item] = asyncio.Queue()

    def follow(self, entry: Entry) -> None:
        """A journal subscriber: the board is up to date when this returns. With nobody there, that is all."""
        if entry.type == OutboundFrozen.__name__:
            self._queue.put_nowait(OutboundFroze(entry.tenant_id, event_of(entry, OutboundFrozen)))
        if (change := self._board.apply(entry)) is not None and self._hub.anybody:
            self._queue.put_nowait(change)

    def system_changed(self, system: dict[str, str]) -> None:
        self._queue.put_nowait(SystemChanged(system))

    async def record_written(self, record: CallRecord) -> None:
        if record.ended_at is not None and self._hub.anybody:
            self._queue.put_nowait(RecordChanged(record))

    async def read(self, changes: Sequence[Changed]) -> None:
        """A reader of the change feed."""
        for change in changes:
            if (item := _item(change)) is not None:
                self._queue.put_nowait(item)

    async def run(self) -> None:
        while True:
            item = await self._queue.get()
            try:
                await self._send(item)
            except Unavailable:
                log.warning("a realtime event was not sent: MongoDB is unavailable")
            except Exception:  # the realtime edge: one event's trouble must not end the calls of everybody
                log.exception("a realtime event was not sent")

    async def _send(self, item: Item) -> None:
        match item:
            case BoardChange():
                await self._tell(item)
            case SystemChanged(system=system):
                for tenant_id in self._tenants():
                    self._to_tenant(tenant_id, "system", {**system, "seq": self._board.seq(tenant_id)})
            case RecordChanged(record=record):
                told: Json = {"id": record.id, "outcome": record.outcome.value}
                self._to_tenant(record.tenant_id, "record", {**told, "seq": self._board.seq(record.tenant_id)})
            case ToTenant(tenant_id=tenant_id, event=event, told=told):
                self._to_tenant(tenant_id, event, {**told, "seq": self._board.seq(tenant_id)})
            case ToUser(tenant_id=tenant_id, user_id=user_id, event=event, told=told):
                if self._heard(channel := user_channel(user_id, tenant_id)):
                    self._hub.publish(channel, event, {**told, "seq": self._board.seq(tenant_id)})
            case QueueAlerted(tenant_id=tenant_id, queue_id=queue_id):
                self._tell_queues(tenant_id, [queue_id], self._board.seq(tenant_id))
            case OutboundFroze(tenant_id=tenant_id, frozen=frozen):
                self._alert(tenant_id, frozen)

    async def _tell(self, change: BoardChange) -> None:
        tenant_id, seq = change.tenant_id, change.seq
        for agent_id in change.agents:
            await self._tell_agent(tenant_id, agent_id, seq)
        if change.call is not None:
            await self._tell_call(change.call, change)
            await self._tell_watchers(change.call, change)
        if not self._heard(tenant_channel(tenant_id)):
            return
        queues = change.queues if change.call is not None else self._views.queues_of_agents(tenant_id, change.agents)
        self._tell_queues(tenant_id, queues, seq)

    def _tell_queues(self, tenant_id: TenantId, queues: Iterable[QueueId], seq: int) -> None:
        for queue_id in queues:
            if (row := self._views.queue(tenant_id, queue_id)) is not None:
                self._to_tenant(tenant_id, "queue", {**row, "seq": seq})

    async def _tell_agent(self, tenant_id: TenantId, agent_id: UserId, seq: int) -> None:
        if self._heard(user_channel(agent_id, tenant_id)):
            session = await self._views.session(tenant_id, agent_id)
            self._hub.publish(user_channel(agent_id, tenant_id), "session", {**session, "seq": seq})
            await self._tell_which_call(tenant_id, agent_id, seq)
        if not self._heard(tenant_channel(tenant_id)) or not self._views.queues_of_agents(tenant_id, [agent_id]):
            return  # in nobody's list of agents: a supervisor who listens, say
        if (row := self._views.agent(tenant_id, agent_id)) is None:
            return
        self._to_tenant(tenant_id, "agent", {**row, "seq": seq})
        # Whom an agent talks to is for those alone who may see all calls; it comes after the row that lacks it.
        watchers = self._watchers(tenant_id)
        if watchers and (row := await self._views.agent_with_caller(tenant_id, agent_id)) is not None:
            for user_id in watchers:
                self._hub.publish(user_channel(user_id, tenant_id), "agent", {**row, "seq": seq})

    async def _tell_which_call(self, tenant_id: TenantId, agent_id: UserId, seq: int) -> None:
        """Of several calls the session says which one is on the agent's screen."""
        if self._board.has_several(agent_id) and (mine := self._board.call_of(tenant_id, agent_id)) is not None:
            await self._tell_own_call(mine, agent_id, seq)

    async def _tell_call(self, live: LiveCall, change: BoardChange) -> None:
        """To everybody who has to do with the call, as each of them sees it; who is out of it hears that it is over.

        Who has another call besides (a supervisor who listens to one, say) is told of the one that is on its screen.
        """
        people = involved(live.call)
        for user_id in filter(lambda user_id: self._heard(user_channel(user_id, change.tenant_id)), change.agents):
            if user_id not in people:
                ended: Json = {"id": live.call.id, "state": "ended", "seq": change.seq}
                self._hub.publish(user_channel(user_id, change.tenant_id), "call", ended)
            mine = self._board.call_of(change.tenant_id, user_id)
            if mine is not None and mine.call.id != live.call.id:
                await self._tell_own_call(mine, user_id, change.seq)
            elif user_id in people:
                await self._tell_own_call(live, user_id, change.seq)

    async def _tell_own_call(self, live: LiveCall, user_id: UserId, seq: int) -> None:
        shown = await self._views.live_call(live, user_id)
        self._hub.publish(user_channel(user_id, live.call.tenant_id), "call", {**shown, "seq": seq})

    async def _tell_watchers(self, live: LiveCall, change: BoardChange) -> None:
        """The list of all calls has callers' names: on the channels of those alone who may see all calls."""
        watchers = self._watchers(change.tenant_id)
        if not watchers:
            return
        row: Json = {"id": live.call.id, "state": "ended"}
        if change.ended is None:
            row = {**await self._views.call_row(live)}
        for user_id in watchers:
            self._hub.publish(user_channel(user_id, change.tenant_id), "live_call", {**row, "seq": change.seq})

    def _watchers(self, tenant_id: TenantId) -> list[UserId]:
        """Who sees all calls, and looks on now."""
        if not self._hub.anybody:
            return []
        watchers = self._views.watchers(tenant_id)
        return [user_id for user_id in watchers if self._heard(user_channel(user_id, tenant_id))]

    def _heard(self, channel: str) -> bool:
        return self._hub.wanted(channel)

    def _alert(self, tenant_id: TenantId, frozen: OutboundFrozen) -> None:
        """Calls to the outside were stopped: whoever watches over calls hears of it, and whose calls they are."""
        told: Json = {"kind": "outbound_frozen", "user_id": frozen.agent_id, "reason": frozen.reason}
        told["seq"] = self._board.seq(tenant_id)
        people = {*self._views.watchers(tenant_id), *([frozen.agent_id] if frozen.agent_id else [])}
        for user_id in sorted(people):
            self._hub.publish(user_channel(user_id, tenant_id), "alert", told)

    def _to_tenant(self, tenant_id: TenantId, event: str, payload: Json) -> None:
        self._hub.publish(tenant_channel(tenant_id), event, payload)


def _item(change: Changed) -> Item | None:
    """Who is told what of a change. A notification's ``id`` null: all are read."""
    tenant_id = change.tenant_id
    match change.type:
        case TASK_CHANGED.name:
            task = TASK_CHANGED.of(change)
            told: Json = {"id": task.task_id, "kind": task.kind, "state": task.state, "queue_id": task.queue_id}
            return ToTenant(tenant_id, "task", told)
        case TASK_OFFER_CHANGED.name:
            offer = TASK_OFFER_CHANGED.of(change)
            return ToUser(tenant_id, offer.agent_id, "task_offer", {"id": offer.task_id, "state": offer.what})
        case CALL_NOTE_CHANGED.name:
            note = CALL_NOTE_CHANGED.of(change)
            return ToTenant(tenant_id, "call_note", {"id": note.call_id, "version": note.version})
        case BRANDING_CHANGED.name:
            return ToTenant(tenant_id, "branding", {"version": BRANDING_CHANGED.of(change).version})
        case QUEUE_ALERT_RAISED.name:
            return QueueAlerted(tenant_id, QUEUE_ALERT_RAISED.of(change).queue_id)
        case QUEUE_ALERT_ENDED.name:
            return QueueAlerted(tenant_id, QUEUE_ALERT_ENDED.of(change).queue_id)
        case NOTIFICATION_CREATED.name:
            new = NOTIFICATION_CREATED.of(change)
            told = {"id": new.notification_id, "kind": new.kind, "state": "new"}
            return ToUser(tenant_id, new.user_id, "notification", told) if new.shown else None
        case NOTIFICATIONS_READ.name:
            read = NOTIFICATIONS_READ.of(change)
            return ToUser(tenant_id, read.user_id, "notification", {"id": read.notification_id, "state": "read"})
    return None
