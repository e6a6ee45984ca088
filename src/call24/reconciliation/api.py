"""What the nightly comparison of call records with Asterisk's own log found."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from call24.http.access import allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.instants import iso
from call24.reconciliation.answers import ReconciliationAnswer, ReconciliationList
from call24.reconciliation.dependencies import ReconcilerDep
from call24.reconciliation.model import Reconciliation

router = Router(prefix="/v1/reconciliations", tags=["reports"])

SHOWN_MAX = 90


@router.get("", operation_id="reconciliations_list_reconciliations")
async def reconciliations(
    principal: Annotated[Principal, Depends(allowed("calls.read_all"))],
    reconciler: ReconcilerDep,
    limit: Annotated[int, Query(ge=1, le=SHOWN_MAX)] = 30,
) -> ReconciliationList:
    """Lists the nightly comparisons of call records with Asterisk's own log, newest day first.

    Differences are reported and never corrected. `owner` says who deals with a finding: the organisation, or the
    operator of this installation.
    """
    return {"items": [_shown(one) for one in await reconciler.shown(principal.tenant_id, limit)]}


def _shown(one: Reconciliation) -> ReconciliationAnswer:
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
                "kind": x.kind,
                "owner": x.owner,
                "advice": x.advice,
                "call_id": x.call_id,
                "leg": x.leg,
                "recorded": x.recorded,
                "seen": x.seen,
            }
            for x in one.findings
        ],
    }
