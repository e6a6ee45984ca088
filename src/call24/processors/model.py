"""A processor: software outside of Call24 that gets persons' data; and an erasure notice: what one is asked, and its
answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    Recipient,
    Until,
    document,
    of_caller,
    of_organisation,
    of_user,
)
from call24.kit.ids import ContactId, ErasureNoticeId, ProcessorId, TenantId, UserId

PersonKind = Literal["caller", "user"]
"""Whose data: a caller is anybody outside who calls or is called, a user somebody with an account."""
NoticeKind = Literal["erasure", "rectification", "restriction", "restriction_lifted"]
"""What a recipient is told of a person: GDPR, article 19."""
NoticeState = Literal["waiting", "answered", "unanswered", "superseded"]
"""unanswered: it was given up; superseded: a newer one about the same was stored before it was answered."""
Trouble = Literal["no_answer", "too_slow", "not_allowed", "refused", "removed", "no_secret", "switched_off"]
"""Why the last attempt failed: nobody answered; not in time; an address that requests do not go to; a status that is
no success; the processor was deleted; its secret cannot be read (another app key); the organisation is switched off."""

_SECRET = of_organisation(Category.SECRET, "signs what a processor is asked; sealed")
_PROOF = "proof that who received the person's data was told of its erasure, correction or restriction"
ERASING = "asking who received it to erase a person's data"
TELLING = "telling who received it that a person's data was corrected, restricted or may be used again"
_ASKING = Until("the processor has answered", latest="28 days after it was asked")
_NUMBER = of_caller(
    Category.PHONE,
    ERASING,
    kept=_ASKING,
    basis=Basis.LEGAL_OBLIGATION,
    recipients=(Recipient.PROCESSOR,),
    untold="sealed until the processor has answered, and gone then; the caller has told it, or is told of it",
)
_VALUE = of_caller(
    Category.TEXT,
    TELLING,
    kept=_ASKING,
    basis=Basis.LEGAL_OBLIGATION,
    recipients=(Recipient.PROCESSOR,),
    untold="sealed until the processor has answered, and gone then; the caller has told it, or is told of it",
)
_OWN_VALUE = of_user(
    Category.NAME,
    TELLING,
    kept=_ASKING,
    basis=Basis.LEGAL_OBLIGATION,
    recipients=(Recipient.PROCESSOR,),
)
_EMAIL = of_user(
    Category.EMAIL,
    ERASING,
    kept=_ASKING,
    basis=Basis.LEGAL_OBLIGATION,
    recipients=(Recipient.PROCESSOR,),
)


@document("processors", tenant=True)
class Processor(msgspec.Struct, frozen=True, kw_only=True):
    """`gets`: whose data; `data`: which, in words; `contact`: whom to ask at the processor; `country`: ISO 3166 code of
    where it is, empty: not stated. `old_secret` signs beside the new one until `old_until`. `told_late_at`: when
    officers were last written to that it has not answered."""

    id: Annotated[ProcessorId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    url: Annotated[str, SETTING]
    gets: Annotated[tuple[PersonKind, ...], SETTING]
    data: Annotated[str, SETTING]
    contact: Annotated[str, SETTING] = ""
    country: Annotated[str, SETTING] = ""
    secret: Annotated[bytes, _SECRET]
    secret_at: Annotated[datetime, TIME]
    old_secret: Annotated[bytes | None, _SECRET] = None
    old_until: Annotated[datetime | None, TIME] = None
    told_late_at: Annotated[datetime | None, TIME] = None
    created_by: Annotated[UserId, PERSON]
    created_at: Annotated[datetime, TIME]


@document("erasure_notices", tenant=True, kept=OnItsDay(period="three years after it was asked"))
class ErasureNotice(msgspec.Struct, frozen=True, kw_only=True):
    """Its id follows from processor and person, so that an erasure that is carried on asks nobody twice; of another
    `kind`, also from what it is about: a correction or a restriction, whose id is `about`.

    `contact_id`, `user_id`: whose data it is, one of them. `number`, `email`: sealed; empty once the answer is final.
    Of a rectification, `field`: what was corrected, and `value`, `own_value` (of a caller, of a user): what is right,
    sealed and emptied alike. `late_at`: the processor is late from then on; `until`: when trying ends. `status`,
    `answer`: of its last answer, the text cut off at 1,000 characters.
    """

    id: Annotated[ErasureNoticeId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    processor_id: Annotated[ProcessorId, REFERENCE]
    processor: Annotated[str, SETTING]
    kind: Annotated[NoticeKind, STATE] = "erasure"
    about: Annotated[str, REFERENCE] = ""
    field: Annotated[str, STATE] = ""
    contact_id: Annotated[ContactId | None, of_caller(Category.ID, _PROOF, basis=Basis.LEGAL_OBLIGATION)] = None
    user_id: Annotated[UserId | None, of_user(Category.ID, _PROOF, basis=Basis.LEGAL_OBLIGATION)] = None
    number: Annotated[bytes, _NUMBER] = b""
    email: Annotated[bytes, _EMAIL] = b""
    value: Annotated[bytes, _VALUE] = b""
    own_value: Annotated[bytes, _OWN_VALUE] = b""
    state: Annotated[NoticeState, STATE] = "waiting"
    tries: Annotated[int, MEASURE] = 0
    status: Annotated[int | None, STATE] = None
    trouble: Annotated[Trouble | None, STATE] = None
    answer: Annotated[str, of_organisation(Category.SETTING, "what the processor answered")] = ""
    asked_at: Annotated[datetime, TIME]
    due_at: Annotated[datetime, TIME]
    late_at: Annotated[datetime, TIME]
    until: Annotated[datetime, TIME]
    tried_at: Annotated[datetime | None, TIME] = None
    answered_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]

    def is_late(self, now: datetime) -> bool:
        return self.state == "waiting" and now >= self.late_at
