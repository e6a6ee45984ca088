"""Numbers, queues, members, devices and callers for the engine, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes.plan import FakePlan

from call24.calls.model import CallRules
from call24.engine.ports import Caller, Route
from call24.kit.ids import CallId, ContactId, DeviceId, LegId, NumberId, QueueId, TenantId, UserId
from call24.routing.model import Member, Team
from call24.toll_fraud.model import AllowedCall, Denied, Verdict


@dataclass
class FakeDirectory:
    routes: dict[str, Route] = field(default_factory=dict)
    plans: dict[TenantId, FakePlan] = field(default_factory=dict)
    members: dict[TenantId, dict[QueueId, tuple[UserId, ...]]] = field(default_factory=dict)
    owned: dict[UserId, tuple[DeviceId, ...]] = field(default_factory=dict)
    limits: dict[QueueId, int] = field(default_factory=dict)
    strategy: str = "longest_idle"
    skills: dict[UserId, dict[str, int]] = field(default_factory=dict)
    number: str | None = "+441514960024"
    proved: list[NumberId] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    mobiles: dict[UserId, str] = field(default_factory=dict)

    def route(self, dialled: str, trunk: str) -> Route | None:
        return self.routes.get(dialled)

    def plan(self, tenant_id: TenantId) -> FakePlan:
        return self.plans.setdefault(tenant_id, FakePlan())

    def rules(self, tenant_id: TenantId) -> CallRules:
        return CallRules()

    def teams(self, tenant_id: TenantId) -> Mapping[QueueId, Team]:
        teams = self.members.get(tenant_id, {})
        return {
            queue_id: Team(
                queue_id=queue_id,
                strategy=self.strategy,  # type: ignore[arg-type]
                members=tuple(Member(agent_id=agent_id, skills=self.skills.get(agent_id, {})) for agent_id in members),
            )
            for queue_id, members in teams.items()
        }

    def most_waiting(self, queue_id: QueueId) -> int | None:
        return self.limits.get(queue_id)

    def devices(self, tenant_id: TenantId, agent_id: UserId) -> tuple[DeviceId, ...]:
        return self.owned.get(agent_id, ())

    def mobile(self, tenant_id: TenantId, agent_id: UserId) -> str | None:
        return self.mobiles.get(agent_id)

    def name(self, tenant_id: TenantId, user_id: UserId) -> str | None:
        known = {member for members in self.members.get(tenant_id, {}).values() for member in members}
        return user_id.removeprefix("usr_").title() if user_id in known else None

    def arrived(self, route: Route, at: datetime) -> None:
        self.proved.append(route.number_id)

    def shown(self, tenant_id: TenantId, number_id: str | None) -> str | None:
        return self.number

    def owns(self, tenant_id: TenantId, number: str) -> bool:
        return number in self.numbers

    def queue_of_number(self, tenant_id: TenantId, number_id: NumberId) -> QueueId | None:
        return next(iter(self.members.get(tenant_id, {})), None)


class FakeCallers:
    """A contact for each number. ``broken``: a bug in the contacts room."""

    broken = False

    def identify(
        self, tenant_id: TenantId, caller: str, name: str, *, dialled: str = "", dialled_as: str = ""
    ) -> Caller:
        if self.broken:
            raise RuntimeError("the contacts room is broken")
        if not caller:
            return Caller(contact_id=None, number="", name="")
        return Caller(contact_id=ContactId(f"ctc_{caller.strip('+')}"), number=caller, name=name)

    def opened(self, tenant_id: TenantId, call_id: CallId, caller: Caller) -> None:
        pass

    async def recall(self, tenant_id: TenantId, contact_id: ContactId | None) -> Caller:
        number = "+" + contact_id.removeprefix("ctc_") if contact_id else ""
        return Caller(contact_id=contact_id, number=number, name="")


@dataclass
class FakeFence:
    """Lets everything out but ``denied`` numbers; ``limit_s`` as the service would say."""

    denied: set[str] = field(default_factory=set)
    limit_s: int = 3600
    out: set[LegId] = field(default_factory=set)
    begun: list[LegId] = field(default_factory=list)
    """Legs that count as a call of the minute."""
    forwarded: set[LegId] = field(default_factory=set)
    """Legs that count as callers' calls, though a user is named."""

    def reaches(self, tenant_id: TenantId, number: str) -> bool:
        return number not in self.denied

    def ask(self, tenant_id: TenantId, user_id: UserId | None, number: str, now: datetime) -> Verdict:
        if number in self.denied:
            return Denied(code="destination_denied", text="This destination is not allowed")
        return AllowedCall(limit_s=self.limit_s)

    def admit(
        self,
        leg: LegId,
        tenant_id: TenantId,
        user_id: UserId | None,
        number: str,
        at: datetime,
        *,
        further: bool = False,
        forwarded: bool = False,
    ) -> Verdict:
        verdict = self.ask(tenant_id, user_id, number, at)
        if isinstance(verdict, AllowedCall):
            self.out.add(leg)
            self.begun += [] if further else [leg]
            self.forwarded |= {leg} if forwarded else set()
        return verdict

    def over(self, leg: LegId, at: datetime) -> None:
        self.out.discard(leg)
