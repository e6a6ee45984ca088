"""Whose a call is that did not get in: the number's organisation, or the only one whose trunk it came by.

An address that trunks of several organisations name tells nobody: what one of them mistyped is not another's business.
Nor is by which trunk of another's a call came to one's number: its address and its name are left out.
"""

from __future__ import annotations

from collections.abc import Callable

from call24.engine.arrivals import NotTaken
from call24.kit.ids import TenantId
from call24.server.call_configuration import e164_of
from call24.tenants.model import Trunk
from call24.tenants.refused_calls import Reason, RefusedCalls
from call24.tenants.service import TenantService


def noting(tenants: TenantService, refused: RefusedCalls) -> Callable[[NotTaken], None]:
    def note(told: NotTaken) -> None:
        number = e164_of(tenants, told.dialled)
        trunks = tenants.trunks_by(told.trunk)
        whose: TenantId | None = told.tenant_id
        reason: Reason = told.reason
        if whose is None and number is not None:
            whose, reason = number.tenant_id, "other_trunk" if reason == "unknown_number" else reason
        elif whose is None:
            whose = _only(trunks)
        if whose is None:
            return
        theirs = [trunk.id for trunk in trunks if trunk.tenant_id == whose]
        refused.note(
            whose,
            reason,
            caller=told.caller,
            dialled=told.dialled,
            source=told.trunk if theirs or not trunks else "",
            trunk_id=theirs[0] if theirs else None,
        )

    return note


def _only(trunks: list[Trunk]) -> TenantId | None:
    whose = {trunk.tenant_id for trunk in trunks}
    return next(iter(whose)) if len(whose) == 1 else None
