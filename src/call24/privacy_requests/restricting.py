"""Restricts the data of who asks for that, and lifts it: restriction and step of the request are stored together.

What is restricted, and how that ends, is decided by restrictions/.
"""

from __future__ import annotations

import msgspec

from call24.changes.service import Writing
from call24.kit.errors import Invalid
from call24.kit.ids import PrivacyRequestId, RestrictionId, TenantId, new_id
from call24.privacy_requests.machine import Taken
from call24.privacy_requests.model import PrivacyRequest, Step
from call24.privacy_requests.service import PrivacyRequests
from call24.restrictions.model import Ground, Restriction
from call24.restrictions.service import Restrictions

STEPS: tuple[Step, ...] = ("restrict", "tell_lifting", "lift")


class RequestedRestrictions:
    def __init__(self, requests: PrivacyRequests, restrictions: Restrictions) -> None:
        self._requests = requests
        self._restrictions = restrictions

    async def take(
        self, tenant_id: TenantId, request_id: str, taken: Taken, ground: Ground | None, *, seen: int
    ) -> PrivacyRequest:
        """`taken`: one of `STEPS`, by somebody. It holds when this returns. Raises: NotFound, Invalid, Conflict (those
        of `PrivacyRequests.step`; too_many, restriction_untold), Unavailable."""
        if taken.step == "restrict" and ground is None:
            raise Invalid(errors=[("ground", "why: accuracy, unlawful, legal_claims or objection")])
        before, by = await self._requests.get(tenant_id, request_id), taken.by
        assert by is not None
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
                        [before.contact_id],
                        request,
                        ground,
                        taken.note,
                        by=by,
                        at=taken.at,
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
