"""What the activity log answers. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import UserRef
from call24.kit.activity import WORDS_MAX, ActivityKind, OpensKind
from call24.kit.answers import Instant

_WHAT = (
    "A code. call: its outcome; note (of a call): written; task: created, changed, settled (by a later call), undone, "
    "reminded; comment: added; "
    "person: created, changed, merged, deleted, undone; correction: corrected; consent: grant, withdraw, object; "
    "privacy_request: received, or a step of it; "
    "file: attached; crm: linked, or what the CRM was told (call, objection, objection_lifted, erasure); notification: "
    "the event that you were notified of"
)
_DETAIL = (
    "A further code. call: its direction; task and comment: the task's kind; consent: the purpose; privacy_request: "
    "its kind; file: its media type; crm: the state"
)


class ActivityOpens(TypedDict):
    """What an entry is about, by its id."""

    kind: OpensKind
    id: str


class ActivityChangeAnswer(TypedDict):
    """A field that was changed. Instants are in ISO 8601, users and queues by their ids."""

    field: str
    before: Annotated[str | None, Field(description=f"Null: nothing, or not told. Cut off at {WORDS_MAX} characters")]
    after: Annotated[str | None, Field(description=f"Null: nothing, or not told. Cut off at {WORDS_MAX} characters")]


class ActivityEntryAnswer(TypedDict):
    """Something that happened."""

    id: str
    kind: ActivityKind
    what: Annotated[str, Field(description=_WHAT)]
    at: Instant
    by: Annotated[UserRef | None, Field(description="Who did it. Null: nobody who has an account, or Call24 itself")]
    title: Annotated[str | None, Field(description="What the task, person, file or CRM connection is called")]
    detail: Annotated[str | None, Field(description=_DETAIL)]
    text: Annotated[str | None, Field(description="What a user wrote: a comment, a note, why it was corrected")]
    changes: list[ActivityChangeAnswer]
    duration_s: Annotated[float | None, Field(description="Of a call: seconds from its beginning to its end")]
    opens: ActivityOpens | None


class ActivityPageAnswer(TypedDict):
    """A page of an activity log, the newest first."""

    items: list[ActivityEntryAnswer]
    next: Annotated[
        str | None,
        Field(description="The `cursor` of the next page. Null on the last page. A page may have fewer than `limit`"),
    ]
