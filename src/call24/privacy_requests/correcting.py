"""Corrects what a privacy request asks for: the data, its history, the answer, and what processors are told of it are
stored together.

What may be corrected is decided by the rooms that keep it: a contact's name by contacts/, a person of the address book
by people/, a user's name and phone number by identity/. A user's e-mail address is changed by the user alone, who has
to show that they read it.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from call24.changes.service import Writing
from call24.contacts.callers import KnownCallers
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.corrections.model import ContactCorrection, Field, Made, PersonField, UserField
from call24.corrections.store import CorrectionStore
from call24.identity.accounts import Accounts
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid
from call24.kit.ids import ContactId, CorrectionId, PersonId, PrivacyRequestId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.people.model import Person, PersonNumber
from call24.people.service import People, PreparedChange
from call24.privacy_requests.machine import Taken
from call24.privacy_requests.model import PrivacyRequest
from call24.privacy_requests.service import PrivacyRequests
from call24.privacy_requests.whose import person_of
from call24.processors.notices import ErasureNotices
from call24.processors.recipients import ErasedPerson, Told

VALUE_MAX = 2000


class RequestedCorrections:
    def __init__(
        self,
        mongo: Mongo,
        requests: PrivacyRequests,
        contacts: ContactService,
        callers: KnownCallers,
        people: People,
        identity: IdentityService,
        accounts: Accounts,
        notices: ErasureNotices,
    ) -> None:
        self._requests = requests
        self._contacts = contacts
        self._callers = callers
        self._people = people
        self._identity = identity
        self._users = accounts.people
        self._notices = notices
        self._history = CorrectionStore(mongo)

    async def correct(
        self,
        tenant_id: TenantId,
        request_id: str,
        taken: Taken,
        field: Field,
        value: str,
        *,
        seen: int,
        person_id: PersonId | None = None,
    ) -> PrivacyRequest:
        """`taken`: the step `correct`. `person_id`: of the address book, whose entry is corrected; several numbers,
        e-mail addresses or addresses are a line each. Those who received the data are told.

        Raises: NotFound, Invalid, Conflict (those of `PrivacyRequests.step`; person_changed, legal_hold,
        erasure_notices_full), Unavailable.
        """
        before = await self._requests.get(tenant_id, request_id)
        taken = msgspec.structs.replace(taken, correction_id=CorrectionId(new_id("cor")))
        assert taken.correction_id is not None and taken.by is not None
        made = Made(
            id=taken.correction_id,
            at=taken.at,
            by=taken.by,
            request_id=PrivacyRequestId(before.id),
            why=taken.note.strip(),
        )
        await self._notices.check_room(tenant_id)
        entry = await self._entry(before, person_id, field, value, taken.by) if person_id is not None else None
        corrected: Contact | User | list[Contact] | None = None

        async def also(writing: Writing) -> None:
            nonlocal corrected
            if before.user_id is not None:
                corrected = await self._of_user(writing, before.user_id, field, value, made)
            elif entry is not None:
                corrected = await self._of_person(writing, before, entry, made)
            elif before.contact_id is not None:
                corrected = await self._of_contact(writing, before.contact_id, field, value, made)

        after = await self._requests.step(tenant_id, request_id, taken, seen=seen, also=also)
        match corrected:
            case Contact():
                self._callers.corrected(corrected)
            case User():
                self._identity.remember(corrected)
            case list():
                self._people.learn(corrected)
        return after

    async def _of_user(self, writing: Writing, user_id: UserId, field: Field, value: str, made: Made) -> User:
        user = await self._users.correct(writing.scope, user_id, _user_field(field), value, made)
        whose = ErasedPerson(kind="user", id=user.id, address=user.email)
        await self._tell(writing, whose, made, field, getattr(user, field))
        return user

    async def _of_contact(
        self, writing: Writing, contact_id: ContactId, field: Field, value: str, made: Made
    ) -> Contact:
        if field != "name":
            raise Invalid(errors=[("field", "name; anything else of a person of the address book: give person_id")])
        contact = await self._contacts.correct(writing, contact_id, value, made)
        whose = ErasedPerson(kind="caller", id=contact.id, address=contact.number)
        await self._tell(writing, whose, made, field, contact.name or "")
        return contact

    async def _of_person(self, writing: Writing, request: PrivacyRequest, entry: _Entry, made: Made) -> list[Contact]:
        contacts = await self._people.write(writing, entry.change)
        await self._history.add(writing.scope, _correction(request, entry, made))
        for number in entry.alone:
            whose = ErasedPerson(kind="caller", id=number.contact_id, address=number.number)
            await self._tell(writing, whose, made, entry.field, said(entry.change.after, entry.field))
        return contacts

    async def _tell(self, writing: Writing, whose: ErasedPerson, made: Made, field: Field, value: str) -> None:
        told = Told(kind="rectification", about=made.id, field=field, value=value)
        await self._notices.pass_on(writing.scope.tenant_id, whose, told, writing.scope)

    async def _entry(
        self, request: PrivacyRequest, person_id: PersonId, field: Field, value: str, by: UserId
    ) -> _Entry:
        person = await person_of(self._people, request, person_id)
        of = _person_field(field)
        change = await self._people.prepared(person, _asked(person, of, value), by)
        if said(change.before, of) == said(change.after, of):
            raise Invalid(errors=[("value", "another one than is stored")])
        alone = []
        for number in change.before.numbers:
            having = await self._people.of_contact(request.tenant_id, number.contact_id)
            if not {one.id for one in having} - {person.id}:
                alone.append(number)
        return _Entry(change=change, field=of, alone=tuple(alone))


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`alone`: the numbers that were the person's alone: of a shared one, what a processor has may be another's."""

    change: PreparedChange
    field: PersonField
    alone: tuple[PersonNumber, ...]


def said(person: Person, field: PersonField) -> str:
    """What an entry says in this field; several things are a line each."""
    match field:
        case "numbers":
            return "\n".join(one.number for one in person.numbers)
        case "emails":
            return "\n".join(one.address for one in person.emails)
        case "addresses":
            return "\n".join(one.text.replace("\n", ", ") for one in person.addresses)
        case _:
            return str(getattr(person, field))


def _asked(person: Person, field: PersonField, value: str) -> dict[str, Any]:
    """Fields as people write them. What is said again keeps its label. Raises: Invalid."""
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    match field:
        case "numbers":
            known = {written: one for one in person.numbers for written in (one.number, one.typed)}
            kept = [(known[line].typed, known[line].label) if line in known else (line, "") for line in lines]
            return {"numbers": [{"number": text, "label": label} for text, label in kept]}
        case "emails":
            labels = {one.address: one.label for one in person.emails}
            return {"emails": [{"address": line, "label": labels.get(line, "")} for line in lines]}
        case "addresses":
            there = {one.text.replace("\n", ", "): one for one in person.addresses}
            same = [(there[line].text, there[line].label) if line in there else (line, "") for line in lines]
            return {"addresses": [{"text": text, "label": label} for text, label in same]}
        case _:
            return {field: value}


def _correction(request: PrivacyRequest, entry: _Entry, made: Made) -> ContactCorrection:
    assert request.contact_id is not None
    change, field = entry.change, entry.field
    touched = (*change.before.contact_ids, *change.after.contact_ids) if field == "numbers" else ()
    return ContactCorrection(
        id=made.id,
        tenant_id=request.tenant_id,
        contact_id=request.contact_id,
        person_id=change.before.id,
        contact_ids=tuple(dict.fromkeys(touched)),
        field=field,
        old=said(change.before, field),
        new=said(change.after, field),
        at=made.at,
        by=made.by,
        request_id=made.request_id,
        why=made.why,
    )


def _person_field(field: Field) -> PersonField:
    """Raises: Invalid."""
    match field:
        case "name" | "phone" | "email":
            raise Invalid(errors=[("field", f"of a person of the address book: {', '.join(get_args(PersonField))}")])
        case _:
            return field


def _user_field(field: Field) -> UserField:
    match field:
        case "name" | "phone":
            return field
        case "email":
            why = "name or phone: an e-mail address is changed by the user, who confirms it"
        case _:
            why = "name or phone: of a user nothing else is corrected"
    raise Invalid(errors=[("field", why)])
