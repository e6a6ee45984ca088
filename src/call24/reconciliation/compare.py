"""Call records against the log of channels: what differs. Pure, and it fixes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from call24.call_records.model import CallLeg, CallRecord
from call24.kit.ids import LegId
from call24.kit.instants import iso
from call24.reconciliation.cel import Log, LoggedChannel
from call24.reconciliation.model import Finding, FindingKind

OURS = "leg_"
"""How the ids of channels begin that Call24 makes."""
TOLERANCE = timedelta(seconds=2)
"""Between Asterisk's doing and the line in the journal; a call that waits for the database takes its events late."""


def covered(record: CallRecord, log: Log) -> bool:
    """Whether the log had begun with the call. A callback without a leg never rang anybody."""
    return bool(record.legs) and log.since is not None and log.since <= record.legs[0].began_at + TOLERANCE


def compare(records: Sequence[CallRecord], log: Log) -> list[Finding]:
    """Of ended records that the log covers."""
    found: list[Finding] = []
    known: dict[LegId, CallRecord] = {}
    for record in records:
        found += _of_record(record, log)
        for leg in record.legs:
            if (other := known.setdefault(leg.leg, record)) is not record:
                kind = FindingKind.LEG_OF_TWO_CALLS
                found.append(Finding(kind=kind, call_id=record.id, leg=leg.leg, recorded=other.id))
    return found


def strays(log: Log, known: set[str], since: datetime, until: datetime) -> list[Finding]:
    """Calls that Asterisk answered in this time and no record has, and callers who were gone before it told anybody of
    them. ``known``: the legs of all records around it."""
    ours = {channel.linked for channel in log.channels.values() if channel.id in known}
    first: dict[str, LoggedChannel] = {}
    for channel in log.channels.values():
        if channel.answered_at is not None and since <= channel.answered_at < until and channel.linked not in ours:
            first.setdefault(channel.linked, channel)
    return [
        Finding(kind=FindingKind.CALL_WITHOUT_RECORD, leg=LegId(channel.id), seen=iso(channel.answered_at))
        for channel in first.values()
    ] + [
        Finding(kind=FindingKind.CALLER_NEVER_TOLD, leg=LegId(channel.id), seen=iso(channel.started_at))
        for channel in log.channels.values()
        if channel.id not in known and _was_never_told(channel, log, since, until)
    ]


def _was_never_told(channel: LoggedChannel, log: Log, since: datetime, until: datetime) -> bool:
    """A caller's channel, whose id Asterisk itself made, that ended without an answer before Call24 heard of it."""
    return (
        not channel.told
        and not channel.id.startswith(OURS)
        and channel.answered_at is None
        and channel.ended_at is not None
        and log.telling_since is not None
        and channel.started_at is not None
        and max(since, log.telling_since) <= channel.started_at < until
    )


def _of_record(record: CallRecord, log: Log) -> Iterator[Finding]:
    there = {leg.leg: channel for leg in record.legs if (channel := log.channels.get(leg.leg)) is not None}
    if not there:
        # What was rung and never had a channel (a phone that is not registered) proves nothing.
        if any(leg.answered_at is not None for leg in record.legs):
            yield Finding(kind=FindingKind.RECORD_WITHOUT_CHANNEL, call_id=record.id, recorded=iso(record.arrived_at))
        return
    killed = [leg for leg in record.legs if leg.leg in there and _was_killed(leg, there[leg.leg], log)]
    if killed:
        seen = max(there[leg.leg].last_at for leg in killed)
        yield Finding(kind=FindingKind.PBX_WAS_KILLED, call_id=record.id, recorded=iso(record.ended_at), seen=iso(seen))
    for leg in record.legs:
        channel = there.get(leg.leg)
        if channel is not None:
            yield from _of_leg(record, leg, channel, is_killed=leg in killed)
        elif leg.answered_at is not None:
            at = iso(leg.answered_at)
            yield Finding(kind=FindingKind.LEG_WITHOUT_CHANNEL, call_id=record.id, leg=leg.leg, recorded=at)
    if not killed:
        yield from _of_talk(record, there)


def _of_leg(record: CallRecord, leg: CallLeg, channel: LoggedChannel, *, is_killed: bool) -> Iterator[Finding]:
    def differs(kind: FindingKind, recorded: datetime | None, seen: datetime | None) -> Finding:
        return Finding(kind=kind, call_id=record.id, leg=leg.leg, recorded=iso(recorded), seen=iso(seen))

    if leg.answered_at is None:
        if channel.answered_at is not None and channel.bridged > TOLERANCE:
            yield differs(FindingKind.ANSWER_NOT_RECORDED, None, channel.answered_at)
    elif channel.answered_at is None:
        # A caller that hangs up as it arrives is gone before the answer that was asked for.
        if not is_killed and (leg.ended_at is None or leg.ended_at - leg.answered_at > TOLERANCE):
            yield differs(FindingKind.ANSWER_NOT_SEEN, leg.answered_at, None)
    elif abs(leg.answered_at - channel.answered_at) > TOLERANCE:
        yield differs(FindingKind.ANSWERED_AT_DIFFERS, leg.answered_at, channel.answered_at)
    if is_killed or leg.ended_at is None:
        return
    if channel.ended_at is None:
        yield differs(FindingKind.END_NOT_SEEN, leg.ended_at, None)
    elif abs(leg.ended_at - channel.ended_at) > TOLERANCE:
        yield differs(FindingKind.ENDED_AT_DIFFERS, leg.ended_at, channel.ended_at)


def _of_talk(record: CallRecord, there: dict[LegId, LoggedChannel]) -> Iterator[Finding]:
    for user_id in dict.fromkeys(part.agent_id for part in record.agents):
        talk_s = sum(part.talk_s for part in record.agents if part.agent_id == user_id)
        legs = [there[leg.leg] for leg in record.legs if leg.user_id == user_id and leg.leg in there]
        bridged = sum((channel.bridged for channel in legs), timedelta())
        if legs and timedelta(seconds=talk_s) > bridged + TOLERANCE:
            leg, seen = LegId(legs[-1].id), f"{bridged.total_seconds():.3f}"
            yield Finding(
                kind=FindingKind.TALK_TOO_LONG, call_id=record.id, leg=leg, recorded=f"{talk_s:.3f}", seen=seen
            )


def _was_killed(leg: CallLeg, channel: LoggedChannel, log: Log) -> bool:
    """No line of its end at all, and no channel that was there before it lived longer than the record says."""
    if channel.ended_at is not None or channel.hung_up or channel.linked in log.over or leg.ended_at is None:
        return False
    over = leg.ended_at + TOLERANCE
    return not any(
        other.started_at is not None
        and other.started_at < channel.last_at
        and other.ended_at is not None
        and other.ended_at > over
        for other in log.channels.values()
    )
