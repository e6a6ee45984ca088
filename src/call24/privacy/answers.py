"""What the routes of this room answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.processors.answers import NOTICES_MAX, ErasureNoticeAnswer
from call24.processors.rules import PROCESSORS_MAX
from call24.tenants.model import RecordingLimit
from call24.webhooks.rules import WEBHOOKS_MAX


class ErasureReceiptAnswer(TypedDict):
    """A signed receipt of an erasure, without personal data. `./call24 privacy verify-receipt` checks it offline."""

    format: Annotated[Literal["call24-receipt-1"], Field(description="The form of this receipt")]
    id: Annotated[str, Field(description="The id of the receipt")]
    at: Annotated[str, Field(description="When everything was deleted")]
    rule: Annotated[
        Literal["account_deletion", "caller_erasure", "organisation_closing", "person_erasure"],
        Field(description="By which rule it was deleted"),
    ]
    reason: Annotated[str, Field(description="The code of the reason that was given")]
    subject: Annotated[
        str, Field(description="`sha256:` and the SHA-256, in hexadecimal, of the id of what was deleted")
    ]
    erased: Annotated[dict[str, int], Field(description="Collection -> how many documents were deleted")]
    interrupted: Annotated[
        bool, Field(description="Whether the erasure was interrupted and resumed; then `erased` may count only a part")
    ]
    processors: Annotated[
        NotRequired[dict[str, str]],
        Field(
            description="Processor that is asked to erase the same person -> since when; missing where there is none"
        ),
    ]
    installation: Annotated[
        str, Field(description="`sha256:` and the SHA-256 of the public key that verifies the signature")
    ]
    signature: Annotated[
        str, Field(description="Ed25519, in hexadecimal, over the other fields as canonical JSON (RFC 8785)")
    ]


class ReceiptKey(TypedDict):
    """The public key by which receipts of this installation are verified."""

    algorithm: Annotated[Literal["Ed25519"], Field(description="The signature algorithm")]
    public_key: Annotated[str, Field(description="32 bytes in hexadecimal")]
    installation: Annotated[str, Field(description="How receipts name this key: `sha256:` and its SHA-256")]


class AccountErasure(TypedDict):
    """An account that was deleted, with all that was kept of the person."""

    id: Annotated[str, Field(description="The id that the account had")]
    deleted: Annotated[dict[str, int], Field(description="Collection -> how many documents were deleted")]
    receipt: Annotated[ErasureReceiptAnswer, Field(description="The signed receipt of the deletion")]


class ErasurePassedOn(TypedDict):
    """Who outside of Call24 is told of an erasure."""

    kind: Annotated[
        Literal["processor", "crm", "webhook"],
        Field(
            description="processor: is asked to erase the same; crm: is asked for the number, and to erase who has it; "
            "webhook: is told by the event `contact.deleted`, of a person of the address book by `person.deleted`"
        ),
    ]
    id: Annotated[str, Field(description="Of the processor, the CRM connection or the webhook")]
    name: Annotated[str, Field(description="Of the processor or CRM; of a webhook, the host of its address")]


class CallerErasurePlan(TypedDict):
    """What the erasure of a caller would delete."""

    contact_id: str
    would_delete: Annotated[
        dict[str, int], Field(description="Collection -> how many documents; of exports, all those of calls")
    ]
    held: Annotated[int, Field(description="How many calls a legal hold keeps; 1 where it keeps the contact")]
    on_call: Annotated[
        bool, Field(description="The caller has a call in progress: erasure is refused until it is over")
    ]
    passed_on: Annotated[
        list[ErasurePassedOn],
        Field(
            description="Whom the erasure will be passed on to, as it is set up now",
            max_length=PROCESSORS_MAX + WEBHOOKS_MAX,
        ),
    ]


class CallerErasure(TypedDict):
    """A caller who was erased, with all that was kept."""

    contact_id: Annotated[str, Field(description="The id that the caller had")]
    deleted: Annotated[dict[str, int], Field(description="Kind -> how many were deleted")]
    held: Annotated[int, Field(description="How many calls, or contacts, a legal hold keeps for now")]
    receipt: Annotated[
        ErasureReceiptAnswer | None,
        Field(description="The signed receipt of the erasure; null while something is held"),
    ]
    notices: Annotated[
        list[ErasureNoticeAnswer],
        Field(
            description="What processors are asked; their answers follow under /v1/erasure-notices",
            max_length=NOTICES_MAX,
        ),
    ]


class ReportedAccount(TypedDict):
    """An account that was closed since it is a child's."""

    id: Annotated[str, Field(description="The id that the account has or had")]
    receipt_id: Annotated[str, Field(description="The id that the receipt of its deletion has, or will have")]


class RetentionState(TypedDict):
    """Whether what is due is deleted, for the operator of the installation."""

    agreed_at: Annotated[Instant | None, Field(description="The last time that two sources agreed on; null: none yet")]
    disputed: Annotated[bool, Field(description="Two sources of time disagree, and nothing is deleted")]
    overdue: Annotated[dict[str, int], Field(description="Collection -> documents that should have gone a day ago")]
    held: Annotated[dict[str, int], Field(description="Collection -> documents that legal holds keep beyond their day")]
    reviews_due: Annotated[int, Field(description="Open legal holds whose review is due")]
    caught_up_at: Annotated[
        Instant | None, Field(description="When the backstop deleted what the sweeper had left; null: not within a day")
    ]
    alarms: Annotated[list[str], Field(description="What is wrong, in words; empty where nothing is")]


class KeptData(TypedDict):
    """One kind of data that is kept of persons, from the data map."""

    what: str
    purposes: Annotated[list[str], Field(description="What it is used for")]
    kept: Annotated[list[str], Field(description="How long, in words")]
    basis: Annotated[list[str], Field(description="The legal basis that Call24 assumes")]
    recipients: Annotated[list[str], Field(description="Who outside of the installation is given it")]


class QueueRetention(TypedDict):
    """A queue whose recordings have days of their own."""

    id: str
    name: str
    recording_days: Annotated[int, Field(description="Days that its recordings are kept")]
    recording_days_reason: Annotated[
        str | None, Field(description="Which law or contract asks for more days than call records; null: they are not")
    ]


class FirstDeletion(TypedDict):
    """What the organisation was told before calls of it were deleted for the first time."""

    at: Annotated[Instant, Field(description="When it was told, at most 7 days before")]
    begins_at: Annotated[Instant, Field(description="When the first call or recording may go")]
    record_days: Annotated[int, Field(description="Days that call records were kept then")]
    calls: Annotated[int, Field(description="Call records that reach their day in the 7 days after `at`")]
    recordings: Annotated[int, Field(description="Recordings that go with them or sooner")]


class OrganisationRetention(TypedDict):
    """How long the organisation keeps what, and whether what is due is deleted."""

    record_days: Annotated[int, Field(description="Days that call records are kept")]
    recording_days: Annotated[int | None, Field(description="Days that recordings are kept; null: as their record")]
    recording_days_reason: Annotated[
        str | None, Field(description="Which law or contract asks for more days than the record's; null: they are not")
    ]
    recording: Annotated[RecordingLimit, Field(description="The most that any queue may record")]
    queues: Annotated[list[QueueRetention], Field(description="Queues with days of their own")]
    kept: Annotated[list[KeptData], Field(description="What is kept of callers, as the privacy policy says")]
    agreed_at: Annotated[
        Instant | None, Field(description="The time by which data was last deleted; null: none was agreed on yet")
    ]
    oldest_call_at: Annotated[Instant | None, Field(description="When the oldest call arrived; null: there is none")]
    due_soon: Annotated[int, Field(description="Call records that reach their day within 24 hours")]
    announced: Annotated[FirstDeletion | None, Field(description="The notice of the first deletion; null: none yet")]
    overdue: Annotated[dict[str, int], Field(description="Collection -> documents that should have gone a day ago")]
    held: Annotated[dict[str, int], Field(description="Collection -> documents that legal holds keep beyond their day")]
    reviews_due: Annotated[int, Field(description="Open legal holds whose review is due")]
    alarms: Annotated[
        list[Literal["time_disputed", "overdue"]],
        Field(
            description="time_disputed: sources of time disagree, and nothing is deleted; overdue: `overdue` is not "
            "empty. Empty where all is well"
        ),
    ]


class ProcessedData(TypedDict):
    """Data of one category of persons, kind and legal basis."""

    persons: Annotated[str, Field(description="Whose data: `caller`, anybody who calls or is called; or `user`")]
    category: Annotated[str, Field(description="What kind of data, named after fideslang")]
    basis: Annotated[str, Field(description="The legal basis that Call24 assumes; the organisation decides")]
    purposes: Annotated[list[str], Field(description="What it is processed for")]
    where: Annotated[list[str], Field(description="Collections, files, and other places that have it")]
    kept: Annotated[list[str], Field(description="How long, in words")]
    erased: Annotated[list[str], Field(description="How it ends, in words")]
    recipients: Annotated[list[str], Field(description="Who outside of the installation is given it")]


class Activity(TypedDict):
    """A processing activity."""

    name: Annotated[str, Field(description="The part of Call24 that processes the data")]
    data: list[ProcessedData]


class ProcessingRecord(TypedDict):
    """The record of processing activities of an organisation (GDPR, article 30)."""

    made_at: Instant
    controller: Annotated[str, Field(description="The name in the privacy policy, or the organisation's")]
    postal_address: Annotated[str, Field(description="As the privacy policy states it; empty: not stated")]
    contact: Annotated[str, Field(description="As the privacy policy states it; empty: not stated")]
    officer: Annotated[str, Field(description="The data protection officer; empty: not stated")]
    data_region: Annotated[
        str, Field(description="ISO 3166 code of the country that keeps the data; empty: not stated")
    ]
    transfers: Annotated[list[str], Field(description="Of data to other regions: to whom, and what protects it there")]
    record_days: Annotated[int, Field(description="Days that call records are kept")]
    recording: Annotated[RecordingLimit, Field(description="The most that any queue may record")]
    activities: list[Activity]
    measures: Annotated[list[str], Field(description="Technical and organisational security measures")]
    missing: Annotated[list[str], Field(description="What article 30 asks for and the organisation does not state")]


class RetentionDay(TypedDict):
    """What goes on one of the next days."""

    since: Annotated[Instant, Field(description="The day begins then, 24 hours")]
    calls: int
    recordings: int


class RetentionPlanAnswer(TypedDict):
    """A dry run: what a number of days would delete. Legal holds are left out."""

    id: Annotated[str, Field(description="Confirms the plan, within an hour")]
    record_days_now: Annotated[int, Field(description="Days that call records are kept now")]
    record_days: Annotated[int, Field(description="Days that the plan is of")]
    effective_at: Annotated[Instant, Field(description="When it would take effect, if it were confirmed now")]
    calls: Annotated[int, Field(description="Call records that would be deleted then, at once")]
    recordings: Annotated[int, Field(description="Recordings that would be deleted then, at once")]
    exports: Annotated[int, Field(description="Exports of calls, which would be deleted then")]
    by_day: Annotated[list[RetentionDay], Field(description="What would be deleted in the 30 days from then on")]


class RetentionChangeAnswer(TypedDict):
    """A change of how long calls are kept."""

    id: str
    state: Annotated[
        Literal["waiting", "following", "settling", "done", "undone"],
        Field(
            description="`waiting`: can be undone; `following`: calls get their new day; `settling`: only calls that "
            "went on then are still to follow"
        ),
    ]
    asked_by: Annotated[str, Field(description="The id of the user who made it")]
    asked_at: Instant
    record_days_before: int
    record_days: int
    reason: Annotated[str | None, Field(description="The legal reason for keeping calls longer; null: it is shorter")]
    calls: Annotated[int, Field(description="Call records to be deleted at once, as the confirmed plan said")]
    recordings: Annotated[int, Field(description="Recordings to be deleted at once, as the confirmed plan said")]
    effective_at: Annotated[Instant, Field(description="When it takes, or took, effect")]


class RetentionChangePage(TypedDict):
    """A page of changes, the newest first."""

    items: list[RetentionChangeAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class RecordDays(TypedDict):
    """How long the organisation keeps its calls."""

    record_days: Annotated[int, Field(description="Days that call records are kept")]
    change: Annotated[RetentionChangeAnswer | None, Field(description="The latest change; null: there was none")]


class ClosingPlan(TypedDict):
    """What closing the organisation would delete."""

    name: Annotated[str, Field(description="The organisation's name, which closing it asks for")]
    days: Annotated[int, Field(description="Days from closing until everything is deleted")]
    deleted: Annotated[
        dict[str, int], Field(description="Collection -> how many documents there are now; `files`: how many files")
    ]


class OrganisationClosing(TypedDict):
    """Whether the organisation is being closed."""

    asked_at: Annotated[Instant | None, Field(description="When an owner closed it; null: nobody did")]
    asked_by: Annotated[str | None, Field(description="The owner's id, for who may close it; else null")]
    ends_at: Annotated[Instant | None, Field(description="When everything is deleted, unless an owner keeps it")]
    delayed_by: Annotated[
        Literal["clock", "legal_hold"] | None,
        Field(description="What keeps the deletion from beginning in time; null: nothing"),
    ]
    receipt_id: Annotated[
        str | None, Field(description="The id that the receipt of the deletion will have; null: nobody closed it")
    ]


class LegalHoldRow(TypedDict):
    """A legal hold: what it names is not deleted until the hold is released."""

    id: Annotated[str, Field(description="The id of the hold")]
    kind: Annotated[
        Literal["call", "contact", "user", "queue", "organisation"], Field(description="What kind of thing is kept")
    ]
    subject_id: Annotated[str | None, Field(description="The id of what is kept; null: the whole organisation")]
    since: Annotated[Instant | None, Field(description="Of a queue: calls that arrived from then on")]
    until: Annotated[Instant | None, Field(description="Of a queue: calls that arrived before then")]
    reason: Annotated[str, Field(description="Why it was set")]
    state: Annotated[Literal["open", "released"], Field(description="Whether it keeps anything")]
    set_at: Annotated[Instant, Field(description="When it was set")]
    review_at: Annotated[Instant, Field(description="When it is to be reviewed")]
    review_due: Annotated[bool, Field(description="Its review is due; it keeps what it keeps all the same")]
    released_at: Annotated[Instant | None, Field(description="When it was released")]


class LegalHoldStep(TypedDict):
    """What somebody did with a legal hold."""

    at: Instant
    by: Annotated[str, Field(description="The id of the user who did it")]
    action: Annotated[Literal["set", "reviewed", "released"], Field(description="What was done")]
    note: Annotated[str, Field(description="The reason, or what the review found")]
    review_at: Annotated[Instant | None, Field(description="The next review, as it was set then")]


class LegalHoldAnswer(LegalHoldRow):
    """A legal hold with its history, and what it keeps beyond its day."""

    calls_kept: Annotated[int, Field(description="Call records of this hold that are past their day")]
    recordings_kept: Annotated[int, Field(description="Recordings of this hold that are past their day")]
    history: Annotated[list[LegalHoldStep], Field(description="All that was done with it, the oldest first")]


class LegalHoldPage(TypedDict):
    """One page of legal holds."""

    items: list[LegalHoldRow]
    next: Annotated[str | None, Field(description="The cursor of the next page; null: this is the last")]
