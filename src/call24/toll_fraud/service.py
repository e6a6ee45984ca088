"""Toll-fraud protection on the call path: it answers at once, from memory, also while MongoDB is away; storing happens
behind.

`run` it for as long as the process lives. It makes and ends no calls: whoever rings asks, and says when it is over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from call24.journal.model import Fresh
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, NotFound, Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import LegId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.phone import parse_e164
from call24.tenants.service import TenantService
from call24.toll_fraud.events import OutboundFrozen, OutboundUnfrozen, TollFraudEvent
from call24.toll_fraud.ledger import Ledger
from call24.toll_fraud.model import (
    AllowedCall,
    DayUsage,
    DenialCode,
    Denied,
    Freeze,
    TollFraudLoad,
    TollFraudPolicy,
    Usage,
    Verdict,
)
from call24.toll_fraud.rules import checked, day_of, default_policy, destination, used_of
from call24.toll_fraud.store import TollFraudStore

log = logging.getLogger(__name__)

Append = Callable[[TenantId, Sequence[Fresh]], Awaitable[object]]

STORE_EVERY_S = 1.0
SETTLE_EVERY = timedelta(seconds=30)
KEEP_EVENTS = timedelta(days=90)


class TollFraudGuard:
    """`append`: the journal's: every freeze is written down there, for whoever follows it."""

    def __init__(self, mongo: Mongo, clock: Clock, tenants: TenantService, append: Append) -> None:
        self._store = TollFraudStore(mongo)
        self._clock = clock
        self._tenants = tenants
        self._append = append
        self._ledgers: dict[TenantId, Ledger] = {}
        self._legs: dict[LegId, TenantId] = {}
        self._stored: dict[TenantId, TollFraudPolicy] = {}
        self._behind: list[Freeze] = []
        self._began_at = clock.now()
        self._settled_at = self._began_at
        self._changes = 0
        self.denied: list[Callable[[DenialCode], None]] = []
        """Told of each refusal."""

    def now(self) -> datetime:
        return self._clock.now()

    # --- the call path: memory only ---

    def verdict(self, tenant_id: TenantId, user_id: UserId | None, number: str, now: datetime) -> Verdict:
        """What `admit` would say; it counts nothing: for whoever only wants to know."""
        return self._ledger(tenant_id).verdict(user_id, number, now)

    def reaches(self, tenant_id: TenantId, number: str) -> bool:
        """Whether the policy allows this destination at all, whoever calls and however much was used."""
        return parse_e164(number, None) == number and destination(self.policy(tenant_id), number) is None

    def ask(self, tenant_id: TenantId, user_id: UserId | None, number: str, now: datetime) -> Verdict:
        """The same for whoever means to call: a refusal counts, and may freeze."""
        ledger = self._ledger(tenant_id)
        said = ledger.ask(user_id, number, now)
        if isinstance(said, Denied):
            self._deny(said, user_id or tenant_id)
        self._note(ledger)
        return said

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
        """Asked once for each leg that is to ring an outside number; `AllowedCall` counts from now until `over`.

        A leg that began before this process did goes on already (it was found after a restart): it is counted in any
        case. The same leg again is the same call. Of such legs `limit_s` is what is left from now on, perhaps 0.
        `further`: the trunk before had trouble, so this is no other call of the minute. `forwarded`: the call of a
        caller who is passed on to this user's mobile number.
        """
        ledger = self._ledger(tenant_id)
        running = at < self._began_at
        said = ledger.admit(leg, user_id, number, at, running=running, further=further, forwarded=forwarded)
        if not isinstance(said, Denied) and (running or leg in self._legs):
            said = AllowedCall(limit_s=max(0, ledger.left_s(leg, self._clock.now())))
        if isinstance(said, Denied):
            self._deny(said, user_id or tenant_id)
        else:
            self._legs[leg] = tenant_id
        self._note(ledger)
        return said

    def over(self, leg: LegId, at: datetime) -> None:
        """The leg has ended. Legs that were never admitted may be told too."""
        tenant_id = self._legs.pop(leg, None)
        if tenant_id is not None:
            ledger = self._ledger(tenant_id)
            ledger.over(leg, at)
            self._note(ledger)

    def _deny(self, denied: Denied, whose: str) -> None:
        log.info("outgoing call of %s refused: %s", whose, denied.code)
        for listener in self.denied:
            listener(denied.code)

    def load(self, now: datetime) -> TollFraudLoad:
        """Of all organisations together."""
        used: dict[str, float] = {"calls_at_once": 0.0, "calls_per_minute": 0.0, "minutes_per_day": 0.0}
        frozen = [freeze for ledger in self._ledgers.values() for freeze in ledger.freezes.values()]
        for ledger in self._ledgers.values():
            for name, ratio in used_of(ledger.policy.tenant, ledger.usage(None, now).tenant).items():
                used[name] = max(used[name], ratio)
        users = sum(freeze.user_id is not None for freeze in frozen)
        return TollFraudLoad(calls=len(self._legs), users=users, tenants=len(frozen) - users, used=used)

    def usage(self, tenant_id: TenantId, user_id: UserId | None, now: datetime) -> Usage:
        return self._ledger(tenant_id).usage(user_id, now)

    def today(self, tenant_id: TenantId, now: datetime) -> list[DayUsage]:
        return self._ledger(tenant_id).today(now)

    def policy(self, tenant_id: TenantId) -> TollFraudPolicy:
        return self._ledger(tenant_id).policy

    def freezes(self, tenant_id: TenantId) -> list[Freeze]:
        return sorted(self._ledger(tenant_id).freezes.values(), key=lambda freeze: (freeze.since, freeze.id))

    # --- changes by people ---

    async def set_policy(self, policy: TollFraudPolicy) -> TollFraudPolicy:
        """Raises: Invalid, Unavailable."""
        policy = checked(policy)
        await self._store.put_policy(policy)
        self._changes += 1
        self._stored[policy.tenant_id] = policy
        self._ledger(policy.tenant_id).policy = policy
        return policy

    async def unfreeze(self, tenant_id: TenantId, user_id: UserId | None, by: UserId) -> None:
        """`user_id` None: the organisation's freeze. Raises: NotFound when it is not frozen, Unavailable."""
        ledger = self._ledger(tenant_id)
        if user_id not in ledger.freezes:
            raise NotFound
        await self._store.drop_freeze(tenant_id, user_id or tenant_id)
        self._behind = [freeze for freeze in self._behind if (freeze.tenant_id, freeze.user_id) != (tenant_id, user_id)]
        self._changes += 1
        ledger.thaw(user_id)
        await self._write_down(tenant_id, OutboundUnfrozen(agent_id=user_id, by=by), self._clock.now())

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted: so is its freeze. What it used stays counted for the organisation."""
        self._behind = [freeze for freeze in self._behind if freeze.id != user.id]
        self._changes += 1
        self._ledger(user.tenant_id).thaw(user.id)
        await self._store.drop_freeze(user.tenant_id, user.id)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased."""
        self._changes += 1
        self._ledgers.pop(tenant_id, None)
        self._stored.pop(tenant_id, None)
        self._behind = [freeze for freeze in self._behind if freeze.tenant_id != tenant_id]
        self._legs = {leg: whose for leg, whose in self._legs.items() if whose != tenant_id}

    # --- behind the call path ---

    async def restore(self) -> None:
        """At start, after the tenants are known and before calls are. Raises: Unavailable."""
        await self.refresh()
        now = self._clock.now()
        for tenant in self._tenants.known_tenants():
            ledger = self._ledger(tenant.id)
            days = [day_of(now - timedelta(days=back), tenant.timezone) for back in (0, 1)]
            ledger.restore(await self._store.usage(tenant.id, days), ledger.freezes.values())
            self._legs.update({call.leg: tenant.id for day in ledger.days.values() for call in day.live})

    async def refresh(self) -> None:
        """Read policies and freezes again: another process may have changed them. Raises: Unavailable."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            policies, freezes = await self._store.every_policy(), await self._store.every_freeze()
            if changes == self._changes:
                break
        self._stored = {policy.tenant_id: policy for policy in policies}
        unsaved = {freeze.id: freeze for freeze in self._behind}
        for tenant in self._tenants.known_tenants():
            ledger = self._ledger(tenant.id)
            ledger.timezone = tenant.timezone
            ledger.policy = self._stored.get(tenant.id) or default_policy(tenant.id, tenant.region)
            theirs = {freeze.id: freeze for freeze in freezes if freeze.tenant_id == tenant.id}
            theirs |= {key: freeze for key, freeze in unsaved.items() if freeze.tenant_id == tenant.id}
            ledger.freezes = {freeze.user_id: freeze for freeze in theirs.values()}

    async def run(self) -> None:
        """For ever: store what was counted, write down and tell what was frozen."""
        while True:
            try:
                await self.store_behind()
            except Call24Error as trouble:
                log.warning("toll-fraud usage will be stored later: %s", trouble)
            await asyncio.sleep(STORE_EVERY_S)

    async def store_behind(self) -> None:
        """Raises: Unavailable, and then keeps what is not stored."""
        while self._behind:
            freeze = self._behind[0]
            await self._store.put_freeze(freeze)
            event = OutboundFrozen(agent_id=freeze.user_id, reason=freeze.reason)
            await self._write_down(freeze.tenant_id, event, freeze.since)
            if freeze in self._behind:  # else it was lifted meanwhile
                self._behind.remove(freeze)
                self._changes += 1
        for ledger in list(self._ledgers.values()):
            for day_id in list(ledger.changed):
                if self._ledgers.get(ledger.tenant_id) is not ledger:
                    break  # the organisation is being erased
                ledger.changed.discard(day_id)
                try:
                    await self._store.put_usage(ledger.days[day_id])
                except Unavailable:
                    ledger.changed.add(day_id)
                    raise
        self._settle()

    def _settle(self) -> None:
        now = self._clock.now()
        if now - self._settled_at < SETTLE_EVERY:
            return
        self._settled_at = now
        for ledger in self._ledgers.values():
            ledger.settle(now)
            self._note(ledger)

    async def _write_down(self, tenant_id: TenantId, event: TollFraudEvent, at: datetime) -> None:
        line = Fresh(at=at, event=event, delete_at=at + KEEP_EVENTS, agent_id=event.agent_id)
        await self._append(tenant_id, [line])

    def _note(self, ledger: Ledger) -> None:
        for freeze in ledger.frozen:
            log.warning("outgoing calls of %s are frozen: %s", freeze.id, freeze.reason)
        self._changes += bool(ledger.frozen)
        self._behind += ledger.frozen
        ledger.frozen.clear()

    def _ledger(self, tenant_id: TenantId) -> Ledger:
        known = self._ledgers.get(tenant_id)
        if known is not None:
            return known
        tenant = self._tenants.known(tenant_id)
        policy = self._stored.get(tenant_id) or default_policy(tenant_id, tenant.region if tenant else "")
        ledger = Ledger(tenant_id, policy, tenant.timezone if tenant else "UTC")
        if tenant is not None:
            self._ledgers[tenant_id] = ledger
        return ledger
