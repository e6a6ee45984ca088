"""What a change of the days that calls are kept asks for, and the plan that is confirmed with it. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec

from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import TenantId

GRACE = timedelta(hours=24)
"""A shorter time takes effect after it, and can be undone until then."""
PLAN_HOLDS = timedelta(hours=1)
DAYS = range(1, 3651)


class RetentionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a shorter time would delete at once, when it takes effect: a dry run, signed so that it can be confirmed."""

    tenant_id: TenantId
    days_before: int
    days: int
    made_at: datetime
    calls: int
    recordings: int


def sealed(plan: RetentionPlan, key: bytes) -> str:
    text = msgspec.json.encode(plan)
    return base64.urlsafe_b64encode(_mac(text, key) + text).decode().rstrip("=")


def confirmed(
    plan_id: str, key: bytes, tenant_id: TenantId, days_before: int, days: int, now: datetime
) -> RetentionPlan:
    """Raises: Conflict (code retention_plan_outdated) unless it is the plan of this change, made within the hour."""
    plan = _opened(plan_id, key)
    if plan is None or (plan.tenant_id, plan.days_before, plan.days) != (tenant_id, days_before, days):
        raise _outdated("it is of another change")
    if not plan.made_at <= now <= plan.made_at + PLAN_HOLDS:
        raise _outdated("it is older than an hour")
    return plan


def checked_days(days: int) -> int:
    """Raises: Invalid."""
    if days not in DAYS:
        raise Invalid(errors=[("record_days", f"{DAYS[0]} to {DAYS[-1]} days")])
    return days


def _outdated(why: str) -> Conflict:
    where = "GET /v1/organisation/record-days/plan"
    return Conflict(
        f"The plan cannot be confirmed: {why}. Read {where} again, and confirm its `id`", code="retention_plan_outdated"
    )


def _opened(plan_id: str, key: bytes) -> RetentionPlan | None:
    try:
        found = base64.urlsafe_b64decode(plan_id + "=" * (-len(plan_id) % 4))
        mac, text = found[:32], found[32:]
        return msgspec.json.decode(text, type=RetentionPlan) if hmac.compare_digest(mac, _mac(text, key)) else None
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None


def _mac(text: bytes, key: bytes) -> bytes:
    return hmac.digest(key, text, hashlib.sha256)
