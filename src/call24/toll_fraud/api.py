"""The toll-fraud fence, as supervisors see it and an owner sets it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Depends
from pydantic import Field

from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import TenantId, UserId
from call24.kit.phone import home_of, kind_of, parse_e164
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService
from call24.toll_fraud.dependencies import TollFraudDep
from call24.toll_fraud.model import Allowed, Caps, FencePolicy, Freeze
from call24.toll_fraud.rules import left_s

router = Router(prefix="/v1/fence", tags=["administration"])

Prefix = Annotated[str, Field(max_length=16)]


class CapsBody(Body):
    calls_at_once: int
    calls_per_minute: int
    minutes_per_day: int
    freeze_after: int

    def caps(self) -> Caps:
        return Caps(**self.model_dump())


class NewPolicy(Body):
    """The whole policy: what is not named is none. `forwards_percent`: how much of the organisation's caps calls may
    take that flows forward; the rest is kept for agents."""

    countries: list[Annotated[str, Field(max_length=2)]] = Field(max_length=300)
    allowed_prefixes: list[Prefix] = Field([], max_length=1000)
    denied_prefixes: list[Prefix] = Field([], max_length=1000)
    longest_call_minutes: int = 60
    user: CapsBody
    organisation: CapsBody
    forwards_percent: int = 50

    def policy(self, tenant_id: TenantId) -> FencePolicy:
        return FencePolicy(
            id=tenant_id,
            tenant_id=tenant_id,
            countries=tuple(dict.fromkeys(self.countries)),
            allowed_prefixes=tuple(dict.fromkeys(self.allowed_prefixes)),
            denied_prefixes=tuple(dict.fromkeys(self.denied_prefixes)),
            longest_call_minutes=self.longest_call_minutes,
            user=self.user.caps(),
            tenant=self.organisation.caps(),
            forwards_percent=self.forwards_percent,
        )


class Thaw(Body):
    """`user_id` null: the organisation's own freeze."""

    user_id: str | None = Field(max_length=40)


class Question(Body):
    number: str = Field(max_length=40)


Reader = Annotated[Principal, Depends(allowed("fence.read"))]
Owner = Annotated[Principal, Depends(allowed("fence.write"))]


@router.get("", operation_id="toll_fraud_read_rules")
async def read_fence(principal: Reader, toll_fraud: TollFraudDep) -> dict[str, Any]:
    fence = toll_fraud
    freezes = [_freeze_view(freeze) for freeze in fence.freezes(principal.tenant_id)]
    return {**_policy_view(fence.policy(principal.tenant_id)), "frozen": freezes}


@router.put("", operation_id="toll_fraud_set_rules")
async def set_fence(body: NewPolicy, principal: Owner, toll_fraud: TollFraudDep) -> dict[str, Any]:
    """Holds for the next call; calls that go on keep their time."""
    await toll_fraud.set_policy(body.policy(principal.tenant_id))
    return await read_fence(principal, toll_fraud)


@router.get("/usage", operation_id="toll_fraud_read_usage")
async def read_usage(principal: Reader, toll_fraud: TollFraudDep) -> dict[str, Any]:
    """Today, in the organisation's time zone. `taken_s` has the time in it that is reserved for calls in hand."""
    fence, tenant_id, now = toll_fraud, principal.tenant_id, toll_fraud.now()
    policy, whole = fence.policy(tenant_id), fence.usage(tenant_id, None, now).tenant
    users = []
    for day in sorted(fence.today(tenant_id, now), key=lambda day: (-day.taken_s, day.id)):
        row = {"user_id": day.user_id, "calls": day.calls, "calls_now": len(day.live), "refused": day.refused}
        left = None if day.user_id is None else max(0, policy.user.minutes_per_day * 60 - day.taken_s)
        users.append({**row, "used_s": day.used_s, "taken_s": day.taken_s, "left_s": left})
    organisation = {
        "calls_now": whole.calls,
        "taken_s": whole.taken_s,
        "left_s": max(0, left_s(policy.tenant, whole)),
    }
    return {"organisation": organisation, "users": users}


@router.post("/unfreeze", status_code=204, operation_id="toll_fraud_unfreeze")
async def unfreeze(body: Thaw, principal: Owner, toll_fraud: TollFraudDep) -> None:
    await toll_fraud.unfreeze(
        principal.tenant_id, UserId(body.user_id) if body.user_id is not None else None, principal.user_id
    )


@router.post("/check", operation_id="toll_fraud_check_number")
async def check_number(
    body: Question, principal: Reader, toll_fraud: TollFraudDep, tenants: TenantsDep
) -> dict[str, Any]:
    """What would happen if the asker rang this number now; nothing is counted."""
    number = await _number(body.number, principal, tenants)
    said = toll_fraud.verdict(principal.tenant_id, principal.user_id, number or body.number, toll_fraud.now())
    known = {"number": number, "country": number and home_of(number), "kind": number and kind_of(number)}
    if isinstance(said, Allowed):
        return {**known, "allowed": True, "code": None, "text": None, "limit_s": said.limit_s}
    return {**known, "allowed": False, "code": said.code, "text": said.text, "limit_s": None}


async def _number(text: str, principal: Principal, tenants: TenantService) -> str | None:
    tenant = await tenants.get(principal.tenant_id)
    return parse_e164(text, tenant.region)


def _policy_view(policy: FencePolicy) -> dict[str, Any]:
    return {
        "countries": list(policy.countries),
        "allowed_prefixes": list(policy.allowed_prefixes),
        "denied_prefixes": list(policy.denied_prefixes),
        "longest_call_minutes": policy.longest_call_minutes,
        "user": msgspec.structs.asdict(policy.user),
        "organisation": msgspec.structs.asdict(policy.tenant),
        "forwards_percent": policy.forwards_percent,
    }


def _freeze_view(freeze: Freeze) -> dict[str, Any]:
    return {"user_id": freeze.user_id, "since": freeze.since.isoformat(), "reason": freeze.reason}
