"""Legal. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class LegalHoldRow(TypedDict):
    """A legal hold: what it names is not deleted until the hold is released."""

    id: str
    kind: Literal["call", "contact", "user", "queue", "organisation"]
    subject_id: str | None
    since: str | None
    until: str | None
    reason: str
    state: Literal["open", "released"]
    set_at: str
    review_at: str
    review_due: bool
    released_at: str | None


class LegalHoldPage(TypedDict):
    """One page of legal holds."""

    items: list[LegalHoldRow]
    next: str | None


class LegalHoldStep(TypedDict):
    """What somebody did with a legal hold."""

    at: str
    by: str
    action: Literal["set", "reviewed", "released"]
    note: str
    review_at: str | None


class LegalHoldAnswer(TypedDict):
    """A legal hold with its history, and what it keeps beyond its day."""

    id: str
    kind: Literal["call", "contact", "user", "queue", "organisation"]
    subject_id: str | None
    since: str | None
    until: str | None
    reason: str
    state: Literal["open", "released"]
    set_at: str
    review_at: str
    review_due: bool
    released_at: str | None
    calls_kept: int
    recordings_kept: int
    history: list[LegalHoldStep]


NewLegalHold = TypedDict(
    "NewLegalHold",
    {
        "kind": Literal["call", "contact", "user", "queue", "organisation"],
        "subject_id": NotRequired[str | None],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "reason": str,
        "review_on": str,
    },
)


class HoldReview(TypedDict):
    """`note`: what the review found. `review_on`: the next review, within a year."""

    note: str
    review_on: str


class HoldRelease(TypedDict):
    """`reason`: why the hold ends."""

    reason: str


def holds_list(
    *, state: Literal["open", "released"] | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[LegalHoldPage]:
    """Lists legal holds, the newest first."""
    return Request("GET", "/v1/legal-holds", query={"state": state, "limit": limit, "cursor": cursor})


def holds_set(body: NewLegalHold, *, idempotency_key: str | None = None) -> Request[LegalHoldAnswer]:
    """Sets a legal hold: what it names is not deleted, also when its retention is over, until the hold is released.
    Of a contact, a user or a queue it keeps their calls, with recordings. A user under a hold cannot be deleted
    (409 legal_hold), and an organisation that is being closed is not deleted while a hold is open.
    """
    return Request("POST", "/v1/legal-holds", body=body, headers={"Idempotency-Key": idempotency_key})


def holds_read(hold_id: str) -> Request[LegalHoldAnswer]:
    """Retrieves a legal hold with its history, and how much it keeps beyond its day."""
    return Request("GET", f"/v1/legal-holds/{part(hold_id)}")


def holds_review(hold_id: str, body: HoldReview, *, idempotency_key: str | None = None) -> Request[LegalHoldAnswer]:
    """Notes that a legal hold was reviewed and stays. 409 legal_hold_released: it is released already."""
    return Request(
        "POST", f"/v1/legal-holds/{part(hold_id)}/review", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def holds_release(hold_id: str, body: HoldRelease, *, idempotency_key: str | None = None) -> Request[LegalHoldAnswer]:
    """Releases a legal hold. What it kept beyond its day is deleted within a minute or two, if no other hold keeps
    it. 409 legal_hold_released: it is released already.
    """
    return Request(
        "POST", f"/v1/legal-holds/{part(hold_id)}/release", body=body, headers={"Idempotency-Key": idempotency_key}
    )
