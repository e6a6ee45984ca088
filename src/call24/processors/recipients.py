"""The interface to software outside of Call24 that received a person's data (GDPR, articles 19 and 28 (3)).

Processors that an organisation registers are the first (processors/signed_requests.py), CRMs the second
(crm/recipients.py). Who connects other software implements `ErasureRecipients` for it and gives it to
`ErasureNotices.add_recipients` in its `room.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from call24.kit.ids import ContactId, ErasureNoticeId, ProcessorId, TenantId, UserId
from call24.processors.model import NoticeKind, PersonKind, Trouble


@dataclass(frozen=True, kw_only=True)
class ErasedPerson:
    """Whose data is erased, corrected or restricted. `id`: of the contact or the account; `address`: number (E.164) of
    a caller, e-mail of a user."""

    kind: PersonKind
    id: ContactId | UserId
    address: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of a person's data, other than that it was erased. `about`: the id of the correction or restriction.

    Of a rectification, `field`: what was corrected, and `value`: what is right; empty: nothing, it was removed.
    """

    kind: NoticeKind
    about: str
    field: str = ""
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class ErasureRequest:
    """`id`: the same in each attempt, so that who got it already can tell. `told`: None of an erasure."""

    id: ErasureNoticeId
    person: ErasedPerson
    asked_at: datetime
    answer_by: datetime
    told: Told | None = None


@dataclass(frozen=True, kw_only=True)
class ErasureAnswer:
    """`trouble` None: the recipient took it, and this is final. `status`: HTTP; `said`: what it answered, in words."""

    trouble: Trouble | None = None
    status: int | None = None
    said: str = ""


class ErasureRecipients(Protocol):
    """Recipients of one sort."""

    async def of(self, tenant_id: TenantId, kind: PersonKind) -> Sequence[tuple[ProcessorId, str]]:
        """Ids and names of those that get data of such persons. Raises: Unavailable."""
        ...

    async def ask(self, tenant_id: TenantId, recipient_id: ProcessorId, request: ErasureRequest) -> ErasureAnswer:
        """Asks one to erase a person, to correct their data, or to use it no more. It may be asked the same again.

        Raises: Unavailable (of Call24's own data).
        """
        ...
