"""The address book: people with their numbers, of the organisation or private to the user who wrote them down."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field

from call24.http.access import Body, allowed, deleting
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Conflict
from call24.kit.ids import ContactId, PersonId
from call24.kit.instants import iso
from call24.people import rules
from call24.people.answers import PersonAnswer, PersonPage
from call24.people.dependencies import PeopleDep
from call24.people.model import NameOrder, Person
from call24.people.rules import name_of
from call24.people.service import PersonPage as Found

router = Router(prefix="/v1/people", tags=["people"])

Reader = Annotated[Principal, Depends(allowed("people.read"))]
Writer = Annotated[Principal, Depends(allowed("people.write"))]
Deleter = Annotated[Principal, Depends(deleting("people.write"))]
Name = Annotated[str, Field(max_length=2 * rules.NAME_MAX)]
Label = Annotated[str, Field(max_length=2 * rules.LABEL_MAX)]
_CURSOR = 200


class NumberWritten(Body):
    """A number as people write it: with `+` and country code, or as it is dialled in the organisation's country."""

    number: str = Field(max_length=40)
    label: Label = ""


class EmailWritten(Body):
    """An e-mail address, and what kind it is."""

    address: str = Field(max_length=254)
    label: Label = ""


class AddressWritten(Body):
    """A postal address, in lines as on an envelope."""

    text: str = Field(max_length=2 * rules.ADDRESS_MAX)
    label: Label = ""


class FieldWritten(Body):
    """A field of the organisation's own."""

    name: Label
    value: str = Field(max_length=2 * rules.LINE_MAX)


class _Fields(Body):
    given: Name = ""
    family: Name = ""
    patronymic: Name = ""
    phonetic: Name = ""
    order: NameOrder = "given_first"
    company: str = Field("", max_length=2 * rules.COMPANY_MAX)
    numbers: list[NumberWritten] = Field([], max_length=rules.NUMBERS_MAX)
    emails: list[EmailWritten] = Field([], max_length=rules.EMAILS_MAX)
    addresses: list[AddressWritten] = Field([], max_length=rules.ADDRESSES_MAX)
    tags: list[Label] = Field([], max_length=rules.TAGS_MAX)
    notes: str = Field("", max_length=2 * rules.NOTES_MAX)
    fields: list[FieldWritten] = Field([], max_length=rules.FIELDS_MAX)


class NewPerson(_Fields):
    """A new person: a name (`given`, `family` or `patronymic`) or a company is needed.

    `private`: you alone see it. `order`: how the names stand: `patronymic_first` as in Mongolia.
    """

    private: bool = False


class PersonChange(_Fields):
    """A change of a person. Fields that are left out stay as they are; lists are replaced whole.

    `version`: the one that you read; where it is no longer the current one, the answer is 409 `person_changed`.
    """

    version: int | None = Field(None, ge=1)


class PersonSearch(Body):
    """What to search for."""

    q: str = Field(min_length=1, max_length=100, description="Parts of names, of the company or of a number")
    limit: int = Field(25, ge=1, le=100)
    cursor: str | None = Field(None, max_length=_CURSOR, description="The `next` of the page before")


@router.get("", operation_id="people_list")
async def list_people(
    principal: Reader,
    people: PeopleDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=_CURSOR)] = None,
    contact_id: Annotated[str | None, Query(max_length=40)] = None,
) -> PersonPage:
    """Lists the address book by name: the organisation's people, and your private ones.

    `contact_id`: only who has the number of this contact. To look for names or numbers, use `POST /v1/people/search`.
    """
    whose = ContactId(contact_id) if contact_id is not None else None
    return _page(
        await people.page(principal.tenant_id, principal.user_id, contact_id=whose, limit=limit, cursor=cursor)
    )


@router.post("", status_code=201, operation_id="people_add")
async def add(body: NewPerson, principal: Writer, people: PeopleDep) -> PersonAnswer:
    """Writes a person into the address book.

    Calls of the person's numbers show this name from then on, whatever name the network sends. A number may be several
    people's. An organisation has at most 100,000 people, and each user 5,000 private ones: one more is 409 `too_many`.
    """
    asked = body.model_dump()
    return person_answer(await people.add(principal.tenant_id, principal.user_id, asked, private=asked.pop("private")))


@router.post("/search", operation_id="people_search")
async def search(body: PersonSearch, principal: Reader, people: PeopleDep) -> PersonPage:
    """Searches the address book by parts of names, of the company or of a number, in Cyrillic or Latin script.

    A POST, since URLs are logged on the way and the words are personal data. All words must be found.
    """
    return _page(
        await people.page(principal.tenant_id, principal.user_id, text=body.q, limit=body.limit, cursor=body.cursor)
    )


@router.get("/{person_id}", operation_id="people_read")
async def read(person_id: str, principal: Reader, people: PeopleDep) -> PersonAnswer:
    """Retrieves a person. 403 `data_restricted` where their data is kept and not used."""
    return person_answer(await people.get(principal.tenant_id, PersonId(person_id), principal.user_id))


@router.patch("/{person_id}", operation_id="people_change")
async def change(person_id: str, body: PersonChange, principal: Writer, people: PeopleDep) -> PersonAnswer:
    """Updates a person.

    409 `person_changed` where somebody else has changed it since `version`; 409 `legal_hold` where a number would go
    that a legal hold keeps.
    """
    person = await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    if body.version is not None and body.version != person.version:
        raise Conflict("Somebody else has changed it", code="person_changed")
    asked: dict[str, Any] = body.model_dump(include=body.model_fields_set - {"version"})
    return person_answer(await people.change(person, asked, principal.user_id))


@router.delete("/{person_id}", status_code=204, operation_id="people_delete")
async def delete(person_id: str, principal: Deleter, people: PeopleDep) -> None:
    """Deletes a person from the address book. Calls of the numbers stay.

    For 30 days it can be undone: `GET /v1/people/deleted` lists what was deleted, with the id of the deletion. To
    erase all that is kept of a caller, use `POST /v1/contacts/{contact_id}/erase`. 409 `legal_hold` where a legal hold
    keeps one of the numbers.
    """
    await people.delete(
        await people.get(principal.tenant_id, PersonId(person_id), principal.user_id), principal.user_id
    )


def _page(found: Found) -> PersonPage:
    return {
        "items": [person_answer(one, restricted=one.id in found.restricted) for one in found.people],
        "next": found.next,
    }


def person_answer(person: Person, *, restricted: bool = False) -> PersonAnswer:
    return {
        "id": person.id,
        "name": name_of(person),
        "given": person.given,
        "family": person.family,
        "patronymic": person.patronymic,
        "phonetic": person.phonetic,
        "order": person.order,
        "company": person.company,
        "numbers": [
            {"number": one.number, "typed": one.typed, "label": one.label, "contact_id": one.contact_id}
            for one in person.numbers
        ],
        "emails": [{"address": one.address, "label": one.label} for one in person.emails],
        "addresses": [{"text": one.text, "label": one.label} for one in person.addresses],
        "tags": list(person.tags),
        "notes": person.notes,
        "fields": [{"name": one.name, "value": one.value} for one in person.fields],
        "picture": person.picture,
        "private": person.private_to is not None,
        "restricted": restricted,
        "version": person.version,
        "created_by": person.created_by,
        "created_at": iso(person.created_at),
        "updated_at": iso(person.updated_at),
    }
