"""What this room holds of persons: who registered a processor, and whose erasure was passed on to which."""

from __future__ import annotations

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
from call24.processors.model import ERASING, ErasureNotice, Processor


class MadeProcessor(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime


HOLDS = Holdings(
    room="processors",
    places=(
        Place(
            where=GivenTo(Recipient.PROCESSOR),
            what={
                "the number and id of a caller who was erased": of_caller(Category.PHONE, ERASING),
                "the e-mail address and id of a user whose account was deleted": of_user(Category.EMAIL, ERASING),
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
            erase=KeptById("proof that processors were asked to erase the person's data, for three years"),
            untold="there is none of who has an account",
        ),
    ),
    callers=(
        CallerTrace(
            struct=ErasureNotice,
            contact="contact_id",
            untold="there is none of a caller who is not erased",
            stays="proof that processors were asked; number and e-mail go once the answer is final",
        ),
    ),
)
