"""People. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class PeopleExportAnswer(TypedDict):
    """An export of people to a file."""

    id: str
    format: Literal["csv", "vcard3", "vcard4"]
    q: str
    tag: str
    pictures: bool
    state: Literal["running", "done", "failed", "cancelled"]
    people_done: int
    people: int | None
    percent: int
    trouble: str | None
    created_at: str
    delete_at: str


class NewPeopleExport(TypedDict):
    """Which people, and how. `q`: parts of names, of the company or of a number; `tag`: who has it; both empty: all.
    `pictures`: vCards with the people's pictures; the file is some 30 KB larger for each.
    """

    format: Literal["csv", "vcard3", "vcard4"]
    q: NotRequired[str]
    tag: NotRequired[str]
    pictures: NotRequired[bool]


class PeopleExportPage(TypedDict):
    """One page of exports of people, newest first."""

    items: list[PeopleExportAnswer]
    next: str | None


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
    picture: str | None
    private: bool
    restricted: bool
    version: int
    created_by: str | None
    created_at: str
    updated_at: str


class DuplicateAnswer(TypedDict):
    """Two people who look like one. Nothing merges them but a user."""

    id: str
    why: list[
        Literal[
            "same_name",
            "similar_name",
            "same_number",
            "same_email",
            "same_birth_date",
            "similar_birth_date",
            "same_address",
            "similar_address",
            "same_company",
            "same_field",
            "similar_field",
        ]
    ]
    score: int
    people: list[PersonAnswer]
    found_at: str


class DuplicatePage(TypedDict):
    """A page of suspected duplicates, the likeliest first."""

    items: list[DuplicateAnswer]
    next: str | None


class HistoryEntryAnswer(TypedDict):
    """Something that was done with a person, which can be undone."""

    id: str
    kind: Literal["changed", "deleted", "merged"]
    person_id: str
    name: str
    other_id: str | None
    other_name: str | None
    fields: list[str]
    private: bool
    at: str
    by: str
    undone_at: str | None
    until: str


class MergedAnswer(TypedDict):
    """The person who is there now, and what undoes the merge."""

    person: PersonAnswer
    entry: HistoryEntryAnswer


class Take(TypedDict):
    """Whose value stays, of fields that have one. Where nothing is said: the kept person's, or the other's where
    that is empty; notes of both. Lists (numbers, e-mail addresses, addresses, tags, own fields) have all lines of
    both.
    """

    given: NotRequired[Literal["kept", "other"] | None]
    family: NotRequired[Literal["kept", "other"] | None]
    patronymic: NotRequired[Literal["kept", "other"] | None]
    phonetic: NotRequired[Literal["kept", "other"] | None]
    order: NotRequired[Literal["kept", "other"] | None]
    company: NotRequired[Literal["kept", "other"] | None]
    notes: NotRequired[Literal["kept", "other"] | None]
    picture: NotRequired[Literal["kept", "other"] | None]
    fields: NotRequired[Literal["kept", "other"] | None]


class Merge(TypedDict):
    """Whom to merge into the person, and whose values stay. `version`, `other_version`: those that you read; where
    one is no longer the current one, the answer is 409 `person_changed`.
    """

    other_id: str
    version: NotRequired[int | None]
    other_version: NotRequired[int | None]
    take: NotRequired[Take]


class HistoryEntryPage(TypedDict):
    """A page of what was done, the newest first."""

    items: list[HistoryEntryAnswer]
    next: str | None


class UndoneAnswer(TypedDict):
    """Who is there again, or is otherwise now: of a merge both, the one who had stayed first."""

    people: list[PersonAnswer]


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

    kind: Literal["processor", "crm", "webhook"]
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
    """What a processor was told of a person whose data was erased, corrected or restricted, and its answer."""

    id: str
    processor_id: str
    processor: str
    kind: Literal["erasure", "rectification", "restriction", "restriction_lifted"]
    about: str | None
    field: str | None
    person: Literal["caller", "user"]
    person_id: str
    state: Literal["waiting", "late", "answered", "unanswered", "superseded"]
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


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class ActivityChangeAnswer(TypedDict):
    """A field that was changed. Instants are in ISO 8601, users and queues by their ids."""

    field: str
    before: str | None
    after: str | None


class ActivityOpens(TypedDict):
    """What an entry is about, by its id."""

    kind: Literal["call", "task", "person", "contact", "file", "crm_connection", "privacy_request"]
    id: str


class ActivityEntryAnswer(TypedDict):
    """Something that happened."""

    id: str
    kind: Literal[
        "call",
        "note",
        "task",
        "comment",
        "person",
        "correction",
        "consent",
        "privacy_request",
        "file",
        "crm",
        "notification",
    ]
    what: str
    at: str
    by: UserRef | None
    title: str | None
    detail: str | None
    text: str | None
    changes: list[ActivityChangeAnswer]
    duration_s: float | None
    opens: ActivityOpens | None


class ActivityPageAnswer(TypedDict):
    """A page of an activity log, the newest first."""

    items: list[ActivityEntryAnswer]
    next: str | None


def exports_create(body: NewPeopleExport, *, idempotency_key: str | None = None) -> Request[PeopleExportAnswer]:
    """Starts an export of the organisation's people to a CSV or vCard file. Private entries, and people whose data
    is restricted, are not in it. An import of the file gives the same people again, whose numbers are in E.164. A
    CSV cell that a spreadsheet could take for a formula has an apostrophe before it, which an import takes away.
    The file is kept for a day, or until a caller is erased.
    """
    return Request("POST", "/v1/people-exports", body=body, headers={"Idempotency-Key": idempotency_key})


def exports_list_exports(*, limit: int | None = None, cursor: str | None = None) -> Request[PeopleExportPage]:
    """Lists exports of people, newest first."""
    return Request("GET", "/v1/people-exports", query={"limit": limit, "cursor": cursor})


def exports_read(export_id: str) -> Request[PeopleExportAnswer]:
    """Returns an export of people and how far it is."""
    return Request("GET", f"/v1/people-exports/{part(export_id)}")


def exports_cancel(export_id: str, *, if_match: str | None = None) -> Request[None]:
    """Cancels an export of people, or deletes a finished one, with its file."""
    return Request("DELETE", f"/v1/people-exports/{part(export_id)}", headers={"If-Match": if_match}, answer="nothing")


def exports_download(export_id: str) -> Request[bytes]:
    """Downloads the file. 409 `export_not_done` while it is being written, or when it failed."""
    return Request("GET", f"/v1/people-exports/{part(export_id)}/file", answer="bytes")


def list_duplicates(*, limit: int | None = None, cursor: str | None = None) -> Request[DuplicatePage]:
    """Lists people who were probably written down twice, with the reasons, the likeliest first. Names are compared
    in Cyrillic and Latin, as written and as they sound; beside them numbers, e-mail addresses, birth dates,
    addresses and own fields. Two people who share a number or a home are not listed for that. A new or changed
    person is compared within seconds; of an import it takes longer. Nobody is merged unless a user does it.
    """
    return Request("GET", "/v1/people/duplicates", query={"limit": limit, "cursor": cursor})


def dismiss_duplicate(duplicate_id: str, *, idempotency_key: str | None = None) -> Request[None]:
    """Says that these are two people. They are not listed again, whatever is changed of them."""
    return Request(
        "POST",
        f"/v1/people/duplicates/{part(duplicate_id)}/dismiss",
        headers={"Idempotency-Key": idempotency_key},
        answer="nothing",
    )


def merge(person_id: str, body: Merge, *, idempotency_key: str | None = None) -> Request[MergedAnswer]:
    """Merges another person into this one. For 30 days it can be undone, with nothing lost. Both are of the
    organisation, or both private to you (else 409 `not_mergeable`). The other is gone then; calls of all their
    numbers show this one.
    """
    return Request(
        "POST", f"/v1/people/{part(person_id)}/merge", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def list_history(person_id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[HistoryEntryPage]:
    """Lists what was done with a person in the last 30 days, the newest first: the last 20 changes, and merges. Who
    was deleted is in `GET /v1/people/deleted`.
    """
    return Request("GET", f"/v1/people/{part(person_id)}/history", query={"limit": limit, "cursor": cursor})


def list_deleted(*, limit: int | None = None, cursor: str | None = None) -> Request[HistoryEntryPage]:
    """Lists people who were deleted in the last 30 days and can come back, the newest deletion first. Who was erased
    is not among them.
    """
    return Request("GET", "/v1/people/deleted", query={"limit": limit, "cursor": cursor})


def undo(entry_id: str, *, idempotency_key: str | None = None) -> Request[UndoneAnswer]:
    """Undoes a change, a deletion or a merge of a person, within 30 days. What was changed or added since stays,
    with who stayed of a merge; everything else is as it was before, and who was deleted or merged is there again
    as they were. 404 once it is too late or somebody of it was erased; 409 `already_undone`, and `person_deleted`
    where that has to be undone first.
    """
    return Request("POST", f"/v1/people/history/{part(entry_id)}/undo", headers={"Idempotency-Key": idempotency_key})


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
    """Deletes a person from the address book. Calls of the numbers stay. For 30 days it can be undone: `GET
    /v1/people/deleted` lists what was deleted, with the id of the deletion. To erase all that is kept of a
    caller, use `POST /v1/contacts/{contact_id}/erase`. 409 `legal_hold` where a legal hold keeps one of the
    numbers.
    """
    return Request("DELETE", f"/v1/people/{part(person_id)}", headers={"If-Match": if_match}, answer="nothing")


def set_picture(person_id: str, file: bytes) -> Request[PersonAnswer]:
    """Sets the picture of a person. It is a change of the person, which can be undone for 30 days. Send a PNG, JPEG,
    WebP, GIF or HEIC file of up to 5 MB and 25 million pixels. It is cropped to a square and stored as JPEG, 320
    by 320 at most; nothing else of the file, such as where it was taken, is kept. 422 `unusable_picture` says
    what is wrong with a file. An organisation has at most 20,000 pictures of people, with those that can come
    back, of which the oldest go first; 2,000 of them are of one user's private entries. One more is 409
    `too_many`.
    """
    return Request("PUT", f"/v1/people/{part(person_id)}/picture", files={"file": file})


def read_picture(person_id: str) -> Request[bytes]:
    """Returns the picture of a person as JPEG, a square of 320 pixels at most. 404 where there is no such person, or
    no picture of them.
    """
    return Request("GET", f"/v1/people/{part(person_id)}/picture", answer="bytes")


def remove_picture(person_id: str) -> Request[None]:
    """Removes the picture of a person. It is a change of the person, which can be undone for 30 days."""
    return Request("DELETE", f"/v1/people/{part(person_id)}/picture", answer="nothing")


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


def list_activity(
    person_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[ActivityPageAnswer]:
    """Lists what happened with a person of the address book and their numbers, the newest first. Calls, tasks with
    their changes and comments, changes and merges of the entry, files, and what else you may read: each entry is
    shown to whoever may read what it comes from. Nothing is stored for the log: what is erased, or past its day,
    is not in it. 403 `data_restricted` where the person's data is kept and not used.
    """
    return Request("GET", f"/v1/people/{part(person_id)}/activity", query={"limit": limit, "cursor": cursor})
