"""What organisations state in the policy and who accepted it; and what the policy measures."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import msgspec

from call24.call_records.model import CallRecord
from call24.kit.errors import Conflict
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.policy.model import PolicyAcceptance, PolicyNotice, PolicySettings
from call24.privacy.store import PrivacyStore
from call24.self_audit.store import SelfAuditStore

INDEXES = (
    Index(PolicySettings, ("public_id",), unique=True, across=True),
    Index(PolicyAcceptance, ("user_id", "version", "hash"), unique=True),
    Index(PolicyNotice, ("user_id", "version"), unique=True),
)


class Measured(NamedTuple):
    """The days of the oldest call record, of the last run of the sweeper that deleted something, and of the newest
    self-audit; and whether that passed."""

    oldest: date | None
    swept: date | None
    audited: date | None = None
    audit_passed: bool = False


class _Arrival(msgspec.Struct, frozen=True):
    arrived_at: datetime


class PolicyStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._published = mongo.platform(PolicySettings, why="a public address says whose policy it is")
        self._privacy = PrivacyStore(mongo)
        self._audits = SelfAuditStore(mongo)

    async def settings(self, tenant_id: TenantId) -> PolicySettings | None:
        return await self._mongo.tenant(tenant_id).collection(PolicySettings).find_one({"id": tenant_id})

    async def published(self, public_id: str) -> PolicySettings | None:
        return await self._published.find_one({"public_id": public_id})

    async def add_settings(self, settings: PolicySettings) -> None:
        """Raises: Conflict where the organisation has some."""
        await self._mongo.tenant(settings.tenant_id).collection(PolicySettings).insert(settings)

    async def change_settings(self, tenant_id: TenantId, set: dict[str, str]) -> None:
        await self._mongo.tenant(tenant_id).collection(PolicySettings).update(tenant_id, set)

    async def acceptances(self, tenant_id: TenantId, user_id: UserId) -> list[PolicyAcceptance]:
        """The oldest version first: one for each version and text at most."""
        found = self._mongo.tenant(tenant_id).collection(PolicyAcceptance)
        return await found.find({"user_id": user_id}, sort=[("version", 1)])

    async def accept(self, made: PolicyAcceptance) -> PolicyAcceptance:
        """What is stored: the first time that the user accepted this version with this text."""
        there = self._mongo.tenant(made.tenant_id).collection(PolicyAcceptance)
        try:
            await there.insert(made)
        except Conflict:
            return await there.get(made.id)
        return made

    async def noticed(self, tenant_id: TenantId, version: str) -> set[UserId]:
        """Of which users it was decided that they are told of a version."""
        return await self._mongo.tenant(tenant_id).collection(PolicyNotice).distinct("user_id", {"version": version})

    async def measured(self, tenant_id: TenantId) -> Measured:
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        oldest = await records.find_parts(_Arrival, {}, sort=[("arrived_at", 1)], limit=1)
        receipts = await self._privacy.receipts(limit=1)
        audits = await self._audits.newest(1)
        return Measured(
            oldest=oldest[0].arrived_at.date() if oldest else None,
            swept=receipts[0].at.date() if receipts else None,
            audited=audits[0].at.date() if audits else None,
            audit_passed=bool(audits) and audits[0].passed,
        )
