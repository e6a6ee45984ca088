"""What the routes of consents answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.consents.model import Act, Channel, Purpose
from call24.kit.answers import Instant

PURPOSES_MAX = 50


class ConsentText(TypedDict):
    """What is asked, in words. A text that was shown never changes: its next version has another hash."""

    version: int
    language: str
    hash: Annotated[str, Field(description="SHA-256 of the text, hexadecimal")]
    text: str


class ConsentState(TypedDict):
    """Whether a person's data may be used for a purpose."""

    purpose: Purpose
    title: str
    basis: Annotated[
        Literal["consent", "legitimate interests"], Field(description="Legal basis while the person said nothing")
    ]
    text: ConsentText
    allowed: Annotated[
        bool, Field(description="What is asked at the moment of use; true while the person said nothing")
    ]
    act: Annotated[Act | None, Field(description="The newest entry of the ledger, which decides; null: there is none")]
    at: Instant | None
    channel: Annotated[Channel | None, Field(description="How it came")]
    receipt_id: str | None


class ConsentStateList(TypedDict):
    """All purposes that concern the person."""

    items: Annotated[list[ConsentState], Field(max_length=PURPOSES_MAX)]


class ConsentEntryAnswer(TypedDict):
    """An entry of the ledger. It is never changed."""

    id: Annotated[str, Field(description="Of its receipt too")]
    purpose: Purpose
    act: Act
    version: Annotated[int, Field(description="Of the purpose's text that was shown")]
    hash: str
    channel: Annotated[Channel, Field(description="app: by the user; page, call: by the caller; officer: entered")]
    by: Annotated[str | None, Field(description="The user id of the officer who entered it")]
    at: Instant


class ConsentEntryPage(TypedDict):
    """A page of a person's entries, the newest first."""

    items: list[ConsentEntryAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
