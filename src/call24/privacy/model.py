"""What remains of what was deleted: numbers of documents, nothing else. And by which time it is deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    Fact,
    Recipient,
    Subject,
    Until,
    WithInstallation,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import ContactId, PersonId, TenantId, UserId

_COUNTS = Fact(Subject.NONE, Category.OPERATIONS, "proof that what was due is gone")
_SUBJECT = Fact(Subject.NONE, Category.OPERATIONS, "proves to whoever kept the id that this receipt is about it")
_PASSED_ON = Fact(Subject.NONE, Category.OPERATIONS, "which processors were asked to erase the same person")


@document("sweeps", tenant=False)
class SweepReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """One run that deleted something. `deleted`: how many by kind; `failed`: organisations to be tried again.

    `late`: calls that went ten minutes after their day or later, as after a legal hold; `late_s`: the latest of them.
    `by`: the backstop deletes what the sweeper left for a day.
    """

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
    deleted: Annotated[dict[str, int], _COUNTS]
    failed: Annotated[int, MEASURE] = 0
    late: Annotated[int, MEASURE] = 0
    late_s: Annotated[float, MEASURE] = 0.0
    by: Annotated[Literal["sweeper", "backstop"], STATE] = "sweeper"


@document("deletion_notices", tenant=True)
class DeletionNotice(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation was told before its first deletion: one for each, whose id is the organisation's.

    `begins_at`: when the first call or recording may go. `calls`, `recordings`: how many reach their day in the week
    after `at`.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    at: Annotated[datetime, TIME]
    begins_at: Annotated[datetime, TIME]
    record_days: Annotated[int, SETTING]
    calls: Annotated[int, MEASURE]
    recordings: Annotated[int, MEASURE]


@document("retention_time", tenant=False)
class AgreedInstant(msgspec.Struct, frozen=True, kw_only=True):
    """One for the installation: the last time that two sources agreed on, and the machine's uptime then.

    `vouched`: since the machine started a time service has kept its clock, or the operator has confirmed the date.
    `disputed_at`: what the server's clock says now where they do not agree, and `ahead_s`: by how much it is ahead.
    """

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
    boot: Annotated[str, STATE]
    up_s: Annotated[float, MEASURE]
    vouched: Annotated[bool, STATE] = False
    disputed_at: Annotated[datetime | None, TIME] = None
    ahead_s: Annotated[float, MEASURE] = 0.0


@document("erasures", tenant=True)
class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """An account that was deleted. `id`: the account's, which leads to nobody any more; `reason`: a code; `deleted`:
    how many documents by collection."""

    id: Annotated[UserId, of_user(Category.ID, "the account's, which leads to nobody any more")]
    tenant_id: Annotated[TenantId, TENANT]
    at: Annotated[datetime, TIME]
    reason: Annotated[str, STATE]
    deleted: Annotated[dict[str, int], _COUNTS]


_GOES = of_caller(Category.ID, "erasing the rest where the erasure was cut off, or a legal hold keeps it for now")


@document(
    "person_erasures",
    tenant=True,
    kept=Until("all of the person is erased and the receipt is there", latest="the organisation is closed"),
)
class PersonErasure(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the address book whose erasure has begun. `contact_ids`: of the numbers that go; `reason`: a code."""

    id: Annotated[PersonId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    at: Annotated[datetime, TIME]
    reason: Annotated[str, STATE]
    contact_ids: Annotated[tuple[ContactId, ...], _GOES]


Rule = Literal["account_deletion", "caller_erasure", "organisation_closing", "person_erasure"]


@document("erasure_receipts", tenant=False, kept=WithInstallation())
class ErasureReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure deleted, signed: it outlives the organisation and has no person in it.

    `rule`: what was carried out, `reason`: a code; `subject`: the SHA-256 of the id that is gone; `erased`: how many
    documents by collection; `interrupted`: it was cut off and carried on, so `erased` may not have all of them;
    `processors`: id -> when it was to be asked to erase the same person; a receipt without any has no such field;
    `installation`: the SHA-256 of the public key; `signature`: Ed25519, over the rest.
    """

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
    rule: Annotated[Rule, STATE]
    reason: Annotated[str, STATE]
    subject: Annotated[str, _SUBJECT]
    erased: Annotated[dict[str, int], _COUNTS]
    interrupted: Annotated[bool, STATE] = False
    processors: Annotated[dict[str, str], _PASSED_ON] = {}
    installation: Annotated[str, STATE]
    signature: Annotated[str, STATE]


_CLOSER = of_user(
    Category.EMAIL, "sending the receipt to who closed the organisation; sealed", recipients=(Recipient.MAIL_SERVER,)
)


@document(
    "closings", tenant=False, kept=Until("the organisation is kept or gone", latest="when its deletion has finished,")
)
class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that an owner closes. It is the platform's, since it outlives the documents of the organisation.

    `id`: the organisation's. `ends_at`: its deletion begins then at the earliest; `state` deleting: it has begun, and
    nothing stops it. `told_at`, `reminded_at`: when the owners were written to. `counted`: what there was when
    the deletion began, by kind; `to`: name and address of who closed it, sealed, from then until the receipt is sent.
    """

    id: Annotated[TenantId, ID]
    asked_by: Annotated[UserId, PERSON]
    asked_at: Annotated[datetime, TIME]
    ends_at: Annotated[datetime, TIME]
    state: Annotated[Literal["waiting", "deleting"], STATE] = "waiting"
    told_at: Annotated[datetime | None, TIME] = None
    reminded_at: Annotated[datetime | None, TIME] = None
    counted: Annotated[dict[str, int], _COUNTS] = {}
    to: Annotated[bytes, _CLOSER] = b""
