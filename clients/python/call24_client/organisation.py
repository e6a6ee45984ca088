"""Organisation. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request


class ClosingPlan(TypedDict):
    """What closing the organisation would delete."""

    name: str
    days: int
    deleted: dict[str, int]


class OrganisationClosing(TypedDict):
    """Whether the organisation is being closed."""

    asked_at: str | None
    asked_by: str | None
    ends_at: str | None
    delayed_by: Literal["clock", "legal_hold"] | None
    receipt_id: str | None


class ClosingRequest(TypedDict):
    """`name`: the organisation's name, typed as it stands."""

    name: str


class Organisation(TypedDict):
    """An organisation and its settings."""

    id: str
    name: str
    region: str
    timezone: str
    record_days: int
    recording_days: int | None
    recording: Literal["always", "on_demand", "never"]
    monitoring_visible: bool
    mfa_required: bool


class OrganisationChange(TypedDict):
    """Settings of the organisation. Fields that are left out stay as they are. `recording`: the most that any queue
    may record. `always` leaves it to the queues, `on_demand` records only what agents ask for, `never` nothing.
    `monitoring_visible`: agents see who listens to their calls. `record_days`: of calls from now on.
    `recording_days`: of recordings, also of those that are kept already; null or more days: as long as the call
    record. `mfa_required`: everybody needs a second factor; users without one can only set one up.
    """

    name: NotRequired[str]
    region: NotRequired[str]
    timezone: NotRequired[str]
    record_days: NotRequired[int]
    recording_days: NotRequired[int | None]
    recording: NotRequired[Literal["always", "on_demand", "never"]]
    monitoring_visible: NotRequired[bool]
    mfa_required: NotRequired[bool]


class ProcessedData(TypedDict):
    """Data of one category of persons, kind and legal basis."""

    persons: str
    category: str
    basis: str
    purposes: list[str]
    where: list[str]
    kept: list[str]
    erased: list[str]
    recipients: list[str]


class Activity(TypedDict):
    """A processing activity."""

    name: str
    data: list[ProcessedData]


class ProcessingRecord(TypedDict):
    """The record of processing activities of an organisation (GDPR, article 30)."""

    made_at: str
    controller: str
    postal_address: str
    contact: str
    officer: str
    data_region: str
    transfers: list[str]
    record_days: int
    recording: Literal["always", "on_demand", "never"]
    activities: list[Activity]
    measures: list[str]
    missing: list[str]


class QueueRetention(TypedDict):
    """A queue whose recordings have days of their own."""

    id: str
    name: str
    recording_days: int


class KeptData(TypedDict):
    """One kind of data that is kept of persons, from the data map."""

    what: str
    purposes: list[str]
    kept: list[str]
    basis: list[str]
    recipients: list[str]


class OrganisationRetention(TypedDict):
    """How long the organisation keeps what, and whether what is due is deleted."""

    record_days: int
    recording_days: int | None
    recording: Literal["always", "on_demand", "never"]
    queues: list[QueueRetention]
    kept: list[KeptData]
    agreed_at: str | None
    oldest_call_at: str | None
    due_soon: int
    overdue: dict[str, int]
    held: dict[str, int]
    reviews_due: int
    alarms: list[Literal["time_disputed", "overdue"]]


def plan_closing() -> Request[ClosingPlan]:
    """Counts what closing the organisation would delete. Nothing is changed."""
    return Request("GET", "/v1/organisation/closing/plan")


def read_closing() -> Request[OrganisationClosing]:
    """Tells whether the organisation is being closed, and until when it can be kept. All its users may know."""
    return Request("GET", "/v1/organisation/closing")


def close(body: ClosingRequest, *, idempotency_key: str | None = None) -> Request[OrganisationClosing]:
    """Closes the organisation: after some days everything of it is deleted. Until `ends_at` it works as before, and
    every owner can keep it. All owners are told by e-mail, now and three days before. Keep `receipt_id`: by it
    anyone can download the deletion's signed receipt (`/v1/erasure-receipts`). It is also sent to you. 409
    organisation_closing: it is being closed already.
    """
    return Request("POST", "/v1/organisation/closing", body=body, headers={"Idempotency-Key": idempotency_key})


def keep(*, if_match: str | None = None) -> Request[None]:
    """Keeps the organisation that is being closed. Nothing was deleted. 404 not_found: it is not being closed. 409
    closing_begun: its deletion has begun.
    """
    return Request("DELETE", "/v1/organisation/closing", headers={"If-Match": if_match}, answer="nothing")


def read() -> Request[Organisation]:
    """Retrieves the organisation's settings."""
    return Request("GET", "/v1/organisation")


def change(body: OrganisationChange, *, if_match: str | None = None) -> Request[Organisation]:
    """Updates the organisation's settings. Calls that go on keep the settings that they began with. `mfa_required`
    also needs the permission `sign_in.write`. Setting it signs out all users without a second factor; at their
    next sign-in they can only set one up. 409 `mfa_off` where you have none yourself.
    """
    return Request("PATCH", "/v1/organisation", body=body, headers={"If-Match": if_match})


def read_processing_record() -> Request[ProcessingRecord]:
    """Retrieves the record of processing activities (GDPR, article 30). It is made from the data map, with what the
    organisation states in its privacy policy (`/v1/organisation/policy`): purposes, categories of persons and
    data, recipients, retention, security measures. `missing` names what article 30 asks for and nobody states.
    """
    return Request("GET", "/v1/organisation/processing-record")


def download_processing_record() -> Request[bytes]:
    """Downloads the record of processing activities as an HTML page that can be printed."""
    return Request("GET", "/v1/organisation/processing-record/page", answer="bytes")


def read_retention() -> Request[OrganisationRetention]:
    """Retrieves how long the organisation keeps what, and whether what is due is deleted. Days are changed with
    `PATCH /v1/organisation` and `PATCH /v1/queues/{queue_id}`.
    """
    return Request("GET", "/v1/organisation/retention")
