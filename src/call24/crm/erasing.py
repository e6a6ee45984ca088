"""What is erased here is erased in the CRM: by link, and by number of whom nobody linked.

The CRM's answers are the receipts (telling.py, jobs). It decides nothing about who is erased here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

import msgspec

from call24.crm import kinds, rules
from call24.crm.connector import CrmClient, Deleted, Missing, Rejected, RemoteRecord, UnderWay, VersionConflict
from call24.crm.model import CrmConnection, CrmJob, CrmLink, CrmTombstone
from call24.crm.refused import permitted
from call24.crm.store import CrmStore
from call24.crm.telling import Telling
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.ids import ContactId, CrmLinkId, TenantId, derived_id
from call24.kit.secrets import AppKey
from call24.people.model import Person

FIRST_TRY_AGAIN, LONGEST_TRY_AGAIN = timedelta(minutes=1), timedelta(hours=6)
OF_NUMBER_MAX = 20
"""Records with one number that are erased by it: of more, a person has to look."""
NOT_ASKED = "The CRM cannot be asked by number: look there by hand"

Read = Callable[[CrmConnection, RemoteRecord], rules.Read]


class Erasing:
    """`read`: a record's fields; `erased_ids`: of contacts that a number had; `hasher`: of a link's values."""

    def __init__(
        self,
        store: CrmStore,
        clock: Clock,
        key: AppKey,
        telling: Telling,
        *,
        read: Read,
        erased_ids: Callable[[TenantId, str], Collection[ContactId]],
        hasher: Callable[[CrmLink], rules.Hash],
    ) -> None:
        self._store = store
        self._clock = clock
        self._box = SecretBox(key, "crm erasures")
        self._telling = telling
        self._read = read
        self._erased_ids = erased_ids
        self._hasher = hasher

    async def turn(self, connection: CrmConnection, client: CrmClient, most: int) -> bool:
        """Whether there are more. Raises: CrmTrouble, Unavailable; what was done until then is kept."""
        now = self._clock.now()
        due = await self._store.erasing(connection.tenant_id, connection.id, now, most)
        for link in due:
            await self._erase(connection, client, link)
        asked = await self._store.due_jobs(connection.tenant_id, connection.id, now, rules.BY_NUMBER, most)
        for job in asked:
            await self._by_number(connection, client, job)
        return most in (len(due), len(asked))

    # --- who is linked ---

    async def _erase(self, connection: CrmConnection, client: CrmClient, link: CrmLink) -> None:
        """Numbers were erased here: the record loses them, and goes where the person is gone. The CRM's answer is kept
        as the receipt. Raises: CrmTrouble, Unavailable; then it is asked again."""
        person = await self._store.person(link.tenant_id, link.person_id)
        if person is not None and set(person.contact_ids) & set(link.erasing):
            return  # it is under way here: there is another look
        try:
            if link.remote_id is None and link.creating:
                found = await client.find_by_key(link.id)
                link = msgspec.structs.replace(link, remote_id=found.id if found is not None else None)
            left: CrmLink | None = None
            if link.remote_id is None:
                said = "the CRM had nothing of this person"
            elif person is None:
                said = await self._erase_record(connection, client, link.remote_id, link.id)
            else:
                said, left = await self._lose_number(connection, client, link, link.remote_id, person, link.erasing)
        except UnderWay as error:
            await self._again(link, f"The CRM is erasing: {error}")
            return
        except Rejected as error:
            await self._again(link, f"The CRM refuses: {error}")
            await self._telling.refused(connection, link.erasing, str(error))
            return
        await self._telling.erased(connection, link.erasing, said, but=link.id)  # first: by the link it is done again
        if left is None:
            await self._store.drop_link(link.tenant_id, link.id)
        else:
            await self._kept(left)

    async def _again(self, link: CrmLink, why: str) -> None:
        pause = min(LONGEST_TRY_AGAIN, FIRST_TRY_AGAIN * 3 ** min(link.tries, 10))
        again = {"tries": link.tries + 1, "due_at": self._clock.now() + pause, "why": why[:300]}
        await self._store.links(link.tenant_id).update(link.id, again)

    async def _erase_record(self, connection: CrmConnection, client: CrmClient, remote_id: str, key: str) -> str:
        """Marked as erased as soon as it is under way, or refused: a list that has it still makes nobody. Raises:
        UnderWay, Rejected."""
        not_done: UnderWay | Rejected | None = None
        said = ""
        try:
            deed = client.erase(remote_id, key)
            said = await permitted(deed, client, self._clock.now(), kinds.eraser(connection))
        except (UnderWay, Rejected) as error:
            not_done = error
        mark = CrmLinkId(rules.tombstone_id(connection.id, remote_id))
        await self._store.entomb(
            CrmTombstone(id=mark, tenant_id=connection.tenant_id, connection_id=connection.id, at=self._clock.now())
        )
        if not_done is not None:
            raise not_done
        return said

    async def _lose_number(
        self,
        connection: CrmConnection,
        client: CrmClient,
        link: CrmLink,
        remote_id: str,
        person: Person,
        erased: Sequence[ContactId],
    ) -> tuple[str, CrmLink]:
        """What the CRM answered, and the link as it is then."""
        said, version = "the CRM does not have the number", link.version
        base = {name: value for name, value in link.base.items() if name != "number"}
        with contextlib.suppress(Missing, Deleted):
            record = await client.get(remote_id)
            version = record.version
            there = self._read(connection, record).values.get("number")
            if there and set(self._erased_ids(link.tenant_id, there)) & set(erased):
                left = person.numbers[0].number if person.numbers else ""
                fields = rules.to_record({"number": left}, connection.mapping)
                try:
                    deed = client.update(remote_id, fields, record.version)
                    version = (await permitted(deed, client, self._clock.now())).version
                except VersionConflict:
                    raise Rejected("the record was changed at the same time") from None
                base["number"] = self._hasher(link)("number", left)
                said = "the CRM has the number no more"
        again = msgspec.structs.replace(
            link, base=base, contact_ids=person.contact_ids, version=version, due_at=self._clock.now()
        )
        return said, again

    async def _kept(self, link: CrmLink) -> None:
        """The CRM has lost a number, and keeps the record."""
        await self._store.put_link(link)
        await self._store.erased(link)

    # --- whom nobody linked ---

    async def ask_by_number(self, connection: CrmConnection, contact_id: ContactId, number: str) -> CrmJob | None:
        """Has the CRM asked who has this number, once; the job, with its receipt when it is done. Raises: Unavailable.

        `number`: E.164. It is stored sealed until the CRM has answered.
        """
        return await self._telling.put_by_number(connection, contact_id, lambda id: self._box.seal(number, id))

    async def _by_number(self, connection: CrmConnection, client: CrmClient, job: CrmJob) -> None:
        """Raises: CrmTrouble, Unavailable; then it is asked again."""
        assert job.contact_id is not None
        if any(job.contact_id in one.erasing for one in await self._links(connection, job.contact_id)):
            return  # first who is linked
        number = self._box.open(job.number, job.id)
        if number is None or not any(one.field == "number" for one in connection.mapping):
            why = "The app key is another" if number is None else "The mapping has no number"
            await self._telling.settle(job, "failed", f"{why}: look in the CRM by hand")
            return
        found = await client.find_by_number(number, OF_NUMBER_MAX)
        if found is None:
            await self._telling.settle(job, "failed", NOT_ASKED)
            return
        theirs = [one for one in found.records if self._read(connection, one).values.get("number") == number]
        if len(theirs) < len(found.records) or found.more:
            text = f"The CRM's search has more than {OF_NUMBER_MAX} records, or some with another number"
            await self._telling.settle(job, "failed", f"{text}: nothing was erased by number, look there by hand")
            return
        said, waits = list[str](), list[str]()
        for one in theirs:
            try:
                said.append(await self._erase_found(connection, client, job, one, number))
            except UnderWay as error:  # begun; so are the others
                waits.append(str(error))
            except Rejected as error:
                await self._telling.again(job, str(error))
                return
        if waits:
            await self._telling.again(job, "", at_last=f"The CRM is still erasing: {waits[0]}")
            return
        told = "; ".join(dict.fromkeys(said)) or "nobody has it"
        await self._telling.settle(job, "done", f"asked by number: {told}")

    async def _erase_found(
        self, connection: CrmConnection, client: CrmClient, job: CrmJob, record: RemoteRecord, number: str
    ) -> str:
        """Raises: Rejected."""
        assert job.contact_id is not None
        link = await self._store.link(connection.tenant_id, connection.id, record.id)
        person = await self._store.person(link.tenant_id, link.person_id) if link is not None else None
        if link is not None and person is not None:
            if any(one.number == number for one in person.numbers):
                return "it was written down here anew: the record stays"
            said, left = await self._lose_number(connection, client, link, record.id, person, [job.contact_id])
            await self._kept(left)
            return said
        said = await self._erase_record(connection, client, record.id, derived_id("crj", job.id, record.id))
        if link is not None:
            await self._store.drop_link(link.tenant_id, link.id)
        return said

    async def _links(self, connection: CrmConnection, contact_id: ContactId) -> list[CrmLink]:
        found = await self._store.of_contact(connection.tenant_id, [contact_id])
        return [one for one in found if one.connection_id == connection.id]
