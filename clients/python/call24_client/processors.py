"""Processors. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


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


class ErasureNoticePage(TypedDict):
    """A page of erasure notices, the newest first."""

    items: list[ErasureNoticeAnswer]
    next: str | None


class ProcessorAnswer(TypedDict):
    """Software outside of Call24 that gets personal data of the organisation."""

    id: str
    name: str
    url: str
    gets: list[Literal["caller", "user"]]
    data: str
    contact: str
    country: str
    secret_at: str
    old_secret_until: str | None
    created_by: str
    created_at: str


class ProcessorPage(TypedDict):
    """A page of processors, the oldest first."""

    items: list[ProcessorAnswer]
    next: str | None


class ProcessorWithSecret(TypedDict):
    """A processor with its secret, which is shown only in this answer."""

    id: str
    name: str
    url: str
    gets: list[Literal["caller", "user"]]
    data: str
    contact: str
    country: str
    secret_at: str
    old_secret_until: str | None
    created_by: str
    created_at: str
    secret: str


class NewProcessor(TypedDict):
    """A new processor. `url`: an https address that is asked to erase a person's data."""

    name: str
    url: str
    gets: list[Literal["caller", "user"]]
    data: str
    contact: NotRequired[str]
    country: NotRequired[str]


class ProcessorChange(TypedDict):
    """Settings of a processor. Fields that are left out stay as they are. `gets`: whose data it gets: of whom it is
    asked to erase. `data`: which, in words. `contact`: whom to ask at the processor. `country`: ISO 3166 code of
    where it is, which an organisation must state that states where its data is.
    """

    name: NotRequired[str]
    url: NotRequired[str]
    gets: NotRequired[list[Literal["caller", "user"]]]
    data: NotRequired[str]
    contact: NotRequired[str]
    country: NotRequired[str]


def list_notices(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    state: Literal["waiting", "late", "answered", "unanswered", "superseded"] | None = None,
    person_id: str | None = None,
) -> Request[ErasureNoticePage]:
    """Lists what processors were told of persons whose data was erased, corrected or restricted, and their answers,
    the newest first. `person_id` filters by the id that the contact or account has or had. Notices are kept for
    three years.
    """
    return Request(
        "GET", "/v1/erasure-notices", query={"limit": limit, "cursor": cursor, "state": state, "person_id": person_id}
    )


def read_notice(notice_id: str) -> Request[ErasureNoticeAnswer]:
    """Retrieves what a processor was asked, and its answer."""
    return Request("GET", f"/v1/erasure-notices/{part(notice_id)}")


def list(*, limit: int | None = None, cursor: str | None = None) -> Request[ProcessorPage]:
    """Lists the processors that get the organisation's personal data, the oldest first, without their secrets."""
    return Request("GET", "/v1/processors", query={"limit": limit, "cursor": cursor})


def add(body: NewProcessor, *, idempotency_key: str | None = None) -> Request[ProcessorWithSecret]:
    """Registers a processor. The answer has its `secret`, which is not shown again. From then on the erasure of a
    caller, or of a user's account, is passed on to it, and so are corrections and restrictions: a POST with the
    person's id and number or e-mail address, signed as webhooks are. A 2xx is its answer; otherwise it is asked
    again for 28 days. An organisation has at most 20 processors; one more is a 409 `too_many`. 409
    `transfer_not_registered`: `country` is in another region than the organisation's data, and no entry of the
    transfer register covers it.
    """
    return Request("POST", "/v1/processors", body=body, headers={"Idempotency-Key": idempotency_key})


def read(processor_id: str) -> Request[ProcessorAnswer]:
    """Retrieves a processor, without its secret."""
    return Request("GET", f"/v1/processors/{part(processor_id)}")


def change(processor_id: str, body: ProcessorChange, *, if_match: str | None = None) -> Request[ProcessorAnswer]:
    """Updates a processor. What it was asked already stays. 409 `transfer_not_registered`: as for a new one."""
    return Request("PATCH", f"/v1/processors/{part(processor_id)}", body=body, headers={"If-Match": if_match})


def remove(processor_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a processor. What it has not answered yet is given up; its answers stay."""
    return Request("DELETE", f"/v1/processors/{part(processor_id)}", headers={"If-Match": if_match}, answer="nothing")


def rotate_secret(processor_id: str, *, idempotency_key: str | None = None) -> Request[ProcessorWithSecret]:
    """Replaces a processor's secret and answers with the new one, which is shown only here. For 24 hours requests
    are signed with both secrets. 409 `old_secret_signs`: it was changed less than 24 hours ago.
    """
    return Request("POST", f"/v1/processors/{part(processor_id)}/secret", headers={"Idempotency-Key": idempotency_key})
