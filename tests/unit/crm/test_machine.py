"""The states of a connection to a CRM, and when it is worked at next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from call24.crm.machine import LONGEST_WAIT, PACE_MAX, switched, troubled, worked
from call24.crm.model import CrmConnection, FieldMapping, Trouble
from call24.kit.ids import CrmConnectionId, TenantId, UserId

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def connection() -> CrmConnection:
    return CrmConnection(
        id=CrmConnectionId("crm_1"),
        tenant_id=TenantId("ten_1"),
        name="Ours",
        url="https://crm.example",
        credentials=b"",
        mapping=(FieldMapping(field="given", remote="first_name"),),
        created_by=UserId("usr_1"),
        created_at=NOW,
    )


def test_it_is_worked_at_at_once_when_it_is_switched_on_and_not_when_it_is_off_or_in_a_dry_run() -> None:
    on = switched(connection(), "on", NOW)
    assert (on.state, on.due_at, on.pace) == ("running", NOW, 1)
    assert [(one.state, one.due_at) for one in (switched(on, "off", NOW), switched(on, "dry_run", NOW))] == [
        ("off", None),
        ("dry_run", None),
    ]


def test_pauses_grow_up_to_a_quarter_of_an_hour_and_begin_anew_once_it_worked() -> None:
    at, pauses = switched(connection(), "on", NOW), []
    for _ in range(8):
        at = troubled(at, NOW, "server_error", "503")
        assert at.due_at is not None and at.state == "waiting"
        pauses.append(at.due_at - NOW)
    assert [one.total_seconds() for one in pauses[:5]] == [5, 15, 45, 135, 405]
    assert pauses[-1] == LONGEST_WAIT == timedelta(minutes=15)
    again = worked(at, NOW, more=False)
    assert (again.state, again.trouble, again.tries, again.failing_since) == ("running", None, 0, None)
    assert again.due_at == NOW + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(minutes=40), timedelta(minutes=40)),
        (timedelta(days=30), timedelta(days=1)),
    ],
)
def test_a_crm_is_never_asked_sooner_than_it_wants_and_at_least_once_a_day(asked: timedelta, pause: timedelta) -> None:
    at = troubled(switched(connection(), "on", NOW), NOW, "rate_limited", "", asked)
    assert at.due_at == NOW + pause


@pytest.mark.parametrize("trouble", ["unauthorised", "not_found", "redirected", "not_allowed", "no_secret"])
def test_what_only_a_user_can_mend_is_not_tried_again(trouble: Trouble) -> None:
    at = troubled(switched(connection(), "on", NOW), NOW, trouble, "401 no")
    assert (at.state, at.trouble, at.said, at.due_at) == ("failed", trouble, "401 no", None)
    assert switched(at, "on", NOW).state == "running"


def test_after_an_outage_of_a_day_it_begins_with_one_record_and_doubles() -> None:
    at = worked(switched(connection(), "on", NOW), NOW, more=True)
    for _ in range(10):
        at = worked(at, NOW, more=True)
    assert at.pace == PACE_MAX == 100
    at = troubled(at, NOW, "no_answer")
    assert at.pace == 50, "a moment's trouble halves it"
    at = troubled(at, NOW + timedelta(days=1), "no_answer")
    assert at.pace == 1
    paces = []
    for _ in range(8):
        at = worked(at, NOW + timedelta(days=1), more=True)
        paces.append(at.pace)
    assert paces == [2, 4, 8, 16, 32, 64, 100, 100]
    assert at.due_at == NOW + timedelta(days=1, seconds=1), "a second lies between turns"
