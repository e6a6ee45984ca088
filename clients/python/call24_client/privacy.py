"""Privacy. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class PrivacyRequestAnswer(TypedDict):
    """What somebody asks under their rights over their data, and what became of it."""

    id: str
    kind: Literal[
        "access", "correction", "deletion", "objection", "portability", "restriction", "withdrawal", "complaint"
    ]
    source: Literal["app", "page", "phone", "letter"]
    subject: Literal["contact", "user", "unknown"]
    contact_id: str | None
    user_id: str | None
    name: str | None
    number: str | None
    state: Literal["received", "identity", "working", "waiting", "restricted", "lifting", "done", "refused"]
    identity: Literal["none", "account", "code", "document"]
    identity_by: UserRef | None
    received_at: str
    due_at: str
    overdue: bool
    extended_at: str | None
    extension: str
    settled_at: str | None
    version: int
    steps: list[
        Literal[
            "ask_identity",
            "confirm_identity",
            "start",
            "wait",
            "finish",
            "correct",
            "restrict",
            "tell_lifting",
            "lift",
            "refuse",
            "extend",
            "note",
            "name_subject",
        ]
    ]


class PrivacyRequestPage(TypedDict):
    """A page of privacy requests, the next due first."""

    items: list[PrivacyRequestAnswer]
    next: str | None


class PrivacyRequestEntry(TypedDict):
    """A line of the history of a privacy request."""

    at: str
    by: UserRef | None
    kind: Literal[
        "received",
        "ask_identity",
        "confirm_identity",
        "start",
        "wait",
        "finish",
        "correct",
        "restrict",
        "tell_lifting",
        "lift",
        "refuse",
        "extend",
        "note",
        "name_subject",
        "warned_soon",
        "warned_late",
    ]
    state: Literal["received", "identity", "working", "waiting", "restricted", "lifting", "done", "refused"]
    note: str
    correction_id: str | None


class PrivacyRequestWithHistory(TypedDict):
    """A privacy request with all that happened to it, the oldest first."""

    id: str
    kind: Literal[
        "access", "correction", "deletion", "objection", "portability", "restriction", "withdrawal", "complaint"
    ]
    source: Literal["app", "page", "phone", "letter"]
    subject: Literal["contact", "user", "unknown"]
    contact_id: str | None
    user_id: str | None
    name: str | None
    number: str | None
    state: Literal["received", "identity", "working", "waiting", "restricted", "lifting", "done", "refused"]
    identity: Literal["none", "account", "code", "document"]
    identity_by: UserRef | None
    received_at: str
    due_at: str
    overdue: bool
    extended_at: str | None
    extension: str
    settled_at: str | None
    version: int
    steps: list[
        Literal[
            "ask_identity",
            "confirm_identity",
            "start",
            "wait",
            "finish",
            "correct",
            "restrict",
            "tell_lifting",
            "lift",
            "refuse",
            "extend",
            "note",
            "name_subject",
        ]
    ]
    history: list[PrivacyRequestEntry]


class NewPrivacyRequest(TypedDict):
    """What somebody asked by phone or by letter. At most one of `number`, `contact_id` and `user_id`; none: it is
    not known yet who it is.
    """

    kind: Literal[
        "access", "correction", "deletion", "objection", "portability", "restriction", "withdrawal", "complaint"
    ]
    source: NotRequired[Literal["app", "page", "phone", "letter"]]
    number: NotRequired[str | None]
    contact_id: NotRequired[str | None]
    user_id: NotRequired[str | None]
    note: NotRequired[str]


class PrivacyRequestDeadlines(TypedDict):
    """Until when requests are answered, in days."""

    answer_days: int
    extension_days: int


class PrivacyRequestDeadlinesChange(TypedDict):
    """Fields that are left out stay. Requests that are open keep their deadline."""

    answer_days: NotRequired[int | None]
    extension_days: NotRequired[int | None]


class PrivacyRequestStep(TypedDict):
    """The next step. `note` is a reason that the person is told with `refuse` and `extend`, and how it was answered
    with `finish` and `correct`. `correct` changes the person's data and answers the request at once: of a contact
    the name, of a person of the address book (`person_id`) a name, the company, numbers, e-mail addresses or
    addresses, of a user the name or the phone number. It is added to the history of their data, and those who
    received the data are told. `restrict` has the data of the contact kept and not used from now on, for the
    `ground`; the person is told the note. It is lifted by `tell_lifting`, when the person was told, and then
    `lift`.
    """

    step: Literal[
        "ask_identity",
        "confirm_identity",
        "start",
        "wait",
        "finish",
        "correct",
        "restrict",
        "tell_lifting",
        "lift",
        "refuse",
        "extend",
        "note",
        "name_subject",
    ]
    version: int
    note: NotRequired[str]
    identity: NotRequired[Literal["none", "account", "code", "document"]]
    field: NotRequired[
        Literal[
            "name",
            "phone",
            "email",
            "given",
            "family",
            "patronymic",
            "phonetic",
            "company",
            "numbers",
            "emails",
            "addresses",
        ]
    ]
    ground: NotRequired[Literal["accuracy", "unlawful", "legal_claims", "objection"] | None]
    value: NotRequired[str]
    person_id: NotRequired[str | None]
    contact_id: NotRequired[str | None]
    user_id: NotRequired[str | None]


class OwnPrivacyRequest(TypedDict):
    """A privacy request of the current user."""

    id: str
    kind: Literal[
        "access", "correction", "deletion", "objection", "portability", "restriction", "withdrawal", "complaint"
    ]
    state: Literal["received", "identity", "working", "waiting", "restricted", "lifting", "done", "refused"]
    received_at: str
    due_at: str
    extension: str
    answer: str
    settled_at: str | None


class OwnPrivacyRequestPage(TypedDict):
    """A page of the current user's privacy requests, the next due first."""

    items: list[OwnPrivacyRequest]
    next: str | None


class NewOwnPrivacyRequest(TypedDict):
    kind: Literal[
        "access", "correction", "deletion", "objection", "portability", "restriction", "withdrawal", "complaint"
    ]
    note: NotRequired[str]


def requests_list_requests(
    *,
    state: Literal["received", "identity", "working", "waiting", "restricted", "lifting", "done", "refused"]
    | None = None,
    open: bool | None = None,
    kind: Literal[
        "access", "correction", "deletion", "objection", "portability", "restriction", "withdrawal", "complaint"
    ]
    | None = None,
    contact_id: str | None = None,
    overdue: bool | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[PrivacyRequestPage]:
    """Returns the privacy requests of the organisation, the next due first."""
    return Request(
        "GET",
        "/v1/privacy-requests",
        query={
            "state": state,
            "open": open,
            "kind": kind,
            "contact_id": contact_id,
            "overdue": overdue,
            "limit": limit,
            "cursor": cursor,
        },
    )


def requests_add_request(
    body: NewPrivacyRequest, *, idempotency_key: str | None = None
) -> Request[PrivacyRequestWithHistory]:
    """Enters a request that came by phone or by letter. 409 privacy_requests_open: the person has 10 open ones."""
    return Request("POST", "/v1/privacy-requests", body=body, headers={"Idempotency-Key": idempotency_key})


def requests_read_deadlines() -> Request[PrivacyRequestDeadlines]:
    """Retrieves until when the organisation answers privacy requests."""
    return Request("GET", "/v1/privacy-requests/deadlines")


def requests_change_deadlines(
    body: PrivacyRequestDeadlinesChange, *, if_match: str | None = None
) -> Request[PrivacyRequestDeadlines]:
    """Updates the deadlines of requests that come in from now on."""
    return Request("PATCH", "/v1/privacy-requests/deadlines", body=body, headers={"If-Match": if_match})


def requests_read_request(request_id: str) -> Request[PrivacyRequestWithHistory]:
    """Retrieves a privacy request with its history."""
    return Request("GET", f"/v1/privacy-requests/{part(request_id)}")


def requests_take_step(
    request_id: str, body: PrivacyRequestStep, *, idempotency_key: str | None = None
) -> Request[PrivacyRequestWithHistory]:
    """Takes a privacy request one step further; the step and its note are added to the history. 409 request_state:
    not possible in its state; `steps` of the request names those that are. 409 identity_unproven: access,
    correction, deletion, portability and restriction are finished only for whom it is known to be. 409
    request_extended: the deadline is extended once. 409 restriction_untold: a restriction is lifted after the
    person was told.
    """
    return Request(
        "POST",
        f"/v1/privacy-requests/{part(request_id)}/steps",
        body=body,
        headers={"Idempotency-Key": idempotency_key},
    )


def requests_list_mine(*, limit: int | None = None, cursor: str | None = None) -> Request[OwnPrivacyRequestPage]:
    """Returns what the current user asked under their rights over their data, and what became of it; the next due
    first.
    """
    return Request("GET", "/v1/me/privacy-requests", query={"limit": limit, "cursor": cursor})


def requests_add_mine(body: NewOwnPrivacyRequest, *, idempotency_key: str | None = None) -> Request[OwnPrivacyRequest]:
    """Asks the organisation's privacy officer. 409 privacy_requests_open: 10 of yours are not answered yet."""
    return Request("POST", "/v1/me/privacy-requests", body=body, headers={"Idempotency-Key": idempotency_key})
