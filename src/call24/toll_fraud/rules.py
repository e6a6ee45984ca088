"""Whether an outside number may be rung now, and what its settings may be. Pure.

Source of the dear and odd kinds of numbers: libphonenumber's types; ITU-T E.164 (870, 881, 882, 883: of no country).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from call24.kit.errors import Invalid, NoEmergencyCalls
from call24.kit.ids import TenantId
from call24.kit.phone import (
    NumberKind,
    home_of,
    is_country_code,
    is_emergency,
    kind_of,
    kinds_near,
    parse_e164,
    regions,
)
from call24.toll_fraud.model import AllowedCall, Caps, Denied, Spent, TollFraudPolicy, Usage, Verdict

LEAST_S = 10
"""Less than this is not worth a call: the day's minutes are used up."""
FORWARDED_LEAST_S = 300
"""A caller is not passed on to a mobile number for a talk that would be cut after less than this."""
_DEAR: frozenset[NumberKind] = frozenset({"premium", "shared_cost", "personal", "uan", "pager", "voicemail"})
_Whose = Literal["user", "organisation"]
_PREFIX = re.compile(r"\+[1-9][0-9]{0,14}")
_MOST_PREFIXES = 500
_CAPS = {
    "calls_at_once": (0, 10_000),
    "calls_per_minute": (0, 10_000),
    "minutes_per_day": (0, 1_000_000),
    "freeze_after": (0, 10_000),
}


def default_policy(tenant_id: TenantId, region: str) -> TollFraudPolicy:
    """What holds until an owner sets another: calls within the organisation's own country."""
    return TollFraudPolicy(id=tenant_id, tenant_id=tenant_id, countries=(region,))


def verdict(policy: TollFraudPolicy, usage: Usage, number: str, *, least_s: int = LEAST_S) -> Verdict:
    """`number`: E.164. Whoever is let through has `limit_s` reserved by the ledger until the call ends; nobody is with
    less than `least_s` left."""
    if is_emergency(number, tuple(policy.countries)):
        return Denied(code="emergency_number", text=NoEmergencyCalls.title)
    if usage.frozen:
        return Denied(code="frozen", text="Outgoing calls are frozen until an owner allows them again")
    if parse_e164(number, None) != number:
        return Denied(code="not_a_number", text="That is not a phone number")
    if (denied := destination(policy, number)) is not None:
        return denied
    for caps, spent, whose, of in _sides(policy, usage):
        if spent.calls >= caps.calls_at_once:
            return Denied(code="too_many_calls", text=f"Too many outgoing calls at the same time{of}", whose=whose)
        if spent.last_minute >= caps.calls_per_minute:
            return Denied(code="too_many_per_minute", text=f"Too many outgoing calls in a minute{of}", whose=whose)
        if left_s(caps, spent) < least_s:
            return Denied(code="minutes_used_up", text=f"Today's outgoing minutes are used up{of}", whose=whose)
    return AllowedCall(limit_s=limit_s(policy, usage))


def limit_s(policy: TollFraudPolicy, usage: Usage) -> int:
    """How long one more call may be: never longer than what is left of anybody's minutes."""
    left = [left_s(caps, spent) for caps, spent, _, _ in _sides(policy, usage)]
    return max(0, min(policy.longest_call_minutes * 60, *left))


def left_s(caps: Caps, spent: Spent) -> int:
    return caps.minutes_per_day * 60 - spent.taken_s


def forwards_share(policy: TollFraudPolicy) -> Caps:
    """What flows may take of the organisation's caps: rounded up, so that small caps let one call through."""

    def part(of: int) -> int:
        return -(-of * policy.forwards_percent // 100)

    caps = policy.tenant
    return Caps(
        calls_at_once=part(caps.calls_at_once),
        calls_per_minute=part(caps.calls_per_minute),
        minutes_per_day=part(caps.minutes_per_day),
        freeze_after=caps.freeze_after,
    )


def destination(policy: TollFraudPolicy, number: str) -> Denied | None:
    """Why this number is never rung, or None. The longest prefix that names it speaks first; on a tie, no."""
    allowed, denied = _longest(policy.allowed_prefixes, number), _longest(policy.denied_prefixes, number)
    if denied and denied >= allowed:
        return Denied(code="destination_denied", text="Calls to this number are not allowed", whose="user")
    if allowed:
        return None
    kind = kind_of(number)
    if kind == "test":
        return None  # no country's: it costs nothing
    if kind == "satellite":
        return Denied(code="satellite_denied", text="Calls to satellite phones are not allowed", whose="user")
    if kind in _DEAR or (kind == "unknown" and kinds_near(number) & _DEAR):
        return Denied(code="premium_denied", text="Calls to premium-rate numbers are not allowed", whose="user")
    if home_of(number) not in policy.countries:
        return Denied(code="destination_denied", text="Calls to this country are not allowed", whose="user")
    return None


def day_of(at: datetime, timezone: str) -> str:
    """The organisation's day, as 2026-11-24."""
    return at.astimezone(ZoneInfo(timezone)).date().isoformat()


def checked(policy: TollFraudPolicy) -> TollFraudPolicy:
    """In its normal form. Raises: Invalid, naming every field that breaks a rule."""
    errors = []
    if unknown := sorted(set(policy.countries) - regions()):
        errors.append(("countries", f"no such country code: {', '.join(unknown)[:60]}"))
    for field in ("allowed_prefixes", "denied_prefixes"):
        prefixes: Sequence[str] = getattr(policy, field)
        if len(prefixes) > _MOST_PREFIXES:
            errors.append((field, f"at most {_MOST_PREFIXES}"))
        if wrong := [prefix for prefix in prefixes if not _PREFIX.fullmatch(prefix)]:
            errors.append((field, f"plus and digits, such as +44909: {wrong[0][:20]!r}"))
    whole = [prefix for prefix in policy.allowed_prefixes if is_country_code(prefix)]
    if whole:
        errors.append(
            ("allowed_prefixes", f"{whole[0]} is a whole country, with its premium-rate numbers: use countries instead")
        )
    if not 1 <= policy.longest_call_minutes <= 1440:
        errors.append(("longest_call_minutes", "1 to 1440"))
    if not 0 <= policy.forwards_percent <= 100:
        errors.append(("forwards_percent", "0 to 100"))
    errors += _caps_errors("user", policy.user) + _caps_errors("organisation", policy.tenant)
    if errors:
        raise Invalid(errors=errors)
    return policy


def _caps_errors(place: str, caps: Caps) -> list[tuple[str, str]]:
    return [
        (f"{place}.{field}", f"{low} to {high}")
        for field, (low, high) in _CAPS.items()
        if not low <= getattr(caps, field) <= high
    ]


def _sides(policy: TollFraudPolicy, usage: Usage) -> list[tuple[Caps, Spent, _Whose, str]]:
    """The user's own limits first: those are the user's to keep."""
    sides: list[tuple[Caps, Spent, _Whose, str]] = []
    if usage.user is not None:
        sides.append((policy.user, usage.user, "user", ""))
    else:
        sides.append((forwards_share(policy), usage.forwards, "organisation", " that are forwarded"))
    sides.append((policy.tenant, usage.tenant, "organisation", " in the whole organisation"))
    return sides


def _longest(prefixes: Sequence[str], number: str) -> int:
    return max((len(prefix) for prefix in prefixes if number.startswith(prefix)), default=0)


def used_of(caps: Caps, spent: Spent) -> dict[str, float]:
    """Name of each limit -> how much of it is used; 1.0: all. What a limit of 0 allows nobody, nobody can use up."""
    used = {
        "calls_at_once": (spent.calls, caps.calls_at_once),
        "calls_per_minute": (spent.last_minute, caps.calls_per_minute),
        "minutes_per_day": (spent.taken_s, caps.minutes_per_day * 60),
    }
    return {name: count / most if most else 0.0 for name, (count, most) in used.items()}
