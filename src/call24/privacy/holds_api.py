"""Legal holds, at the privacy officer's desk."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import Depends
from pydantic import Field

from call24.http.access import SERIALISED, Body, allowed
from call24.http.pagination import AskedDep
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.instants import iso
from call24.kit.paging import cursor_of, place_of
from call24.privacy.answers import LegalHoldAnswer, LegalHoldPage, LegalHoldRow
from call24.privacy.dependencies import LegalHoldsDep
from call24.privacy.hold_model import LegalHold
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/legal-holds", tags=["administration"])

Officer = Annotated[Principal, Depends(allowed("privacy.holds"))]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
Day = Annotated[date, Field(strict=False)]


class NewLegalHold(Body):
    """A new legal hold.

    `subject_id`: of a call, contact, user or queue; not of the organisation. `from` and `to`: of a queue, the days on
    which calls arrived, in the organisation's time zone, both included. `review_on`: within a year.
    """

    kind: Literal["call", "contact", "user", "queue", "organisation"]
    subject_id: str | None = Field(None, max_length=40)
    first: Day | None = Field(None, alias="from")
    last: Day | None = Field(None, alias="to")
    reason: Text
    review_on: Day


class HoldReview(Body):
    """`note`: what the review found. `review_on`: the next review, within a year."""

    note: Text
    review_on: Day


class HoldRelease(Body):
    """`reason`: why the hold ends."""

    reason: Text


@router.get("", operation_id="legal_holds_list")
async def list_holds(
    principal: Officer,
    holds: LegalHoldsDep,
    clock: ClockDep,
    page: AskedDep,
    state: Literal["open", "released"] | None = None,
) -> LegalHoldPage:
    """Lists legal holds, the newest first."""
    rule: dict[str, Any] = {} if state is None else {"state": state}
    if page.cursor is not None:
        at, last = place_of(page.cursor)
        rule["$or"] = [{"set_at": {"$lt": at}}, {"set_at": at, "_id": {"$lt": last}}]
    found = await holds.page(principal.tenant_id, rule, page.limit + 1)
    shown, more = found[: page.limit], len(found) > page.limit
    following = cursor_of(shown[-1].set_at, shown[-1].id) if more else None
    return {"items": [_row(hold, clock.now()) for hold in shown], "next": following}


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="legal_holds_set")
async def set_hold(
    body: NewLegalHold, principal: Officer, holds: LegalHoldsDep, tenants: TenantsDep, clock: ClockDep
) -> LegalHoldAnswer:
    """Sets a legal hold: what it names is not deleted, also when its retention is over, until the hold is released.

    Of a contact, a user or a queue it keeps their calls, with recordings. A user under a hold cannot be deleted (409
    legal_hold), and an organisation that is being closed is not deleted while a hold is open.
    """
    zone = ZoneInfo((await tenants.get(principal.tenant_id)).timezone)
    hold = await holds.set(
        principal.tenant_id,
        principal.user_id,
        body.kind,
        _subject(body),
        _days(body, zone),
        body.reason,
        _midnight(body.review_on, zone),
    )
    return await _view(hold, holds, clock.now())


@router.get("/{hold_id}", operation_id="legal_holds_read")
async def read_hold(hold_id: str, principal: Officer, holds: LegalHoldsDep, clock: ClockDep) -> LegalHoldAnswer:
    """Retrieves a legal hold with its history, and how much it keeps beyond its day."""
    return await _view(await holds.get(principal.tenant_id, hold_id), holds, clock.now())


@router.post("/{hold_id}/review", operation_id="legal_holds_review")
async def review_hold(
    hold_id: str, body: HoldReview, principal: Officer, holds: LegalHoldsDep, tenants: TenantsDep, clock: ClockDep
) -> LegalHoldAnswer:
    """Notes that a legal hold was reviewed and stays. 409 legal_hold_released: it is released already."""
    zone = ZoneInfo((await tenants.get(principal.tenant_id)).timezone)
    at = _midnight(body.review_on, zone)
    hold = await holds.review(principal.tenant_id, hold_id, principal.user_id, body.note, at)
    return await _view(hold, holds, clock.now())


@router.post("/{hold_id}/release", operation_id="legal_holds_release")
async def release_hold(
    hold_id: str, body: HoldRelease, principal: Officer, holds: LegalHoldsDep, clock: ClockDep
) -> LegalHoldAnswer:
    """Releases a legal hold. What it kept beyond its day is deleted within a minute or two, if no other hold keeps it.

    409 legal_hold_released: it is released already.
    """
    hold = await holds.release(principal.tenant_id, hold_id, principal.user_id, body.reason)
    return await _view(hold, holds, clock.now())


def _subject(body: NewLegalHold) -> str | None:
    """Raises: Invalid."""
    if (body.kind == "organisation") != (body.subject_id is None):
        raise Invalid(errors=[("subject_id", "is asked for, but of the whole organisation")])
    return body.subject_id


def _days(body: NewLegalHold, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Raises: Invalid."""
    if body.kind != "queue":
        if body.first is not None or body.last is not None:
            raise Invalid(errors=[("from", "goes with a queue only")])
        return None
    if body.first is None or body.last is None or body.last < body.first:
        raise Invalid(errors=[("to", "a queue has `from` and `to`, in this order")])
    try:
        return _midnight(body.first, zone), _midnight(body.last + timedelta(days=1), zone)
    except OverflowError:
        raise Invalid(errors=[("to", "is a day of the calendar")]) from None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Raises: Invalid for a day at the calendar's end."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        raise Invalid(errors=[("day", "is a day of the calendar")]) from None


def _row(hold: LegalHold, now: datetime) -> LegalHoldRow:
    return {
        "id": hold.id,
        "kind": hold.kind,
        "subject_id": hold.subject_id,
        "since": iso(hold.since) if hold.since else None,
        "until": iso(hold.until) if hold.until else None,
        "reason": hold.reason,
        "state": hold.state,
        "set_at": iso(hold.set_at),
        "review_at": iso(hold.review_at),
        "review_due": hold.state == "open" and hold.review_at <= now,
        "released_at": iso(hold.released_at) if hold.released_at else None,
    }


async def _view(hold: LegalHold, holds: Any, now: datetime) -> LegalHoldAnswer:
    calls, recordings = await holds.stopped(hold)
    return {
        **_row(hold, now),
        "calls_kept": calls,
        "recordings_kept": recordings,
        "history": [
            {
                "at": iso(step.at),
                "by": step.by,
                "action": step.action,
                "note": step.note,
                "review_at": iso(step.review_at) if step.review_at else None,
            }
            for step in hold.history
        ],
    }
