"""Restricts the data of who asks for that, and lifts it: restriction and step of the request are stored together.

What is restricted, and how that ends, is decided by restrictions/.
"""

from __future__ import annotations

import msgspec

from call24.changes.service import Writing
from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import ContactId, PersonId, PrivacyRequestId, RestrictionId, TenantId, new_id
from call24.people.service import People
from call24.privacy_requests.machine import Taken
from call24.privacy_requests.model import PrivacyRequest, Step
from call24.privacy_requests.service import PrivacyRequests
from call24.restrictions.model import Ground, Restriction
from call24.restrictions.service import Restrictions

STEPS: tuple[Step, ...] = ("restrict", "tell_lifting", "lift")


class RequestedRestrictions:
    def __init__(self, requests: PrivacyRequests, restrictions: Restrictions, people: People) -> None:
        self._people = people
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
        restriction_untold), Unavailable.
        """
        if taken.step == "restrict" and ground is None:
            raise Invalid(errors=[("ground", "why: accuracy, unlawful, legal_claims or objection")])
        before, by = await self._requests.get(tenant_id, request_id), taken.by
        assert by is not None
        contacts = await self._numbers(before, person_id) if taken.step == "restrict" else []
        id, request = RestrictionId(new_id("rst")), PrivacyRequestId(before.id)
        taken = msgspec.structs.replace(taken, note=taken.note.strip())
        changed: Restriction | None = None

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
                case "tell_lifting":
                    changed = await rule.tell(writing, request, taken.note, by=by, at=taken.at)
                case "lift":
                    changed = await rule.lift(writing, request, taken.note, by=by, at=taken.at)
                case _:
                    pass

        after = await self._requests.step(tenant_id, request_id, taken, seen=seen, also=also)
        if changed is not None:
            self._restrictions.learn(changed)
        return after

    async def _numbers(self, request: PrivacyRequest, person_id: PersonId | None) -> list[ContactId]:
        """Who asks, and the numbers that are this person's alone. Raises: Invalid, Unavailable."""
        asks = [] if request.contact_id is None else [request.contact_id]
        if person_id is None:
            return asks
        try:
            person = await self._people.stored(request.tenant_id, person_id)
        except NotFound:
            raise Invalid(errors=[("person_id", "a person of your address book")]) from None
        if not set(asks) & set(person.contact_ids):
            raise Invalid(errors=[("person_id", "somebody who has the number that the request is about")])
        alone = [one for one in person.contact_ids if len(await self._people.of_contact(request.tenant_id, one)) == 1]
        return list(dict.fromkeys([*asks, *alone]))
