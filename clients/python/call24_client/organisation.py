"""Organisation. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request


class RetentionChangeAnswer(TypedDict):
    """A change of how long calls are kept."""

    id: str
    state: Literal["waiting", "following", "settling", "done", "undone"]
    asked_by: str
    asked_at: str
    record_days_before: int
    record_days: int
    reason: str | None
    calls: int
    recordings: int
    effective_at: str


class RecordDays(TypedDict):
    """How long the organisation keeps its calls."""

    record_days: int
    change: RetentionChangeAnswer | None


class RetentionWish(TypedDict):
    """`record_days`: 1 to 3650. `plan_id`: of a shorter time, the `id` of its plan. `reason`: of a longer one, the
    law or contract that asks for it, in words.
    """

    record_days: int
    plan_id: NotRequired[str | None]
    reason: NotRequired[str | None]


class RetentionDay(TypedDict):
    """What goes on one of the next days."""

    since: str
    calls: int
    recordings: int


class RetentionPlanAnswer(TypedDict):
    """A dry run: what a number of days would delete. Legal holds are left out."""

    id: str
    record_days_now: int
    record_days: int
    effective_at: str
    calls: int
    recordings: int
    exports: int
    by_day: list[RetentionDay]


class RetentionChangePage(TypedDict):
    """A page of changes, the newest first."""

    items: list[RetentionChangeAnswer]
    next: str | None


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
    recording_days_reason: str | None
    recording: Literal["always", "on_demand", "never"]
    recording_stop_key: str | None
    stopped_recording: Literal["delete", "keep"]
    monitoring_visible: bool
    ring_mobiles: bool
    mfa_required: bool


class OrganisationChange(TypedDict):
    """Settings of the organisation. Fields that are left out stay as they are. `recording`: the most that any queue
    may record. `always` leaves it to the queues, `on_demand` records only what agents ask for, `never` nothing.
    `monitoring_visible`: agents see who listens to their calls. `ring_mobiles`: agents may have their own mobile
    number called over your trunks when a queue's call rings none of their phones. `record_days`: as it is; `PUT
    /v1/organisation/record-days` changes it. `recording_days`: of recordings, also of those that are kept
    already; null: as long as the call record. More days than the record's need `recording_days_reason`, the law
    or contract that asks for them; then a reduced record stays with the recording. `recording_stop_key`: 0, 2 to
    9 or `*`: a caller who presses it in the call stops its recording for good; null: no key does. A menu's own
    keys come first. `stopped_recording`: what was recorded until then is deleted at once, or kept like every
    recording. Both hold for calls that begin from now on. `mfa_required`: everybody needs a second factor; users
    without one can only set one up.
    """

    name: NotRequired[str]
    region: NotRequired[str]
    timezone: NotRequired[str]
    record_days: NotRequired[int]
    recording_days: NotRequired[int | None]
    recording_days_reason: NotRequired[str | None]
    recording: NotRequired[Literal["always", "on_demand", "never"]]
    recording_stop_key: NotRequired[str | None]
    stopped_recording: NotRequired[Literal["delete", "keep"]]
    monitoring_visible: NotRequired[bool]
    ring_mobiles: NotRequired[bool]
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
    recording_days_reason: str | None


class KeptData(TypedDict):
    """One kind of data that is kept of persons, from the data map."""

    what: str
    purposes: list[str]
    kept: list[str]
    basis: list[str]
    recipients: list[str]


class FirstDeletion(TypedDict):
    """What the organisation was told before calls of it were deleted for the first time."""

    at: str
    begins_at: str
    record_days: int
    calls: int
    recordings: int


class OrganisationRetention(TypedDict):
    """How long the organisation keeps what, and whether what is due is deleted."""

    record_days: int
    recording_days: int | None
    recording_days_reason: str | None
    recording: Literal["always", "on_demand", "never"]
    queues: list[QueueRetention]
    kept: list[KeptData]
    agreed_at: str | None
    oldest_call_at: str | None
    due_soon: int
    announced: FirstDeletion | None
    overdue: dict[str, int]
    held: dict[str, int]
    reviews_due: int
    alarms: list[Literal["time_disputed", "overdue"]]


def read_record_days() -> Request[RecordDays]:
    """Retrieves how long calls are kept, and the latest change of it."""
    return Request("GET", "/v1/organisation/record-days")


def change_record_days(body: RetentionWish, *, if_match: str | None = None) -> Request[RecordDays]:
    """Changes how long calls are kept. Calls that are kept already follow, with recordings, tasks and journal. Fewer
    days take effect after 24 hours, and can be undone until then. They need the `id` of a plan that was read
    within the hour (409 `retention_plan_required`, `retention_plan_outdated`). More days take effect at once, and
    need a legal reason (422 `retention_reason_required`). 409 `retention_change_open` while another change is
    under way.
    """
    return Request("PUT", "/v1/organisation/record-days", body=body, headers={"If-Match": if_match})


def plan_record_days(*, record_days: int | None = None) -> Request[RetentionPlanAnswer]:
    """Counts what a number of days would delete, at once and on the following days. Nothing is changed."""
    return Request("GET", "/v1/organisation/record-days/plan", query={"record_days": record_days})


def list_record_day_changes(*, limit: int | None = None, cursor: str | None = None) -> Request[RetentionChangePage]:
    """Lists the changes of how long calls are kept, the newest first."""
    return Request("GET", "/v1/organisation/record-days/changes", query={"limit": limit, "cursor": cursor})


def undo_record_days() -> Request[None]:
    """Undoes a change that has not taken effect: nothing was deleted by it. 404 not_found: none is waiting. 409
    `retention_change_begun`: it has taken effect.
    """
    return Request("DELETE", "/v1/organisation/record-days/change", answer="nothing")


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
    next sign-in they can only set one up. 409 `mfa_off` where you have none yourself, `retention_separate` where
    `record_days` is another number than it is now: `PUT /v1/organisation/record-days` changes it. 422
    `retention_reason_required` where `recording_days` is more than `record_days` and no reason is stated.
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


def download_processing_record_pdf() -> Request[bytes]:
    """Downloads the record of processing activities as a PDF. It says what the HTML page says, tagged for screen
    readers (PDF/UA-1). 429 too_many_attempts: several PDFs of the organisation are being made.
    """
    return Request("GET", "/v1/organisation/processing-record/pdf", answer="bytes")


def read_retention() -> Request[OrganisationRetention]:
    """Retrieves how long the organisation keeps what, and whether what is due is deleted. Days are changed with `PUT
    /v1/organisation/record-days`, `PATCH /v1/organisation` (of recordings) and `PATCH /v1/queues/{queue_id}`.
    """
    return Request("GET", "/v1/organisation/retention")
