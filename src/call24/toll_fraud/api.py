"""Toll fraud protection: the rules for outgoing calls, what was used, and who is frozen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import TenantId, UserId
from call24.kit.instants import iso
from call24.kit.phone import home_of, kind_of, parse_e164
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService
from call24.toll_fraud.answers import (
    NumberCheck,
    OutboundFreeze,
    OutboundUsage,
    TollFraudLimits,
    TollFraudRules,
    UserOutboundUsage,
)
from call24.toll_fraud.dependencies import TollFraudDep
from call24.toll_fraud.model import AllowedCall, Caps, DayUsage, Denied, Freeze, TollFraudPolicy
from call24.toll_fraud.rules import left_s

router = Router(prefix="/v1/fence", tags=["administration"])

Prefix = Annotated[str, Field(max_length=16)]


class NewTollFraudLimits(Body):
    """How much may be called, by one user or by the organisation. `freeze_after`: this many refusals within ten minutes
    freeze a user's outgoing calls; 0: never."""

    calls_at_once: int
    calls_per_minute: int
    minutes_per_day: int
    freeze_after: int

    def caps(self) -> Caps:
        return Caps(**self.model_dump())


class NewTollFraudRules(Body):
    """All rules for outgoing calls; prefixes that are left out are none.

    `countries`: ISO 3166 codes. Prefixes: `+` and digits; the longest that matches decides before the country does, and
    a denied one wins a tie. `forwards_percent`: the share of the organisation's limits that calls may use which flows
    forward, or which reach agents on their mobile numbers; the rest is kept for agents' own calls.
    """

    countries: list[Annotated[str, Field(max_length=2)]] = Field(max_length=300)
    allowed_prefixes: list[Prefix] = Field([], max_length=1000)
    denied_prefixes: list[Prefix] = Field([], max_length=1000)
    longest_call_minutes: int = 60
    user: NewTollFraudLimits
    organisation: NewTollFraudLimits
    forwards_percent: int = 50

    def policy(self, tenant_id: TenantId) -> TollFraudPolicy:
        return TollFraudPolicy(
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


class Unfreezing(Body):
    """Whose freeze to lift. `user_id` null: that of the whole organisation."""

    user_id: str | None = Field(max_length=40)


class NumberToCheck(Body):
    """A phone number: E.164, or as it is dialled in the organisation's country."""

    number: str = Field(max_length=40)


Reader = Annotated[Principal, Depends(allowed("fence.read"))]
Owner = Annotated[Principal, Depends(allowed("fence.write"))]


@router.get("", operation_id="toll_fraud_read_rules")
async def read_fence(principal: Reader, toll_fraud: TollFraudDep) -> TollFraudRules:
    """Retrieves the rules for outgoing calls, and whose calls are frozen."""
    freezes = [_freeze_view(freeze) for freeze in toll_fraud.freezes(principal.tenant_id)]
    return _rules_view(toll_fraud.policy(principal.tenant_id), freezes)


@router.put("", operation_id="toll_fraud_set_rules")
async def set_fence(body: NewTollFraudRules, principal: Owner, toll_fraud: TollFraudDep) -> TollFraudRules:
    """Replaces the rules for outgoing calls.

    They apply from the next call on; calls that go on keep the time that they were given. Premium, satellite and
    other expensive numbers are denied unless a prefix allows them.
    """
    await toll_fraud.set_policy(body.policy(principal.tenant_id))
    return await read_fence(principal, toll_fraud)


@router.get("/usage", operation_id="toll_fraud_read_usage")
async def read_usage(principal: Reader, toll_fraud: TollFraudDep) -> OutboundUsage:
    """Retrieves what outgoing calls used today, in the organisation's time zone: in total and by user.

    `taken_s` includes the time that is reserved for calls that go on.
    """
    tenant_id, now = principal.tenant_id, toll_fraud.now()
    policy, whole = toll_fraud.policy(tenant_id), toll_fraud.usage(tenant_id, None, now).tenant
    days = sorted(toll_fraud.today(tenant_id, now), key=lambda day: (-day.taken_s, day.id))
    return {
        "organisation": {
            "calls_now": whole.calls,
            "taken_s": whole.taken_s,
            "left_s": max(0, left_s(policy.tenant, whole)),
        },
        "users": [_user_usage(day, policy.user) for day in days],
    }


@router.post("/unfreeze", status_code=204, operation_id="toll_fraud_unfreeze")
async def unfreeze(body: Unfreezing, principal: Owner, toll_fraud: TollFraudDep) -> None:
    """Lifts the freeze of a user's outgoing calls, or of the whole organisation's.

    404 `not_found` where nothing is frozen.
    """
    await toll_fraud.unfreeze(
        principal.tenant_id, UserId(body.user_id) if body.user_id is not None else None, principal.user_id
    )


@router.post("/check", operation_id="toll_fraud_check_number")
async def check_number(
    body: NumberToCheck, principal: Reader, toll_fraud: TollFraudDep, tenants: TenantsDep
) -> NumberCheck:
    """Checks whether you could call a number now. Nothing is called, and nothing counts as used."""
    number = await _number(body.number, principal, tenants)
    said = toll_fraud.verdict(principal.tenant_id, principal.user_id, number or body.number, toll_fraud.now())
    denied = said if isinstance(said, Denied) else None
    return {
        "number": number,
        "country": home_of(number) if number else None,
        "kind": kind_of(number) if number else None,
        "allowed": denied is None,
        "code": denied.code if denied else None,
        "text": denied.text if denied else None,
        "limit_s": said.limit_s if isinstance(said, AllowedCall) else None,
    }


async def _number(text: str, principal: Principal, tenants: TenantService) -> str | None:
    tenant = await tenants.get(principal.tenant_id)
    return parse_e164(text, tenant.region)


def _rules_view(policy: TollFraudPolicy, freezes: list[OutboundFreeze]) -> TollFraudRules:
    return {
        "countries": list(policy.countries),
        "allowed_prefixes": list(policy.allowed_prefixes),
        "denied_prefixes": list(policy.denied_prefixes),
        "longest_call_minutes": policy.longest_call_minutes,
        "user": _limits_view(policy.user),
        "organisation": _limits_view(policy.tenant),
        "forwards_percent": policy.forwards_percent,
        "frozen": freezes,
    }


def _limits_view(caps: Caps) -> TollFraudLimits:
    return {
        "calls_at_once": caps.calls_at_once,
        "calls_per_minute": caps.calls_per_minute,
        "minutes_per_day": caps.minutes_per_day,
        "freeze_after": caps.freeze_after,
    }


def _user_usage(day: DayUsage, caps: Caps) -> UserOutboundUsage:
    return {
        "user_id": day.user_id,
        "calls": day.calls,
        "calls_now": len(day.live),
        "refused": day.refused,
        "used_s": day.used_s,
        "taken_s": day.taken_s,
        "left_s": None if day.user_id is None else max(0, caps.minutes_per_day * 60 - day.taken_s),
    }


def _freeze_view(freeze: Freeze) -> OutboundFreeze:
    return {"user_id": freeze.user_id, "since": iso(freeze.since), "reason": freeze.reason}
