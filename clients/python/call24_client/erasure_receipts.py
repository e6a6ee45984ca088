"""Erasure receipts. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ReceiptKey(TypedDict):
    """The public key by which receipts of this installation are verified."""

    algorithm: Literal["Ed25519"]
    public_key: str
    installation: str


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


def read_key() -> Request[ReceiptKey]:
    """Retrieves the public key that verifies this installation's receipts. Anybody may; it never changes."""
    return Request("GET", "/v1/erasure-receipts/key")


def read(receipt_id: str) -> Request[ErasureReceiptAnswer]:
    """Downloads the receipt of an erasure. Whoever knows its id may: it has no personal data, and the account that
    asked may be gone.
    """
    return Request("GET", f"/v1/erasure-receipts/{part(receipt_id)}")
