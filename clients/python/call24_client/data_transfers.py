"""Data transfers. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class DataTransferAnswer(TypedDict):
    """An entry of the transfer register."""

    id: str
    kind: Literal[
        "database",
        "mail",
        "trunk",
        "webhook",
        "identity_provider",
        "push",
        "crm",
        "error_service",
        "trace_collector",
        "file_store",
        "processor",
        "hosted_pusher",
    ]
    recipient: str
    country: str
    hosts: list[str]
    safeguard: Literal["adequacy_decision", "standard_clauses", "binding_rules", "derogation"]
    reference: str
    dated: str
    review_by: str
    expired: bool
    created_by: str
    created_at: str


class DataTransferPage(TypedDict):
    """A page of the transfer register, the oldest first."""

    items: list[DataTransferAnswer]
    next: str | None


class NewDataTransfer(TypedDict):
    """A new entry. `recipient`, `country` and the safeguard are published in the privacy policy. `hosts`: names,
    whose subdomains count too, and addresses of the recipient; none for kinds `database`, `mail`,
    `error_service`, `trace_collector`, `file_store` and `hosted_pusher`, which are the installation's.
    `reference` and `dated`: which decision, contract or rule the safeguard is. `review_by`: the last day on which
    the entry counts.
    """

    kind: Literal[
        "database",
        "mail",
        "trunk",
        "webhook",
        "identity_provider",
        "push",
        "crm",
        "error_service",
        "trace_collector",
        "file_store",
        "processor",
        "hosted_pusher",
    ]
    recipient: str
    country: str
    hosts: NotRequired[list[str]]
    safeguard: Literal["adequacy_decision", "standard_clauses", "binding_rules", "derogation"]
    reference: str
    dated: str
    review_by: str


class DataEndpoint(TypedDict):
    """Something that is given the organisation's personal data."""

    kind: Literal[
        "database",
        "mail",
        "trunk",
        "webhook",
        "identity_provider",
        "push",
        "crm",
        "error_service",
        "trace_collector",
        "file_store",
        "processor",
        "hosted_pusher",
    ]
    id: str | None
    country: str | None
    hosts: list[str]
    standing: Literal["same_region", "registered", "no_region", "no_country", "not_registered"]


class DataEndpointList(TypedDict):
    """All that is given the organisation's personal data."""

    items: list[DataEndpoint]
    regions_as_of: str


def list(*, limit: int | None = None, cursor: str | None = None) -> Request[DataTransferPage]:
    """Lists the organisation's transfer register, the oldest entry first."""
    return Request("GET", "/v1/data-transfers", query={"limit": limit, "cursor": cursor})


def add(body: NewDataTransfer, *, idempotency_key: str | None = None) -> Request[DataTransferAnswer]:
    """Adds an entry to the transfer register. From then on a setting that sends data there is accepted. An entry is
    not changed afterwards: add a new one, then delete the old. A register has at most 200 entries; one more is a
    409 `too_many`.
    """
    return Request("POST", "/v1/data-transfers", body=body, headers={"Idempotency-Key": idempotency_key})


def list_endpoints() -> Request[DataEndpointList]:
    """Lists all that is given the organisation's personal data, where it is, and whether the register covers it."""
    return Request("GET", "/v1/data-transfers/endpoints")


def read(transfer_id: str) -> Request[DataTransferAnswer]:
    """Retrieves an entry of the transfer register."""
    return Request("GET", f"/v1/data-transfers/{part(transfer_id)}")


def remove(transfer_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes an entry. 409 `transfer_in_use` while an endpoint is allowed by it alone."""
    return Request(
        "DELETE", f"/v1/data-transfers/{part(transfer_id)}", headers={"If-Match": if_match}, answer="nothing"
    )
