"""Which channels a notification takes. What is expected of each kind stands here, kind by kind."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from call24.kit.errors import Invalid
from call24.kit.ids import TenantId, UserId
from call24.notifications import rules
from call24.notifications.kinds import KINDS, OFFERED, NotificationChannel, NotificationKind
from call24.notifications.model import NotificationPreferences

ULAANBAATAR, BERLIN = ZoneInfo("Asia/Ulaanbaatar"), ZoneInfo("Europe/Berlin")
DEFAULTS = {
    "incoming_call": ("always", "on", "never"),
    "missed_call": ("on", "on", "off"),
    "voicemail": ("on", "on", "off"),
    "task_assigned": ("on", "on", "on"),
    "task_due": ("on", "on", "on"),
    "task_mentioned": ("on", "on", "on"),
    "task_answered": ("on", "on", "on"),
    "callback_due": ("on", "on", "off"),
    "queue_alert": ("on", "on", "off"),
    "crm_trouble": ("on", "off", "on"),
    "privacy_duty": ("on", "off", "on"),
    "organisation": ("always", "never", "always"),
    "policy_change": ("always", "never", "always"),
    "security": ("always", "on", "always"),
    "updates": ("on", "off", "off"),
    "report": ("on", "off", "on"),
}
"""By app, push and e-mail."""


def preferences(**more: object) -> NotificationPreferences:
    return NotificationPreferences(id=UserId("usr_1"), tenant_id=TenantId("ten_1"), **more)  # type: ignore[arg-type]


def at(hour: int, minute: int = 0, day: int = 24, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_each_kind_has_its_channels_and_is_offered() -> None:
    assert {kind.value: (one.app, one.push, one.email) for kind, one in KINDS.items()} == DEFAULTS
    assert {one.kind.value for one in OFFERED} == DEFAULTS.keys()


def test_a_user_chooses_what_may_be_chosen_and_nothing_else() -> None:
    chosen = rules.checked(
        [
            (NotificationKind.TASK_ASSIGNED, NotificationChannel.EMAIL, False),
            (NotificationKind.TASK_ASSIGNED, NotificationChannel.APP, True),
            (NotificationKind.VOICEMAIL, NotificationChannel.EMAIL, True),
            (NotificationKind.SECURITY, NotificationChannel.EMAIL, True),
        ]
    )
    assert chosen == {"task_assigned.email": False, "voicemail.email": True}, "defaults are not stored"
    with pytest.raises(Invalid):
        rules.checked([(NotificationKind.SECURITY, NotificationChannel.EMAIL, False)])
    with pytest.raises(Invalid):
        rules.checked([(NotificationKind.INCOMING_CALL, NotificationChannel.EMAIL, True)])
    mine = preferences(choices=chosen)
    assert not rules.wants(mine, NotificationKind.TASK_ASSIGNED, NotificationChannel.EMAIL) and rules.wants(
        mine, NotificationKind.VOICEMAIL, NotificationChannel.EMAIL
    )


@pytest.mark.parametrize(
    "kind", [NotificationKind.SECURITY, NotificationKind.POLICY_CHANGE, NotificationKind.ORGANISATION]
)
def test_what_must_be_sent_is_sent_whatever_was_chosen_and_at_once(kind: NotificationKind) -> None:
    mine = preferences(
        choices={f"{kind}.email": False, f"{kind}.app": False}, quiet_from=0, quiet_until=1439, urgent=()
    )
    found = rules.ways(mine, kind, at(12), ULAANBAATAR)
    assert (found.app, found.email, found.email_at) == (True, True, at(12))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(13, 59), None),  # 21:59 in Ulaanbaatar
        (at(14), at(23)),  # 22:00, until 07:00 of the next day there
        (at(22, 59), at(23)),
        (at(23), None),
    ],
)
def test_quiet_hours_are_in_the_time_of_the_organisation_and_go_over_midnight(
    now: datetime, until: datetime | None
) -> None:
    mine = preferences(quiet_from=22 * 60, quiet_until=7 * 60)
    found = rules.ways(mine, NotificationKind.TASK_ASSIGNED, now, ULAANBAATAR)
    assert (found.app, found.push, found.email, found.email_at) == (True, until is None, True, until or now)


def test_quiet_hours_within_a_day_and_over_a_change_of_the_clock() -> None:
    noon = preferences(quiet_from=12 * 60, quiet_until=13 * 60)
    assert rules.quiet_until(noon, NotificationKind.TASK_DUE, at(11, 30), BERLIN) == at(12)
    assert rules.quiet_until(noon, NotificationKind.TASK_DUE, at(12), BERLIN) is None
    night = preferences(quiet_from=22 * 60, quiet_until=7 * 60)
    # The night of the 25th of October is an hour longer: 07:00 is 06:00 UTC there, and was 05:00 UTC the day before.
    assert rules.quiet_until(night, NotificationKind.TASK_DUE, at(21, day=24, month=10), BERLIN) == at(
        6, day=25, month=10
    )
    assert rules.quiet_until(night, NotificationKind.TASK_DUE, at(21, day=23, month=10), BERLIN) == at(
        5, day=24, month=10
    )


def test_urgent_kinds_break_quiet_hours_unless_the_user_says_which() -> None:
    night: dict[str, object] = {"quiet_from": 0, "quiet_until": 1439}
    told = {kind for kind in NotificationKind if rules.quiet_until(preferences(**night), kind, at(12), BERLIN) is None}
    assert told == {NotificationKind.INCOMING_CALL, NotificationKind.SECURITY}
    mine = preferences(**night, urgent=(NotificationKind.VOICEMAIL,))
    assert {kind for kind in NotificationKind if rules.quiet_until(mine, kind, at(12), BERLIN) is None} == {
        NotificationKind.VOICEMAIL
    }


@pytest.mark.parametrize("hours", [(60, None), (None, 60), (60, 60)])
def test_half_of_quiet_hours_or_an_empty_span_is_refused(hours: tuple[int | None, int | None]) -> None:
    with pytest.raises(Invalid):
        rules.checked_quiet(*hours)
