"""The register of legal holds, as everything that deletes asks it, at deletion: records carry no mark of it. Data that
is restricted (GDPR, article 18) is kept as if a hold named the caller: to delete it would be to use it.

Where it cannot be read it raises Unavailable, and nothing is deleted. It sets and releases nothing (`holds.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCall
from call24.kit.ids import CallId, TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.privacy.hold_model import LegalHold
from call24.privacy.hold_rules import NOTHING, HeldBack, but_held, clause_of, kept_clause_of, subjects
from call24.restrictions.store import RestrictionStore

log = logging.getLogger(__name__)

INDEXES = (
    Index(LegalHold, ("-set_at", "-id")),
    Index(LegalHold, ("state",), across=True),
    Index(LegalHold, ("delete_at",), across=True),
)
CALLS_MAX = 200_000
"""Held calls of all organisations that are named one by one, so that a command stays below 16 MB."""


class _Id(msgspec.Struct, frozen=True):
    id: CallId


class HoldRegister:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._restrictions = RestrictionStore(mongo)
        self._open = mongo.platform(LegalHold, why="a deletion asks what legal holds keep")

    async def anything(self, tenant_id: TenantId) -> bool:
        """Whether any hold of the organisation is open, or any data restricted: then it is not deleted.

        Raises: Unavailable.
        """
        return bool(await self._holds(tenant_id) or await self._restrictions.active(tenant_id))

    async def user(self, tenant_id: TenantId, user_id: UserId) -> bool:
        """Whether a hold keeps the account. Raises: Unavailable: then delete nothing."""
        back = (await self.read(tenant_id)).get(tenant_id, NOTHING)
        return back.whole or user_id in back.users

    async def kept(self, tenant_id: TenantId, ids: Sequence[str]) -> set[str]:
        """Which of these contacts and calls a hold keeps. Raises: Unavailable: then delete nothing."""
        back = (await self.read(tenant_id)).get(tenant_id, NOTHING)
        return set(ids) if back.whole else set(ids) & (back.contacts | back.calls)

    async def read(self, tenant_id: TenantId | None = None) -> Mapping[TenantId, HeldBack]:
        """What is kept, of all organisations or one. Raises: Unavailable."""
        by_tenant: dict[TenantId, list[LegalHold]] = {}
        restricted: dict[TenantId, set[str]] = {}
        for hold in await self._holds(tenant_id):
            by_tenant.setdefault(hold.tenant_id, []).append(hold)
        for restriction in await self._restrictions.active(tenant_id):
            restricted.setdefault(restriction.tenant_id, set()).update(restriction.contact_ids)
        found, room = dict[TenantId, HeldBack](), CALLS_MAX
        for one in by_tenant.keys() | restricted.keys():
            found[one] = await self._of(one, by_tenant.get(one, []), restricted.get(one, set()), room)
            room -= len(found[one].calls)
        return found

    async def of(self, tenant_id: TenantId) -> HeldBack:
        """What is kept of one organisation. Raises: Unavailable."""
        return (await self.read(tenant_id)).get(tenant_id, NOTHING)

    async def but(self, struct: type[msgspec.Struct]) -> dict[str, Any]:
        """To be added to a filter over all organisations. Raises: Unavailable."""
        return but_held(struct, await self.read())

    async def unreviewed(self, now: datetime) -> list[LegalHold]:
        return [hold for hold in await self._holds(None) if hold.review_at <= now]

    async def _holds(self, tenant_id: TenantId | None) -> list[LegalHold]:
        if tenant_id is not None:
            return await self._mongo.tenant(tenant_id).collection(LegalHold).find({"state": "open"})
        return await self._open.find({"state": "open"})

    async def _of(self, tenant_id: TenantId, holds: list[LegalHold], restricted: set[str], room: int) -> HeldBack:
        """`restricted`: contacts whose data is kept as if a hold named each."""
        if any(hold.kind == "organisation" for hold in holds):
            return HeldBack(whole=True)
        theirs = {"contact_id": {"$in": sorted(restricted)}}
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        found = await records.find_parts(_Id, {"$or": [*(clause_of(hold) for hold in holds), theirs]}, limit=room + 1)
        kept = self._mongo.tenant(tenant_id).collection(KeptCall)
        found += await kept.find_parts(
            _Id, {"$or": [*(kept_clause_of(hold) for hold in holds), theirs]}, limit=room + 1
        )
        if len(found) > room:
            log.error("legal holds of organisation %s keep too many calls: nothing of it is deleted", tenant_id)
            return HeldBack(whole=True)
        calls = subjects(holds, "call") | {one.id for one in found}
        return HeldBack(calls=calls, contacts=subjects(holds, "contact") | restricted, users=subjects(holds, "user"))
