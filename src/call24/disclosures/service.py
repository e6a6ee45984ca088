"""The register of disclosures to authorities: what was asked, what was given, about whom, and who may be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from call24.call_records.kept_calls import KeptCalls
from call24.call_records.model import AgentPart, CallRecord
from call24.contacts.model import Contact
from call24.disclosures.model import Disclosure, Given, Outcome
from call24.disclosures.rules import GIVEN_MAX, corrected, entered
from call24.disclosures.store import DisclosureStore
from call24.exports.model import CALLER, Export, State
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import CallId, ContactId, DisclosureId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.recordings.model import Recording

DISCLOSURES_MAX = 5_000


class CallOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    contact_id: ContactId | None = None
    agent_id: UserId | None = None
    agents: tuple[AgentPart, ...] = ()


class RecordingOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    call_id: str


class DisclosurePage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is None on the last page."""

    disclosures: tuple[Disclosure, ...]
    next: str | None


class Disclosures:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService) -> None:
        self._mongo = mongo
        self._store = DisclosureStore(mongo)
        self._clock = clock
        self._identity = identity

    async def enter(
        self,
        tenant_id: TenantId,
        by: UserId,
        *,
        authority: str,
        legal_basis: str,
        reference: str,
        requested_at: datetime,
        given_at: datetime,
        outcome: Outcome,
        given: Sequence[Given],
        decided_by: UserId,
        secret: bool,
        secret_until: datetime | None = None,
        note: str = "",
    ) -> Disclosure:
        """About whom it is follows from what was given. Raises: Invalid, Conflict (too_many), Unavailable."""
        if len(given) > GIVEN_MAX:
            raise Invalid(errors=[("given", f"at most {GIVEN_MAX}: put them in one file and give its SHA-256")])
        if await self._store.count(tenant_id) >= DISCLOSURES_MAX:
            raise Conflict(f"The register has at most {DISCLOSURES_MAX} entries", code="too_many")
        self._check_user(tenant_id, decided_by, "decided_by")
        exports = await self._exports(tenant_id, given)
        contacts, users = await self._about(tenant_id, given, exports)
        made = Disclosure(
            id=DisclosureId(new_id("dcl")),
            tenant_id=tenant_id,
            authority=" ".join(authority.split()),
            legal_basis=" ".join(legal_basis.split()),
            reference=" ".join(reference.split()),
            requested_at=requested_at,
            given_at=given_at,
            outcome=outcome,
            given=tuple(_named(one, exports) for one in given),
            contact_ids=contacts,
            user_ids=users,
            decided_by=decided_by,
            entered_by=by,
            entered_at=self.now(),
            secret=secret,
            secret_until=secret_until,
            delete_at=given_at,
        )
        made = entered(made, note)
        await self._store.add(made)
        return made

    async def correct(
        self,
        tenant_id: TenantId,
        disclosure_id: str,
        by: UserId,
        note: str,
        *,
        seen: int,
        secret: bool | None = None,
        secret_until: datetime | None = None,
    ) -> Disclosure:
        """Raises: NotFound, Invalid, Conflict (disclosure_changed, disclosure_history_full), Unavailable."""
        before = await self._store.get(tenant_id, disclosure_id)
        after = corrected(before, self.now(), by, note, secret=secret, secret_until=secret_until)
        if before.version != seen or not await self._store.put(after, seen=seen):
            raise Conflict("Somebody else has changed it", code="disclosure_changed")
        return after

    async def get(self, tenant_id: TenantId, disclosure_id: str) -> Disclosure:
        """Raises: NotFound, Unavailable."""
        return await self._store.get(tenant_id, disclosure_id)

    async def page(self, tenant_id: TenantId, *, limit: int, cursor: str | None) -> DisclosurePage:
        """The last given first. Raises: Invalid for a cursor that is not ours, Unavailable."""
        found = await self._store.page(tenant_id, limit=limit + 1, cursor=cursor)
        shown = tuple(found[:limit])
        more = len(found) > limit
        return DisclosurePage(disclosures=shown, next=cursor_of(shown[-1].given_at, shown[-1].id) if more else None)

    async def told(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> list[Disclosure]:
        """What these callers may be told that authorities were given of them. Raises: Unavailable."""
        return await self._store.told(tenant_id, contact_ids, self.now())

    def now(self) -> datetime:
        """In whole milliseconds, as MongoDB gives it back."""
        now = self._clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    async def _about(
        self, tenant_id: TenantId, given: Sequence[Given], exports: Mapping[str, Export]
    ) -> tuple[tuple[ContactId, ...], tuple[UserId, ...]]:
        """Raises: Invalid for what is not there: an entry that names nothing proves nothing."""
        ids = {kind: {one.id for one in given if one.kind == kind} for kind in ("call", "recording", "contact", "user")}
        scope = self._mongo.tenant(tenant_id)
        recordings = await scope.collection(Recording).find_parts(
            RecordingOf, {"id": {"$in": sorted(ids["recording"])}}
        )
        of_calls = ids["call"] | {one.call_id for one in recordings}
        calls = await scope.collection(CallRecord).find_parts(CallOf, {"id": {"$in": sorted(of_calls)}})
        contacts = await scope.collection(Contact).distinct("_id", {"id": {"$in": sorted(ids["contact"])}})
        there = {
            "call": {one.id for one in calls},
            "recording": {one.id for one in recordings},
            "contact": contacts,
            "user": ids["user"],
        }
        for kind, wanted in ids.items():
            if missing := sorted(wanted - there[kind]):
                raise Invalid(errors=[("given.id", f"there is no {kind} {missing[0]} in your organisation")])
        for user in ids["user"]:
            self._check_user(tenant_id, UserId(user), "given.id")
        users = {UserId(one) for one in ids["user"]}
        contacts |= {one.contact_id for one in exports.values()} - {None}
        for call in calls:
            contacts |= {call.contact_id} - {None}
            users |= {part.agent_id for part in call.agents} | ({call.agent_id} if call.agent_id else set())
        for kept in (
            await KeptCalls(self._mongo).some(tenant_id, {CallId(one) for one in of_calls - there["call"]})
        ).values():
            contacts |= {kept.contact_id} - {None}
            users |= set(kept.agents)
        return tuple(sorted(contacts)), tuple(sorted(users))

    async def _exports(self, tenant_id: TenantId, given: Sequence[Given]) -> dict[str, Export]:
        """By id. Raises: Invalid for one that is not there, or whose file is not finished."""
        wanted = sorted({one.id for one in given if one.kind == "export"})
        if not wanted:
            return {}
        found = (
            await self._mongo.tenant(tenant_id).collection(Export).find({"id": {"$in": wanted}, "state": State.DONE})
        )
        there = {one.id: one for one in found}
        if missing := [id for id in wanted if id not in there]:
            raise Invalid(errors=[("given.id", f"there is no finished export {missing[0]}: give its file and SHA-256")])
        return there

    def _check_user(self, tenant_id: TenantId, user_id: UserId, field: str) -> None:
        user = self._identity.known_user(user_id)
        if user is None or user.tenant_id != tenant_id:
            raise Invalid(errors=[(field, "a user of your organisation")])


def _named(given: Given, exports: Mapping[str, Export]) -> Given:
    """With what the export was, in words: it is deleted within a day."""
    if given.kind != "export" or given.name:
        return given
    export = exports[given.id]
    days = export.first if export.first == export.last else f"{export.first} to {export.last}"
    what = "a caller's file" if export.kind == CALLER else f"{export.kind} of {days}"
    return msgspec.structs.replace(given, name=f"{what}, {export.format}")
