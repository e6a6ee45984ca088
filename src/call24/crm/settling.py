"""What both sides have of one person, settled: decided field by field, written here, then there, then noted.

Cut off in between, both sides are the same where it was written, and it goes on. Whose value counts is rules.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec

from call24.crm import rules
from call24.crm.connector import CrmClient, Deleted, Missing, Rejected, RemoteRecord, VersionConflict
from call24.crm.erasing import FIRST_TRY_AGAIN, LONGEST_TRY_AGAIN
from call24.crm.model import CrmConnection, CrmLink, LinkState
from call24.crm.refused import permitted
from call24.crm.store import CrmStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Refused
from call24.kit.ids import ContactId, TenantId
from call24.kit.secrets import AppKey
from call24.people.model import Person
from call24.people.service import People

May = Callable[[TenantId, ContactId], bool]
"""Whether a caller's data may be passed on to the CRM now."""
OBJECTS = "The person objects to it, or their data is restricted"
CHANGED_AGAIN_MAX = 3
"""Times that a record is read again since it was changed meanwhile, in one turn."""


class Settling:
    """`may`: consents; `contact_of`: the contact of a number; `region`: by whose rules an organisation's national
    numbers are read."""

    def __init__(
        self,
        store: CrmStore,
        people: People,
        clock: Clock,
        key: AppKey,
        *,
        may: May,
        contact_of: Callable[[TenantId, str], ContactId],
        region: Callable[[TenantId], str | None],
    ) -> None:
        self._store = store
        self._people = people
        self._clock = clock
        self._key = key.derive("crm values")
        self._may = may
        self._contact_of = contact_of
        self._region = region

    def read(self, connection: CrmConnection, record: RemoteRecord) -> rules.Read:
        return rules.of_record(record, connection.mapping, self._region(connection.tenant_id))

    def hasher(self, link: CrmLink) -> rules.Hash:
        return rules.hasher(self._key, link.id)

    async def settle(
        self, connection: CrmConnection, client: CrmClient, link: CrmLink, record: RemoteRecord, skew: timedelta
    ) -> None:
        """Decides field by field, writes here, then there, then notes it: cut off in between, both sides are the same
        where it was written, and it goes on."""
        for _ in range(CHANGED_AGAIN_MAX):
            try:
                await self._settle_once(connection, client, link, record, skew)
                return
            except (VersionConflict, _ChangedHere):
                try:
                    record = await client.get(record.id)
                except (Missing, Deleted):
                    break
                link = await self._store.link(link.tenant_id, connection.id, record.id) or link
        await self.fail(msgspec.structs.replace(link, remote_id=record.id), "It was changed meanwhile: tried again")

    async def _settle_once(
        self, connection: CrmConnection, client: CrmClient, link: CrmLink, record: RemoteRecord, skew: timedelta
    ) -> None:
        tenant_id = connection.tenant_id
        link = msgspec.structs.replace(link, remote_id=record.id, creating=False)
        read = self.read(connection, record)
        person = await self._store.person(tenant_id, link.person_id)
        if person is None:
            if link.synced_at is not None:
                await self._store.put_link(ended(link, "it was deleted here"))
                return
            person = await self._made(connection, link, read.values)
            if person is None:
                return
        if (stop := self.why_not(person)) is not None:
            await self._store.put_link(stopped(link, person, *stop))
            return
        shown = self._people.shown(person) or person
        hashed = self.hasher(link)
        found = rules.decided(
            connection.mapping,
            link.base,
            rules.of_person(shown, connection.mapping),
            read.values,
            hashed,
            here_at=person.updated_at,
            there_at=record.changed_at + skew,
            chosen=link.chosen,
        )
        if found.to_person:
            refused = await self._change(connection, shown, found.to_person)
            if refused:
                await self.fail(link, refused)
                return
        not_kept: list[str] = []
        if found.to_record:
            try:
                fields = rules.to_record(found.to_record, connection.mapping)
                deed = client.update(record.id, fields, record.version)
                record = await permitted(deed, client, self._clock.now(), writes=link.id)
            except Rejected as error:
                await self.fail(link, f"The CRM does not take it: {error}")
                return
            except (Missing, Deleted):
                raise VersionConflict from None
            there = self.read(connection, record).values
            not_kept = [name for name, value in found.to_record.items() if there.get(name) != value]
        for name in not_kept:  # in step it is not: else what the CRM dropped would be taken for a change of its own
            del found.agreed[name]
        faults = {**read.unreadable, **dict.fromkeys(not_kept, "it does not keep what it is given")}
        await self._note(link, person, record, found, faults, hashed)

    async def _note(
        self,
        link: CrmLink,
        person: Person,
        record: RemoteRecord,
        found: rules.Decided,
        faults: Mapping[str, str],
        hashed: rules.Hash,
    ) -> None:
        now, why = self._clock.now(), ""
        state: LinkState = "in_step"
        if found.asked:
            state, why = "asking", f"Both sides changed {', '.join(found.asked)}: choose one"
        elif faults:
            state, why = "failed", "; ".join(f"{name} in the CRM: {fault}" for name, fault in faults.items())[:300]
        after = await self._store.person(link.tenant_id, person.id)
        done = msgspec.structs.replace(
            link,
            version=record.version,
            remote_at=record.changed_at,
            base=rules.base_after(link.base, found, hashed),
            asked=found.asked,
            chosen={name: side for name, side in link.chosen.items() if name in found.asked},
            contact_ids=after.contact_ids if after is not None else person.contact_ids,
            state=state,
            why=why,
            tries=0,
            due_at=None,
            synced_at=now,
        )
        await self._store.put_link(done)

    async def _made(self, connection: CrmConnection, link: CrmLink, values: Mapping[str, str]) -> Person | None:
        """Who the CRM has and the address book had not; None: it cannot be."""
        tenant_id, number = connection.tenant_id, values.get("number")
        if number and not self._may(tenant_id, self._contact_of(tenant_id, number)):
            await self._store.put_link(_objected(link, (self._contact_of(tenant_id, number),)))
            return None
        asked = rules.to_person({name: value for name, value in values.items() if value}, None)
        try:
            return await self._people.add_known(tenant_id, link.person_id, connection.created_by, asked)
        except Invalid as error:
            await self.fail(link, "; ".join(f"{place}: {text}" for place, text in error.errors) or error.detail)
        except Conflict as error:
            await self.fail(link, error.detail)
        return None

    async def _change(self, connection: CrmConnection, shown: Person, values: Mapping[str, str]) -> str:
        """Why it cannot be; empty: it was. Raises: _ChangedHere."""
        try:
            await self._people.change(shown, rules.to_person(values, shown), connection.created_by)
        except Conflict as error:
            if error.code == "person_changed":
                raise _ChangedHere from error
            return error.detail
        except Invalid as error:
            return "; ".join(f"{place}: {text}" for place, text in error.errors) or error.detail
        except (NotFound, Refused) as error:
            raise _ChangedHere from error
        return ""

    def why_not(self, person: Person) -> tuple[LinkState, str] | None:
        if self._people.shown(person) is None:
            return "objected", "The person's data is restricted"
        if not all(self._may(person.tenant_id, one) for one in person.contact_ids):
            return "objected", OBJECTS
        return None

    async def fail(self, link: CrmLink, why: str) -> None:
        """This one: others go on."""
        pause = min(LONGEST_TRY_AGAIN, FIRST_TRY_AGAIN * 3 ** min(link.tries, 10))
        failed = msgspec.structs.replace(
            link, state="failed", why=why[:300], tries=link.tries + 1, due_at=self._clock.now() + pause
        )
        await self._store.put_link(failed)


class _ChangedHere(Exception):
    """Somebody changed the person meanwhile."""


def ended(link: CrmLink, why: str) -> CrmLink:
    return msgspec.structs.replace(link, state="ended", why=why, due_at=None, base={}, asked=(), chosen={})


def _objected(link: CrmLink, contact_ids: tuple[ContactId, ...]) -> CrmLink:
    return msgspec.structs.replace(
        link,
        state="objected",
        why=OBJECTS,
        contact_ids=contact_ids,
        due_at=None,
    )


def stopped(link: CrmLink, person: Person, state: LinkState, why: str) -> CrmLink:
    return msgspec.structs.replace(link, state=state, why=why, contact_ids=person.contact_ids, due_at=None)
