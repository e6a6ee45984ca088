"""Brings an organisation's address book and its CRM in step: one turn of one connection at a time.

A turn first tells objections and erases, then reads what changed in the CRM, then writes what changed here, then logs
calls. It is cut off anywhere and begun again: what was done is found done. Of one person settling.py sees to it that
both sides have the same; when the next turn is, machine.py decides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
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
)
from call24.crm.erasing import Erasing
from call24.crm.kinds import tells_changes
from call24.crm.model import CrmConnection, CrmLink
from call24.crm.refused import permitted
from call24.crm.settling import OBJECTS, May, Settling, ended, stopped
from call24.crm.store import CrmStore
from call24.crm.telling import Telling
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import ContactId, CrmLinkId, PersonId, TenantId
from call24.kit.secrets import AppKey
from call24.people.model import Person
from call24.people.service import People

log = logging.getLogger(__name__)

SKEW_MAX = timedelta(days=366)
"""Of a clock that is further off nothing is believed."""

HINTED_MAX = 20
"""Records of a turn that are read because the CRM named them."""
COMPARE_EVERY = timedelta(seconds=30)
"""Pieces of a comparison, of at most PAGE_MAX records: 12,000 an hour."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """`connection`: with where it is in the CRM's list; `more`: there is more to do; `soon`: something came while it
    went on."""

    connection: CrmConnection
    more: bool
    soon: bool = False


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
        self._may = may
        self._contact_of = contact_of
        self._telling = telling
        self._settling = Settling(store, people, clock, key, may=may, contact_of=contact_of, region=region)
        self.read, self.hasher = self._settling.read, self._settling.hasher
        self.erasing = Erasing(store, clock, key, telling, read=self.read, erased_ids=erased_ids, hasher=self.hasher)

    async def turn(self, connection: CrmConnection, client: CrmClient) -> Turn:
        """Raises: CrmTrouble, Unavailable; what was done until then is kept."""
        pace = max(1, min(connection.pace, PAGE_MAX))
        more = await self.rights(connection, client, pace)
        connection, skew = await self._pull(connection, client, pace)
        connection = await self._compare(connection, client, pace, skew)
        connection, filling = await self._fill(connection, pace)
        more = connection.catching_up or filling or more
        if not (connection.catching_up and connection.filled_to is not None):  # else it may have whom it would be given
            more = await self._push(connection, client, pace, skew) or more
        more = await self._telling.calls(connection, client, pace) or more
        if not more:  # then the next turn is after SOONEST at the earliest
            await self._look(connection, client, min(pace, HINTED_MAX), skew)
        return Turn(connection=connection, more=more, soon=await self._is_left(connection))

    async def _look(self, connection: CrmConnection, client: CrmClient, most: int, skew: timedelta) -> None:
        """At what the CRM named, once nothing else is left to do."""
        now = self._clock.now()
        for link in await self._store.due_links(connection.tenant_id, connection.id, now, most, hinted=True):
            await self.give(connection, client, link, skew)

    async def _is_left(self, connection: CrmConnection) -> bool:
        of, now = (connection.tenant_id, connection.id), self._clock.now()
        return any([await self._store.due_links(*of, now, 1, hinted=hinted) for hinted in (False, True)])

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
        end = page.end
        after = msgspec.structs.replace(
            connection,
            cursor_at=end.at.isoformat() if end is not None else connection.cursor_at,
            cursor_id=end.id if end is not None else connection.cursor_id,
            catching_up=page.more and end is not None,
            warning=page.warning or connection.warning,
        )
        place = {name: getattr(after, name) for name in ("cursor_at", "cursor_id", "catching_up", "warning")}
        await self._store.settle(connection.tenant_id, connection.id, place)
        return after, skew

    async def _compare(self, connection: CrmConnection, client: CrmClient, pace: int, skew: timedelta) -> CrmConnection:
        """One page of all records, over and over, of a CRM that does not tell what changed."""
        now, due = self._clock.now(), connection.compare_due_at
        if tells_changes(connection) or connection.catching_up or (due is not None and now < due):
            return connection
        at = connection.compared_at
        place = Place(at=datetime.fromisoformat(at), id=connection.compared_id) if at else None
        page = await client.changed_since(place, pace)
        for record in page.records:
            await self.take(connection, client, record, skew)
        end = page.end if page.more else None
        after = msgspec.structs.replace(
            connection,
            compared_at=end.at.isoformat() if end is not None else "",
            compared_id=end.id if end is not None else "",
            compare_due_at=now + COMPARE_EVERY,
            warning=page.warning or connection.warning,
        )
        told = {name: getattr(after, name) for name in ("compared_at", "compared_id", "compare_due_at", "warning")}
        await self._store.settle(connection.tenant_id, connection.id, told)
        return after

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
        await self._settling.settle(connection, client, link, record, skew)

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
                await self._settling.fail(link, f"The CRM deleted it, and here it stays: {error.detail}")
                return
        await self._store.put_link(ended(link, "it was deleted in the CRM"))

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
        stop = self._settling.why_not(person)
        return Whose(link=link, person=self._people.shown(person), stop=stop[1] if stop is not None else "")

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
            record = await permitted(client.get(link.remote_id), client, self._clock.now())
        except Deleted:
            await self._deleted_there(connection, link)
        except Rejected as error:
            await self._settling.fail(link, f"The CRM does not show it: {error}")
        except Missing:
            await self._settling.fail(link, "The CRM does not find its record any more, and has told of no deletion")
        else:
            await self._settling.settle(connection, client, link, record, skew)

    async def _create(self, connection: CrmConnection, client: CrmClient, link: CrmLink) -> None:
        person = await self._store.person(link.tenant_id, link.person_id)
        if person is None:
            await self._store.put_link(ended(link, "it was deleted here"))
            return
        if (stop := self._settling.why_not(person)) is not None:
            await self._store.put_link(stopped(link, person, *stop))
            return
        shown = self._people.shown(person) or person
        values = {name: value for name, value in rules.of_person(shown, connection.mapping).items() if value}
        record = await client.find_by_key(link.id) if link.creating else None
        if record is None:
            link = msgspec.structs.replace(link, creating=True, contact_ids=person.contact_ids)
            await self._store.put_link(link)  # before: whoever goes on after a kill must know
            try:
                deed = client.create(rules.to_record(values, connection.mapping), link.id)
                record = await permitted(deed, client, self._clock.now(), writes=link.id)
            except Rejected as error:
                await self._settling.fail(
                    msgspec.structs.replace(link, creating=False), f"The CRM does not take it: {error}"
                )
                return
        await self._settling.settle(connection, client, link, record, timedelta())


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
    """A list that was read to its end is begun again a little before it; where all is compared, there is no need."""
    if not connection.cursor_at:
        return None
    at = datetime.fromisoformat(connection.cursor_at)
    if connection.catching_up or not tells_changes(connection):
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
