"""Restrictions. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class RestrictedNumber(TypedDict):
    """A caller whose data is restricted."""

    contact_id: str
    number: str | None
    name: str | None


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class RestrictionLine(TypedDict):
    """A line of a restriction's history."""

    at: str
    by: UserRef
    action: Literal["restricted", "opened", "told", "lifted"]
    note: str
    ground: Literal["consent", "legal_claims", "rights_of_others", "public_interest"] | None
    until: str | None


class RestrictionAnswer(TypedDict):
    """A restriction of processing: the data is kept and not used."""

    id: str
    numbers: list[RestrictedNumber]
    person_id: str | None
    request_id: str
    ground: Literal["accuracy", "unlawful", "legal_claims", "objection"]
    set_at: str
    told_at: str | None
    lifted_at: str | None
    open_until: str | None
    history: list[RestrictionLine]


class RestrictionPageAnswer(TypedDict):
    """A page of restrictions, the newest first."""

    items: list[RestrictionAnswer]
    next: str | None


class RestrictionOpening(TypedDict):
    """Why restricted data is used all the same. Source: GDPR, article 18(2)."""

    ground: Literal["consent", "legal_claims", "rights_of_others", "public_interest"]
    reason: str


class RestrictedRecording(TypedDict):
    """A recording of a restricted caller."""

    id: str
    call_id: str
    kind: Literal["call", "message"]
    started_at: str
    duration_s: float


class RestrictedRecordingList(TypedDict):
    """Recordings of the newest 200 calls of a restricted caller, the newest first."""

    items: list[RestrictedRecording]


def list(
    *, active: bool | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[RestrictionPageAnswer]:
    """Lists whose data is restricted, the newest first."""
    return Request("GET", "/v1/restrictions", query={"active": active, "limit": limit, "cursor": cursor})


def read(restriction_id: str) -> Request[RestrictionAnswer]:
    """Retrieves a restriction with its history."""
    return Request("GET", f"/v1/restrictions/{part(restriction_id)}")


def open(
    restriction_id: str, body: RestrictionOpening, *, idempotency_key: str | None = None
) -> Request[RestrictionAnswer]:
    """Opens the recordings of a restricted caller to you, for half an hour. The reason is kept in the history. 409
    restriction_lifted: nothing is restricted any more.
    """
    return Request(
        "POST",
        f"/v1/restrictions/{part(restriction_id)}/openings",
        body=body,
        headers={"Idempotency-Key": idempotency_key},
    )


def list_recordings(restriction_id: str) -> Request[RestrictedRecordingList]:
    """Lists the recordings of the newest 200 calls. 409 restriction_not_opened: open it first, with the reason."""
    return Request("GET", f"/v1/restrictions/{part(restriction_id)}/recordings")


def read_audio(restriction_id: str, recording_id: str) -> Request[bytes]:
    """Downloads the audio of a restricted recording, as `GET /v1/recordings/{recording_id}/audio` does of others.
    409 restriction_not_opened: open it first, with the reason. Each playback is logged.
    """
    return Request(
        "GET", f"/v1/restrictions/{part(restriction_id)}/recordings/{part(recording_id)}/audio", answer="bytes"
    )
