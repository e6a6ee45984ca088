"""What is remembered of earlier calls: the agent of the last talk, and a place that is kept, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import told as t
from tests.support.properties import thorough

from call24.call_records import caller_history as room
from call24.call_records.call_record import fold
from call24.call_records.caller_history import CallerHistory
from call24.calls import events as e
from call24.calls.model import EndedBy, Wait
from call24.kit.ids import CallId, ContactId, TenantId

WEEK, MINUTE = timedelta(days=7), timedelta(seconds=60)


def following(*calls: t.Told) -> CallerHistory:
    regulars = CallerHistory(None)  # type: ignore[arg-type]
    for call in calls:
        for entry in call.entries:
            regulars.follow(entry)
    return regulars


def restored(*calls: t.Told) -> CallerHistory:
    regulars = CallerHistory(None)  # type: ignore[arg-type]
    regulars.learn([fold(call.entries) for call in calls])
    return regulars


def last_agent(regulars: CallerHistory, told: t.Told, within: timedelta = WEEK, after: timedelta = MINUTE) -> Any:
    return regulars.last_agent(t.TENANT, t.CONTACT, within, told.now + after)


def place(regulars: CallerHistory, told: t.Told, after: timedelta = timedelta(0), within: timedelta = MINUTE) -> Any:
    return regulars.lost_place(t.TENANT, t.CONTACT, t.HELP, within, told.now + after)


BOTH = pytest.mark.parametrize("made", [following, restored], ids=["from the journal", "from records"])


# --- the agent ---


@BOTH
def test_whom_the_caller_talked_to_last_is_known_for_as_long_as_wanted(made: Any) -> None:
    told = t.Told().talks(t.BOB).after(60).ends()
    regulars = made(told)
    assert last_agent(regulars, told, WEEK, WEEK) == t.BOB
    assert last_agent(regulars, told, WEEK, WEEK + timedelta(seconds=1)) is None


@BOTH
def test_after_a_transfer_it_is_the_last_one(made: Any) -> None:
    told = t.Told().talks(t.ANN).after(9).passed_to(t.BOB).offered_to(t.BOB).answered_by(t.BOB).after(5).ends()
    assert last_agent(made(told), told) == t.BOB


@BOTH
def test_a_consulted_colleague_counts_once_it_has_the_caller(made: Any) -> None:
    asked = t.Told().talks(t.ANN).after(1).consults(t.BOB).after(1).colleague_answers()
    asked.after(1).say(e.ConsultEnded(reason="cancelled"))
    assert last_agent(made(asked.after(1).ends()), asked) == t.ANN
    given = t.Told().talks(t.ANN).consults(t.BOB).colleague_answers().completes().after(3).ends()
    assert last_agent(made(given), given) == t.BOB


@BOTH
def test_an_own_call_of_an_agent_counts_and_one_that_was_never_answered_does_not(made: Any) -> None:
    talked = t.Told().placed().offered_to().own_phone_up().dials().customer_answers().after(5).ends()
    assert last_agent(made(talked), talked) == t.ANN
    silent = t.Told().placed().offered_to().own_phone_up().dials().after(60).ends(EndedBy.SYSTEM, 19)
    assert last_agent(made(silent), silent) is None


def test_the_talk_that_goes_on_counts_already() -> None:
    told = t.Told().talks(t.CY)
    assert last_agent(following(told), told, timedelta(0), timedelta(0)) == t.CY


# --- the place ---


@BOTH
def test_who_rings_off_while_waiting_has_its_place_for_a_while(made: Any) -> None:
    told = t.Told().arrives().after(3).joins()
    joined = told.now
    told.after(40).ends()
    regulars = made(told)
    assert place(regulars, told, MINUTE) == joined
    assert place(regulars, told, MINUTE + timedelta(seconds=1)) is None
    assert regulars.lost_place(t.TENANT, t.CONTACT, t.SALES, MINUTE, told.now) is None


@BOTH
def test_a_place_that_was_kept_once_is_kept_from_the_first_call_on_again(made: Any) -> None:
    told = t.Told().arrives().joins(since_s=100).after(20).ends()
    assert place(made(told), told) == told.now - timedelta(seconds=120)


@BOTH
def test_joining_the_queue_again_uses_the_place_up(made: Any) -> None:
    first = t.Told().arrives().joins().after(20).ends()
    again = t.Told(CallId("call_2"), at_s=30).arrives().joins(since_s=30)
    if made is restored:
        again.after(1).offered_to().answered_by().ends()
    assert place(made(first, again), again) is None


@BOTH
@pytest.mark.parametrize(
    "story",
    [
        lambda told: told.offered_to().answered_by().ends(),
        lambda told: told.say(e.QueueLeft(queue_id=t.HELP, reason="max_wait"), e.SentToVoicemail(reason="x")).ends(),
        lambda told: told.ends(EndedBy.SYSTEM, 0),
    ],
    ids=["answered", "left by another way", "lost"],
)
def test_only_who_rings_off_while_waiting_has_lost_a_place(made: Any, story: Any) -> None:
    told = story(t.Told().arrives().joins().after(5))
    assert place(made(told), told) is None


def test_who_waits_for_certain_agents_stands_in_no_queue() -> None:
    told = t.Told().talks().passed_to(t.BOB).after(5).ends()
    assert place(following(told), told) is None


# --- both ways are the same, and it forgets ---


@thorough
@given(t.told_calls(), st.integers(0, 3600))
def test_the_journal_and_the_records_say_the_same_of_any_call(told: t.Told, later: int) -> None:
    t.ended(told)
    now = told.now + timedelta(seconds=later)
    made = [way(told) for way in (following, restored)]
    hour = timedelta(hours=1)
    agents = {one.last_agent(t.TENANT, t.CONTACT, hour, now) for one in made}
    places = {one.lost_place(t.TENANT, t.CONTACT, queue, hour, now) for one in made for queue in [t.HELP]}
    assert (len(agents), len(places)) == (1, 1)


def test_another_organisation_knows_nothing_of_it() -> None:
    told = t.Told().talks().ends()
    assert following(told).last_agent(TenantId("ten_b"), t.CONTACT, WEEK, told.now) is None


def test_what_is_known_from_an_erased_call_is_forgotten_and_nothing_else() -> None:
    told, other = t.Told().talks().ends(), t.Told(CallId("call_2")).arrives(t.OTHER_PARTY).joins().ends()
    left = t.Told(CallId("call_3")).arrives().joins().after(5).ends()
    regulars = following(told, other, left)
    regulars.forget([fold(told.entries), fold(left.entries)])
    assert last_agent(regulars, told) is None and place(regulars, left) is None
    assert regulars.lost_place(t.TENANT, t.OTHER_PARTY, t.HELP, MINUTE, told.now) is not None


def test_erasing_an_old_call_leaves_what_is_known_from_a_later_one() -> None:
    old, new = t.Told().talks(t.ANN).ends(), t.Told(CallId("call_2"), at_s=900).talks(t.BOB).ends()
    regulars = following(old, new)
    regulars.forget([fold(old.entries)])
    assert last_agent(regulars, new) == t.BOB


def test_an_erased_organisation_is_forgotten_and_stays_so() -> None:
    told = t.Told().talks().ends()
    regulars = following(told)
    regulars.close_tenant(t.TENANT)
    assert last_agent(regulars, told) is None
    for entry in t.Told(CallId("call_2")).talks().ends().entries:
        regulars.follow(entry)
    assert last_agent(regulars, told) is None


def test_it_holds_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "KEPT", 3)
    calls = [t.Told(CallId(f"call_{n}"), at_s=n).arrives(ContactId(f"ctc_{n}")).joins() for n in range(6)]
    talks = [t.Told(CallId(f"call_t{n}"), at_s=n).arrives(ContactId(f"ctc_{n}")).joins() for n in range(6)]
    for call, talk in zip(calls, talks, strict=True):
        call.ends()
        talk.offered_to().answered_by().ends()
    regulars = following(*talks, *calls)
    now = calls[-1].now
    kept = [regulars.last_agent(t.TENANT, ContactId(f"ctc_{n}"), WEEK, now) is not None for n in range(6)]
    places = [regulars.lost_place(t.TENANT, ContactId(f"ctc_{n}"), t.HELP, WEEK, now) is not None for n in range(6)]
    assert kept == places == [False, False, False, True, True, True]


def test_a_place_older_than_any_queue_keeps_does_not_stay_in_memory() -> None:
    old = t.Told().arrives().joins().ends()
    new = t.Told(CallId("call_2"), at_s=25 * 3600).arrives(t.OTHER_PARTY)
    new.say(e.CallQueued(queue_id=t.HELP, queue=t.rules(), wait=Wait(since=new.now))).ends()
    assert place(following(old), old, WEEK, WEEK) is not None
    assert place(following(old, new), old, WEEK, WEEK) is None
