"""The person of the address book whom a privacy request is about."""

from __future__ import annotations

from call24.kit.errors import Invalid, NotFound
from call24.kit.ids import PersonId
from call24.people.model import Person
from call24.people.service import People
from call24.privacy_requests.model import PrivacyRequest


async def person_of(people: People, request: PrivacyRequest, person_id: PersonId) -> Person:
    """Who has the number that the request is about; nobody's private entry. Raises: Invalid, Unavailable."""
    nobody = Invalid(errors=[("person_id", "a person of your address book")])
    try:
        person = await people.stored(request.tenant_id, person_id)
    except NotFound:
        raise nobody from None
    if person.private_to is not None:
        raise nobody
    if request.contact_id not in person.contact_ids:
        raise Invalid(errors=[("person_id", "somebody who has the number that the request is about")])
    return person
