"""What the nightly comparison of call records with Asterisk's own log found."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query

from call24.http.access import allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.instants import iso
from call24.reconciliation.dependencies import ReconcilerDep
from call24.reconciliation.model import Reconciliation

router = Router(prefix="/v1/reconciliations", tags=["reports"])

SHOWN_MAX = 90


@router.get("", operation_id="reconciliations_list_reconciliations")
async def reconciliations(
    principal: Annotated[Principal, Depends(allowed("calls.read_all"))],
    reconciler: ReconcilerDep,
    limit: Annotated[int, Query(ge=1, le=SHOWN_MAX)] = 30,
) -> dict[str, Any]:
    """By day, the newest first. Differences are shown and never mended. `owner`: who sees to a finding, the
    organisation or whoever runs this installation; `advice`: what to do. `missed`: calls that could not be compared."""
    return {"items": [_shown(one) for one in await reconciler.shown(principal.tenant_id, limit)]}


def _shown(one: Reconciliation) -> dict[str, Any]:
    return {
        "day": one.day,
        "made_at": iso(one.made_at),
        "state": one.state,
        "calls": one.calls,
        "legs": one.legs,
        "not_covered": one.not_covered,
        "missed": list(one.missed),
        "found": one.found,
        "findings": [
            {
                "kind": x.kind.value,
                "owner": x.owner.value,
                "advice": x.advice,
                "call_id": x.call_id,
                "leg": x.leg,
                "recorded": x.recorded,
                "seen": x.seen,
            }
            for x in one.findings
        ],
    }
