"""Corrects what a privacy request asks for: the data, its history and the answer are stored together.

What may be corrected is decided by the rooms that keep it: a contact's name by contacts/, a user's name and phone
number by identity/. A user's e-mail address is changed by the user alone, who has to show that they read it.
"""

from __future__ import annotations

import msgspec

from call24.changes.service import Writing
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.corrections.model import Made, UserField
from call24.identity.accounts import Accounts
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid
from call24.kit.ids import CorrectionId, PrivacyRequestId, TenantId, new_id
from call24.privacy_requests.machine import Taken
from call24.privacy_requests.model import PrivacyRequest
from call24.privacy_requests.service import PrivacyRequests


class RequestedCorrections:
    def __init__(
        self,
        requests: PrivacyRequests,
        contacts: ContactService,
        callers: KnownCallers,
        identity: IdentityService,
        accounts: Accounts,
    ) -> None:
        self._requests = requests
        self._contacts = contacts
        self._callers = callers
        self._identity = identity
        self._people = accounts.people

    async def correct(
        self, tenant_id: TenantId, request_id: str, taken: Taken, field: UserField, value: str, *, seen: int
    ) -> PrivacyRequest:
        """`taken`: the step `correct`. Raises: NotFound, Invalid, Conflict (those of `PrivacyRequests.step`),
        Unavailable."""
        before = await self._requests.get(tenant_id, request_id)
        taken = msgspec.structs.replace(taken, correction_id=CorrectionId(new_id("cor")))
        assert taken.correction_id is not None
        made = Made(
            id=taken.correction_id,
            at=taken.at,
            by=taken.by,
            request_id=PrivacyRequestId(before.id),
            why=taken.note.strip(),
        )
        corrected: Contact | User | None = None

        async def also(writing: Writing) -> None:
            nonlocal corrected
            if before.user_id is not None:
                corrected = await self._people.correct(writing.scope, before.user_id, _of_user(field), value, made)
            elif before.contact_id is not None:
                if field != "name":
                    raise Invalid(errors=[("field", "name: of a caller nothing else is corrected")])
                corrected = await self._contacts.correct(writing, before.contact_id, value, made)

        after = await self._requests.step(tenant_id, request_id, taken, seen=seen, also=also)
        match corrected:
            case Contact():
                self._callers.corrected(corrected)
            case User():
                self._identity.remember(corrected)
        return after


def _of_user(field: UserField) -> UserField:
    if field == "email":
        raise Invalid(errors=[("field", "name or phone: an e-mail address is changed by the user, who confirms it")])
    return field
