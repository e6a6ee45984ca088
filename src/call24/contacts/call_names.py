"""What the network called a caller in one call: that call's for good, whatever the network says in later ones.

The journal has no names (ADR 2), so they are kept beside the call records, by the call's id: a rebuild of the records
leaves them as they are, and they go with their call. They are written behind; no call waits for it. What a name in a
list is, is `Contact.shown_name`: names that people gave come first, of all calls alike.
"""

from __future__ import annotations

import contextlib
import logging
from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import Annotated

import msgspec

from call24.contacts.model import Contact
from call24.data_map import ID, TENANT, Category, Recipient, WithCall, document, of_caller
from call24.kit.errors import Conflict, Unavailable
from call24.kit.ids import CallId, ContactId, TenantId
from call24.kit.moments import next_moment
from call24.kit.mongo import Index, Mongo

log = logging.getLogger(__name__)

WAITING = 20_000
"""Calls whose name is still to be written, while MongoDB is away; those after them have the contact's name."""
WAITING_EACH = 5_000
"""Of one organisation."""
EVERY_S = 1.0
"""As callers.py, and in the same moments."""
AT_ONCE = 500

_NAME = of_caller(Category.NAME, "showing who called as it was shown then", recipients=(Recipient.DOWNLOAD,))


@document("call_names", tenant=True, kept=WithCall("id"))
class CallName(msgspec.Struct, frozen=True, kw_only=True):
    """`id`: the call's. `name`: what the network said in it; where it said nothing, what it had said last by then."""

    id: Annotated[CallId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    contact_id: Annotated[ContactId, of_caller(Category.ID, "erasing the name with the caller")]
    name: Annotated[str | None, _NAME] = None


INDEXES = (Index(CallName, ("contact_id",)),)


class CallNames:
    """``run`` it for as long as the process lives."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._waiting: OrderedDict[CallId, CallName] = OrderedDict()
        self._to_read: set[CallId] = set()
        """Of `_waiting`: those in which the network said nothing, and what it had said last is to be read."""
        self._each = Counter[TenantId]()
        self._closed: set[TenantId] = set()

    def note(
        self, tenant_id: TenantId, call_id: CallId, contact_id: ContactId, name: str | None, *, known: bool = False
    ) -> None:
        """A call begins. `name`: what the network calls the caller in it, as `kept_display_name` leaves it; `known`: or
        what it had said last, None where it never said anything. Else that is read of MongoDB where `name` is None."""
        if tenant_id in self._closed:
            return
        if len(self._waiting) >= WAITING or self._each[tenant_id] >= WAITING_EACH:
            log.warning("the name that came with call %s is not kept: too many wait for the database", call_id)
            return
        self._waiting[call_id] = CallName(id=call_id, tenant_id=tenant_id, contact_id=contact_id, name=name)
        self._each[tenant_id] += 1
        if name is None and not known:
            self._to_read.add(call_id)

    async def some(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> dict[CallId, CallName]:
        """Those that are known, by call. Raises: Unavailable."""
        names = self._mongo.tenant(tenant_id).collection(CallName)
        found = {one.id: one for one in await names.find({"id": {"$in": list(call_ids)}})} if call_ids else {}
        waiting = [self._waiting[id] for id in call_ids if id in self._waiting]
        return {**{one.id: one for one in waiting if one.tenant_id == tenant_id and one.name is not None}, **found}

    async def run(self) -> None:
        while True:
            await next_moment(EVERY_S)
            with contextlib.suppress(Unavailable):
                await self.write()

    async def write(self) -> None:
        """What waits now; what comes meanwhile waits for the next time. Raises: Unavailable: it goes on waiting."""
        waiting = list(self._waiting.values())
        for first in range(0, len(waiting), AT_ONCE):
            by_tenant: dict[TenantId, list[CallName]] = {}
            for one in waiting[first : first + AT_ONCE]:
                by_tenant.setdefault(one.tenant_id, []).append(one)
            for tenant_id, theirs in by_tenant.items():
                known = await self._known(tenant_id, [one.contact_id for one in theirs if one.id in self._to_read])
                there = [one for one in theirs if self._waiting.get(one.id) is one]  # else it was erased meanwhile
                named = [
                    one if one.name is not None else msgspec.structs.replace(one, name=known.get(one.contact_id))
                    for one in there
                ]
                with contextlib.suppress(Conflict):  # of an earlier try, whose answer was lost: a name never changes
                    await self._mongo.tenant(tenant_id).collection(CallName).insert_many(named)
                for one in there:
                    self._drop(one)

    async def _known(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> dict[ContactId, str | None]:
        contacts = self._mongo.tenant(tenant_id).collection(Contact)
        found = await contacts.find({"id": {"$in": list(contact_ids)}}) if contact_ids else []
        return {contact.id: contact.display_name for contact in found}

    def _drop(self, one: CallName) -> None:
        if self._waiting.get(one.id) is one:
            del self._waiting[one.id]
            self._to_read.discard(one.id)
            self._each[one.tenant_id] -= 1
            if not self._each[one.tenant_id]:
                del self._each[one.tenant_id]

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """By the caller too: a name may be written after its call was deleted. Raises: Unavailable."""
        for one in [one for one in self._waiting.values() if one.contact_id in contact_ids]:
            self._drop(one)
        names = self._mongo.tenant(tenant_id).collection(CallName)
        return await names.delete_many({"contact_id": {"$in": list(contact_ids)}})

    def close_tenant(self, tenant_id: TenantId) -> None:
        self._closed.add(tenant_id)
        for one in [one for one in self._waiting.values() if one.tenant_id == tenant_id]:
            self._drop(one)


def in_call(contact: Contact | None, came: CallName | None) -> Contact | None:
    """The contact as the network named it in this call; of a call of which that is not known, as it does now."""
    return contact if contact is None or came is None else msgspec.structs.replace(contact, display_name=came.name)
