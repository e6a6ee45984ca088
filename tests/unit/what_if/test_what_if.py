"""A day gone through again with other settings of a queue: what was decided comes out again, what differs is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
from tests.support.calls.contact_centre import TENANT, Centre, open_centre
from tests.support.clock import START, settle
from tests.support.journal.journalled_desk import Desk

from call24.agents.model import AgentState
from call24.calls import signals as s
from call24.journal.model import Entry
from call24.kit.ids import CallId, ContactId, LegId, QueueId, UserId
from call24.queues.model import Queue
from call24.routing.model import Member, Team
from call24.tenants.skills import SkillNeed
from call24.what_if.api import view
from call24.what_if.what_if import ReplayedOffer, WhatIf, what_if

ANN, BOB, CY, DEE = (UserId(f"usr_{name}") for name in ("ann", "bob", "cy", "dee"))
QUEUE, SALES = QueueId(f"que_{TENANT}"), QueueId("que_sales")
CALL_1, CALL_2 = CallId("call_1"), CallId("call_2")
Skills = dict[UserId, dict[str, int]]


def queue(*members: UserId, **settings: Any) -> Queue:
    fields = {"name": "Support", "name_key": "support", "members": members, **settings}
    return Queue(id=QUEUE, tenant_id=TENANT, created_at=START, **fields)


def team(of: Queue, skills: Skills) -> Team:
    members = tuple(Member(agent_id=agent, skills=skills.get(agent, {})) for agent in of.members)
    return Team(queue_id=of.id, strategy=of.strategy, members=members)


def replayed(
    entries: Sequence[Any],
    before: Queue,
    *,
    others: Sequence[Queue] = (),
    skills: Skills | None = None,
    since: datetime | None = None,
    **changes: Any,
) -> WhatIf:
    changes = {name.removesuffix("_"): value for name, value in changes.items()}
    changed = msgspec.structs.replace(before, **changes)
    levels = skills or {}
    return what_if(
        entries,
        queue=before,
        changed=changed,
        teams={one.id: team(one, levels) for one in (before, *others)},
        changed_team=team(changed, levels),
        since=since or entries[0].at,
        until=entries[-1].at + timedelta(hours=1),
    )


# --- a day as the engine wrote it ---


async def busy(centre: Centre, dice: Random, steps: int, numbers: Sequence[str] = ()) -> None:
    """Callers come and go, or (those with ``numbers``) ask to be called back; agents answer, decline, do not hear."""
    members = [ANN, BOB, CY, DEE]
    callers: list[LegId] = []
    for _ in range(steps):
        await centre.run(dice.choice([0, 1, 3, 8, 25]))
        callers = [leg for leg in callers if leg in centre.network.lines]
        who = dice.choice(members)
        doings = ["dial", "dial", "answer", "answer", "decline", "caller", "hang_up", "available", "available"]
        match dice.choice([*doings, "call_back"] if numbers else doings):
            case "dial":
                number = dice.choice(numbers) if numbers else f"+4477009{dice.randint(10000, 99999)}"
                callers.append(await centre.dial(caller=number))
            case "call_back" if callers:
                centre.network.press(dice.choice(callers), "1")
                await settle()
            case "answer" if centre.ringing(who):
                await centre.answer(who)
            case "decline" if centre.ringing(who):
                await centre.request(who, s.DeclineRequested)
            case "caller" if callers:
                await centre.hang_up(dice.choice(callers))
            case "hang_up" if centre.session(who).state is AgentState.ON_CALL:
                await centre.request(who, s.HangUpRequested)
            case "available" if centre.session(who).state is not AgentState.ON_CALL:
                await centre.available(who)
            case _:
                pass
    for leg in callers:
        if leg in centre.network.lines:
            await centre.hang_up(leg)


def _offered(entries: Sequence[Entry]) -> int:
    return sum(entry.type == "AgentOffered" for entry in entries)


def _with_another_call(entries: Sequence[Entry], decision: ReplayedOffer) -> bool:
    """Whether another call came back to the line in the same instant: whom the desk saw first is not written down."""
    ended = [entry for entry in entries if entry.at == decision.at and entry.type == "OfferEnded"]
    return any(entry.call_id != decision.call_id for entry in ended)


@pytest.mark.parametrize("strategy", ["longest_idle", "round_robin", "least_calls", "ring_all"])
async def test_with_the_settings_as_they_are_every_decision_of_a_busy_day_comes_out_again(strategy: Any) -> None:
    offers = 0
    for seed in range(4):
        async with open_centre("ann", "bob", "cy", "dee") as centre:
            centre.directory.strategy = strategy
            await centre.available(ANN, BOB, CY, DEE)
            await busy(centre, Random(seed), 150)
        entries = [entry for entry in centre.journal.lines if entry.tenant_id == TENANT]
        result = replayed(entries, queue(ANN, BOB, CY, DEE, strategy=strategy))
        assert sum(len(one.rung) for one in result.decisions) == _offered(entries)
        others = [one for one in result.decisions if not one.reproduced]
        assert all(_with_another_call(entries, one) for one in others)
        assert len(others) <= len(result.decisions) / 50
        assert not any(one.differs for one in result.decisions)
        assert result.earlier == ()
        offers += len(result.decisions)
    assert offers > 100


async def test_agents_of_the_last_talk_and_call_backs_come_out_again_too() -> None:
    sticky = called_back = 0
    for seed in range(4):
        dice = Random(100 + seed)
        async with open_centre("ann", "bob", "cy", "dee", callback=True, sticky_wait_s=15) as centre:
            numbers = [f"+4477009{dice.randint(10000, 99999)}" for _ in range(12)]
            centre.plan.regulars = {
                ContactId(f"ctc_{number.strip('+')}"): dice.choice([ANN, BOB]) for number in numbers
            }
            await centre.available(ANN, BOB, CY, DEE)
            await busy(centre, dice, 150, numbers)
        entries = list(centre.journal.lines)
        result = replayed(entries, queue(ANN, BOB, CY, DEE))
        assert sum(len(one.rung) for one in result.decisions) == _offered(entries)
        others = [one for one in result.decisions if not one.reproduced]
        assert all(_with_another_call(entries, one) for one in others)
        assert len(others) <= len(result.decisions) / 25
        assert result.earlier == ()
        sticky += sum(entry.body.get("sticky") is not None for entry in entries if entry.type == "CallQueued")
        promised = {entry.call_id for entry in entries if entry.type == "CallbackPromised"}
        called_back += sum(one.call_id in promised for one in result.decisions)
    assert sticky > 20
    assert called_back > 3


async def test_another_strategy_would_have_rung_others() -> None:
    async with open_centre("ann", "bob", "cy", "dee") as centre:
        await centre.available(ANN, BOB, CY, DEE)
        await busy(centre, Random(1), 150)
    result = replayed(centre.journal.lines, queue(ANN, BOB, CY, DEE), strategy="ring_all")
    free = [one for one in result.decisions if one.differs]
    assert free, "whoever was free as well would have been rung too"
    assert all(one.reproduced and set(one.rung) < set(one.would_ring) for one in free)
    reasons = {candidate.reason for one in free for candidate in one.reasons if candidate.chosen}
    assert "ring_all" in reasons and reasons <= {"ring_all", "second_try"}


# --- line by line ---


def test_round_robin_would_have_rung_whom_nothing_was_offered_for_longest() -> None:
    desk = Desk(QUEUE).available(ANN, after=0).available(BOB, after=10)
    desk.queued(CALL_1, after=10).rings(ANN, CALL_1).declines(ANN, CALL_1, after=5).rings(BOB, CALL_1)
    desk.answers(BOB, CALL_1).ends(CALL_1, after=60).available(BOB)
    desk.queued(CALL_2, after=30).rings(ANN, CALL_2)
    result = replayed(desk.entries, queue(ANN, BOB), strategy="least_calls")
    assert [(one.rung, one.would_ring, one.differs) for one in result.decisions] == [
        ((ANN,), (ANN,), False),
        ((BOB,), (BOB,), False),
        ((ANN,), (ANN,), False),
    ]
    changed = replayed(after_a_call_of_anns(), queue(ANN, BOB), strategy="least_calls").decisions[-1]
    assert (changed.rung, changed.as_now, changed.would_ring) == ((ANN,), (ANN,), (BOB,))
    assert {x.agent_id: x.reason for x in changed.reasons} == {ANN: "more_calls", BOB: "fewest_calls"}


def after_a_call_of_anns() -> Sequence[Entry]:
    desk = Desk(QUEUE).available(ANN, BOB)
    desk.queued(CALL_1, after=10).rings(ANN, CALL_1).answers(ANN, CALL_1).ends(CALL_1, after=9).available(ANN)
    return desk.pauses(BOB, after=5).available(BOB, after=5).queued(CALL_2, after=5).rings(ANN, CALL_2).entries


def test_the_answer_calls_a_candidates_reason_code_as_ever() -> None:
    changed = replayed(after_a_call_of_anns(), queue(ANN, BOB), strategy="least_calls")
    shown = view(changed)["decisions"][-1]["reasons"]
    assert [set(one) for one in shown] == [{"agent_id", "chosen", "code", "idle_s"}] * 2
    assert [one["code"] for one in shown] == ["more_calls", "fewest_calls"]


def test_a_member_more_would_have_answered_a_caller_earlier() -> None:
    desk = Desk(QUEUE).available(ANN, CY).queued(CALL_1).rings(ANN, CALL_1).answers(ANN, CALL_1)
    desk.queued(CALL_2, after=10).ends(CALL_1, after=50).available(ANN).rings(ANN, CALL_2)
    result = replayed(desk.entries, queue(ANN), members=(ANN, CY))
    (earlier,) = result.earlier
    assert (earlier.call_id, earlier.would_ring, earlier.seconds) == (CALL_2, (CY,), 50)
    assert result.decisions[-1].would_ring == (CY,)
    assert result.decisions[0].would_ring == (ANN,)


def test_a_member_more_would_have_reached_a_caller_who_gave_up() -> None:
    desk = Desk(QUEUE).available(ANN, CY).queued(CALL_1).rings(ANN, CALL_1).answers(ANN, CALL_1)
    desk.queued(CALL_2, after=10).ends(CALL_2, after=20)
    (earlier,) = replayed(desk.entries, queue(ANN), members=(ANN, CY)).earlier
    assert (earlier.call_id, earlier.seconds) == (CALL_2, None)


def test_a_member_less_would_have_left_the_caller_waiting_or_without_hope() -> None:
    desk = Desk(QUEUE).available(ANN).on_another_call(BOB).queued(CALL_1).rings(ANN, CALL_1)
    (waits,) = replayed(desk.entries, queue(ANN, BOB), members=(BOB,)).decisions
    assert (waits.rung, waits.would_ring, waits.hopeless) == ((ANN,), (), False)
    (hopeless,) = replayed(desk.entries, queue(ANN, BOB), members=(CY,)).decisions
    assert (hopeless.would_ring, hopeless.hopeless) == ((), True)


def test_a_higher_priority_would_have_gone_before_another_queue() -> None:
    sales = msgspec.structs.replace(queue(ANN), id=SALES)
    desk = Desk(QUEUE).on_another_call(ANN).queued(CALL_2, of=SALES, after=5).queued(CALL_1, after=5)
    desk.available(ANN, after=5).rings(ANN, CALL_2)
    (decision,) = replayed(desk.entries, queue(ANN), others=[sales], priority=5).decisions
    assert (decision.queue_id, decision.rung, decision.would_ring) == (SALES, (ANN,), ())
    assert decision.instead == CALL_1
    (earlier,) = replayed(desk.entries, queue(ANN), others=[sales], priority=5).earlier
    assert (earlier.call_id, earlier.would_ring) == (CALL_1, (ANN,))


def test_a_priority_that_a_flow_set_stays() -> None:
    sales = msgspec.structs.replace(queue(ANN), id=SALES)
    desk = Desk(QUEUE).on_another_call(ANN).queued(CALL_2, of=SALES, after=5, priority=3)
    desk.queued(CALL_1, after=5, priority=9).available(ANN, after=5).rings(ANN, CALL_1)
    (decision,) = replayed(desk.entries, queue(ANN), others=[sales], priority=2).decisions
    assert (decision.would_ring, decision.differs) == ((ANN,), False)


def test_a_skill_that_the_queue_would_ask_is_asked_beside_the_flows() -> None:
    german, billing = SkillNeed(name="german"), SkillNeed(name="billing")
    skills: Skills = {ANN: {"billing": 1}, BOB: {"billing": 1, "german": 3}, CY: {"german": 3}}
    desk = Desk(QUEUE).available(CY, after=1).available(ANN, after=1).on_another_call(BOB)
    desk.queued(CALL_1, skills=(billing,)).rings(ANN, CALL_1)
    (decision,) = replayed(desk.entries, queue(ANN, BOB, CY), skills=skills, skills_=(german,)).decisions
    assert (decision.rung, decision.would_ring, decision.hopeless) == ((ANN,), (), False)
    (alone,) = replayed(desk.entries, queue(ANN, CY), skills=skills, skills_=(german,)).decisions
    assert (alone.as_now, alone.hopeless) == ((ANN,), True)


def test_a_skill_that_would_relax_is_looked_at_when_it_does() -> None:
    asked = SkillNeed(name="german", relax_after_s=300)
    desk = Desk(QUEUE).available(ANN).queued(CALL_1, queue_skills=(asked,)).rings(ANN, CALL_1, after=300)
    before = queue(ANN, skills=(asked,))
    sooner = SkillNeed(name="german", relax_after_s=60)
    (earlier,) = replayed(desk.entries, before, skills_=(sooner,)).earlier
    assert (earlier.call_id, earlier.seconds) == (CALL_1, 240)
    assert replayed(desk.entries, before).earlier == ()


def test_a_longest_wait_would_have_sent_away_or_kept_callers() -> None:
    desk = Desk(QUEUE).on_another_call(ANN).queued(CALL_1).ends(CALL_1, after=200)
    desk.queued(CALL_2).leaves(CALL_2, "max_wait", after=600)
    shorter = replayed(desk.entries, queue(ANN), max_wait_s=120).waits
    assert (shorter.calls, shorter.would_leave, shorter.might_stay) == (2, 2, 0)
    between = replayed(desk.entries, queue(ANN), max_wait_s=300).waits
    assert (between.would_leave, between.might_stay) == (1, 0)
    longer = replayed(desk.entries, queue(ANN), max_wait_s=900).waits
    assert (longer.would_leave, longer.might_stay) == (0, 1)


def test_a_longest_line_would_have_been_full_or_had_room() -> None:
    desk = Desk(QUEUE).on_another_call(ANN).queued(CALL_1).queued(CALL_2, after=5)
    desk.queued(CallId("call_3"), after=5).leaves(CallId("call_3"), "full", after=0).ends(CALL_1).ends(CALL_2)
    before = queue(ANN, max_waiting=2)
    assert replayed(desk.entries, before, max_waiting=1).waits.would_be_full == 1
    assert replayed(desk.entries, before, max_waiting=1).waits.might_join == 0
    assert replayed(desk.entries, before, max_waiting=3).waits.might_join == 1
    same = replayed(desk.entries, before).waits
    assert (same.would_be_full, same.might_join) == (0, 0)


def test_an_agent_who_misses_offers_would_have_been_paused_and_not_rung_again() -> None:
    desk = Desk(QUEUE).available(ANN, BOB, after=1)
    desk.queued(CALL_1).rings(ANN, CALL_1).misses(ANN, CALL_1, missed=1).rings(BOB, CALL_1).answers(BOB, CALL_1)
    desk.queued(CALL_2, after=5).rings(ANN, CALL_2)
    result = replayed(desk.entries, queue(ANN, BOB, auto_pause_after=0), auto_pause_after=1)
    assert (result.missed.would_pause, result.missed.would_not) == (1, 0)
    assert [one.would_ring for one in result.decisions] == [(ANN,), (BOB,), ()]
    back = desk.pauses(ANN, after=60).available(ANN, after=5).queued(CallId("call_3")).rings(ANN, CallId("call_3"))
    again = replayed(back.entries, queue(ANN, BOB, auto_pause_after=0), auto_pause_after=1)
    assert again.decisions[-1].would_ring == (ANN,)


def test_an_agent_is_not_paused_before_it_has_missed_as_many_as_set() -> None:
    desk = Desk(QUEUE).available(ANN, after=1).queued(CALL_1).rings(ANN, CALL_1).misses(ANN, CALL_1, missed=1)
    desk.rings(ANN, CALL_1, after=6).misses(ANN, CALL_1, missed=2).rings(ANN, CALL_1, after=6)
    result = replayed(desk.entries, queue(ANN, auto_pause_after=0), auto_pause_after=2)
    assert result.missed.would_pause == 1
    assert [one.would_ring for one in result.decisions] == [(ANN,), (ANN,), ()]


def test_an_agent_who_was_paused_for_missed_offers_would_have_been_rung_on() -> None:
    desk = Desk(QUEUE).available(ANN, after=1).queued(CALL_1).rings(ANN, CALL_1).misses(ANN, CALL_1, paused=True)
    desk.ends(CALL_1).queued(CALL_2, after=30).ends(CALL_2, after=30)
    result = replayed(desk.entries, queue(ANN, auto_pause_after=1), auto_pause_after=0)
    assert (result.missed.would_pause, result.missed.would_not) == (0, 1)
    assert [(one.call_id, one.would_ring) for one in result.earlier] == [(CALL_2, (ANN,))]


def test_what_was_before_the_day_is_known_and_not_counted() -> None:
    desk = Desk(QUEUE).available(ANN).queued(CALL_1).rings(ANN, CALL_1).declines(ANN, CALL_1)
    midnight = desk.at + timedelta(seconds=1)
    desk.rings(ANN, CALL_1, after=10)
    result = replayed(desk.entries, queue(ANN), since=midnight, strategy="ring_all")
    assert [(one.rung, one.reproduced) for one in result.decisions] == [((ANN,), True)]
    assert result.waits.calls == 0


def test_consultations_and_calls_of_the_agents_own_are_no_decisions() -> None:
    desk = Desk(QUEUE).available(ANN, BOB).queued(CALL_1).rings(ANN, CALL_1).answers(ANN, CALL_1)
    desk.rings(BOB, CALL_1, consult=True)
    result = replayed(desk.entries, queue(ANN, BOB))
    assert len(result.decisions) == 1
