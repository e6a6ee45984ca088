"""Consents. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class ConsentText(TypedDict):
    """What is asked, in words. A text that was shown never changes: its next version has another hash."""

    version: int
    language: str
    hash: str
    text: str


class ConsentState(TypedDict):
    """Whether a person's data may be used for a purpose."""

    purpose: Literal["recording", "crm_sync", "monitoring", "individual_statistics", "telemetry", "notifications"]
    title: str
    basis: Literal["consent", "legitimate interests"]
    text: ConsentText
    allowed: bool
    act: Literal["grant", "withdraw", "object"] | None
    at: str | None
    channel: Literal["app", "page", "call", "officer"] | None
    receipt_id: str | None


class ConsentStateList(TypedDict):
    """All purposes that concern the person."""

    items: list[ConsentState]


class ConsentEntryAnswer(TypedDict):
    """An entry of the ledger. It is never changed."""

    id: str
    purpose: Literal["recording", "crm_sync", "monitoring", "individual_statistics", "telemetry", "notifications"]
    act: Literal["grant", "withdraw", "object"]
    version: int
    hash: str
    channel: Literal["app", "page", "call", "officer"]
    by: str | None
    at: str


class ConsentEntryPage(TypedDict):
    """A page of a person's entries, the newest first."""

    items: list[ConsentEntryAnswer]
    next: str | None


class ConsentGranted(TypedDict):
    """`hash`: of the text that the user read, as `GET /v1/me/consents` has it."""

    hash: str


class NewConsentEntry(TypedDict):
    """What a caller told the organisation. `withdraw`: a consent that was given; `object`: where none was."""

    purpose: Literal["recording", "crm_sync"]
    act: Literal["grant", "withdraw", "object"]


def list_mine() -> Request[ConsentStateList]:
    """Lists the purposes that concern the current user, with their texts, and whether they are allowed."""
    return Request("GET", "/v1/me/consents")


def list_my_entries(*, limit: int | None = None, cursor: str | None = None) -> Request[ConsentEntryPage]:
    """Lists the current user's entries of the ledger of consents, the newest first."""
    return Request("GET", "/v1/me/consents/entries", query={"limit": limit, "cursor": cursor})


def grant_mine(
    purpose: Literal["recording", "crm_sync", "monitoring", "individual_statistics", "telemetry", "notifications"],
    body: ConsentGranted,
) -> Request[ConsentState]:
    """Agrees to a purpose. 409 consent_text_changed: its text is another one than the user read."""
    return Request("PUT", f"/v1/me/consents/{part(purpose)}", body=body)


def refuse_mine(
    purpose: Literal["recording", "crm_sync", "monitoring", "individual_statistics", "telemetry", "notifications"],
) -> Request[None]:
    """Withdraws the consent to a purpose, or objects to it: it is not carried out any more when this is answered."""
    return Request("DELETE", f"/v1/me/consents/{part(purpose)}", answer="nothing")


def read_my_receipt(entry_id: str) -> Request[bytes]:
    """Downloads the receipt of one of the current user's entries, as JSON-LD. Its shape is that of ISO/IEC TS 27560,
    its terms those of the W3C Data Privacy Vocabulary. It is signed by the installation: `./call24 privacy
    verify-receipt` checks it with the key from `/v1/erasure-receipts/key`.
    """
    return Request("GET", f"/v1/me/consents/receipts/{part(entry_id)}", answer="bytes")


def list_of_contact(contact_id: str) -> Request[ConsentStateList]:
    """Lists the purposes that concern a caller, and whether they are allowed."""
    return Request("GET", f"/v1/contacts/{part(contact_id)}/consents")


def enter_of_contact(
    contact_id: str, body: NewConsentEntry, *, idempotency_key: str | None = None
) -> Request[ConsentEntryAnswer]:
    """Enters what a caller told the organisation; it holds when this is answered. 409 too_many: the caller has 1,000
    entries; what says no is added all the same.
    """
    return Request(
        "POST", f"/v1/contacts/{part(contact_id)}/consents", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def list_entries_of_contact(
    contact_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[ConsentEntryPage]:
    """Lists a caller's entries of the ledger of consents, the newest first."""
    return Request("GET", f"/v1/contacts/{part(contact_id)}/consents/entries", query={"limit": limit, "cursor": cursor})


def read_receipt_of_contact(contact_id: str, entry_id: str) -> Request[bytes]:
    """Downloads the receipt of one of a caller's entries, as JSON-LD."""
    return Request("GET", f"/v1/contacts/{part(contact_id)}/consents/receipts/{part(entry_id)}", answer="bytes")
