"""Restricts the data of who asks for that, and lifts it: restriction, step of the request and what processors are told
of it are stored together.

What is restricted, and how that ends, is decided by restrictions/.
"""

from __future__ import annotations

import msgspec

from call24.changes.service import Writing
from call24.contacts.service import ContactService
from call24.kit.errors import Invalid
from call24.kit.ids import ContactId, PersonId, PrivacyRequestId, RestrictionId, TenantId, new_id
from call24.people.service import People
from call24.privacy_requests.machine import Taken
from call24.privacy_requests.model import PrivacyRequest, Step
from call24.privacy_requests.service import PrivacyRequests
from call24.privacy_requests.whose import person_of
from call24.processors.model import NoticeKind
from call24.processors.notices import ErasureNotices
from call24.processors.recipients import ErasedPerson, Told
from call24.restrictions.model import Ground, Restriction
from call24.restrictions.service import Restrictions

STEPS: tuple[Step, ...] = ("restrict", "tell_lifting", "lift")


class RequestedRestrictions:
    def __init__(
        self,
        requests: PrivacyRequests,
        restrictions: Restrictions,
        people: People,
        contacts: ContactService,
        notices: ErasureNotices,
    ) -> None:
        self._people = people
        self._contacts = contacts
        self._notices = notices
        self._requests = requests
        self._restrictions = restrictions

    async def take(
        self,
        tenant_id: TenantId,
        request_id: str,
        taken: Taken,
        ground: Ground | None,
        *,
        seen: int,
        person_id: PersonId | None = None,
    ) -> PrivacyRequest:
        """`taken`: one of `STEPS`, by somebody. `person_id`: of the address book, who is restricted as a whole.

        It holds when this returns. Raises: NotFound, Invalid, Conflict (those of `PrivacyRequests.step`; too_many,
        restriction_untold, erasure_notices_full), Unavailable.
        """
        if taken.step == "restrict" and ground is None:
            raise Invalid(errors=[("ground", "why: accuracy, unlawful, legal_claims or objection")])
        before, by = await self._requests.get(tenant_id, request_id), taken.by
        assert by is not None
        contacts = await self._numbers(before, person_id) if taken.step == "restrict" else []
        id, request = RestrictionId(new_id("rst")), PrivacyRequestId(before.id)
        taken = msgspec.structs.replace(taken, note=taken.note.strip())
        changed: Restriction | None = None
        await self._notices.check_room(tenant_id)

        async def also(writing: Writing) -> None:
            nonlocal changed
            rule = self._restrictions
            match taken.step:
                case "restrict" if before.contact_id is not None and ground is not None:
                    changed = await rule.restrict(
                        writing,
                        contacts,
                        request,
                        ground,
                        taken.note,
                        by=by,
                        at=taken.at,
                        person_id=person_id,
                        restriction_id=id,
                    )
                    await self._pass_on(writing, changed, "restriction")
                case "tell_lifting":
                    changed = await rule.tell(writing, request, taken.note, by=by, at=taken.at)
                case "lift":
                    changed = await rule.lift(writing, request, taken.note, by=by, at=taken.at)
                    await self._pass_on(writing, changed, "restriction_lifted")
                case _:
                    pass

        after = await self._requests.step(tenant_id, request_id, taken, seen=seen, also=also)
        if changed is not None:
            self._restrictions.learn(changed)
        return after

    async def _pass_on(self, writing: Writing, restriction: Restriction, kind: NoticeKind) -> None:
        """To who received the data of these numbers (GDPR, article 19). Of what is held otherwise nothing is lifted."""
        held = await self._restrictions.held_otherwise(restriction) if kind == "restriction_lifted" else set()
        told_of = [one for one in restriction.contact_ids if one not in held]
        contacts = await self._contacts.stored_some(restriction.tenant_id, told_of)
        for contact in contacts.values():
            whose = ErasedPerson(kind="caller", id=contact.id, address=contact.number)
            told = Told(kind=kind, about=restriction.id)
            await self._notices.pass_on(restriction.tenant_id, whose, told, writing.scope)

    async def _numbers(self, request: PrivacyRequest, person_id: PersonId | None) -> list[ContactId]:
        """Who asks, and the numbers that are this person's alone. Raises: Invalid, Unavailable."""
        asks = [] if request.contact_id is None else [request.contact_id]
        if person_id is None:
            return asks
        person = await person_of(self._people, request, person_id)
        alone = [one for one in person.contact_ids if len(await self._people.of_contact(request.tenant_id, one)) == 1]
        return list(dict.fromkeys([*asks, *alone]))
