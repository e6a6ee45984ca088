"""Ways in which agents' states go wrong elsewhere, each tried here by name: stuck, flapping, or not what was said last.

Source: the bug trackers of the systems that contact centres run on; their numbers are beside the tests.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.calls.agent_session import ANN, LOST, SOLD, SUE, Agent, available, in_wrap_up, on_call

from call24.agents import events as e
from call24.agents import machine as m
from call24.agents.machine import AgentStep
from call24.agents.model import BY_SUPERVISOR, MISSED_CALLS, UNREACHABLE, VANISHED, AgentState, Next
from call24.kit.ids import CallId, OfferId

AVAILABLE = (AgentState.AVAILABLE, None)


def names(step: AgentStep) -> list[str]:
    return [type(event).__name__ for event in step.events]


# --- offers ---


def test_an_answer_that_comes_after_the_offer_was_withdrawn_is_a_call_all_the_same() -> None:
    """freeswitch 1973: the call decides who answered in time; whoever it says has it is on it."""
    agent = available()
    agent.offered()
    offer_id = agent.session.offer_id
    agent.over("withdrawn")
    assert offer_id is not None
    agent.send(m.CallTaken(at=agent.now, call_id=CallId("call_1"), offer_id=offer_id))
    assert (agent.session.state, agent.session.call_id) == (AgentState.ON_CALL, "call_1")
    agent.over("talked", wrap_up_s=0)
    assert agent.is_now == AVAILABLE


def test_late_news_of_a_lost_offer_does_not_end_the_conversation() -> None:
    agent = on_call()
    assert agent.over("ring_no_answer").ignored
    assert agent.over("withdrawn").ignored
    assert agent.session.state is AgentState.ON_CALL


def test_a_rejected_call_frees_the_agent_and_says_nothing_about_the_caller() -> None:
    """OpenSIPS 2886: one agent's reject dropped the caller. Here the session only says that the agent is free."""
    agent = available()
    agent.offered()
    step = agent.over("declined")
    assert names(step) == ["AgentBecameAvailable"]
    assert agent.is_now == AVAILABLE


def test_a_paused_agent_is_not_made_available_by_news_of_an_earlier_offer() -> None:
    """Rejecting a call must not be a way out of a pause."""
    agent = available()
    agent.offered()
    offer_id = agent.session.offer_id
    agent.over("withdrawn")
    agent.wish_pause()
    assert offer_id is not None
    for outcome in ("declined", "ring_no_answer", "withdrawn", "talked", UNREACHABLE):
        over = m.OfferOver(at=agent.now, offer_id=offer_id, outcome=outcome, wrap_up_s=10, disposition="required")
        assert agent.send(over).ignored
    assert agent.is_now == (AgentState.PAUSED, "lunch")


def test_rejecting_an_offer_after_asking_for_a_pause_is_a_pause() -> None:
    agent = available()
    agent.offered()
    agent.wish_pause()
    agent.over("declined")
    assert agent.is_now == (AgentState.PAUSED, "lunch")


def test_a_pause_during_an_offer_comes_before_the_next_one() -> None:
    """OMniLeads 2021: pause against incoming call. The offer in hand ends, no other begins."""
    agent = available()
    agent.offered()
    agent.wish_pause()
    agent.over("withdrawn")
    assert agent.offered().ignored
    assert agent.is_now == (AgentState.PAUSED, "lunch")


def test_an_agent_that_is_rung_is_never_stuck_whatever_ends_the_offer() -> None:
    """freeswitch 2540: agents stay Reserved."""
    for outcome in ("declined", "ring_no_answer", "withdrawn", UNREACHABLE, "talked"):
        agent = available()
        agent.offered()
        agent.over(outcome, wrap_up_s=0)
        assert agent.session.state is not AgentState.OFFERED, outcome
        assert agent.session.offer_id is None, outcome


def test_a_second_offer_at_the_same_moment_is_refused_and_leaves_the_first() -> None:
    agent = available()
    agent.offered()
    first = agent.session
    assert agent.offered().ignored
    assert agent.session == first


def test_a_call_is_not_over_twice() -> None:
    """A zombie call: the caller's and the agent's hang-up are heard one after the other."""
    agent = in_wrap_up()
    before = agent.session
    assert agent.over("talked", wrap_up_s=600).ignored
    assert agent.session == before


# --- missed calls ---


def test_a_missed_call_is_no_error_the_agent_stays_available_and_is_rung_again() -> None:
    """amazon-connect-streams 658."""
    agent = available()
    agent.offered()
    agent.over("ring_no_answer", pause_after=3)
    assert agent.is_now == AVAILABLE and agent.session.there
    assert agent.offered().session.state is AgentState.OFFERED


def test_so_many_missed_calls_in_a_row_pause_the_agent() -> None:
    agent = available()
    for _ in range(3):
        assert agent.session.state is AgentState.AVAILABLE
        agent.offered()
        agent.over("ring_no_answer", pause_after=3)
    assert agent.is_now == (AgentState.PAUSED, MISSED_CALLS)
    assert not agent.session.there
    assert agent.offered().ignored


def test_who_missed_too_many_comes_back_by_itself_and_starts_from_none() -> None:
    """kazoo 6609: an agent who misses N calls is logged out for ever."""
    agent = available()
    agent.offered()
    agent.over("ring_no_answer", pause_after=1)
    agent.wish_available()
    assert agent.is_now == AVAILABLE and agent.session.missed == 0
    agent.offered()
    agent.over("ring_no_answer", pause_after=2)
    assert agent.is_now == AVAILABLE


def test_an_answered_call_forgives_what_was_missed() -> None:
    agent = available()
    agent.offered()
    agent.over("ring_no_answer", pause_after=2)
    agent.offered()
    agent.taken()
    agent.over("talked", wrap_up_s=0)
    agent.offered()
    agent.over("ring_no_answer", pause_after=2)
    assert agent.is_now == AVAILABLE and agent.session.missed == 1


def test_declined_and_withdrawn_offers_are_not_missed_and_do_not_forgive() -> None:
    agent = available()
    for outcome, missed in (("ring_no_answer", 1), ("declined", 1), ("withdrawn", 1)):
        agent.offered()
        agent.over(outcome, pause_after=2)
        assert agent.session.missed == missed
    agent.offered()
    agent.over("ring_no_answer", pause_after=2)
    assert agent.is_now == (AgentState.PAUSED, MISSED_CALLS)


def test_no_number_of_missed_calls_pauses_where_the_queue_says_never() -> None:
    agent = available()
    for _ in range(10):
        agent.offered()
        agent.over("ring_no_answer", pause_after=0)
    assert agent.is_now == AVAILABLE


def test_what_the_agent_wished_goes_before_the_pause_for_missed_calls() -> None:
    agent = available()
    agent.offered()
    agent.wish_offline()
    agent.over("ring_no_answer", pause_after=1)
    assert agent.is_now == (AgentState.OFFLINE, None)


# --- wrap-up and dispositions ---


def test_after_a_transfer_the_wrap_up_is_held_all_the_same() -> None:
    """asterisk 607: an attended transfer resets lastcall, and the wrap-up is skipped."""
    agent = on_call()
    agent.after(20).over("talked", wrap_up_s=30)
    assert agent.session.state is AgentState.WRAP_UP
    assert agent.session.wrap_up_until == agent.now + timedelta(seconds=30)


def test_agents_in_wrap_up_are_freed_in_the_order_of_their_ends() -> None:
    """OpenSIPS 2679: freed last-first. Here each has its own alarm."""
    first, second = in_wrap_up(wrap_up_s=10), in_wrap_up(wrap_up_s=20)
    alarms = [m.alarm(first.session), m.alarm(second.session)]
    assert alarms[0] is not None and alarms[1] is not None and alarms[0].at < alarms[1].at


def test_without_its_required_disposition_a_wrap_up_does_not_end_by_time_and_shows_that() -> None:
    agent = in_wrap_up("required")
    assert agent.session.disposition_due == agent.session.call_id
    since = agent.session.since
    assert names(agent.alarm_rings()) == ["AgentWrapUpOverran"]
    assert agent.session.state is AgentState.WRAP_UP and agent.session.overdue
    assert agent.session.since == since, "the time in wrap-up counts from its beginning"
    assert m.alarm(agent.session) is None
    assert agent.after(60).wrapped_up().events == ()
    assert names(agent.gives()) == ["AgentDispositionGiven", "AgentWrapUpEnded", "AgentBecameAvailable"]


@pytest.mark.parametrize("wish", ["available", "paused", "offline"])
def test_a_wish_does_not_end_a_wrap_up_whose_disposition_is_due_and_is_done_with_it(wish: str) -> None:
    agent = in_wrap_up("required", wrap_up_s=600)
    before = agent.session
    {"available": agent.wish_available, "paused": agent.wish_pause, "offline": agent.wish_offline}[wish]()
    assert agent.session.state is AgentState.WRAP_UP
    assert agent.session == m.e.evolve(before, e.AgentNextChosen(agent_id=ANN, next=agent.session.next), agent.now)
    agent.after(1).gives()
    assert agent.is_now == agent.wish and agent.session.state.value == wish


def test_of_several_wishes_in_such_a_wrap_up_the_last_counts() -> None:
    agent = in_wrap_up("required")
    agent.wish_pause()
    agent.wish_offline()
    agent.wish_available()
    agent.gives()
    assert agent.is_now == AVAILABLE


def test_with_its_disposition_given_early_the_rest_of_the_wrap_up_is_the_agents() -> None:
    agent = in_wrap_up("required", wrap_up_s=30)
    agent.after(5).gives()
    assert agent.session.state is AgentState.WRAP_UP and agent.session.disposition_due is None
    agent.after(5).gives(LOST)
    assert agent.session.disposition_id == LOST, "it can be corrected until the wrap-up ends"
    assert names(agent.alarm_rings()) == ["AgentWrapUpEnded", "AgentBecameAvailable"]


def test_with_its_disposition_given_a_wish_ends_the_wrap_up_at_once() -> None:
    agent = in_wrap_up("required", wrap_up_s=30)
    agent.gives()
    agent.after(1).wish_pause()
    assert agent.is_now == (AgentState.PAUSED, "lunch")


def test_a_pause_asked_for_in_the_call_does_not_cut_short_the_wrap_up_when_the_disposition_is_given() -> None:
    agent = on_call()
    agent.wish_pause()
    agent.over("talked", wrap_up_s=30, disposition="required")
    agent.after(1).gives()
    assert agent.session.state is AgentState.WRAP_UP
    agent.alarm_rings()
    assert agent.is_now == (AgentState.PAUSED, "lunch")


def test_a_disposition_given_while_still_talking_is_not_asked_for_again() -> None:
    agent = on_call()
    agent.gives(SOLD)
    agent.over("talked", wrap_up_s=10, disposition="required")
    assert agent.session.disposition_due is None and agent.session.disposition_id == SOLD
    agent.alarm_rings()
    assert agent.is_now == AVAILABLE


def test_a_required_disposition_is_asked_for_also_where_there_is_no_time_for_wrap_up() -> None:
    agent = in_wrap_up("required", wrap_up_s=0)
    agent.alarm_rings()
    assert agent.session.state is AgentState.WRAP_UP and agent.session.overdue
    agent.gives()
    assert agent.is_now == AVAILABLE


def test_an_optional_disposition_holds_nobody() -> None:
    agent = in_wrap_up("optional")
    assert agent.session.disposition_due == agent.session.call_id and not agent.session.disposition_required
    agent.alarm_rings()
    assert agent.is_now == AVAILABLE
    assert agent.gives().ignored


def test_what_was_given_is_known_until_the_next_call_so_that_it_can_be_acknowledged() -> None:
    agent = in_wrap_up("required", wrap_up_s=0)
    agent.gives(SOLD)
    assert agent.is_now == AVAILABLE
    assert agent.session.disposition_id is None
    assert (agent.session.disposed_call_id, agent.session.disposed_as) == ("call_1", SOLD)
    agent.offered()
    agent.taken()
    assert (agent.session.disposed_call_id, agent.session.disposed_as) == (None, None)


def test_the_same_call_taken_again_asks_for_a_disposition_of_its_own() -> None:
    """A call that was transferred away and back has two agent sessions, and two dispositions."""
    agent = in_wrap_up("required")
    call_id, first_until = agent.session.call_id, agent.session.wrap_up_until
    agent.gives()
    agent.wish_available()
    assert call_id is not None
    agent.send(m.OfferMade(at=agent.now, call_id=call_id, offer_id=OfferId("off_again")))
    agent.taken()
    assert agent.session.disposition_id is None
    agent.over("talked", wrap_up_s=60, disposition="required")
    assert agent.session.disposition_due == call_id
    late = m.WrapUpTimeUp(at=agent.after(30).now, call_id=call_id, until=first_until)
    assert agent.send(late).ignored, "the first wrap-up's alarm is not the second one's"


# --- next states ---


def test_a_queued_next_state_gives_way_to_a_later_choice() -> None:
    """amazon-connect-streams 613."""
    agent = on_call()
    agent.wish_offline()
    agent.wish_pause("training")
    agent.over("talked", wrap_up_s=10)
    agent.after(2).wish_available()
    assert agent.is_now == AVAILABLE
    assert agent.session.next is None


def test_the_same_wish_twice_is_written_down_once() -> None:
    """flex-project-template 303: a client's own state machine flapped for two hours."""
    agent = on_call()
    assert names(agent.wish_pause()) == ["AgentNextChosen"]
    assert agent.wish_pause().events == ()
    agent.finish()
    assert agent.wish_pause().events == ()


# --- own calls ---


@pytest.mark.parametrize("outcome", ["no_answer", "failed", "withdrawn", "declined", "unreachable", "ring_no_answer"])
def test_a_failed_own_call_leaves_a_break_a_break(outcome: str) -> None:
    """amazon-connect-streams 241: a failed outbound call flips a break to Available."""
    agent = Agent()
    agent.wish_pause("lunch", limit_s=600)
    agent.after(60).own_call()
    assert agent.session.state is AgentState.ON_CALL and agent.session.own
    agent.after(5).over(outcome, wrap_up_s=10, disposition="required", pause_after=1)
    assert agent.is_now == (AgentState.PAUSED, "lunch")
    assert agent.session.pause_limit_at == agent.now + timedelta(seconds=600)


def test_a_failed_own_call_costs_no_place_and_counts_as_nothing() -> None:
    agent = available()
    before = agent.session
    agent.after(30).own_call()
    agent.after(30).over("no_answer")
    assert agent.is_now == AVAILABLE
    assert (agent.session.idle_since, agent.session.taken, agent.session.missed) == (before.idle_since, 0, 0)


@pytest.mark.parametrize("state", ["offline", "paused", "available"])
def test_after_an_own_call_the_agent_is_what_it_was(state: str) -> None:
    agent = Agent()
    {"offline": agent.wish_offline, "paused": agent.wish_pause, "available": agent.wish_available}[state]()
    agent.own_call()
    agent.over("talked", wrap_up_s=10)
    assert agent.session.state is AgentState.WRAP_UP
    agent.alarm_rings()
    assert agent.session.state.value == state and agent.session.taken == 0


def test_an_own_call_out_of_wrap_up_ends_it_and_what_was_to_follow_still_follows() -> None:
    agent = on_call()
    agent.wish_pause()
    agent.over("talked", wrap_up_s=30)
    assert names(agent.own_call()) == ["AgentWrapUpEnded", "AgentTookCall"]
    agent.over("no_answer")
    assert agent.is_now == (AgentState.PAUSED, "lunch")


def test_an_own_call_has_to_wait_for_a_due_disposition_and_for_a_call_in_hand() -> None:
    assert in_wrap_up("required").own_call().ignored
    assert on_call().own_call().ignored
    offered = available()
    offered.offered()
    assert offered.own_call().ignored


def test_a_choice_made_during_an_own_call_goes_before_what_was_before() -> None:
    agent = Agent()
    agent.wish_pause()
    agent.own_call()
    agent.wish_available()
    agent.over("talked", wrap_up_s=0)
    assert agent.is_now == AVAILABLE


# --- pauses ---


def test_the_time_of_a_pause_counts_from_the_latest_pause() -> None:
    """asterisk 1760: it was counted from the first one."""
    agent = Agent()
    agent.wish_pause("lunch", limit_s=600)
    agent.after(500).wish_available()
    agent.after(10).wish_pause("lunch", limit_s=600)
    assert agent.session.since == agent.now
    assert agent.session.pause_limit_at == agent.now + timedelta(seconds=600)
    agent.after(60).wish_pause("training")
    assert (agent.session.since, agent.session.pause_limit_at) == (agent.now, None)


def test_the_same_reason_said_again_makes_no_pause_longer() -> None:
    agent = Agent()
    agent.wish_pause("lunch", limit_s=600)
    before = agent.session
    agent.after(500).wish_pause("lunch", limit_s=600)
    assert agent.session == before


def test_a_pause_over_its_limit_goes_on_and_is_marked() -> None:
    agent = Agent()
    agent.wish_pause("lunch", limit_s=600)
    assert names(agent.alarm_rings()) == ["AgentPauseOverran"]
    assert agent.is_now == (AgentState.PAUSED, "lunch") and agent.session.overdue
    assert agent.limit_reached().events == (), "once"
    agent.wish_available()
    assert not agent.session.overdue


def test_the_alarm_of_an_earlier_pause_does_not_mark_a_later_one() -> None:
    agent = Agent()
    agent.wish_pause("lunch", limit_s=600)
    alarm = m.alarm(agent.session)
    agent.after(590).wish_available()
    agent.after(5).wish_pause("lunch", limit_s=600)
    assert alarm is not None
    assert agent.after(5).send(alarm.signal).ignored
    assert not agent.session.overdue


def test_a_limited_pause_wished_in_a_call_has_its_time_from_its_beginning() -> None:
    agent = on_call()
    agent.wish_pause("lunch", limit_s=600)
    agent.after(300).over("talked", wrap_up_s=0)
    assert agent.session.pause_limit_at == agent.now + timedelta(seconds=600)


def test_the_reason_of_a_pause_survives_being_read_again() -> None:
    """asterisk 66: the pause reason is lost on a restart."""
    agent = Agent()
    agent.wish_pause("psr_1", limit_s=600)
    again = agent.fresh
    for at, event in agent.lines:
        again = e.evolve(again, event, at)  # type: ignore[arg-type]
    assert again == agent.session and again.reason == "psr_1"


# --- presence ---


def test_who_vanishes_while_available_gets_no_calls_until_it_is_back_and_then_in_its_place() -> None:
    """fusionpbx 2831: not registered any more, but still Available."""
    agent = available()
    place = agent.session.idle_since
    agent.after(60).vanished()
    assert agent.is_now == (AgentState.PAUSED, VANISHED) and not agent.session.there
    assert agent.offered().ignored
    agent.after(60).returned()
    assert agent.is_now == AVAILABLE and agent.session.idle_since == place


def test_being_back_keeps_what_was_missed() -> None:
    agent = available()
    agent.offered()
    agent.over("ring_no_answer", pause_after=3)
    agent.vanished()
    agent.returned()
    assert agent.session.missed == 1


@pytest.mark.parametrize("state", ["offered", "on_call", "wrap_up"])
def test_vanishing_ends_no_work_and_comes_after_it(state: str) -> None:
    agent = {"offered": available, "on_call": on_call, "wrap_up": in_wrap_up}[state]()
    if state == "offered":
        agent.offered()
    agent.vanished()
    assert agent.session.state.value == state
    assert agent.session.next == Next(state=AgentState.PAUSED, reason=VANISHED)
    assert not agent.session.there
    agent.finish()
    assert agent.is_now == (AgentState.PAUSED, VANISHED)


def test_who_is_back_before_its_work_is_done_has_never_been_away() -> None:
    agent = on_call()
    agent.vanished()
    agent.returned()
    assert agent.session.next is None
    agent.finish()
    assert agent.is_now == AVAILABLE


def test_vanishing_takes_back_no_wish_and_returning_ends_no_break() -> None:
    agent = on_call()
    agent.wish_pause()
    assert agent.vanished().events == () and agent.returned().events == ()
    agent.finish()
    assert agent.is_now == (AgentState.PAUSED, "lunch")
    agent.vanished()
    agent.returned()
    assert agent.is_now == (AgentState.PAUSED, "lunch")


@pytest.mark.parametrize("outcome", [UNREACHABLE, "ring_no_answer"])
def test_being_there_does_not_make_available_whom_nobody_could_reach(outcome: str) -> None:
    agent = available()
    agent.offered()
    agent.over(outcome, pause_after=1)
    if outcome == UNREACHABLE:
        agent.send(m.PhoneMissing(at=agent.now))
    reason = agent.session.reason
    assert reason is not None
    agent.vanished()
    agent.returned()
    assert agent.is_now == (AgentState.PAUSED, reason)


def test_an_offline_agent_neither_vanishes_nor_returns() -> None:
    agent = Agent()
    assert agent.vanished().ignored and agent.returned().ignored
    assert agent.is_now == (AgentState.OFFLINE, None)


# --- supervisors ---


def test_a_supervisor_ends_a_wrap_up_without_its_disposition_and_it_is_written_down_who_did() -> None:
    agent = in_wrap_up("required")
    agent.alarm_rings()
    step = agent.corrected(AgentState.AVAILABLE)
    assert names(step) == ["AgentCorrected", "AgentWrapUpEnded", "AgentBecameAvailable"]
    correction = step.events[0]
    assert isinstance(correction, e.AgentCorrected)
    assert (correction.by, correction.without_disposition) == (SUE, "call_1")
    assert agent.is_now == AVAILABLE


@pytest.mark.parametrize("state", ["offered", "on_call"])
@pytest.mark.parametrize("to", [AgentState.AVAILABLE, AgentState.PAUSED, AgentState.OFFLINE])
def test_a_correction_never_ends_a_call_or_an_offer(state: str, to: AgentState) -> None:
    """OpenSIPS 2530: agents are freed by deleting a row; here a supervisor does it, and never cuts a caller off."""
    agent = available() if state == "offered" else on_call()
    if state == "offered":
        agent.offered()
    call_id = agent.session.call_id
    assert names(agent.corrected(to))[0] == "AgentCorrected"
    assert (agent.session.state.value, agent.session.call_id) == (state, call_id)
    agent.finish()
    assert agent.session.state is to


def test_a_supervisor_can_sign_out_who_forgot_to_and_force_a_pause() -> None:
    agent = available()
    agent.corrected(AgentState.PAUSED)
    assert agent.is_now == (AgentState.PAUSED, BY_SUPERVISOR)
    agent.corrected(AgentState.OFFLINE)
    assert agent.is_now == (AgentState.OFFLINE, None)
    assert agent.corrected(AgentState.OFFLINE).events == (), "nothing was changed, nothing is written down"


def test_an_agents_own_choice_after_a_correction_counts() -> None:
    agent = on_call()
    agent.corrected(AgentState.OFFLINE)
    agent.wish_pause()
    agent.finish()
    assert agent.is_now == (AgentState.PAUSED, "lunch")


# --- what routing orders by ---


def test_calls_taken_and_the_last_offer_are_known_to_routing() -> None:
    agent = available()
    assert (agent.session.taken, agent.session.last_offered_at) == (0, None)
    for number in (1, 2):
        agent.after(10).offered()
        assert agent.session.last_offered_at == agent.now
        agent.after(5).taken()
        agent.over("talked", wrap_up_s=0)
        assert agent.session.taken == number
    last = agent.session.last_offered_at
    agent.wish_offline()
    agent.wish_available()
    assert (agent.session.taken, agent.session.last_offered_at) == (0, last)
