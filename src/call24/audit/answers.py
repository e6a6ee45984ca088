"""What the routes of the audit log answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant


class AuditChangeAnswer(TypedDict):
    """A field of a setting that was changed."""

    field: Annotated[str, Field(description="Its name, such as `max_wait_s`; `exits.closed.to` is inside `exits`")]
    before: Annotated[str | int | float | bool | None, Field(description="null: there was none, or it is a list")]
    after: Annotated[str | int | float | bool | None, Field(description="null: there is none, or it is a list")]
    added: Annotated[list[str], Field(description="Of a list: what is in it since then, ten at most")]
    removed: Annotated[list[str], Field(description="Of a list: what is in it no more, ten at most")]
    more: Annotated[bool, Field(description="More was added or removed than is listed")]


class AuditEntryAnswer(TypedDict):
    """An entry of the audit log: who did what to what, from where and with what result."""

    seq: Annotated[int, Field(description="Counts from 1 in the organisation, without gaps")]
    at: Instant
    actor_id: Annotated[str, Field(description="The user who did it; `nobody` if the user was not known")]
    token_id: Annotated[str | None, Field(description="The session or API token; null if there was none")]
    address: Annotated[str, Field(description="The IP address it was done from")]
    action: Annotated[str, Field(description="Method and route, such as `PATCH /v1/queues/{queue_id}`")]
    objects: Annotated[list[str], Field(description="Ids of what it was done to, or of what was created")]
    fields: Annotated[list[str], Field(description="Names of the fields that were sent, never their values")]
    changes: Annotated[
        list[AuditChangeAnswer],
        Field(
            description="Of settings (queues, numbers, trunks, opening hours, roles, the organisation, calling limits) "
            "what was changed to what; empty for entries of earlier versions. No secrets, nothing of callers"
        ),
    ]
    why: Annotated[str | None, Field(description="The code of the reason that was given, if one was")]
    status: Annotated[int, Field(description="The HTTP status of the answer")]
    code: Annotated[str | None, Field(description="The code of the problem; null if it succeeded")]
    actor: Annotated[str | None, Field(description="The user's current name; null if the account was deleted")]


class AuditPage(TypedDict):
    """A page of audit entries, the newest first."""

    items: list[AuditEntryAnswer]
    next: Annotated[int | None, Field(description="Pass it as `cursor` to get the next page; null on the last one")]


class AuditCheck(TypedDict):
    """Whether the audit log is as it was written."""

    lines: Annotated[int, Field(description="How many entries there are")]
    whole: Annotated[bool, Field(description="No entry was changed, and none is missing")]
    seq: Annotated[int | None, Field(description="The first entry that is wrong; null if the log is whole")]
    what: Annotated[str | None, Field(description="What is wrong with it; null if the log is whole")]
