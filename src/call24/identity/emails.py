"""What users are written, and the port through which it leaves: this room sends nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Literal

import msgspec

from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import TenantScope

LetterKind = Literal[
    "invitation",
    "reset",
    "confirm_email",
    "email_changed",
    "password_changed",
    "new_device",
    "proof_added",
    "proof_removed",
    "recovery_renewed",
    "recovery_used",
    "provider_bound",
    "provider_unbound",
    "closing",
    "closing_soon",
    "closing_stopped",
    "closed",
    "privacy_deadline",
    "policy_changed",
    "incident_deadline",
    "first_deletion",
    "processor_late",
    "missed_call",
    "voicemail",
    "callback_due",
    "task_assigned",
    "task_due",
    "task_reminder",
    "task_mentioned",
    "task_answered",
    "crm_stopped",
    "queue_alert",
    "upgraded",
    "report",
]
REMINDERS: frozenset[LetterKind] = frozenset({"privacy_deadline", "first_deletion", "processor_late"})
"""Sent only to who has nothing against reminders by e-mail; the app says the same. All others were asked for, are about
the security of an account or of data, or are owed by law or by the privacy policy."""


class FigureRow(msgspec.Struct, frozen=True, kw_only=True):
    """`key`: of the report's row, empty for what has none; `name`: what it is called. `before`: of the days before."""

    key: str
    name: str
    values: tuple[float | None, ...]
    before: tuple[float | None, ...] | None = None


class FigureTable(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a report, in no language. `by`: what its rows are; `columns`: key and unit (`count`, `s`, `share`) of
    each figure; `before`: the first and the last day that it is compared with; `left_out`: rows that it has not."""

    by: str
    first: date
    last: date
    before: tuple[date, date] | None = None
    columns: tuple[tuple[str, str], ...]
    rows: tuple[FigureRow, ...]
    total: FigureRow
    left_out: int = 0


class Email(msgspec.Struct, frozen=True, kw_only=True):
    """`link`: the part of the app's address behind `#/`, or the path of a page, with its `/`; `about`: what it is
    about, such as a device's name; `on`: the instant that it is about; `figures`: numbers that its text has;
    `table`: figures below its text, and `csv`: the same as the text of an attached file.

    `user_id`: who gets it, where the address may not lead to them; `by`: whose language it is written in, where who
    gets it has no account. `not_before`: when it may be sent.
    """

    tenant_id: TenantId
    kind: LetterKind
    to: str
    name: str
    link: str = ""
    about: str = ""
    user_id: UserId | None = None
    by: UserId | None = None
    on: datetime | None = None
    figures: dict[str, int] = {}
    table: FigureTable | None = None
    csv: str = ""
    not_before: datetime | None = None
    until: datetime
    """After this it is of no use any more and not sent."""


async def _kept_nowhere(scope: TenantScope, letter: Email) -> None:
    """An installation without e-mail."""


class Mailer(msgspec.Struct, frozen=True, kw_only=True):
    """`send`: the letter is kept when it returns and will be sent. `sends`: whether letters go out at all."""

    send: Callable[[Email], Awaitable[None]]
    sends: bool
    address: str
    """Where a browser finds the app."""
    keep: Callable[[TenantScope, Email], Awaitable[None]] = _kept_nowhere
    """The letter is stored with what else the transaction stores, and sent then."""

    def url(self, link: str) -> str:
        return url(self.address, link)


def url(address: str, link: str) -> str:
    """Of a letter's link, at the app's address."""
    return f"{address}{link}" if link.startswith("/") else f"{address}/#/{link}"


async def _nowhere(letter: Email) -> None:
    """An installation without e-mail: links are shown to who asked for them instead."""


NO_POST = Mailer(send=_nowhere, sends=False, address="")
