"""What must hold, whatever went wrong: during the day, when it has settled, and of what was written down."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

import msgspec
from tests.simulation.asterisk import Asterisk
from tests.simulation.journal import Store
from tests.simulation.life import Life
from tests.simulation.organisation import Organisation
from tests.simulation.people import People

from call24.agents import events as ae
from call24.agents.model import AgentState
from call24.call_records.call_record import CallRecord, fold
from call24.call_records.projector import AGENT_EVENTS
from call24.call_records.replay import call_event
from call24.call_records.segments import Piece
from call24.calls import events as e
from call24.calls.model import Call, CallState
from call24.engine.recovery import legs_of
from call24.journal.model import Entry, event_of
from call24.kit.ids import CallId, LegId, UserId

INVARIANTS = (
    "every caller whom Call24 heard of, or could see, has exactly one record, of its own organisation",
    "every record has one beginning, one end, and never goes back in time",
    "a record that is built again from the stored lines is equal",
    "menu, wait, ring, talk, hold, outside and voicemail add up to the call, to the millisecond",
    "no agent is offered or takes a second call",
    "nobody waits for more than 15 s beside a free agent who may take the call",
    "15 s after the trouble is over the desk and the calls agree about who has what",
    "15 s after the trouble is over every channel and bridge belongs to a call that goes on, and all in it live",
    "10 s after the last call no call, channel, bridge, recording or sound is left",
    "at the end of the day every agent is given one more call, and every one of these callers is served",
    "a seed writes the same journal in every process, whatever its hash seed",
    "until closing time an organisation's journal is the same whether or not the other one has its bad day",
)

WAITS_IN_VAIN_S = 15.0
SEEN_AFTER_S = 20.0
IN_HAND = (AgentState.OFFERED, AgentState.ON_CALL)
Waits = tuple[CallId, tuple[UserId, ...]]
"""A call that waits, and the agents whose phones have rung for it so far, in order."""


class Broken(AssertionError):
    """An invariant does not hold."""


def require(holds: object, what: str) -> None:
    if not holds:
        raise Broken(what)


# --- during the day ---


class Overlooked:
    """Looked at every few seconds: nobody waits for long beside a free agent who may take the call."""

    def __init__(self) -> None:
        self._since: dict[Waits, float] = {}
        self._here: dict[str, float] = {}

    def look(self, life: Life | None, people: Iterable[People], now: float) -> None:
        beside: set[Waits] = set()
        if life is not None and life.telephony.is_up:
            for each in people:
                beside |= _beside_free_agents(life, each.it)
        self.seen(beside, now)

    def seen(self, beside: Collection[Waits], now: float) -> None:
        """Who waits now. An offer can begin and be declined between two looks: after it the wait is another one."""
        self._since = {waits: self._since.get(waits, now) for waits in beside}
        late = [call_id for (call_id, _), since in self._since.items() if now - since > WAITS_IN_VAIN_S]
        require(not late, f"a free agent and {late} wait for each other")

    def known(self, people: People, life: Life | None, now: float) -> set[str]:
        """Callers who have been here for so long that Call24, which was too, must have seen them."""
        if life is None or not life.telephony.is_up or life.link.cut:
            self._here.clear()
            return set()
        here = [x.id for x in people.arrivals if not x.gone and x.place == "stasis"]
        self._here |= {x: now for x in here if x not in self._here}
        return {x for x in here if now - self._here[x] >= SEEN_AFTER_S}


def _beside_free_agents(life: Life, it: Organisation) -> set[Waits]:
    desk = life.engine.desk(it.tenant_id)
    free = {x.agent_id for x in desk.sessions.values() if x.free} & set(it.members)
    now = life.clock.now()
    return {
        (call.id, call.tried)
        for call in life.engine.live_calls(it.tenant_id)
        if call.state is CallState.WAITING
        and call.wait is not None
        and (free & set(call.wait.agents) if call.wait.agents else free)
        and (call.not_before is None or call.not_before <= now)
    }


# --- when all has settled ---


def same_story(life: Life, it: Organisation) -> None:
    """The calls and the desk's sessions agree about who has what."""
    calls = life.engine.live_calls(it.tenant_id)
    sessions = life.engine.desk(it.tenant_id).sessions
    for session in sessions.values():
        if session.state in IN_HAND:
            holders = [call.id for call in calls if session.offer_id and call.holds(session.offer_id)]
            require(
                holders == [session.call_id], f"{session.agent_id} is {session.state} in {session.call_id}: {holders}"
            )
        else:
            named = [call.id for call in calls if call.agent_id == session.agent_id and call.agent_leg is not None]
            require(not named, f"{session.agent_id} is {session.state} and has {named}")


def nothing_forgotten(asterisk: Asterisk, calls: Iterable[Call]) -> None:
    """What lives in Asterisk belongs to calls that go on, and what they believe in lives."""
    live = list(calls)
    legs = {leg for call in live for leg in legs_of(call)}
    strays = [x.id for x in asterisk.channels.values() if x.id not in legs]
    require(not strays, f"channels that are nobody's: {strays}")
    bridges = [x for x in asterisk.bridges if not any(x.startswith(call.bridge_id) for call in live)]
    require(not bridges, f"bridges that are nobody's: {bridges}")
    gone = [(call.id, call.state) for call in live if call.caller_leg and call.caller_leg not in asterisk.channels]
    require(not gone, f"calls whose customer is gone: {gone}")
    ghosts = [(call.id, leg) for call in live for leg in _talking(call) if leg not in asterisk.channels]
    require(not ghosts, f"calls with somebody who is gone: {ghosts}")


def _talking(call: Call) -> list[LegId]:
    """Who is in a call beside its customer, and does not ring only."""
    legs = [
        call.agent_leg,
        call.consult_party.leg if call.consult_party else None,
        *(monitor.leg for monitor in call.monitors),
    ]
    return [leg for leg in legs if leg is not None]


def nothing_left(asterisk: Asterisk) -> None:
    require(not asterisk.channels, f"channels are left: {list(asterisk.channels)}")
    require(not asterisk.bridges, f"bridges are left: {list(asterisk.bridges)}")
    require(not asterisk.recordings, f"recordings run on: {asterisk.recordings}")
    require(not asterisk.playbacks, f"sounds play on: {[playback.id for playback in asterisk.playbacks]}")


# --- of what was written down ---


def written(store: Store, people: Iterable[People], told: Collection[str]) -> dict[CallId, CallRecord]:
    """``told``: the callers whom Call24 must know."""
    _one_call_at_a_time(store.lines)
    records: dict[CallId, CallRecord] = {}
    for call_id, lines in store.by_call().items():
        beginnings = [line.type for line in lines if line.type in {x.__name__ for x in e.Beginning.__args__}]
        require(len(beginnings) == 1, f"{call_id} begins {beginnings}")
        ends = [line for line in lines if line.type == e.CallEnded.__name__]
        require(len(ends) == 1, f"{call_id} ends {len(ends)} times")
        times = [line.at for line in lines if call_event(line)]
        require(times == sorted(times), f"{call_id} goes back in time")
        records[call_id] = _record(lines)
    _every_caller_once(store, people, told)
    return records


def _record(lines: list[Entry]) -> CallRecord:
    record = fold(lines)
    again = fold([msgspec.json.decode(msgspec.json.encode(line), type=Entry) for line in lines])
    require(msgspec.json.encode(record) == msgspec.json.encode(again), f"{record.id} is another when rebuilt")
    require(record.ended_at is not None, f"{record.id} has no end")
    assert record.ended_at is not None
    whole = (record.ended_at - record.arrived_at) // timedelta(milliseconds=1)
    parts = sum(round(getattr(record, f"{piece.value}_s") * 1000) for piece in Piece)
    require(parts == whole, f"{record.id}: its parts are {parts} ms, the whole {whole} ms")
    return record


def _every_caller_once(store: Store, people: Iterable[People], told: Collection[str]) -> None:
    """Who reached Call24 has a call; two only where the first had ended without the caller knowing."""
    ended_by_us = {x.call_id for x in store.lines if x.type == "CallEnded" and x.body["ended_by"] == "system"}
    by_leg: dict[str, list[Call]] = {}
    for call in store.calls():
        if call.caller_leg is not None:
            by_leg.setdefault(call.caller_leg, []).append(call)
    for each in people:
        for channel in (channel.id for channel in each.arrivals):
            calls = by_leg.get(channel, [])
            require(calls or channel not in told, f"{channel} arrived and has no call")
            unknowing = [call for call in calls[:-1] if call.id not in ended_by_us]
            require(not unknowing, f"{channel} has {[call.id for call in calls]}")
            require(all(x.tenant_id == each.it.tenant_id for x in calls), f"{channel} is another organisation's")


def _one_call_at_a_time(lines: Iterable[Entry]) -> None:
    has: dict[UserId, CallId] = {}
    for entry in lines:
        if entry.type not in AGENT_EVENTS or entry.agent_id is None:
            continue
        event: ae.AnyAgentEvent = event_of(entry, ae.AnyAgentEvent)
        match event:
            case ae.AgentOffered(call_id=call_id):
                require(entry.agent_id not in has, f"{entry.agent_id} is offered {call_id} with one in hand")
                has[entry.agent_id] = call_id
            case ae.AgentTookCall(call_id=call_id):
                before = has.setdefault(entry.agent_id, call_id)
                require(before == call_id, f"{entry.agent_id} takes {call_id} and has {before}")
            case ae.AgentBecameAvailable() | ae.AgentPaused() | ae.AgentWentOffline() | ae.AgentWrapUpStarted():
                has.pop(entry.agent_id, None)
