"""Where corrections are kept: the newest of each person. They are added within the transaction that corrects."""

from __future__ import annotations

from typing import Any, TypeVar

from call24.corrections.model import ContactCorrection, Correction, UserCorrection
from call24.kit.ids import ContactId, TenantId, UserId
from call24.kit.mongo import FILLED, Index, Mongo, TenantScope
from call24.kit.paging import place_of

INDEXES = (
    Index(ContactCorrection, ("contact_id", "-at", "-id")),
    Index(ContactCorrection, ("person_id", "-at", "-id"), only={"person_id": FILLED}),
    Index(ContactCorrection, ("contact_ids",), only={"contact_ids": FILLED}),
    Index(UserCorrection, ("user_id", "-at", "-id")),
)
KEPT_EACH = 50
"""Of one person; older ones are counted in the oldest that is kept."""
NEWEST = [("at", -1), ("id", -1)]

C = TypeVar("C", ContactCorrection, UserCorrection)


class CorrectionStore:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def add(self, scope: TenantScope, correction: C) -> None:
        kept = scope.collection(type(correction))
        await kept.insert(correction)
        found = await kept.find(_whose(correction), sort=NEWEST, limit=KEPT_EACH * 2)
        if len(found) > KEPT_EACH:
            oldest, gone = found[KEPT_EACH - 1], found[KEPT_EACH:]
            await kept.delete_many({"id": {"$in": [one.id for one in gone]}})
            await kept.update(oldest.id, {"folded": oldest.folded + sum(1 + one.folded for one in gone)})

    async def of_contact(
        self, tenant_id: TenantId, contact_id: ContactId, *, limit: int, cursor: str | None
    ) -> list[ContactCorrection]:
        """The newest first. Raises: Invalid for a cursor that is not ours."""
        kept = self._mongo.tenant(tenant_id).collection(ContactCorrection)
        return await kept.find(_from({"contact_id": contact_id}, cursor), sort=NEWEST, limit=limit)

    async def of_user(
        self, tenant_id: TenantId, user_id: UserId, *, limit: int, cursor: str | None
    ) -> list[UserCorrection]:
        """The same of somebody with an account."""
        kept = self._mongo.tenant(tenant_id).collection(UserCorrection)
        return await kept.find(_from({"user_id": user_id}, cursor), sort=NEWEST, limit=limit)


def _whose(correction: Correction) -> dict[str, Any]:
    match correction:
        case ContactCorrection():
            return {"contact_id": correction.contact_id}
        case UserCorrection():
            return {"user_id": correction.user_id}


def _from(whose: dict[str, Any], cursor: str | None) -> dict[str, Any]:
    if cursor is None:
        return whose
    at, last = place_of(cursor)
    return {**whose, "$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": last}}]}
