"""The agent session's state table: total, never two calls, the latest wish wins, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls.agent_session import WORKING, Agent, agents, on_call
from tests.support.properties import thorough

from call24.agents import events as e
from call24.agents import machine as m
from call24.agents.machine import IGNORED, TABLE, AgentSignalKind
from call24.agents.model import UNREACHABLE, AgentState, Next

# --- the table ---


@pytest.mark.parametrize("state", AgentState)
def test_every_cell_of_a_state_is_a_transition_or_ignored_with_a_reason_but_not_both(state: AgentState) -> None:
    for kind in AgentSignalKind:
        assert ((state, kind) in TABLE) != ((state, kind) in IGNORED), (state, kind)
        assert (state, kind) in TABLE or IGNORED[state, kind].strip(), (state, kind)


def test_every_state_can_be_reached_and_can_reach_offline() -> None:
    agent = Agent()
    states = [agent.session.state]
    for step in (agent.wish_pause, agent.wish_available, agent.offered, agent.taken, lambda: agent.over("talked")):
        states.append(step().session.state)
    assert set(states) == set(AgentState)
    for steps in range(6):
        agent = Agent()
        for step in (agent.wish_pause, agent.wish_available, agent.offered, agent.taken, agent.finish)[:steps]:
            step()
        agent.finish().wish_offline()
        assert agent.session.state is AgentState.OFFLINE


# --- any order of signals ---


@thorough
@given(agents())
def test_what_was_written_down_gives_the_same_session(agent: Agent) -> None:
    session = agent.fresh
    for at, event in agent.lines:
        session = e.evolve(session, event, at)  # type: ignore[arg-type]
    assert session == agent.session


@thorough
@given(agents(), st.integers(0, 60))
def test_reading_the_last_lines_once_more_changes_nothing(agent: Agent, cut: int) -> None:
    """After a crash a stored session may be newer than where reading goes on."""
    session = agent.session
    for at, event in agent.lines[cut:]:
        session = e.evolve(session, event, at)  # type: ignore[arg-type]
    assert session == agent.session


@thorough
@given(agents())
def test_an_agent_at_work_is_not_offered_another_call(agent: Agent) -> None:
    before = agent.session
    agent.offered()
    if before.state is AgentState.AVAILABLE:
        assert agent.session.state is AgentState.OFFERED
    else:
        assert agent.session == before


@thorough
@given(agents())
def test_only_an_agent_at_work_has_a_call(agent: Agent) -> None:
    working = agent.session.state in WORKING
    assert (agent.session.call_id is not None) == (agent.session.offer_id is not None) == working
    assert (agent.session.wrap_up_until is not None) == (agent.session.state is AgentState.WRAP_UP)
    assert (agent.session.reason is not None) == (agent.session.state is AgentState.PAUSED)
    assert working or agent.session.next is None
    assert not agent.session.own or agent.session.state in {AgentState.ON_CALL, AgentState.WRAP_UP}


@thorough
@given(agents())
def test_only_a_pause_has_a_limit_and_only_a_wrap_up_asks_for_a_disposition(agent: Agent) -> None:
    session = agent.session
    assert session.pause_limit_at is None or session.state is AgentState.PAUSED
    assert session.disposition_due is None or session.state is AgentState.WRAP_UP
    assert session.disposition_due in {None, session.call_id}
    assert not session.disposition_required or session.disposition_due is not None
    assert not session.overdue or session.state in {AgentState.PAUSED, AgentState.WRAP_UP}


@thorough
@given(agents())
def test_an_alarm_is_heard_once_and_by_what_it_was_set_for(agent: Agent) -> None:
    alarm = m.alarm(agent.session)
    if alarm is not None:
        before = agent.session.state
        step = agent.alarm_rings()
        assert step.ignored is None and step.events
        later = m.alarm(agent.session)
        assert later is None or (agent.session.state is not before and later != alarm)
    elif agent.session.state is AgentState.WRAP_UP:
        assert agent.session.overdue


@thorough
@given(agents())
def test_the_latest_wish_is_what_the_agent_is_once_all_work_is_done(agent: Agent) -> None:
    agent.finish()
    assert agent.is_now == agent.wish


@thorough
@given(agents())
def test_no_session_is_stuck(agent: Agent) -> None:
    """Whatever happened: the end of the offer, of the call and of the wrap-up make the agent free."""
    assert agent.finish().session.state not in WORKING
    agent.wish_available()
    assert agent.offered().session.state is AgentState.OFFERED


@thorough
@given(agents())
def test_since_never_goes_back(agent: Agent) -> None:
    assert agent.sinces == sorted(agent.sinces)


@thorough
@given(agents())
def test_every_wrap_up_that_began_also_ends(agent: Agent) -> None:
    agent.finish()
    began = [event.call_id for _, event in agent.lines if isinstance(event, e.AgentWrapUpStarted)]
    ended = [event.call_id for _, event in agent.lines if isinstance(event, e.AgentWrapUpEnded)]
    assert began == ended


# --- by name ---


def test_pause_during_wrap_up_is_pause_at_once_and_ends_the_wrap_up() -> None:
    agent = on_call()
    agent.after(60).over("talked", wrap_up_s=10)
    assert agent.session.state is AgentState.WRAP_UP
    step = agent.after(2).wish_pause()
    assert [type(event) for event in step.events] == [e.AgentWrapUpEnded, e.AgentPaused]
    assert agent.after(8).wrapped_up().ignored


def test_pause_asked_for_during_a_call_comes_after_the_wrap_up() -> None:
    agent = on_call()
    agent.wish_pause()
    assert agent.session.state is AgentState.ON_CALL
    assert agent.session.next == Next(state=AgentState.PAUSED, reason="lunch")
    agent.over("talked", wrap_up_s=10)
    assert agent.session.state is AgentState.WRAP_UP
    agent.after(10).wrapped_up()
    assert (agent.session.state, agent.session.reason) == (AgentState.PAUSED, "lunch")


def test_a_wish_taken_back_during_a_call_leaves_the_agent_available() -> None:
    agent = on_call()
    agent.wish_pause()
    agent.wish_available()
    agent.over("talked", wrap_up_s=0)
    assert agent.session.state is AgentState.AVAILABLE


def test_no_wrap_up_time_means_available_at_once() -> None:
    agent = on_call()
    assert agent.over("talked", wrap_up_s=0).session.state is AgentState.AVAILABLE


def test_a_withdrawn_offer_keeps_the_place_in_the_idle_order_and_a_refused_one_does_not() -> None:
    agent = Agent()
    agent.wish_available()
    idle_since = agent.session.idle_since
    agent.after(5).offered()
    agent.after(5).over("withdrawn")
    assert agent.session.idle_since == idle_since
    agent.after(5).offered()
    agent.after(5).over("declined")
    assert agent.session.idle_since == agent.now


def test_asking_again_to_be_available_does_not_cost_the_place_in_the_idle_order() -> None:
    agent = Agent()
    agent.wish_available()
    before = agent.session
    agent.after(30).wish_available()
    assert agent.session == before


def test_ring_no_answer_is_counted_until_a_call_is_taken() -> None:
    agent = Agent()
    agent.wish_available()
    for missed in (1, 2):
        agent.offered()
        agent.over("ring_no_answer")
        assert agent.session.missed == missed
    agent.offered()
    agent.taken()
    agent.over("talked", wrap_up_s=0)
    assert agent.session.missed == 0


def unreached() -> Agent:
    agent = Agent()
    agent.wish_available()
    agent.offered()
    agent.over(UNREACHABLE)
    return agent


def test_an_agent_whose_phone_is_not_registered_stays_available_and_is_offered_nothing_until_one_is() -> None:
    agent = unreached()
    assert agent.session.state is AgentState.AVAILABLE
    assert agent.session.there, "callers wait for it"
    assert not agent.session.free
    assert agent.offered().ignored
    agent.send(m.PhoneReady(at=agent.now))
    assert agent.session.free
    assert not agent.offered().ignored


def test_an_agent_none_of_whose_phones_registers_is_paused_until_one_does() -> None:
    agent = unreached().after(30)
    agent.send(m.PhoneMissing(at=agent.now))
    assert (agent.session.state, agent.session.reason) == (AgentState.PAUSED, UNREACHABLE)
    assert not agent.session.there
    agent.send(m.PhoneReady(at=agent.now))
    assert (agent.session.state, agent.session.free) == (AgentState.AVAILABLE, True)


def test_a_phone_ends_no_pause_that_the_agent_chose() -> None:
    agent = Agent()
    agent.send(m.PauseWished(at=agent.now, reason="lunch"))
    agent.send(m.PhoneReady(at=agent.now))
    assert (agent.session.state, agent.session.reason) == (AgentState.PAUSED, "lunch")


def test_a_phone_that_says_it_is_registered_and_never_rings_is_not_believed_a_third_time() -> None:
    agent = unreached()
    for _ in range(2):
        agent.send(m.PhoneReady(at=agent.now))
        agent.offered()
        agent.over(UNREACHABLE)
    assert (agent.session.state, agent.session.reason) == (AgentState.PAUSED, UNREACHABLE)


def test_after_asterisk_was_started_again_calls_wait_for_the_phone_of_an_agent_who_was_asked_nothing() -> None:
    agent = Agent()
    agent.wish_available()
    idle_since = agent.session.idle_since
    agent.send(m.PhoneAwaited(at=agent.now, until=agent.after(30).now))
    assert (agent.session.state, agent.session.free, agent.session.there) == (AgentState.AVAILABLE, False, True)
    agent.send(m.PhoneReady(at=agent.now))
    assert (agent.session.free, agent.session.idle_since) == (True, idle_since)


def test_late_news_of_the_last_offer_does_not_touch_the_next_one() -> None:
    agent = Agent()
    agent.wish_available()
    agent.offered()
    first = agent.session.offer_id
    agent.over("declined")
    agent.offered()
    assert first is not None
    assert agent.send(m.OfferOver(at=agent.now, offer_id=first, outcome="withdrawn")).ignored
    assert agent.session.state is AgentState.OFFERED


def test_the_wrap_up_timer_of_an_earlier_call_does_not_end_this_one() -> None:
    agent = on_call()
    first = agent.session.call_id
    agent.over("talked", wrap_up_s=10)
    agent.wish_available()
    agent.offered()
    agent.taken()
    agent.over("talked", wrap_up_s=10)
    assert first is not None
    assert agent.send(m.WrapUpTimeUp(at=agent.now, call_id=first)).ignored
    assert agent.session.state is AgentState.WRAP_UP


def test_the_end_of_a_call_frees_an_agent_whose_answer_the_desk_never_heard_of() -> None:
    agent = Agent()
    agent.wish_available()
    agent.offered()
    step = agent.over("talked", wrap_up_s=10)
    assert [type(event) for event in step.events] == [e.AgentTookCall, e.AgentWrapUpStarted]
    assert agent.session.state is AgentState.WRAP_UP


def test_an_agent_found_on_a_call_after_a_restart_is_afterwards_what_it_was_before() -> None:
    agent = Agent()
    agent.wish_pause("training")
    agent.taken()
    assert (agent.session.state, agent.session.reason) == (AgentState.ON_CALL, None)
    agent.over("talked", wrap_up_s=0)
    assert (agent.session.state, agent.session.reason) == (AgentState.PAUSED, "training")
