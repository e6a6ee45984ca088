"""How long an organisation keeps its calls: the plan of a change, the change, and undoing it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import Field

from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.instants import iso
from call24.kit.paging import cursor_of, place_of
from call24.privacy.answers import (
    RecordDays,
    RetentionChangeAnswer,
    RetentionChangePage,
    RetentionPlanAnswer,
)
from call24.privacy.dependencies import RetentionChangesDep
from call24.privacy.retention_changes import RetentionChanges
from call24.privacy.retention_model import RetentionChange
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1/organisation/record-days", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("organisation.read"))]
Writer = Annotated[Principal, Depends(allowed("organisation.write"))]
Deleter = Annotated[Principal, Depends(deleting("organisation.write"))]


class RetentionWish(Body):
    """`record_days`: 1 to 3650. `plan_id`: of a shorter time, the `id` of its plan. `reason`: of a longer one, the law
    or contract that asks for it, in words."""

    record_days: int
    plan_id: str | None = Field(None, max_length=1000)
    reason: str | None = Field(None, max_length=500)


@router.get("", operation_id="organisation_read_record_days")
async def read(principal: Reader, changes: RetentionChangesDep, tenants: TenantsDep) -> RecordDays:
    """Retrieves how long calls are kept, and the latest change of it."""
    return await _shown(principal, changes, tenants)


@router.get("/plan", operation_id="organisation_plan_record_days")
async def plan(
    principal: Writer,
    changes: RetentionChangesDep,
    record_days: Annotated[int | None, Query(description="Days to plan; none: as they are now")] = None,
) -> RetentionPlanAnswer:
    """Counts what a number of days would delete, at once and on the following days. Nothing is changed."""
    found, plan_id, more = await changes.plan(principal.tenant_id, record_days)
    return {
        "id": plan_id,
        "record_days_now": found.days_before,
        "record_days": found.days,
        "effective_at": iso(more["effective_at"]),
        "calls": found.calls,
        "recordings": found.recordings,
        "exports": more["exports"],
        "by_day": [{"since": iso(at), "calls": calls, "recordings": count} for at, calls, count in more["by_day"]],
    }


@router.put("", dependencies=SERIALISED, operation_id="organisation_change_record_days")
async def change(
    body: RetentionWish, principal: Deleter, changes: RetentionChangesDep, tenants: TenantsDep
) -> RecordDays:
    """Changes how long calls are kept. Calls that are kept already follow, with recordings, tasks and journal.

    Fewer days take effect after 24 hours, and can be undone until then. They need the `id` of a plan that was read
    within the hour (409 `retention_plan_required`, `retention_plan_outdated`). More days take effect at once, and need
    a legal reason (422 `retention_reason_required`). 409 `retention_change_open` while another change is under way.
    """
    await changes.change(principal.tenant_id, principal.user_id, body.record_days, body.plan_id, body.reason)
    return await _shown(principal, changes, tenants)


@router.get("/changes", operation_id="organisation_list_record_day_changes")
async def list_changes(principal: Reader, changes: RetentionChangesDep, page: AskedDep) -> RetentionChangePage:
    """Lists the changes of how long calls are kept, the newest first."""
    rule: dict[str, Any] = {}
    if page.cursor is not None:
        at, last = place_of(page.cursor)
        rule["$or"] = [{"asked_at": {"$lt": at}}, {"asked_at": at, "_id": {"$lt": last}}]
    found = await changes.page(principal.tenant_id, rule, page.limit + 1)
    shown, more = found[: page.limit], len(found) > page.limit
    following = cursor_of(shown[-1].asked_at, shown[-1].id) if more else None
    return {"items": [_change(one) for one in shown], "next": following}


@router.delete("/change", status_code=204, dependencies=SERIALISED, operation_id="organisation_undo_record_days")
async def undo(principal: Deleter, changes: RetentionChangesDep) -> Response:
    """Undoes a change that has not taken effect: nothing was deleted by it.

    404 not_found: none is waiting. 409 `retention_change_begun`: it has taken effect.
    """
    await changes.undo(principal.tenant_id)
    return Response(status_code=204)


async def _shown(principal: Principal, changes: RetentionChanges, tenants: TenantService) -> RecordDays:
    latest = await changes.current(principal.tenant_id)
    days = (await tenants.get(principal.tenant_id)).record_days
    return {"record_days": days, "change": None if latest is None else _change(latest)}


def _change(change: RetentionChange) -> RetentionChangeAnswer:
    return {
        "id": change.id,
        "state": change.state,
        "asked_by": change.asked_by,
        "asked_at": iso(change.asked_at),
        "record_days_before": change.days_before,
        "record_days": change.days,
        "reason": change.reason,
        "calls": change.calls,
        "recordings": change.recordings,
        "effective_at": iso(change.effective_at),
    }
