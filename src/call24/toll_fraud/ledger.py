"""One organisation's outgoing calls as they are counted: in memory, no waits, no database, no clock of its own.

A call that is let through has its `limit_s` reserved at once, so calls at the same time cannot share the same minutes;
at its end what it did not use comes back. A call counts on the day on which it began. Whoever is refused again and
again, or uses a day's minutes to the end, is frozen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import ceil

import msgspec

from call24.kit.ids import LegId, TenantId, UserId
from call24.toll_fraud.model import (
    AllowedCall,
    Caps,
    CountedCall,
    DayUsage,
    Denied,
    Freeze,
    FreezeReason,
    Spent,
    TollFraudPolicy,
    Usage,
    Verdict,
)
from call24.toll_fraud.rules import FORWARDED_LEAST_S, LEAST_S, day_of, limit_s, verdict

MINUTE = timedelta(seconds=60)
DENIALS_WITHIN = timedelta(minutes=10)
KEPT = timedelta(days=31)
_REMEMBERED = 20_000


class Ledger:
    """`frozen` and `changed` are for whoever stores: what was frozen, and the days' ids that are not as stored."""

    def __init__(self, tenant_id: TenantId, policy: TollFraudPolicy, timezone: str) -> None:
        self.tenant_id = tenant_id
        self.policy = policy
        self.timezone = timezone
        self.freezes: dict[UserId | None, Freeze] = {}
        self.days: dict[str, DayUsage] = {}
        self.changed: set[str] = set()
        self.frozen: list[Freeze] = []
        self._begun: deque[tuple[datetime, UserId | None]] = deque(maxlen=_REMEMBERED)
        self._refused: deque[tuple[datetime, UserId | None]] = deque(maxlen=_REMEMBERED)
        self._live: dict[LegId, str] = {}

    def restore(self, days: Iterable[DayUsage], freezes: Iterable[Freeze]) -> None:
        self.freezes = {freeze.user_id: freeze for freeze in freezes}
        for day in days:
            self.days[day.id] = day
            self._live.update({call.leg: day.id for call in day.live})

    def usage(self, user_id: UserId | None, now: datetime) -> Usage:
        return Usage(
            tenant=self._spent(now, lambda _: True),
            user=None if user_id is None else self._spent(now, lambda whose: whose == user_id),
            forwards=self._spent(now, lambda whose: whose is None) if user_id is None else Spent(),
            frozen=None in self.freezes or (user_id is not None and user_id in self.freezes),
        )

    def verdict(self, user_id: UserId | None, number: str, now: datetime) -> Verdict:
        return verdict(self.policy, self.usage(user_id, now), number)

    def ask(self, user_id: UserId | None, number: str, at: datetime) -> Verdict:
        """The verdict before anything rings; a refusal counts like one of `admit`."""
        said = self.verdict(user_id, number, at)
        if isinstance(said, Denied):
            self._refuse(said, user_id, at)
        return said

    def admit(
        self,
        leg: LegId,
        user_id: UserId | None,
        number: str,
        at: datetime,
        *,
        running: bool = False,
        further: bool = False,
        forwarded: bool = False,
    ) -> Verdict:
        """Counts the call if it is let through. Again for the same leg: the same call, counted once.

        `running`: it goes on since before we knew of it, so it is counted whatever the verdict were. `further`: the
        same call over the next trunk, which was counted as begun when it was dialled first. `forwarded`: a caller is
        passed on to this user's mobile number. It counts as a flow's forward does, and is not begun when so few minutes
        are left that it would soon be cut.
        """
        if (day_id := self._live.get(leg)) is not None:
            return AllowedCall(limit_s=next(call.limit_s for call in self.days[day_id].live if call.leg == leg))
        frozen = forwarded and user_id in self.freezes
        user_id = None if forwarded else user_id
        usage = self.usage(user_id, at)
        usage = msgspec.structs.replace(usage, frozen=usage.frozen or frozen)
        least_s = min(FORWARDED_LEAST_S, self.policy.longest_call_minutes * 60) if forwarded else LEAST_S
        said = verdict(self.policy, _without_begun(usage) if further else usage, number, least_s=least_s)
        if running:
            said = AllowedCall(limit_s=limit_s(self.policy, usage))
        if isinstance(said, Denied):
            self._refuse(said, user_id, at)
            return said
        day = self._day(user_id, at)
        call = CountedCall(leg=leg, since=at, limit_s=said.limit_s)
        self._keep(msgspec.structs.replace(day, calls=day.calls + 1, live=(*day.live, call)))
        self._live[leg] = day.id
        if not further:
            self._begun.append((at, user_id))
        return said

    def left_s(self, leg: LegId, now: datetime) -> int:
        """How long a call that was let through may still go on."""
        if (day_id := self._live.get(leg)) is None:
            return 0
        call = next(call for call in self.days[day_id].live if call.leg == leg)
        return max(0, call.limit_s - int((now - call.since).total_seconds()))

    def over(self, leg: LegId, at: datetime) -> None:
        """The call has ended; unknown legs are none of ours. Never more is used than was reserved."""
        day_id = self._live.pop(leg, None)
        if day_id is None:
            return
        day = self.days[day_id]
        call = next(call for call in day.live if call.leg == leg)
        used = min(call.limit_s, max(0, ceil((at - call.since).total_seconds())))
        live = tuple(other for other in day.live if other.leg != leg)
        self._keep(msgspec.structs.replace(day, used_s=day.used_s + used, live=live))
        self._freeze_when_used_up(day.user_id, day.day, at)

    def settle(self, now: datetime) -> None:
        """Legs whose time was over long ago have ended, though nobody said so; days long gone are forgotten."""
        for day in list(self.days.values()):
            for call in day.live:
                if now >= call.since + timedelta(seconds=call.limit_s) + MINUTE:
                    self.over(call.leg, now)
        first = day_of(now - timedelta(days=2), self.timezone)
        for day in [day for day in self.days.values() if day.day < first and not day.live]:
            if day.id not in self.changed:
                del self.days[day.id]

    def thaw(self, user_id: UserId | None) -> bool:
        """Lift a freeze; False where there is none. What was refused before does not count again."""
        self._refused = deque((entry for entry in self._refused if entry[1] != user_id), maxlen=_REMEMBERED)
        return self.freezes.pop(user_id, None) is not None

    def today(self, now: datetime) -> list[DayUsage]:
        day = day_of(now, self.timezone)
        return [usage for usage in self.days.values() if usage.day == day]

    # --- counting ---

    def _spent(self, now: datetime, counts: Callable[[UserId | None], bool]) -> Spent:
        """By whom it `counts`. A call since yesterday is a call now, on yesterday's minutes."""
        today = day_of(now, self.timezone)
        days = [day for day in self.days.values() if counts(day.user_id)]
        return Spent(
            calls=sum(len(day.live) for day in days),
            last_minute=sum(1 for at, whose in self._begun if now - MINUTE < at <= now and counts(whose)),
            taken_s=sum(day.taken_s for day in days if day.day == today),
        )

    def _day(self, user_id: UserId | None, at: datetime) -> DayUsage:
        day = day_of(at, self.timezone)
        day_id = f"{self.tenant_id}:{day}:{user_id or 'nobody'}"
        known = self.days.get(day_id)
        return known or DayUsage(id=day_id, tenant_id=self.tenant_id, user_id=user_id, day=day, delete_at=at + KEPT)

    def _keep(self, day: DayUsage) -> None:
        self.days[day.id] = day
        self.changed.add(day.id)

    # --- freezing ---

    def _refuse(self, denied: Denied, user_id: UserId | None, at: datetime) -> None:
        day = self._day(user_id, at)
        self._keep(msgspec.structs.replace(day, refused=day.refused + 1))
        self._note_denial(denied, user_id, at)

    def _note_denial(self, denied: Denied, user_id: UserId | None, at: datetime) -> None:
        if denied.whose != "user" or user_id is None:
            return  # a mistyped number, a flow that leads nowhere, callers who fill the house: nobody's fault
        self._refused.append((at, user_id))
        caps = self._caps(user_id)
        count = sum(1 for when, whose in self._refused if whose == user_id and at - DENIALS_WITHIN < when <= at)
        if caps.freeze_after and count >= caps.freeze_after:
            self._freeze(user_id, "denials", at)

    def _freeze_when_used_up(self, user_id: UserId | None, day: str, at: datetime) -> None:
        """What callers used by being forwarded freezes nobody: they have a share that leaves agents theirs."""
        if user_id is None:
            return
        for subject in {user_id, None}:
            used = sum(
                usage.used_s
                for usage in self.days.values()
                if usage.day == day and (subject is None or usage.user_id == subject)
            )
            if used > self._caps(subject).minutes_per_day * 60 - LEAST_S:
                self._freeze(subject, "minutes", at)

    def _freeze(self, subject: UserId | None, reason: FreezeReason, at: datetime) -> None:
        if subject in self.freezes:
            return
        freeze = Freeze(
            id=subject or self.tenant_id, tenant_id=self.tenant_id, user_id=subject, since=at, reason=reason
        )
        self.freezes[subject] = freeze
        self.frozen.append(freeze)

    def _caps(self, subject: UserId | None) -> Caps:
        return self.policy.tenant if subject is None else self.policy.user


def _without_begun(usage: Usage) -> Usage:
    """For a call that has been counted as one of the minute."""
    replace = msgspec.structs.replace
    user = None if usage.user is None else replace(usage.user, last_minute=0)
    forwards = replace(usage.forwards, last_minute=0)
    return replace(usage, tenant=replace(usage.tenant, last_minute=0), user=user, forwards=forwards)
