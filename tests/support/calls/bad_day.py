"""A contact centre on a bad day: people, lines, Asterisk and Call24 itself do anything in any order.

``bad_day`` plays one; what must hold while it goes on is in ``check_now``, and once it is over in ``check``.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from tests.support.calls.contact_centre import NUMBER, TENANT, Centre, phone
from tests.support.calls.network import Follower
from tests.support.clock import settle

from call24.agents import machine as agents
from call24.agents.model import AgentState
from call24.call_records.call_record import CallRecord
from call24.call_records.segments import Piece
from call24.calls import signals as s
from call24.calls.model import Call, Direction
from call24.engine.recovery import legs_of
from call24.kit.errors import Conflict, NotFound, Unavailable
from call24.kit.ids import ContactId, DeviceId, LegId, TrunkId, UserId, new_id

TRUNKS = (TrunkId("trk_1"), TrunkId("trk_2"))
SUE = UserId("usr_sue")
OUTSIDE = ContactId("ctc_441632960001")
MEMBERS = [UserId(f"usr_{name}") for name in ("ann", "bob", "cy")]


class BadDay:
    def __init__(self, settings: dict[str, Any]) -> None:
        self.centre = Centre(**settings)
        self.centre.organisation(TENANT, NUMBER, "ann", "bob", "cy")
        self.centre.plan.ways_out = TRUNKS
        self.centre.directory.owned[SUE] = (DeviceId("dev_sue"),)
        self.callers: list[LegId] = []

    def member(self, pick: int) -> UserId:
        return MEMBERS[pick % len(MEMBERS)]

    async def dials(self, pick: int) -> None:
        self.callers.append(self.centre.network.dial(caller=f"+4477009{len(self.callers):05}"))

    async def caller_leaves(self, pick: int) -> None:
        there = [leg for leg in self.callers if leg in self.centre.network.lines]
        if there:
            self.centre.network.hang_up(there[pick % len(there)])

    async def answers(self, pick: int) -> None:
        if leg := self.centre.network.ringing(phone(self.member(pick))):
            self.centre.network.answer(leg)

    async def agent_line_ends(self, pick: int) -> None:
        lines = [line.leg for line in self.centre.network.lines.values() if line.device_id is not None]
        if lines:
            self.centre.network.hang_up(lines[pick % len(lines)], (16, 17, 19, 38)[pick % 4])

    async def asks(self, pick: int) -> None:
        member = self.member(pick)
        kind = (s.DeclineRequested, s.HoldRequested, s.ResumeRequested, s.HangUpRequested)[pick // 3 % 4]
        await self._request(member, kind(at=self.centre.clock.now(), agent_id=member))

    async def asks_a_consult_party(self, pick: int) -> None:
        member, now = self.member(pick), self.centre.clock.now()
        to = (
            s.TransferTarget(agent_id=self.member(pick + 1))
            if pick % 2
            else s.TransferTarget(contact_id=ContactId("ctc_441632960001"))
        )
        kind = (s.ConsultRequested, s.ConsultRequested, s.TransferRequested)[pick // 3 % 3]
        await self._request(member, kind(at=now, agent_id=member, to=to))

    async def goes_on_with_the_consult_party(self, pick: int) -> None:
        member = self.member(pick)
        kinds = (s.SwapRequested, s.ConferenceRequested, s.CompleteRequested, s.CancelRequested, s.DropRequested)
        await self._request(member, kinds[pick // 3 % 5](at=self.centre.clock.now(), agent_id=member))

    async def dials_out(self, pick: int) -> None:
        member = self.member(pick)
        to = {"colleague_id": self.member(pick + 1)} if pick % 2 else {"number": "+441632960002"}
        if self.centre.alive:
            with contextlib.suppress(Conflict, Unavailable):
                await self.centre.requests.place(TENANT, member, **to)  # type: ignore[arg-type]

    async def outside_answers(self, pick: int) -> None:
        rung = [x.leg for x in self.centre.network.lines.values() if x.dialled is not None and not x.up]
        if rung:
            self.centre.network.answer(rung[pick % len(rung)])

    async def wants_a_call_back(self, pick: int) -> None:
        there = [leg for leg in self.callers if leg in self.centre.network.lines]
        if there:
            self.centre.network.press(there[pick % len(there)], "1")

    async def supervisor(self, pick: int) -> None:
        calls = self.centre.engine.live_calls(TENANT) if self.centre.alive else []
        if not calls:
            return
        call, requests = calls[pick % len(calls)], self.centre.requests
        with contextlib.suppress(Conflict, NotFound, Unavailable):
            match pick % 4:
                case 0 | 1:
                    requests.monitor(TENANT, SUE, call.id, ("listen", "whisper", "barge")[pick % 3], "coaching")
                case 2:
                    requests.take_over(TENANT, SUE, call.id, "complaint")
                case _:
                    requests.monitor_end(TENANT, SUE, call.id)

    async def reloads(self, pick: int) -> None:
        member = self.member(pick)
        leg = LegId(new_id("leg"))
        again = s.ReattachRequested(at=self.centre.clock.now(), agent_id=member, device_id=phone(member), leg=leg)
        await self._request(member, again)

    async def _request(self, member: UserId, signal: s.AgentRequest) -> None:
        if self.centre.alive and (call_id := self.centre.session(member).call_id) is not None:
            with contextlib.suppress(NotFound):
                self.centre.requests.request(TENANT, member, call_id, signal)

    async def wishes(self, pick: int) -> None:
        now = self.centre.clock.now()
        wish = (
            agents.AvailableWished(at=now),
            agents.PauseWished(at=now, reason="lunch"),
            agents.AvailableWished(at=now),
            agents.OfflineWished(at=now),
        )[pick // 3 % 4]
        if self.centre.alive:
            await self.centre.engine.wish(TENANT, self.member(pick), wish)

    async def phone_goes(self, pick: int) -> None:
        self.centre.network.unregistered ^= {phone(self.member(pick))}

    async def asterisk_out_of_reach(self, pick: int) -> None:
        if self.centre.network.here:
            self.centre.network.go_away()
            await self._soon(pick, self.asterisk_out_of_reach)
        else:
            self.centre.network.come_back()

    async def _soon(self, pick: int, repaired: Callable[[int], Awaitable[None]]) -> None:
        """Mostly somebody does something or other, and it is there again; sometimes it stays away for longer."""
        if pick % 4:
            for move in (BadDay.caller_leaves, BadDay.answers, BadDay.asks, BadDay.dials)[: pick % 5]:
                await move(self, pick)
            await self.centre.run(pick % 3)
            await repaired(pick)

    async def asterisk_dies(self, pick: int) -> None:
        if pick % 3 == 0:
            self.centre.network.crash()
            await self._soon(pick, self.asterisk_out_of_reach)

    async def call24_dies(self, pick: int) -> None:
        if self.centre.alive:
            await self.centre.kill()
            await self._soon(pick, self.call24_dies)
        else:
            await self.centre.restart()

    async def over(self) -> None:
        """Everything is repaired, the callers leave, time passes."""
        if not self.centre.alive:
            await self.centre.restart()
        if not self.centre.network.here:
            self.centre.network.come_back()
        await settle()
        self.check_nobody_is_forgotten()
        self.check_now()
        for leg in self.callers:
            if leg in self.centre.network.lines:
                self.centre.network.hang_up(leg)
        await settle()
        self.check_nobody_is_forgotten()
        for call in self.centre.engine.live_calls(TENANT):  # those that no caller of ours is in
            self.centre.requests.end(TENANT, SUE, call.id, "closing time")
        await self.centre.run(120)

    def check_now(self) -> None:
        """At rest: the network, the calls and the sessions tell the same story."""
        if not (self.centre.alive and self.centre.network.here):
            return
        calls = self.centre.engine.live_calls(TENANT)
        oracle = Follower(self.centre.network)
        for call in calls:
            assert oracle.differences(call) == [], (call.state, oracle.differences(call))
            if call.agent_id is not None:
                session = self.centre.session(call.agent_id)
                assert (session.state, session.call_id, session.offer_id) == ("on_call", call.id, call.offer_id)
        for session in (self.centre.session(member) for member in MEMBERS):
            if session.state in (AgentState.OFFERED, AgentState.ON_CALL):
                held = [call for call in calls if session.offer_id is not None and call.holds(session.offer_id)]
                assert [call.id for call in held] == [session.call_id], session
        self._check_callbacks(calls)

    def _check_callbacks(self, calls: list[Call]) -> None:
        """One for each number; nobody is rung before an agent is there."""
        waiting = [call for call in calls if call.direction is Direction.CALLBACK and call.caller_leg is None]
        assert len({call.contact_id for call in waiting}) == len(waiting)
        assert not [call for call in waiting if call.dial is not None and call.agent_leg is None]

    def check(self) -> None:
        centre = self.centre
        centre.check()
        assert centre.alive
        assert centre.network.lines == {}, "lines are left over"
        for member in MEMBERS:
            assert centre.session(member).call_id is None, f"{member} is stuck: {centre.session(member)}"
        records = {record.id: record for record in centre.records()}
        assert len(records) == len(centre.by_call())
        self._check_callers(list(records.values()))
        for record in records.values():
            assert record.ended_at is not None
            whole = (record.ended_at - record.arrived_at) // timedelta(milliseconds=1)
            assert sum(round(getattr(record, f"{piece.value}_s") * 1000) for piece in Piece) == whole

    def check_nobody_is_forgotten(self) -> None:
        """Every line in the network is one of a call that goes on."""
        open_legs = {leg for call in self.centre.engine.live_calls(TENANT) for leg in legs_of(call)}
        assert set(self.centre.network.lines) <= open_legs

    def _check_callers(self, records: list[CallRecord]) -> None:
        """A caller has one call; or another after one that had ended without the caller knowing."""
        legs = {call.id: call.caller_leg for call in self.centre.all_calls()}
        for first, second in itertools.combinations(sorted(records, key=lambda x: x.arrived_at), 2):
            if legs[first.id] is not None and legs[first.id] == legs[second.id]:
                assert first.ended_at is not None and first.ended_by == "system"


Move = Callable[[BadDay, int], Awaitable[None]]
MOVES: dict[Move, int] = {
    BadDay.dials: 6,
    BadDay.caller_leaves: 3,
    BadDay.answers: 8,
    BadDay.agent_line_ends: 2,
    BadDay.asks: 5,
    BadDay.asks_a_consult_party: 3,
    BadDay.goes_on_with_the_consult_party: 4,
    BadDay.dials_out: 1,
    BadDay.outside_answers: 3,
    BadDay.wants_a_call_back: 2,
    BadDay.supervisor: 2,
    BadDay.reloads: 2,
    BadDay.wishes: 4,
    BadDay.phone_goes: 1,
    BadDay.asterisk_out_of_reach: 3,
    BadDay.asterisk_dies: 1,
    BadDay.call24_dies: 3,
}
"""What can happen, and how often."""

PAUSES = (0, 0, 0, 0.05, 1, 6, 25)

days = st.fixed_dictionaries(
    {
        "greeting": st.sampled_from((None, "greeting")),
        "max_wait_s": st.sampled_from((30, 600)),
        "voicemail": st.booleans(),
        "callback": st.booleans(),
    }
)


async def bad_day(how: dict[str, Any], seed: int, length: int) -> Centre:
    random = Random(seed)
    day = BadDay(how)
    await day.centre.start()
    try:
        await day.centre.available(*MEMBERS)
        for move in random.choices(list(MOVES), list(MOVES.values()), k=length):
            pause = random.choice(PAUSES)
            await move(day, random.randrange(24))
            note(f"{move.__name__}, then {pause} s")
            if pause:
                await day.centre.run(pause)
                day.check_now()
        await day.over()
        day.check()
        return day.centre
    finally:
        if day.centre.alive:
            await day.centre.kill()
