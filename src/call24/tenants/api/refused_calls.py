"""Inbound calls that were refused, with the reasons: for who administers trunks and numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from call24.http.access import allowed
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.instants import iso
from call24.tenants.answers import RefusedCallAnswer, RefusedCallPage
from call24.tenants.dependencies import RefusedCallsDep
from call24.tenants.refused_calls import RefusedCall

router = Router(prefix="/v1/refused-calls", tags=["administration"])


@router.get("", operation_id="refused_calls_list_refused_calls")
async def list_refused_calls(
    principal: Annotated[Principal, Depends(allowed("calls.read_all"))], refused: RefusedCallsDep, asked: AskedDep
) -> RefusedCallPage:
    """Lists the inbound calls that were refused, the newest first, with the reasons.

    These are the newest 500 of the last 30 days, or of as many days as call records are kept if that is fewer. Attempts
    within an hour that are alike are counted as one entry. In a flood, one entry without numbers stands for many calls.
    """
    found = await refused.listed(principal.tenant_id) if refused is not None else []
    return asked.page(found, _view, lambda one: (-ms(one.at), one.id))


def _view(call: RefusedCall) -> RefusedCallAnswer:
    return {
        "id": call.id,
        "reason": call.reason,
        "number": call.caller,
        "dialled": call.dialled,
        "source": call.source,
        "trunk_id": call.trunk_id,
        "count": call.count,
        "first_at": iso(call.first_at),
        "at": iso(call.at),
    }
