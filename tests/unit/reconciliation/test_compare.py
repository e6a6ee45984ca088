"""Call records against Asterisk's log of channels: what agrees gives no finding, each falsehood the finding it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from call24.call_records.call_record import Outcome
from call24.call_records.model import AgentPart, CallLeg, CallRecord
from call24.kit.ids import CallId, LegId, TenantId, UserId
from call24.reconciliation.cel import CelLine, line_of, log_of
from call24.reconciliation.compare import compare, covered, strays
from call24.reconciliation.files import KEPT, CelFiles
from call24.reconciliation.model import FindingKind, Responsible

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
CALLER, AGENT, OTHER = LegId("call24-1.1"), LegId("leg_a"), LegId("leg_b")
ANN = UserId("usr_ann")
FAR = 10.0


def at(s: float) -> datetime:
    return START + timedelta(seconds=s)


def leg(leg_id: LegId, began: float, answered: float | None, ended: float, user: UserId | None = None) -> CallLeg:
    return CallLeg(
        leg=leg_id,
        party="agent" if user else "customer",
        direction="out" if user else "in",
        user_id=user,
        began_at=at(began),
        answered_at=at(answered) if answered is not None else None,
        ended_at=at(ended),
    )


def record(*legs: CallLeg, talk_s: float = 60.0, call_id: str = "call_1") -> CallRecord:
    part = AgentPart(agent_id=ANN, came="offer", answered_at=at(10), left_at=at(70), talk_s=talk_s)
    return CallRecord(
        id=CallId(call_id),
        tenant_id=TenantId("ten_a"),
        number_id=None,
        queue_id=None,
        contact_id=None,
        agent_id=ANN,
        arrived_at=at(0),
        queued_at=at(1),
        answered_at=at(10),
        ended_at=at(70),
        outcome=Outcome.ANSWERED,
        ended_by="caller",
        cause=16,
        found_missing=False,
        wait_s=0.0,
        ring_s=10.0,
        talk_s=talk_s,
        hold_s=0.0,
        voicemail_s=0.0,
        wrap_up_s=0.0,
        line=(),
        offers=(),
        agents=(part,),
        legs=legs or (leg(CALLER, 0, 0, 70), leg(AGENT, 5, 10, 70, ANN)),
        recording_id=None,
        message_id=None,
        delete_at=at(10_000),
    )


def told(*lines: tuple[str, float, LegId]) -> list[CelLine]:
    return [CelLine(event, at(s), channel, CALLER) for event, s, channel in lines]


HONEST = told(
    ("CHAN_START", 0.0, CALLER),
    ("ANSWER", 0.01, CALLER),
    ("CHAN_START", 5.0, AGENT),
    ("ANSWER", 9.98, AGENT),
    ("BRIDGE_ENTER", 10.0, CALLER),
    ("BRIDGE_ENTER", 10.0, AGENT),
    ("BRIDGE_EXIT", 70.0, CALLER),
    ("HANGUP", 70.0, CALLER),
    ("CHAN_END", 70.0, CALLER),
    ("BRIDGE_EXIT", 70.02, AGENT),
    ("HANGUP", 70.02, AGENT),
    ("CHAN_END", 70.02, AGENT),
    ("LINKEDID_END", 70.02, AGENT),
)


def without(event: str, channel: LegId) -> list[CelLine]:
    assert any((line.event, line.channel) == (event, channel) for line in HONEST)
    return [line for line in HONEST if (line.event, line.channel) != (event, channel)]


def moved(event: str, channel: LegId, seconds: float) -> list[CelLine]:
    return [
        msgspec.structs.replace(line, at=line.at + timedelta(seconds=seconds))
        if (line.event, line.channel) == (event, channel)
        else line
        for line in HONEST
    ]


def kinds(lines: list[CelLine], *records: CallRecord) -> list[FindingKind]:
    return [finding.kind for finding in compare(records or (record(),), log_of(lines))]


def test_what_agrees_gives_no_finding_in_whatever_order_the_lines_are() -> None:
    assert kinds(HONEST) == []
    assert kinds(HONEST[::-1]) == []
    assert strays(log_of(HONEST), {CALLER, AGENT}, at(0), at(100)) == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (told(("CHAN_START", 0, OTHER)), FindingKind.RECORD_WITHOUT_CHANNEL),
        ([line for line in HONEST if line.channel != AGENT], FindingKind.LEG_WITHOUT_CHANNEL),
        (moved("ANSWER", AGENT, -4), FindingKind.ANSWERED_AT_DIFFERS),
        (without("ANSWER", AGENT), FindingKind.ANSWER_NOT_SEEN),
        (moved("CHAN_END", AGENT, FAR), FindingKind.ENDED_AT_DIFFERS),
        (without("CHAN_END", AGENT), FindingKind.END_NOT_SEEN),
        (moved("BRIDGE_ENTER", AGENT, FAR), FindingKind.TALK_TOO_LONG),
    ],
)
def test_each_falsehood_in_the_log_is_the_finding_it_is(lines: list[CelLine], expected: FindingKind) -> None:
    assert kinds(lines) == [expected]


@pytest.mark.parametrize(
    ("false", "expected"),
    [
        (record(leg(CALLER, 0, 0, 70), leg(AGENT, 5, 20, 70, ANN)), FindingKind.ANSWERED_AT_DIFFERS),
        (record(leg(CALLER, 0, 0, 70), leg(AGENT, 5, 10, 90, ANN)), FindingKind.ENDED_AT_DIFFERS),
        (record(leg(CALLER, 0, 0, 70), leg(AGENT, 5, None, 70, ANN)), FindingKind.ANSWER_NOT_RECORDED),
        (record(talk_s=90.0), FindingKind.TALK_TOO_LONG),
        (record(leg(OTHER, 0, 0, 70)), FindingKind.RECORD_WITHOUT_CHANNEL),
    ],
)
def test_each_falsehood_in_a_record_is_the_finding_it_is(false: CallRecord, expected: FindingKind) -> None:
    assert kinds(HONEST, false) == [expected]


def test_a_leg_that_rang_and_had_no_channel_is_no_finding() -> None:
    """A phone that is not registered gives no channel."""
    assert kinds(HONEST, record(leg(CALLER, 0, 0, 70), leg(AGENT, 5, 10, 70, ANN), leg(OTHER, 4, None, 5, ANN))) == []


def test_who_hung_up_as_it_arrived_was_not_answered_and_that_is_no_finding() -> None:
    """Longer ago than the tolerance it is one."""
    for lived, expected in ((0.2, []), (2.5, [FindingKind.ANSWER_NOT_SEEN])):
        gone = msgspec.structs.replace(record(leg(CALLER, 0, 0, lived)), agents=())
        log = log_of(told(("CHAN_START", 0, CALLER), ("CHAN_END", lived, CALLER)))
        assert [finding.kind for finding in compare([gone], log)] == expected


def test_one_leg_in_two_records_is_a_finding_of_the_second() -> None:
    assert kinds(HONEST, record(), record(call_id="call_2")) == [FindingKind.LEG_OF_TWO_CALLS] * 2


def test_after_asterisk_was_killed_there_is_one_finding_for_the_call_and_no_noise() -> None:
    """The log breaks off in the middle of the talk; the record ends when Call24 found the call gone."""
    killed = [line for line in HONEST if line.at < at(60)]
    (finding,) = compare([record()], log_of(killed))
    assert (finding.kind, finding.call_id) == (FindingKind.PBX_WAS_KILLED, "call_1")


def test_a_phone_that_was_bridged_has_its_callers_linked_id_when_asterisk_is_killed() -> None:
    """As 22.10.1 writes it: the phone's own linked id ends in the moment in which the two are bridged."""
    rows = (
        ("CHAN_START", 0, CALLER, CALLER),
        ("ANSWER", 0, CALLER, CALLER),
        ("CHAN_START", 5, AGENT, AGENT),
        ("ANSWER", 10, AGENT, AGENT),
        ("BRIDGE_ENTER", 10.1, CALLER, CALLER),
        ("LINKEDID_END", 10.1, AGENT, AGENT),
        ("BRIDGE_ENTER", 10.1, AGENT, CALLER),
    )
    log = log_of(CelLine(event, at(s), channel, linked) for event, s, channel, linked in rows)
    assert [finding.kind for finding in compare([record()], log)] == [FindingKind.PBX_WAS_KILLED]


def test_ends_that_are_missing_while_another_call_lived_on_are_not_blamed_on_a_kill() -> None:
    killed = [line for line in HONEST if line.at < at(60)]
    lives = [CelLine(event, at(s), "leg_else", "leg_else") for event, s in (("CHAN_START", 2), ("CHAN_END", 200))]
    assert kinds([*killed, *lives]) == [FindingKind.END_NOT_SEEN, FindingKind.END_NOT_SEEN, FindingKind.TALK_TOO_LONG]


def test_an_answered_call_that_no_record_has_is_a_stray_and_an_unanswered_one_is_not() -> None:
    (stray,) = strays(log_of(HONEST), {OTHER}, at(0), at(100))
    assert (stray.kind, stray.leg) == (FindingKind.CALL_WITHOUT_RECORD, CALLER)
    assert strays(log_of(HONEST), {AGENT}, at(0), at(100)) == []  # one of its channels is known
    assert strays(log_of(HONEST), set(), at(50), at(100)) == []  # another day's
    assert strays(log_of(told(("CHAN_START", 0, OTHER), ("CHAN_END", 3, OTHER))), set(), at(0), at(100)) == []


def test_a_caller_who_was_gone_before_anybody_was_told_is_found() -> None:
    gone, refused = LegId("call24-1.7"), LegId("call24-1.8")
    early = told(("CHAN_START", 1, refused), ("APP_START", 1, refused), ("CHAN_END", 2, refused))
    lines = [*early, *told(("CHAN_START", 3, gone), ("HANGUP", 3, gone), ("CHAN_END", 3, gone))]
    (found,) = strays(log_of(lines), set(), at(0), at(100))
    assert (found.kind, found.leg, found.owner) == (FindingKind.CALLER_NEVER_TOLD, gone, Responsible.OPERATOR)
    assert strays(log_of(lines), {gone}, at(0), at(100)) == []  # it has a record
    assert strays(log_of(lines), set(), at(4), at(100)) == []  # another day's
    assert strays(log_of([line for line in lines if line.event != "APP_START"]), set(), at(0), at(100)) == []


def test_a_call_from_before_the_log_is_not_compared_nor_one_that_rang_nobody() -> None:
    late = log_of([line for line in HONEST if line.at > at(30)])
    assert covered(record(), log_of(HONEST)) and not covered(record(), late)
    assert not covered(msgspec.structs.replace(record(), legs=()), log_of(HONEST))


@pytest.mark.parametrize(
    "text", ["", "ANSWER", "ANSWER,x,a,b", "ANSWER,1.5,a", "HOLD,1.5,a,b", "ANSWER,1e99,a,b", "ANS"]
)
def test_a_line_that_is_not_whole_says_nothing(text: str) -> None:
    assert line_of(text) is None


def test_the_log_is_put_aside_each_night_and_goes_after_some_days(tmp_path: Path) -> None:
    files = CelFiles(tmp_path)
    assert files.begins() is None
    now = START + timedelta(hours=3)
    (tmp_path / "channels.csv").write_text(f"CHAN_START,{at(1).timestamp()},a,a\nCHAN_END,{at(2).timestamp()},a,a\nANS")
    files.rotate(now)
    assert [path.name for path in tmp_path.iterdir()] == ["channels-20260301.csv"]
    (tmp_path / "channels.csv").write_text(f"CHAN_START,{at(9).timestamp()},b,b\n")
    log = files.read(at(0), at(60))
    assert (set(log.channels), log.since) == ({"a", "b"}, at(1))
    old = (now - KEPT - timedelta(hours=1)).timestamp()
    os.utime(tmp_path / "channels-20260301.csv", (old, old))
    assert files.erase(now) == 1
    assert set(files.read(at(0), at(60)).channels) == {"b"}
    assert CelFiles(None).begins() is None
