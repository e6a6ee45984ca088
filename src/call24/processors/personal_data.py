"""What this room holds of persons: who registered a processor, and whose erasure was passed on to which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from call24.data_map import (
    AsAgreed,
    CallerTrace,
    Category,
    GivenTo,
    KeptById,
    Place,
    Recipient,
    Trace,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings
from call24.processors.model import ERASING, TELLING, ErasureNotice, NoticeKind, NoticeState, Processor
from call24.processors.rules import bare


class MadeProcessor(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime


class PassedOn(msgspec.Struct, frozen=True, kw_only=True):
    """Which processor was told of a correction, when, and what it answered."""

    id: str
    processor: str
    kind: NoticeKind
    field: str = ""
    state: NoticeState
    asked_at: datetime
    answered_at: datetime | None = None
    answer: str = ""


def without_sealed(notices: Sequence[ErasureNotice], contact_id: str) -> list[ErasureNotice]:
    """Nobody outside can open what is sealed."""
    return [bare(one) for one in notices]


HOLDS = Holdings(
    room="processors",
    places=(
        Place(
            where=GivenTo(Recipient.PROCESSOR),
            what={
                "the number and id of a caller who was erased": of_caller(Category.PHONE, ERASING),
                "the e-mail address and id of a user whose account was deleted": of_user(Category.EMAIL, ERASING),
                "the number and id of a caller whose data was corrected or restricted": of_caller(
                    Category.PHONE, TELLING
                ),
                "what of a caller's data is right, where it was corrected": of_caller(Category.TEXT, TELLING),
                "the e-mail address and id of a user whose data was corrected, and what is right": of_user(
                    Category.EMAIL, TELLING
                ),
            },
            kept=AsAgreed("the organisation's contract with the processor (GDPR, article 28)"),
        ),
    ),
    traces=(
        Trace(
            struct=Processor,
            fields=("created_by",),
            erase=KeptById("the organisation's register"),
            file="processors",
            part=MadeProcessor,
        ),
        Trace(
            struct=ErasureNotice,
            fields=("user_id",),
            erase=KeptById("proof of what processors were asked about the person's data, for three years"),
            file="passed_on",
            part=PassedOn,
            order="asked_at",
        ),
    ),
    callers=(
        CallerTrace(
            struct=ErasureNotice,
            contact="contact_id",
            told=without_sealed,
            stays="proof that processors were asked; number and e-mail go once the answer is final",
        ),
    ),
)
