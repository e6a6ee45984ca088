"""Which channels a notification takes: what must be sent, what the user chose, and quiet hours. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from call24.kit.errors import Invalid
from call24.notifications.kinds import KINDS, OFFERED, NotificationChannel, NotificationKind
from call24.notifications.model import NotificationPreferences

MINUTES = 24 * 60


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """`push`: now. `email`: at `email_at`, after quiet hours."""

    app: bool
    push: bool
    email: bool
    email_at: datetime


def wants(preferences: NotificationPreferences, kind: NotificationKind, channel: NotificationChannel) -> bool:
    """Whether the user is notified of this kind by this channel, quiet hours aside."""
    default = KINDS[kind].default(channel)
    if default in ("always", "never"):
        return default == "always"
    return preferences.choices.get(choice(kind, channel), default == "on")


def ways(preferences: NotificationPreferences, kind: NotificationKind, now: datetime, zone: ZoneInfo) -> Ways:
    """`zone`: in which quiet hours are meant. What must be sent by e-mail does not wait for their end."""
    until = quiet_until(preferences, kind, now, zone)
    must = KINDS[kind].email == "always"
    return Ways(
        app=wants(preferences, kind, NotificationChannel.APP) and KINDS[kind].kept,
        push=wants(preferences, kind, NotificationChannel.PUSH) and until is None,
        email=wants(preferences, kind, NotificationChannel.EMAIL),
        email_at=now if until is None or must else until,
    )


def quiet_until(
    preferences: NotificationPreferences, kind: NotificationKind, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """When the quiet hours end in which it is now; None: there are none now, or this kind is told in them."""
    begin, end = preferences.quiet_from, preferences.quiet_until
    if begin is None or end is None or breaks_quiet(preferences, kind):
        return None
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    quiet = begin <= minute < end if begin < end else minute >= begin or minute < end
    if not quiet:
        return None
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    day = midnight.date() + timedelta(days=1 if minute >= end else 0)
    return datetime(day.year, day.month, day.day, end // 60, end % 60, tzinfo=zone).astimezone(now.tzinfo)


def breaks_quiet(preferences: NotificationPreferences, kind: NotificationKind) -> bool:
    return KINDS[kind].urgent if preferences.urgent is None else kind in preferences.urgent


def choice(kind: NotificationKind, channel: NotificationChannel) -> str:
    return f"{kind}.{channel}"


def checked(choices: Iterable[tuple[NotificationKind, NotificationChannel, bool]]) -> dict[str, bool]:
    """As they are stored: those that differ from the default. Raises: Invalid for what cannot be chosen."""
    kept: dict[str, bool] = {}
    for kind, channel, on in choices:
        declared = KINDS[kind]
        if not declared.may_choose(channel):
            must = declared.default(channel) == "always"
            if on != must:
                raise Invalid(errors=[("choices", f"{kind} by {channel}: {_fixed(must)}")])
        elif on != (declared.default(channel) == "on"):
            kept[choice(kind, channel)] = on
    return kept


def checked_quiet(begin: int | None, end: int | None) -> None:
    """Raises: Invalid for half of them, or for none at all."""
    if (begin is None) != (end is None):
        raise Invalid(errors=[("quiet", "both times, or neither")])
    if begin is not None and begin == end:
        raise Invalid(errors=[("quiet.until", "another time than `from`")])


def _fixed(always: bool) -> str:
    return "true: it must be sent" if always else "false: this kind does not go by this channel"


def choices_of(preferences: NotificationPreferences) -> dict[NotificationKind, dict[NotificationChannel, bool]]:
    """Of every kind that is offered, by every channel."""
    return {
        one.kind: {channel: wants(preferences, one.kind, channel) for channel in NotificationChannel} for one in OFFERED
    }
