"""What the routes of processors and erasure notices answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.kit.instants import iso
from call24.processors.model import ErasureNotice, NoticeKind, PersonKind, Trouble

NOTICES_MAX = 100
"""In one answer."""
Following = Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class ProcessorAnswer(TypedDict):
    """Software outside of Call24 that gets personal data of the organisation."""

    id: str
    name: str
    url: Annotated[str, Field(description="The https address that is asked to erase a person's data")]
    gets: Annotated[list[PersonKind], Field(description="Whose data it gets", max_length=2)]
    data: Annotated[str, Field(description="Which data it gets, in words")]
    contact: Annotated[str, Field(description="Whom to ask at the processor; empty: not stated")]
    country: Annotated[str, Field(description="ISO 3166 code of where it is; empty: not stated")]
    secret_at: Annotated[Instant, Field(description="When the current secret was made")]
    old_secret_until: Annotated[
        Instant | None, Field(description="Until when requests are signed with the former secret too")
    ]
    created_by: str
    created_at: Instant


class ProcessorWithSecret(ProcessorAnswer):
    """A processor with its secret, which is shown only in this answer."""

    secret: Annotated[str, Field(description="Signs each request: whsec_ and base64")]


class ProcessorPage(TypedDict):
    """A page of processors, the oldest first."""

    items: list[ProcessorAnswer]
    next: Following


class ErasureNoticeAnswer(TypedDict):
    """What a processor was told of a person whose data was erased, corrected or restricted, and its answer."""

    id: Annotated[str, Field(description="The webhook-id header of the request: the same in each attempt")]
    processor_id: str
    processor: Annotated[str, Field(description="The processor's name when it was asked")]
    kind: Annotated[NoticeKind, Field(description="What the processor is asked to do, or that it may use data again")]
    about: Annotated[str | None, Field(description="The id of the correction or restriction; null of an erasure")]
    field: Annotated[str | None, Field(description="What was corrected; null of anything else")]
    person: Annotated[PersonKind, Field(description="Whose data it is: a caller's, or a user's of Call24")]
    person_id: Annotated[str, Field(description="The id that the contact or account has or had")]
    state: Annotated[
        Literal["waiting", "late", "answered", "unanswered", "superseded"],
        Field(
            description="late: no answer for 7 days, it is asked on; unanswered: it was given up; superseded: a newer "
            "one about the same came before the answer"
        ),
    ]
    asked_at: Instant
    tries: Annotated[int, Field(description="Attempts so far")]
    tried_at: Annotated[Instant | None, Field(description="The last attempt; null: there was none yet")]
    due_at: Annotated[Instant | None, Field(description="The next attempt; null: there is none")]
    late_at: Annotated[Instant, Field(description="The processor is late from then on")]
    until: Annotated[Instant, Field(description="It is given up then")]
    status: Annotated[int | None, Field(description="HTTP status of the last answer; null: none was received")]
    trouble: Annotated[Trouble | None, Field(description="Why the last attempt failed; null: it did not")]
    answer: Annotated[str, Field(description="What it answered last, cut off at 1,000 characters")]
    answered_at: Annotated[Instant | None, Field(description="When it took the request; null: not yet")]


class ErasureNoticePage(TypedDict):
    """A page of erasure notices, the newest first."""

    items: list[ErasureNoticeAnswer]
    next: Following


def notice_view(notice: ErasureNotice, now: datetime) -> ErasureNoticeAnswer:
    """Nothing by which the person could be found."""
    waiting = notice.state == "waiting"
    return {
        "id": notice.id,
        "processor_id": notice.processor_id,
        "processor": notice.processor,
        "kind": notice.kind,
        "about": notice.about or None,
        "field": notice.field or None,
        "person": "caller" if notice.contact_id is not None else "user",
        "person_id": str(notice.contact_id or notice.user_id),
        "state": "late" if notice.is_late(now) else notice.state,
        "asked_at": iso(notice.asked_at),
        "tries": notice.tries,
        "tried_at": iso(notice.tried_at),
        "due_at": iso(notice.due_at) if waiting else None,
        "late_at": iso(notice.late_at),
        "until": iso(notice.until),
        "status": notice.status,
        "trouble": notice.trouble,
        "answer": notice.answer,
        "answered_at": iso(notice.answered_at),
    }
