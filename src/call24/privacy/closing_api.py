"""Closing one's organisation, and keeping it after all."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.http.access import Body, PrincipalDep, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.kit.instants import iso
from call24.privacy.answers import ClosingPlan, OrganisationClosing
from call24.privacy.closings import Closings, receipt_of
from call24.privacy.dependencies import ClosingsDep
from call24.privacy.model import Closing
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/organisation/closing", tags=["administration"])

Closer = Annotated[Principal, Depends(allowed("organisation.close"))]


class ClosingRequest(Body):
    """`name`: the organisation's name, typed as it stands."""

    name: str = Field(max_length=200)


@router.get("/plan", operation_id="organisation_plan_closing")
async def plan(principal: Closer, closings: ClosingsDep, tenants: TenantsDep) -> ClosingPlan:
    """Counts what closing the organisation would delete. Nothing is changed."""
    tenant = await tenants.get(principal.tenant_id)
    return {"name": tenant.name, "days": closings.days, "deleted": await closings.plan(tenant.id)}


@router.get("", operation_id="organisation_read_closing")
async def read(principal: PrincipalDep, closings: ClosingsDep) -> OrganisationClosing:
    """Tells whether the organisation is being closed, and until when it can be kept. All its users may know."""
    return await _view(await closings.read(principal.tenant_id), principal, closings)


@router.post("", status_code=201, operation_id="organisation_close")
async def close(body: ClosingRequest, principal: Closer, closings: ClosingsDep) -> OrganisationClosing:
    """Closes the organisation: after some days everything of it is deleted.

    Until `ends_at` it works as before, and every owner can keep it. All owners are told by e-mail, now and three days
    before. Keep `receipt_id`: by it anyone can download the deletion's signed receipt (`/v1/erasure-receipts`). It is
    also sent to you. 409 organisation_closing: it is being closed already.
    """
    return await _view(await closings.close(principal, body.name), principal, closings)


@router.delete("", status_code=204, operation_id="organisation_keep")
async def keep(principal: Closer, closings: ClosingsDep) -> None:
    """Keeps the organisation that is being closed. Nothing was deleted.

    404 not_found: it is not being closed. 409 closing_begun: its deletion has begun.
    """
    await closings.keep(principal.tenant_id, principal.user_id)


async def _view(closing: Closing | None, principal: Principal, closings: Closings) -> OrganisationClosing:
    if closing is None:
        return {"asked_at": None, "asked_by": None, "ends_at": None, "delayed_by": None, "receipt_id": None}
    return {
        "asked_at": iso(closing.asked_at),
        "asked_by": closing.asked_by if permits(principal, "organisation.close") else None,
        "ends_at": iso(closing.ends_at),
        "delayed_by": await closings.delayed_by(closing),
        "receipt_id": receipt_of(closing),
    }
