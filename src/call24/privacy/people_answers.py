"""What the routes of erasing people of the address book answer. Types only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.people.rules import NUMBERS_MAX
from call24.privacy.answers import ErasurePassedOn, ErasureReceiptAnswer
from call24.processors.answers import NOTICES_MAX, ErasureNoticeAnswer
from call24.processors.rules import PROCESSORS_MAX
from call24.webhooks.rules import WEBHOOKS_MAX


class NumberErasurePlan(TypedDict):
    """What goes with a number of a person who is erased."""

    contact_id: str
    number: Annotated[str, Field(description="E.164")]
    label: str
    shared: Annotated[
        int, Field(description="How many other people of the organisation have it: then it stays, with its calls")
    ]
    would_delete: Annotated[dict[str, int], Field(description="Collection -> how many documents; none where it stays")]
    held: Annotated[int, Field(description="How many calls a legal hold keeps; 1 where it keeps the number")]
    on_call: Annotated[bool, Field(description="A call of it is in progress: erasure is refused until it is over")]


class PersonErasurePlan(TypedDict):
    """What the erasure of a person of the address book would delete."""

    person_id: str
    numbers: Annotated[list[NumberErasurePlan], Field(max_length=NUMBERS_MAX)]
    would_delete: Annotated[dict[str, int], Field(description="The same of all numbers, and the entry itself")]
    held: int
    on_call: bool
    passed_on: Annotated[
        list[ErasurePassedOn],
        Field(
            description="Whom the erasure of each number will be passed on to, as it is set up now",
            max_length=PROCESSORS_MAX + WEBHOOKS_MAX,
        ),
    ]


class PersonErased(TypedDict):
    """A person who was erased from the address book, with the numbers that were theirs alone."""

    person_id: Annotated[str, Field(description="The id that the person had")]
    deleted: Annotated[dict[str, int], Field(description="Kind -> how many were deleted")]
    held: Annotated[int, Field(description="How much a legal hold, or a call that has just begun, keeps for now")]
    receipt: Annotated[
        ErasureReceiptAnswer | None,
        Field(description="The signed receipt of the whole; null while something is held"),
    ]
    notices: Annotated[
        list[ErasureNoticeAnswer],
        Field(
            description="What processors are asked of each number; their answers follow under /v1/erasure-notices",
            max_length=NUMBERS_MAX * NOTICES_MAX,
        ),
    ]
