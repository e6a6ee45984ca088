"""People. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class PersonNumberAnswer(TypedDict):
    """A number of a person."""

    number: str
    typed: str
    label: str
    contact_id: str


class PersonEmailAnswer(TypedDict):
    """An e-mail address of a person."""

    address: str
    label: str


class PersonAddressAnswer(TypedDict):
    """A postal address of a person, in lines."""

    text: str
    label: str


class CustomFieldAnswer(TypedDict):
    """What the organisation keeps of a person beside the usual."""

    name: str
    value: str


class PersonAnswer(TypedDict):
    """A person of the address book."""

    id: str
    name: str
    given: str
    family: str
    patronymic: str
    phonetic: str
    order: Literal["given_first", "family_first", "patronymic_first"]
    company: str
    numbers: list[PersonNumberAnswer]
    emails: list[PersonEmailAnswer]
    addresses: list[PersonAddressAnswer]
    tags: list[str]
    notes: str
    fields: list[CustomFieldAnswer]
    private: bool
    restricted: bool
    version: int
    created_by: str | None
    created_at: str
    updated_at: str


class PersonPage(TypedDict):
    """A page of the address book, by name."""

    items: list[PersonAnswer]
    next: str | None


class NumberWritten(TypedDict):
    """A number as people write it: with `+` and country code, or as it is dialled in the organisation's country."""

    number: str
    label: NotRequired[str]


class EmailWritten(TypedDict):
    """An e-mail address, and what kind it is."""

    address: str
    label: NotRequired[str]


class AddressWritten(TypedDict):
    """A postal address, in lines as on an envelope."""

    text: str
    label: NotRequired[str]


class FieldWritten(TypedDict):
    """A field of the organisation's own."""

    name: str
    value: str


class NewPerson(TypedDict):
    """A new person: a name (`given`, `family` or `patronymic`) or a company is needed. `private`: you alone see it.
    `order`: how the names stand: `patronymic_first` as in Mongolia.
    """

    given: NotRequired[str]
    family: NotRequired[str]
    patronymic: NotRequired[str]
    phonetic: NotRequired[str]
    order: NotRequired[Literal["given_first", "family_first", "patronymic_first"]]
    company: NotRequired[str]
    numbers: NotRequired[list[NumberWritten]]
    emails: NotRequired[list[EmailWritten]]
    addresses: NotRequired[list[AddressWritten]]
    tags: NotRequired[list[str]]
    notes: NotRequired[str]
    fields: NotRequired[list[FieldWritten]]
    private: NotRequired[bool]


class PersonSearch(TypedDict):
    """What to search for."""

    q: str
    limit: NotRequired[int]
    cursor: NotRequired[str | None]


class PersonChange(TypedDict):
    """A change of a person. Fields that are left out stay as they are; lists are replaced whole. `version`: the one
    that you read; where it is no longer the current one, the answer is 409 `person_changed`.
    """

    given: NotRequired[str]
    family: NotRequired[str]
    patronymic: NotRequired[str]
    phonetic: NotRequired[str]
    order: NotRequired[Literal["given_first", "family_first", "patronymic_first"]]
    company: NotRequired[str]
    numbers: NotRequired[list[NumberWritten]]
    emails: NotRequired[list[EmailWritten]]
    addresses: NotRequired[list[AddressWritten]]
    tags: NotRequired[list[str]]
    notes: NotRequired[str]
    fields: NotRequired[list[FieldWritten]]
    version: NotRequired[int | None]


class NumberErasurePlan(TypedDict):
    """What goes with a number of a person who is erased."""

    contact_id: str
    number: str
    label: str
    shared: int
    would_delete: dict[str, int]
    held: int
    on_call: bool


class ErasurePassedOn(TypedDict):
    """Who outside of Call24 is told of an erasure."""

    kind: Literal["processor", "webhook"]
    id: str
    name: str


class PersonErasurePlan(TypedDict):
    """What the erasure of a person of the address book would delete."""

    person_id: str
    numbers: list[NumberErasurePlan]
    would_delete: dict[str, int]
    held: int
    on_call: bool
    passed_on: list[ErasurePassedOn]


class ErasureReceiptAnswer(TypedDict):
    """A signed receipt of an erasure, without personal data. `./call24 privacy verify-receipt` checks it offline."""

    format: Literal["call24-receipt-1"]
    id: str
    at: str
    rule: Literal["account_deletion", "caller_erasure", "organisation_closing", "person_erasure"]
    reason: str
    subject: str
    erased: dict[str, int]
    interrupted: bool
    processors: NotRequired[dict[str, str]]
    installation: str
    signature: str


class ErasureNoticeAnswer(TypedDict):
    """What a processor was asked about a person who was erased, and its answer."""

    id: str
    processor_id: str
    processor: str
    person: Literal["caller", "user"]
    person_id: str
    state: Literal["waiting", "late", "answered", "unanswered"]
    asked_at: str
    tries: int
    tried_at: str | None
    due_at: str | None
    late_at: str
    until: str
    status: int | None
    trouble: Literal["no_answer", "too_slow", "not_allowed", "refused", "removed", "no_secret", "switched_off"] | None
    answer: str
    answered_at: str | None


class PersonErased(TypedDict):
    """A person who was erased from the address book, with the numbers that were theirs alone."""

    person_id: str
    deleted: dict[str, int]
    held: int
    receipt: ErasureReceiptAnswer | None
    notices: list[ErasureNoticeAnswer]


class PersonErasureWish(TypedDict):
    """Why the person is erased, and the contacts of the numbers that the plan said would go with them."""

    reason: Literal["asked", "consent_withdrawn", "objected", "other"]
    contact_ids: list[str]


def list(*, limit: int | None = None, cursor: str | None = None, contact_id: str | None = None) -> Request[PersonPage]:
    """Lists the address book by name: the organisation's people, and your private ones. `contact_id`: only who has
    the number of this contact. To look for names or numbers, use `POST /v1/people/search`.
    """
    return Request("GET", "/v1/people", query={"limit": limit, "cursor": cursor, "contact_id": contact_id})


def add(body: NewPerson, *, idempotency_key: str | None = None) -> Request[PersonAnswer]:
    """Writes a person into the address book. Calls of the person's numbers show this name from then on, whatever
    name the network sends. A number may be several people's. An organisation has at most 100,000 people, and each
    user 5,000 private ones: one more is 409 `too_many`.
    """
    return Request("POST", "/v1/people", body=body, headers={"Idempotency-Key": idempotency_key})


def search(body: PersonSearch) -> Request[PersonPage]:
    """Searches the address book by parts of names, of the company or of a number, in Cyrillic or Latin script. A
    POST, since URLs are logged on the way and the words are personal data. All words must be found.
    """
    return Request("POST", "/v1/people/search", body=body)


def read(person_id: str) -> Request[PersonAnswer]:
    """Retrieves a person. 403 `data_restricted` where their data is kept and not used."""
    return Request("GET", f"/v1/people/{part(person_id)}")


def change(person_id: str, body: PersonChange, *, if_match: str | None = None) -> Request[PersonAnswer]:
    """Updates a person. 409 `person_changed` where somebody else has changed it since `version`; 409 `legal_hold`
    where a number would go that a legal hold keeps.
    """
    return Request("PATCH", f"/v1/people/{part(person_id)}", body=body, headers={"If-Match": if_match})


def delete(person_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a person from the address book, for good. Calls of the numbers stay. To erase all that is kept of a
    caller, use `POST /v1/contacts/{contact_id}/erase`. 409 `legal_hold` where a legal hold keeps one of the
    numbers.
    """
    return Request("DELETE", f"/v1/people/{part(person_id)}", headers={"If-Match": if_match}, answer="nothing")


def plan_erasure(person_id: str) -> Request[PersonErasurePlan]:
    """Tells what the erasure of a person would delete, number by number, without deleting anything. A number that
    other people of the organisation have (`shared`) stays with them, and so do its calls. Private entries of
    others go with a number that is this person's alone.
    """
    return Request("GET", f"/v1/people/{part(person_id)}/erasure-plan")


def erase(person_id: str, body: PersonErasureWish, *, idempotency_key: str | None = None) -> Request[PersonErased]:
    """Erases a person: the entry in the address book, and each number that is theirs alone with all that is kept of
    it, as `POST /v1/contacts/{contact_id}/erase` does. It cannot be undone. An erasure that was interrupted is
    finished within a minute or two. 409 person_changed: the numbers that are the person's alone are others than
    `contact_ids`; 409 caller_on_call: one of them has a call in progress. What a legal hold keeps (`held`) goes
    when it is released; until then `receipt` is null. Each number has a receipt of its own beside this one.
    """
    return Request(
        "POST", f"/v1/people/{part(person_id)}/erase", body=body, headers={"Idempotency-Key": idempotency_key}
    )
