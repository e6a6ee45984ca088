"""The fence's rules and its ledger, on a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from call24.kit.errors import Invalid
from call24.kit.ids import LegId, TenantId, UserId
from call24.toll_fraud.ledger import Ledger
from call24.toll_fraud.model import AllowedCall, Caps, Denied, Spent, TollFraudPolicy, Usage, Verdict
from call24.toll_fraud.rules import checked, default_policy, verdict

TENANT, THIEF, OTHER = TenantId("ten_1"), UserId("usr_1"), UserId("usr_2")
HOME, ABROAD = "+442079460123", "+33145678901"
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
BRITISH = default_policy(TENANT, "GB")


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def code(said: Verdict) -> str:
    return "allowed" if isinstance(said, AllowedCall) else said.code


def said(number: str, policy: TollFraudPolicy = BRITISH) -> str:
    return code(verdict(policy, Usage(), number))


def ledger(**more: object) -> Ledger:
    return Ledger(TENANT, msgspec.structs.replace(BRITISH, **more), "UTC")


def caps(at_once: int = 100, per_minute: int = 1000, minutes: int = 10_000, freeze: int = 0) -> Caps:
    return Caps(calls_at_once=at_once, calls_per_minute=per_minute, minutes_per_day=minutes, freeze_after=freeze)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (HOME, "allowed"),
        ("+447700900123", "allowed"),  # a range that was never given out, kept for stories
        ("+448081570192", "allowed"),  # free of charge
        ("+99912345678", "allowed"),  # no country's: our own tests
        (ABROAD, "destination_denied"),
        ("+18765550123", "destination_denied"),
        ("+80012345678", "destination_denied"),
        ("+449098790123", "premium_denied"),
        ("+448712345678", "premium_denied"),
        ("+447012345678", "premium_denied"),
        ("+443331234567", "premium_denied"),
        ("+447640123456", "premium_denied"),
        ("+979123456789", "premium_denied"),
        ("+870773111632", "satellite_denied"),
        ("+881612345678", "satellite_denied"),
        ("+88213300655", "satellite_denied"),
        ("+883510001234567", "satellite_denied"),
        ("+44112", "emergency_number"),
        ("999", "emergency_number"),
        ("112", "emergency_number"),
        ("911", "emergency_number"),
        ("12", "not_a_number"),
        ("", "not_a_number"),
        ("020 7946 0123", "not_a_number"),
        ("+442079460123;x", "not_a_number"),
    ],
)
def test_only_plain_numbers_of_the_own_country_are_rung_unless_told_otherwise(number: str, expected: str) -> None:
    assert said(number) == expected


@pytest.mark.parametrize(
    ("region", "number"),
    [
        ("DE", "+4990012345678"),  # 0900, and a digit too many: networks ignore what comes after a whole number
        ("DE", "+49900123456789"),
        ("DE", "+4911833"),  # directory enquiries, with its country's code before it
        ("AT", "+43118877"),
        ("SE", "+46118118"),
        ("IT", "+398991234567"),
        ("NL", "+3190012345678"),
        ("FI", "+35860012345678"),
        ("FI", "+358600123"),  # 0600, shorter than the plan says
        ("GB", "+44909123456"),
        ("GB", "+44871234567"),
    ],
)
def test_a_dear_number_is_not_rung_for_having_a_digit_too_many_or_too_few(region: str, number: str) -> None:
    assert said(number, default_policy(TENANT, region)) == "premium_denied"


@pytest.mark.parametrize("number", ["+447700900123", "+442079460123", "+442812345678"])
def test_numbers_near_to_no_dear_one_are_rung_also_of_a_range_that_nobody_has(number: str) -> None:
    assert said(number) == "allowed"


def test_numbers_that_many_countries_share_need_a_known_range() -> None:
    american = default_policy(TENANT, "US")
    assert said("+12025550123", american) == "allowed"
    assert said("+18765550123", american) == "destination_denied"
    assert said("+18760000123", american) == "destination_denied"


def test_the_longest_prefix_that_names_a_number_decides_and_no_wins_a_tie() -> None:
    policy = msgspec.structs.replace(
        BRITISH,
        allowed_prefixes=("+44909", "+3314", "+8816"),
        denied_prefixes=("+44207", "+33145", "+4490987"),
    )
    assert said("+449091234567", policy) == "allowed"
    assert said("+449098790123", policy) == "destination_denied"
    assert said(HOME, policy) == "destination_denied"
    assert said("+33140123456", policy) == "allowed"
    assert said(ABROAD, policy) == "destination_denied"
    assert said("+881612345678", policy) == "allowed"
    both = msgspec.structs.replace(BRITISH, allowed_prefixes=("+3314",), denied_prefixes=("+3314",))
    assert said(ABROAD, both) == "destination_denied"


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("countries", ("XX",), "countries"),
        ("countries", ("gb",), "countries"),
        ("allowed_prefixes", ("+44",), "allowed_prefixes"),
        ("allowed_prefixes", ("+3",), "allowed_prefixes"),
        ("allowed_prefixes", ("44909",), "allowed_prefixes"),
        ("denied_prefixes", ("+0",), "denied_prefixes"),
        ("longest_call_minutes", 0, "longest_call_minutes"),
        ("forwards_percent", 101, "forwards_percent"),
        ("user", caps(minutes=-1), "user.minutes_per_day"),
        ("tenant", caps(at_once=10_001), "organisation.calls_at_once"),
    ],
)
def test_a_policy_that_opens_more_than_it_says_is_refused(field: str, value: object, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(msgspec.structs.replace(BRITISH, **{field: value}))
    assert [name for name, _ in refused.value.errors] == [place]


def test_calls_at_once_are_counted_until_each_is_over() -> None:
    book = ledger(user=caps(at_once=2))
    assert code(book.admit(LegId("a"), THIEF, HOME, AT)) == "allowed"
    assert code(book.admit(LegId("b"), THIEF, HOME, AT)) == "allowed"
    assert code(book.admit(LegId("c"), THIEF, HOME, AT)) == "too_many_calls"
    assert code(book.admit(LegId("d"), OTHER, HOME, AT)) == "allowed"
    book.over(LegId("a"), after(5))
    book.over(LegId("a"), after(6))
    assert code(book.admit(LegId("c"), THIEF, HOME, after(7))) == "allowed"


def test_calls_in_a_minute_are_counted_however_short_they_are() -> None:
    book = ledger(user=caps(per_minute=2))
    for leg, at in (("a", 0), ("b", 30)):
        assert code(book.admit(LegId(leg), THIEF, HOME, after(at))) == "allowed"
        book.over(LegId(leg), after(at + 1))
    assert code(book.admit(LegId("c"), THIEF, HOME, after(59))) == "too_many_per_minute"
    assert code(book.admit(LegId("c"), THIEF, HOME, after(60))) == "allowed"


def test_the_same_call_over_the_next_trunk_is_no_other_call_of_the_minute_but_meets_all_other_limits() -> None:
    book = ledger(user=caps(at_once=2, per_minute=2, freeze=1))
    for number in range(2):
        for trunk in range(3):
            leg = LegId(f"{number}{trunk}")
            assert code(book.admit(leg, THIEF, HOME, AT, further=trunk > 0)) == "allowed"
            book.over(leg, AT)
    assert book.usage(THIEF, AT).tenant.last_minute == 2
    for leg in ("a", "b"):
        book.admit(LegId(leg), THIEF, HOME, AT, running=True)
    assert code(book.admit(LegId("c"), THIEF, HOME, AT, further=True)) == "too_many_calls"


def test_after_the_clock_is_set_back_what_lies_ahead_of_it_is_no_call_of_the_last_minute() -> None:
    book = ledger(user=caps(per_minute=2, freeze=2))
    for leg in ("a", "b"):
        assert code(book.admit(LegId(leg), THIEF, HOME, after(3600))) == "allowed"
    assert code(book.admit(LegId("c"), THIEF, ABROAD, after(3600))) == "destination_denied"
    assert code(book.admit(LegId("d"), THIEF, HOME, AT)) == "allowed"
    assert code(book.admit(LegId("e"), THIEF, ABROAD, AT)) == "destination_denied"
    assert book.frozen == []


def test_a_call_is_cut_when_the_days_minutes_are_used_up_and_the_user_is_frozen() -> None:
    book = ledger(user=caps(minutes=90))
    assert book.admit(LegId("a"), THIEF, HOME, AT) == AllowedCall(limit_s=3600)
    assert book.admit(LegId("b"), THIEF, HOME, AT) == AllowedCall(limit_s=1800)
    assert code(book.admit(LegId("c"), THIEF, HOME, AT)) == "minutes_used_up"
    book.over(LegId("b"), after(60))
    assert book.admit(LegId("c"), THIEF, HOME, after(60)) == AllowedCall(limit_s=1740)
    book.over(LegId("a"), after(3600))
    assert book.freezes == {}
    book.over(LegId("c"), after(9999))
    assert [(freeze.user_id, freeze.reason) for freeze in book.frozen] == [(THIEF, "minutes")]
    assert code(book.verdict(THIEF, HOME, after(10_000))) == "frozen"
    assert code(book.verdict(OTHER, HOME, after(10_000))) == "allowed"
    assert book.thaw(THIEF)
    assert code(book.verdict(THIEF, HOME, after(10_000))) == "minutes_used_up"
    assert code(book.verdict(THIEF, HOME, after(24 * 3600))) == "allowed"


def test_the_day_is_the_organisations_own() -> None:
    book = Ledger(TENANT, msgspec.structs.replace(BRITISH, user=caps(minutes=1)), "Asia/Ulaanbaatar")
    evening = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # half past eleven in Ulaanbaatar
    assert book.admit(LegId("a"), THIEF, HOME, evening) == AllowedCall(limit_s=60)
    book.over(LegId("a"), evening + timedelta(seconds=30))
    assert book.admit(LegId("b"), THIEF, HOME, evening + timedelta(seconds=30)) == AllowedCall(limit_s=30)
    assert code(book.verdict(THIEF, HOME, evening + timedelta(seconds=60))) == "minutes_used_up"
    assert book.verdict(THIEF, HOME, evening + timedelta(minutes=30)) == AllowedCall(limit_s=60)


def test_whoever_is_refused_again_and_again_is_frozen_and_mistyped_numbers_are_forgiven() -> None:
    book = ledger(user=caps(freeze=3), tenant=caps(freeze=1))
    for number in ["12", "+4412", ABROAD, "x", ABROAD]:
        assert code(book.admit(LegId("a"), THIEF, number, AT)) in ("not_a_number", "destination_denied")
    assert book.frozen == []
    book.admit(LegId("a"), THIEF, ABROAD, after(601))
    assert book.frozen == []  # the first two are too long ago
    for second in (602, 603):
        book.admit(LegId("a"), THIEF, ABROAD, after(second))
    assert [(freeze.user_id, freeze.reason) for freeze in book.frozen] == [(THIEF, "denials")]
    assert code(book.admit(LegId("a"), THIEF, HOME, after(604))) == "frozen"
    assert book.thaw(THIEF)
    assert not book.thaw(THIEF)
    assert code(book.admit(LegId("a"), THIEF, HOME, after(605))) == "allowed"


def test_a_refusal_before_anything_rings_counts_and_a_mere_question_does_not() -> None:
    book = ledger(user=caps(freeze=2))
    for _ in range(10):
        assert code(book.verdict(THIEF, ABROAD, AT)) == "destination_denied"
    assert book.days == {}
    for _ in range(2):
        assert code(book.ask(THIEF, ABROAD, AT)) == "destination_denied"
    assert code(book.ask(THIEF, HOME, AT)) == "frozen"
    assert [day.refused for day in book.days.values()] == [3]
    assert book.usage(THIEF, AT).tenant.calls == 0


def test_strangers_who_fill_the_organisations_lines_by_a_forward_freeze_neither_it_nor_its_agents() -> None:
    book = ledger(user=caps(freeze=1), tenant=caps(at_once=1, freeze=2))
    assert code(book.admit(LegId("a"), None, HOME, AT)) == "allowed"
    for second in range(30):
        assert code(book.admit(LegId("b"), OTHER, HOME, after(second))) == "too_many_calls"
    assert book.frozen == []
    book.over(LegId("a"), after(40))
    assert code(book.admit(LegId("b"), OTHER, HOME, after(41))) == "allowed"


def test_a_flow_that_leads_to_a_denied_number_freezes_nobody() -> None:
    book = ledger(user=caps(freeze=1), tenant=caps(freeze=1))
    for second in range(30):
        assert code(book.admit(LegId("a"), None, ABROAD, after(second))) == "destination_denied"
    assert book.frozen == []


def test_strangers_who_want_to_be_forwarded_again_and_again_meet_the_cap_and_freeze_nobody() -> None:
    """Else whoever rings a number that forwards could stop all calls of the organisation to the outside."""
    book = ledger(tenant=caps(at_once=1, freeze=2))
    assert code(book.admit(LegId("a"), None, HOME, AT)) == "allowed"
    for second in range(30):
        assert code(book.admit(LegId("b"), None, HOME, after(second))) == "too_many_calls"
    assert book.frozen == []
    book.over(LegId("a"), after(40))
    assert code(book.admit(LegId("c"), THIEF, HOME, after(41))) == "allowed"


def test_callers_who_are_forwarded_use_half_of_the_organisations_minutes_and_leave_agents_the_rest() -> None:
    book = ledger(tenant=caps(minutes=120))
    assert book.admit(LegId("a"), None, HOME, AT) == AllowedCall(limit_s=3600)
    assert code(book.admit(LegId("b"), None, HOME, AT)) == "minutes_used_up"
    assert book.admit(LegId("c"), THIEF, HOME, AT) == AllowedCall(limit_s=3600)
    book.over(LegId("a"), after(3600))
    assert code(book.admit(LegId("d"), None, HOME, after(3600))) == "minutes_used_up"


def test_callers_who_are_forwarded_take_half_of_the_calls_at_once_and_in_a_minute() -> None:
    for limits in ({"at_once": 5}, {"per_minute": 5}):
        book = ledger(tenant=caps(**limits))
        said = [code(book.admit(LegId(f"f{n}"), None, HOME, AT)) for n in range(4)]
        assert said[:3] == ["allowed"] * 3 and said[3].startswith("too_many_"), "half of five, rounded up"
        for n in range(2):
            assert code(book.admit(LegId(f"a{n}"), THIEF, HOME, AT)) == "allowed"


def test_callers_who_talk_to_agents_on_their_mobile_numbers_all_day_freeze_nobody() -> None:
    book = ledger(user=caps(minutes=180), tenant=caps(minutes=2400))
    agents = [UserId(f"usr_{n}") for n in range(15)]
    for hour in range(4):
        for agent in agents:
            book.admit(LegId(f"{agent}{hour}"), agent, HOME, after(hour * 3600), forwarded=True)
        for agent in agents:
            book.over(LegId(f"{agent}{hour}"), after((hour + 1) * 3600))
    assert (book.frozen, book.usage(agents[0], after(4 * 3600)).user) == ([], Spent())
    assert book.usage(None, after(4 * 3600)).forwards.taken_s == 1200 * 60, "their half of the minutes, and no more"
    assert code(book.admit(LegId("late"), THIEF, HOME, after(4 * 3600), forwarded=True)) == "minutes_used_up"
    assert book.admit(LegId("own"), THIEF, HOME, after(4 * 3600)) == AllowedCall(limit_s=3600)


def test_a_mobile_number_is_not_dialled_for_a_call_that_would_soon_be_cut() -> None:
    book = ledger(tenant=caps(minutes=20))
    assert book.admit(LegId("a"), THIEF, HOME, AT, forwarded=True) == AllowedCall(limit_s=600)
    book.over(LegId("a"), after(301))
    assert code(book.admit(LegId("b"), THIEF, HOME, after(301), forwarded=True)) == "minutes_used_up"
    assert book.admit(LegId("c"), None, HOME, after(301)) == AllowedCall(limit_s=299)


def test_the_mobile_number_of_an_agent_who_is_frozen_is_not_dialled() -> None:
    book = ledger(user=caps(freeze=1))
    assert code(book.admit(LegId("a"), THIEF, ABROAD, AT)) == "destination_denied"
    assert code(book.admit(LegId("b"), THIEF, HOME, AT, forwarded=True)) == "frozen"
    for second in range(30):
        assert code(book.admit(LegId("c"), OTHER, ABROAD, after(second), forwarded=True)) == "destination_denied"
    assert code(book.admit(LegId("d"), OTHER, HOME, after(30), forwarded=True)) == "allowed"


def test_minutes_that_callers_used_up_freeze_neither_the_organisation_nor_an_agent() -> None:
    book = ledger(tenant=caps(minutes=120), forwards_percent=100)
    for leg in ("a", "b"):
        assert book.admit(LegId(leg), None, HOME, AT) == AllowedCall(limit_s=3600)
    for leg in ("a", "b"):
        book.over(LegId(leg), after(3600))
    assert (book.frozen, code(book.admit(LegId("c"), THIEF, HOME, after(3600)))) == ([], "minutes_used_up")
    assert code(book.verdict(THIEF, HOME, after(24 * 3600))) == "allowed"


@pytest.mark.parametrize(("percent", "at_once"), [(0, 0), (10, 1), (50, 5), (100, 10)])
def test_an_owner_says_how_large_the_share_of_forwarded_calls_is(percent: int, at_once: int) -> None:
    book = ledger(tenant=caps(at_once=10), forwards_percent=percent)
    said = [code(book.admit(LegId(f"f{n}"), None, HOME, AT)) for n in range(12)]
    assert said.count("allowed") == at_once


def test_a_running_call_is_counted_whatever_the_caps_say_and_the_same_leg_once() -> None:
    book = ledger(user=caps(at_once=0))
    assert book.admit(LegId("a"), THIEF, HOME, AT, running=True) == AllowedCall(limit_s=3600)
    assert book.admit(LegId("a"), THIEF, HOME, after(50)) == AllowedCall(limit_s=3600)
    assert book.usage(THIEF, after(60)).user == msgspec.structs.replace(
        book.usage(THIEF, after(60)).tenant, calls=1, last_minute=0, taken_s=3600
    )


def test_a_leg_that_nobody_reports_as_over_ends_with_its_time() -> None:
    book = ledger(user=caps(minutes=1))
    book.admit(LegId("a"), THIEF, HOME, AT)
    book.settle(after(119))
    assert book.usage(THIEF, after(119)).tenant.calls == 1
    book.settle(after(120))
    assert book.usage(THIEF, after(120)).tenant.calls == 0
    assert book.usage(THIEF, after(120)).tenant.taken_s == 60


def test_what_is_stored_brings_back_live_calls_and_their_reserve() -> None:
    book = ledger()
    book.admit(LegId("a"), THIEF, HOME, AT)
    again = ledger()
    again.restore(book.days.values(), ())
    assert again.usage(THIEF, AT).tenant.calls == 1
    assert again.usage(THIEF, AT).tenant.taken_s == 3600
    again.over(LegId("a"), after(10))
    assert again.usage(THIEF, after(10)).tenant.taken_s == 10


# --- a stolen login ---

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ring", "ring", "ring", "again", "hang_up", "wait", "thaw", "restart"]),
        st.sampled_from([HOME, "+447700900123", ABROAD, "+449098790123", "+881612345678", "12"]),
        st.integers(0, 5),
        st.floats(0, 4000),
    ),
    max_size=120,
)


class Thief:
    """Tries whatever it likes; the network cuts each call when its time is over, as the engine does."""

    def __init__(self, policy: TollFraudPolicy) -> None:
        self.book = Ledger(TENANT, policy, "UTC")
        self.now = AT
        self.live: dict[LegId, tuple[datetime, int]] = {}
        self.talked: dict[str, float] = {}
        self.begun: list[datetime] = []
        self.count = 0

    def ring(self, number: str) -> None:
        leg = LegId(f"leg_{self.count}")
        self.count += 1
        answer = self.book.admit(leg, THIEF, number, self.now)
        if isinstance(answer, AllowedCall):
            assert number in (HOME, "+447700900123")
            assert len(self.live) < self.book.policy.user.calls_at_once
            self.live[leg] = (self.now, answer.limit_s)
            self.begun.append(self.now)

    def again(self, number: str, which: int) -> None:
        if self.live:
            leg = list(self.live)[which % len(self.live)]
            assert self.book.admit(leg, THIEF, number, self.now) == AllowedCall(limit_s=self.live[leg][1])

    def hang_up(self, leg: LegId, at: datetime) -> None:
        since, _ = self.live.pop(leg)
        day = since.date().isoformat()
        self.talked[day] = self.talked.get(day, 0) + (at - since).total_seconds()
        self.book.over(leg, at)

    def wait(self, seconds: float) -> None:
        until = self.now + timedelta(seconds=seconds)
        ends = {leg: since + timedelta(seconds=limit) for leg, (since, limit) in self.live.items()}
        for leg in sorted((leg for leg in ends if ends[leg] <= until), key=lambda leg: ends[leg]):
            self.hang_up(leg, ends[leg])
        self.now = until

    def restart(self) -> None:
        before = self.book
        self.book = Ledger(TENANT, before.policy, "UTC")
        self.book.restore(before.days.values(), before.freezes.values())


@settings(max_examples=300, deadline=None)
@given(STEPS, st.integers(0, 4), st.integers(1, 6), st.integers(0, 90), st.integers(0, 6), st.booleans())
def test_a_stolen_login_never_spends_beyond_the_caps_whatever_it_tries(
    steps: list[tuple[str, str, int, float]], at_once: int, per_minute: int, minutes: int, freeze: int, restarts: bool
) -> None:
    thief = Thief(msgspec.structs.replace(BRITISH, user=caps(at_once, per_minute, minutes, freeze)))
    for what, number, which, seconds in steps:
        match what:
            case "ring":
                thief.ring(number)
            case "again":
                thief.again(number, which)
            case "hang_up" if thief.live:
                thief.hang_up(list(thief.live)[which % len(thief.live)], thief.now)
            case "wait":
                thief.wait(seconds if which else seconds / 100)
            case "thaw":
                thief.book.thaw(THIEF)
            case "restart" if restarts:
                thief.restart()
    thief.wait(100_000)
    assert thief.live == {}
    assert all(seconds <= minutes * 60 for seconds in thief.talked.values())
    if not restarts:  # the calls of the last minute are not stored
        for first in thief.begun:
            in_a_minute = [at for at in thief.begun if first <= at < first + timedelta(seconds=60)]
            assert len(in_a_minute) <= per_minute


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.floats(0, 600)), max_size=80), st.integers(1, 60))
def test_many_stolen_logins_never_spend_beyond_the_organisations_cap(
    steps: list[tuple[int, bool, float]], minutes: int
) -> None:
    policy = msgspec.structs.replace(BRITISH, user=caps(minutes=1000), tenant=caps(minutes=minutes))
    book, now, live, talked = Ledger(TENANT, policy, "UTC"), AT, {}, 0.0
    for number, (user, ends, seconds) in enumerate(steps):
        answer = book.admit(LegId(f"leg_{number}"), UserId(f"usr_{user}"), HOME, now)
        if isinstance(answer, AllowedCall):
            live[LegId(f"leg_{number}")] = (now, answer.limit_s)
        now += timedelta(seconds=seconds)
        for leg, (since, limit) in list(live.items()):
            if ends or now >= since + timedelta(seconds=limit):
                at = min(now, since + timedelta(seconds=limit))
                talked += (at - since).total_seconds()
                book.over(leg, at)
                del live[leg]
    talked += sum(limit for _, limit in live.values())
    assert talked <= minutes * 60 * ((now.date() - AT.date()).days + 1)


def test_a_denied_call_says_why_in_words_and_code() -> None:
    answer = verdict(BRITISH, Usage(), ABROAD)
    assert isinstance(answer, Denied)
    assert answer.text
