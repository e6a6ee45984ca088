"""What the callers' page says of who listened to a recording: what they were to the call, and no name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from call24.call_records.kept_calls import KeptCall
from call24.kit.ids import CallId, TenantId, UserId
from call24.privacy_requests.door_pages import listener

AT = datetime(2026, 11, 29, tzinfo=UTC)
ANNA = UserId("usr_anna")
CALL = KeptCall(
    id=CallId("call_1"),
    tenant_id=TenantId("ten_1"),
    direction="inbound",
    contact_id=None,
    queue_id=None,
    queues=(),
    agents=(ANNA,),
    arrived_at=AT,
    record_until=AT,
    delete_at=AT,
)
ROLES = {
    ANNA: "agent",
    UserId("usr_bat"): "agent",
    UserId("usr_sofia"): "supervisor",
    UserId("usr_olga"): "owner",
    UserId("usr_petra"): "privacy_officer",
    UserId("usr_own"): "rol_quality",
}


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("usr_anna", "an agent who had the call"),
        ("usr_bat", "another agent"),
        ("usr_sofia", "a supervisor"),
        ("usr_olga", "another user"),
        ("usr_petra", "another user"),
        ("usr_own", "another user"),
        ("usr_gone", "a former user"),
    ],
)
def test_who_listened_is_told_by_what_they_are_and_a_role_that_would_name_somebody_is_not(user: str, said: str) -> None:
    assert listener(CALL, UserId(user), ROLES) == said
