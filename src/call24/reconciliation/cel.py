"""Asterisk's channel event log: lines of ``event,time,channel,linked`` -> what is known of each channel. Pure.

The lines hold ids and times and nothing about a person. Source: Asterisk 22, cel_custom.conf (advanced mapping).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

START, TOLD, ANSWER, HANGUP, END = "CHAN_START", "APP_START", "ANSWER", "HANGUP", "CHAN_END"
ENTER, EXIT, LINKED_END = "BRIDGE_ENTER", "BRIDGE_EXIT", "LINKEDID_END"
EVENTS = (START, TOLD, ANSWER, HANGUP, END, ENTER, EXIT, LINKED_END)


class CelLine(msgspec.Struct, frozen=True):
    event: str
    at: datetime
    channel: str
    linked: str


class LoggedChannel(msgspec.Struct, kw_only=True):
    """One channel. ``bridged``: in a bridge, all its times together; ``hung_up``: that it was on its way out;
    ``told``: the dialplan gave it to Call24.

    ``linked``: the latest: a phone's own id is over as soon as it is bridged, and it has its caller's from then on.
    """

    id: str
    linked: str
    last_at: datetime
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    hung_up: bool = False
    told: bool = False
    bridged: timedelta = timedelta()
    entered_at: datetime | None = None


class Log(msgspec.Struct, kw_only=True):
    """``since``: when the log begins; ``telling_since``: when the first caller in it was given to Call24, which older
    logs do not say. ``over``: linked ids whose last channel is gone."""

    since: datetime | None = None
    telling_since: datetime | None = None
    channels: dict[str, LoggedChannel] = {}
    over: set[str] = set()


def line_of(text: str) -> CelLine | None:
    """None for what is no whole line: the last one of a process that was killed."""
    event, _, rest = text.strip().partition(",")
    at, _, ids = rest.partition(",")
    channel, _, linked = ids.partition(",")
    if event not in EVENTS or not channel or not linked:
        return None
    try:
        return CelLine(event, datetime.fromtimestamp(float(at), UTC), channel, linked)
    except (ValueError, OverflowError, OSError):
        return None


def log_of(lines: Iterable[CelLine]) -> Log:
    """From the lines of one Asterisk, in any order: files of several days are read one after the other."""
    log = Log(channels={}, over=set())
    for line in sorted(lines, key=lambda line: line.at):
        log.since = log.since or line.at
        if line.event == TOLD:
            log.telling_since = log.telling_since or line.at
        if line.event == LINKED_END:
            log.over.add(line.linked)
            continue
        channel = log.channels.get(line.channel)
        if channel is None:
            channel = LoggedChannel(id=line.channel, linked=line.linked, last_at=line.at)
            log.channels[line.channel] = channel
        _take(channel, line)
    return log


def _take(channel: LoggedChannel, line: CelLine) -> None:
    channel.last_at, channel.linked = line.at, line.linked
    match line.event:
        case "CHAN_START":
            channel.started_at = channel.started_at or line.at
        case "APP_START":
            channel.told = True
        case "ANSWER":
            channel.answered_at = channel.answered_at or line.at
        case "BRIDGE_ENTER":
            channel.entered_at = channel.entered_at or line.at
        case "BRIDGE_EXIT" if channel.entered_at is not None:
            channel.bridged += line.at - channel.entered_at
            channel.entered_at = None
        case "HANGUP":
            channel.hung_up = True
        case "CHAN_END":
            channel.ended_at = line.at
