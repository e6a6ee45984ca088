"""Brings an organisation's address book and its CRM in step: one turn of one connection at a time.

A turn first tells objections and erases, then reads what changed in the CRM, then writes what changed here, then logs
calls. It is cut off anywhere and begun again: what was done is found done. It decides nothing about whose value counts
(rules.py) nor when the next turn is (machine.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from call24.crm import rules
from call24.crm.connector import (
    PAGE_MAX,
    CrmClient,
    Deleted,
    Missing,
    Place,
    Rejected,
    RemoteRecord,
    VersionConflict,
)
from call24.crm.erasing import FIRST_TRY_AGAIN, LONGEST_TRY_AGAIN, Erasing
from call24.crm.model import CrmConnection, CrmLink, LinkState
from call24.crm.store import CrmStore
from call24.crm.telling import Telling
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Refused
from call24.kit.ids import ContactId, CrmLinkId, PersonId, TenantId
from call24.kit.secrets import AppKey
from call24.people.model import Person
from call24.people.service import People

log = logging.getLogger(__name__)

May = Callable[[TenantId, ContactId], bool]
"""Whether a caller's data may be passed on to the CRM now."""
OBJECTS = "The person objects to it, or their data is restricted"
SKEW_MAX = timedelta(days=366)
"""Of a clock that is further off nothing is believed."""
CHANGED_AGAIN_MAX = 3
"""Times that a record is read again since it was changed meanwhile, in one turn."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """`connection`: with where it is in the CRM's list; `more`: there is more to do."""

    connection: CrmConnection
    more: bool


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Of a record. `person` None: one would be made; as may be shown. `stop`: why nothing would be done."""

    link: CrmLink
    person: Person | None
    stop: str = ""


class Engine:
    """`may`: consents; `contact_of`: the contact of a number; `erased_ids`: those that it had before an erasure;
    `region`: by whose rules an organisation's national numbers are read."""

    def __init__(
        self,
        store: CrmStore,
        people: People,
        clock: Clock,
        key: AppKey,
        *,
        may: May,
        contact_of: Callable[[TenantId, str], ContactId],
        erased_ids: Callable[[TenantId, str], Collection[ContactId]],
        region: Callable[[TenantId], str | None],
        telling: Telling,
    ) -> None:
        self._store = store
        self._people = people
        self._clock = clock
        self._key = key.derive("crm values")
        self._may = may
        self._contact_of = contact_of
        self._region = region
        self._telling = telling
        self.erasing = Erasing(store, clock, key, telling, read=self.read, erased_ids=erased_ids, hasher=self.hasher)

    async def turn(self, connection: CrmConnection, client: CrmClient) -> Turn:
        """Raises: CrmTrouble, Unavailable; what was done until then is kept."""
        pace = max(1, min(connection.pace, PAGE_MAX))
        more = await self.rights(connection, client, pace)
        connection, skew = await self._pull(connection, client, pace)
        connection, filling = await self._fill(connection, pace)
        more = connection.catching_up or filling or more
        if not (connection.catching_up and connection.filled_to is not None):  # else it may have whom it would be given
            more = await self._push(connection, client, pace, skew) or more
        more = await self._telling.calls(connection, client, pace) or more
        return Turn(connection=connection, more=more)

    async def rights(self, connection: CrmConnection, client: CrmClient, most: int) -> bool:
        """Objections and erasures, before anything else, and where the connection is off too. Raises: as `turn`."""
        more = await self._telling.objections(connection, client, most)
        return await self.erasing.turn(connection, client, most) or more

    # --- from the CRM ---

    async def _pull(self, connection: CrmConnection, client: CrmClient, pace: int) -> tuple[CrmConnection, timedelta]:
        """One page; and what is added to the CRM's times, so that they are by our clock."""
        page = await client.changed_since(_place(connection), pace)
        skew = self._clock.now() - page.now if page.now is not None else timedelta()
        if abs(skew) > SKEW_MAX:
            skew = timedelta()
        for record in page.records:
            await self.take(connection, client, record, skew)
        last = page.records[-1] if page.records else None
        after = msgspec.structs.replace(
            connection,
            cursor_at=last.changed_at.isoformat() if last is not None else connection.cursor_at,
            cursor_id=last.id if last is not None else connection.cursor_id,
            catching_up=page.more and last is not None,
        )
        place = {name: getattr(after, name) for name in ("cursor_at", "cursor_id", "catching_up")}
        await self._store.settle(connection.tenant_id, connection.id, place)
        return after, skew

    async def take(
        self, connection: CrmConnection, client: CrmClient, record: RemoteRecord, skew: timedelta = timedelta()
    ) -> None:
        """What the CRM has of one person. `skew`: added to its times, they are by our clock."""
        tenant_id = connection.tenant_id
        if await self._store.is_erased(tenant_id, rules.tombstone_id(connection.id, record.id)):
            return
        link = await self._store.link(tenant_id, connection.id, record.id) or await self._ours(connection, record)
        if link is not None and (link.state == "ended" or link.erasing or _seen(link, record)):
            return
        if record.deleted:
            await self._deleted_there(connection, link)
            return
        if link is None:
            link = await self._new_link(connection, record)
            await self._store.put_link(link)  # before the person is made: else they would be given to the CRM as new
            link = await self._store.link(tenant_id, connection.id, record.id) or link
        await self._settle(connection, client, link, record, skew)

    async def _ours(self, connection: CrmConnection, record: RemoteRecord) -> CrmLink | None:
        """The link by whose key the record was made, when the answer to that was lost."""
        if not record.key.startswith("crl_"):
            return None
        found = await self._store.links(connection.tenant_id).find_one(
            {"id": record.key, "connection_id": connection.id}
        )
        return found if found is not None and found.remote_id is None else None

    async def _new_link(self, connection: CrmConnection, record: RemoteRecord) -> CrmLink:
        """To who has the number and the names; else to a person who is made then."""
        tenant_id, now = connection.tenant_id, self._clock.now()
        read = self.read(connection, record)
        who = rules.person_id(connection.id, record.id)
        if number := read.values.get("number"):
            found = await self._people.of_contact(tenant_id, self._contact_of(tenant_id, number))
            same = [one for one in found if one.private_to is None and rules.is_same(one, read.values)]
            if len(same) == 1:
                taken = await self._store.links(tenant_id).find_one({"id": rules.link_id(connection.id, same[0].id)})
                who = same[0].id if taken is None or taken.remote_id is None else who
        return CrmLink(
            id=CrmLinkId(rules.link_id(connection.id, who)),
            tenant_id=tenant_id,
            connection_id=connection.id,
            person_id=PersonId(who),
            remote_id=record.id,
            created_at=now,
        )

    async def _deleted_there(self, connection: CrmConnection, link: CrmLink | None) -> None:
        """The CRM says so."""
        if link is None:
            return
        if connection.follow_deletions:
            try:
                person = await self._store.person(link.tenant_id, link.person_id)
                if person is not None:
                    await self._people.delete(person, connection.created_by)
            except NotFound:
                pass
            except Conflict as error:
                await self._fail(link, f"The CRM deleted it, and here it stays: {error.detail}")
                return
        await self._store.put_link(_ended(link, "it was deleted in the CRM"))

    # --- for the preview ---

    async def whose(self, connection: CrmConnection, record: RemoteRecord) -> Whose | None:
        """None: it was erased here. Nothing is changed. Raises: Unavailable."""
        tenant_id = connection.tenant_id
        if await self._store.is_erased(tenant_id, rules.tombstone_id(connection.id, record.id)):
            return None
        link = await self._store.link(tenant_id, connection.id, record.id) or await self._ours(connection, record)
        link = link or await self._new_link(connection, record)
        person = await self._store.person(tenant_id, link.person_id)
        if person is None:
            number = self.read(connection, record).values.get("number")
            no = number and not self._may(tenant_id, self._contact_of(tenant_id, number))
            return Whose(link=link, person=None, stop=OBJECTS if no else "")
        stopped = self._why_not(person)
        return Whose(link=link, person=self._people.shown(person), stop=stopped[1] if stopped is not None else "")

    def read(self, connection: CrmConnection, record: RemoteRecord) -> rules.Read:
        return rules.of_record(record, connection.mapping, self._region(connection.tenant_id))

    def hasher(self, link: CrmLink) -> rules.Hash:
        return rules.hasher(self._key, link.id)

    # --- to the CRM ---

    async def _fill(self, connection: CrmConnection, pace: int) -> tuple[CrmConnection, bool]:
        """Puts those in line who were in the address book before."""
        if connection.filled_to is None or connection.catching_up:  # first who the CRM has already
            return connection, False
        found = await self._store.people_after(connection.tenant_id, connection.filled_to, pace)
        for person in found:
            await self._store.want(new_link(connection, person, self._clock.now()), self._clock.now())
        after = msgspec.structs.replace(connection, filled_to=found[-1].id if found else None)
        await self._store.settle(connection.tenant_id, connection.id, {"filled_to": after.filled_to})
        return after, bool(found)

    async def _push(self, connection: CrmConnection, client: CrmClient, pace: int, skew: timedelta) -> bool:
        due = await self._store.due_links(connection.tenant_id, connection.id, self._clock.now(), pace)
        for link in due:
            await self.give(connection, client, link, skew)
        return len(due) == pace

    async def give(
        self, connection: CrmConnection, client: CrmClient, link: CrmLink, skew: timedelta = timedelta()
    ) -> None:
        """What changed here of one person. Raises: CrmTrouble, Unavailable."""
        if link.remote_id is None:
            await self._create(connection, client, link)
            return
        try:
            record = await client.get(link.remote_id)
        except Deleted:
            await self._deleted_there(connection, link)
        except Missing:
            await self._fail(link, "The CRM does not find its record any more, and has told of no deletion")
        else:
            await self._settle(connection, client, link, record, skew)

    async def _create(self, connection: CrmConnection, client: CrmClient, link: CrmLink) -> None:
        person = await self._store.person(link.tenant_id, link.person_id)
        if person is None:
            await self._store.put_link(_ended(link, "it was deleted here"))
            return
        if (stop := self._why_not(person)) is not None:
            await self._store.put_link(_stopped(link, person, *stop))
            return
        shown = self._people.shown(person) or person
        values = {name: value for name, value in rules.of_person(shown, connection.mapping).items() if value}
        record = await client.find_by_key(link.id) if link.creating else None
        if record is None:
            link = msgspec.structs.replace(link, creating=True, contact_ids=person.contact_ids)
            await self._store.put_link(link)  # before: whoever goes on after a kill must know
            try:
                record = await client.create(rules.to_record(values, connection.mapping), link.id)
            except Rejected as error:
                await self._fail(msgspec.structs.replace(link, creating=False), f"The CRM does not take it: {error}")
                return
        await self._settle(connection, client, link, record, timedelta())

    # --- both ---

    async def _settle(
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
        await self._fail(msgspec.structs.replace(link, remote_id=record.id), "It was changed meanwhile: tried again")

    async def _settle_once(
        self, connection: CrmConnection, client: CrmClient, link: CrmLink, record: RemoteRecord, skew: timedelta
    ) -> None:
        tenant_id = connection.tenant_id
        link = msgspec.structs.replace(link, remote_id=record.id, creating=False)
        read = self.read(connection, record)
        person = await self._store.person(tenant_id, link.person_id)
        if person is None:
            if link.synced_at is not None:
                await self._store.put_link(_ended(link, "it was deleted here"))
                return
            person = await self._made(connection, link, read.values)
            if person is None:
                return
        if (stop := self._why_not(person)) is not None:
            await self._store.put_link(_stopped(link, person, *stop))
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
                await self._fail(link, refused)
                return
        not_kept: list[str] = []
        if found.to_record:
            try:
                fields = rules.to_record(found.to_record, connection.mapping)
                record = await client.update(record.id, fields, record.version)
            except Rejected as error:
                await self._fail(link, f"The CRM does not take it: {error}")
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
            await self._fail(link, "; ".join(f"{place}: {text}" for place, text in error.errors) or error.detail)
        except Conflict as error:
            await self._fail(link, error.detail)
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

    def _why_not(self, person: Person) -> tuple[LinkState, str] | None:
        if self._people.shown(person) is None:
            return "objected", "The person's data is restricted"
        if not all(self._may(person.tenant_id, one) for one in person.contact_ids):
            return "objected", OBJECTS
        return None

    async def _fail(self, link: CrmLink, why: str) -> None:
        """This one: others go on."""
        pause = min(LONGEST_TRY_AGAIN, FIRST_TRY_AGAIN * 3 ** min(link.tries, 10))
        failed = msgspec.structs.replace(
            link, state="failed", why=why[:300], tries=link.tries + 1, due_at=self._clock.now() + pause
        )
        await self._store.put_link(failed)


class _ChangedHere(Exception):
    """Somebody changed the person meanwhile."""


def new_link(connection: CrmConnection, person: Person, now: datetime) -> CrmLink:
    """Of a person whom the CRM may not have yet."""
    return CrmLink(
        id=CrmLinkId(rules.link_id(connection.id, person.id)),
        tenant_id=connection.tenant_id,
        connection_id=connection.id,
        person_id=person.id,
        contact_ids=person.contact_ids,
        due_at=now,
        created_at=now,
    )


def _place(connection: CrmConnection) -> Place | None:
    """A list that was read to its end is begun again a little before it."""
    if not connection.cursor_at:
        return None
    at = datetime.fromisoformat(connection.cursor_at)
    if connection.catching_up:
        return Place(at=at, id=connection.cursor_id)
    return Place(at=at - rules.OVERLAP)


def _seen(link: CrmLink, record: RemoteRecord) -> bool:
    """It is what was read last, or older: lists give a record twice, and a page may be older than a later answer."""
    if link.remote_at is None or link.due_at is not None:
        return False
    seen_ms = round(link.remote_at.timestamp() * 1000)
    told_ms = int(record.changed_at.timestamp() * 1000)
    if told_ms < seen_ms:
        return True
    return bool(record.version) and record.version == link.version and not record.deleted


def _ended(link: CrmLink, why: str) -> CrmLink:
    return msgspec.structs.replace(link, state="ended", why=why, due_at=None, base={}, asked=(), chosen={})


def _objected(link: CrmLink, contact_ids: tuple[ContactId, ...]) -> CrmLink:
    return msgspec.structs.replace(
        link,
        state="objected",
        why=OBJECTS,
        contact_ids=contact_ids,
        due_at=None,
    )


def _stopped(link: CrmLink, person: Person, state: LinkState, why: str) -> CrmLink:
    return msgspec.structs.replace(link, state=state, why=why, contact_ids=person.contact_ids, due_at=None)
