"""Testing a trunk: does its carrier answer?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from call24.doctor.answers import TrunkTestAnswer
from call24.doctor.trunk_test import TrunkTests
from call24.http.access import allowed
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import TrunkId
from call24.kit.instants import iso
from call24.tenants.api.trunks import TrunkStatusesDep
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/trunks", tags=["administration"])


@router.post("/{trunk_id}/carrier/test", operation_id="trunks_test_trunk")
async def test_trunk(
    trunk_id: str,
    principal: Annotated[Principal, Depends(allowed("trunks.write"))],
    tenants: TenantsDep,
    tests: Annotated[TrunkTests, provided(TrunkTests)],
    trunk_statuses: TrunkStatusesDep,
) -> TrunkTestAnswer:
    """Asks the trunk's host whether it answers (SIP OPTIONS) and, where the trunk registers, takes its login.

    It takes some seconds and changes nothing at the carrier. It goes to the host alone, and not where this installation
    lets no trunk lead. 429: the trunk was tested within the last five seconds, or 60 tests were made within the hour.
    """
    trunk = await tenants.trunk(principal.tenant_id, TrunkId(trunk_id))
    found = await tests.test(trunk)
    status = trunk_statuses.trunk_status(trunk.id)
    return {
        "tested_at": iso(found.at),
        "verdict": found.verdict,
        "code": found.code,
        "rtt_ms": found.rtt_ms,
        "register_code": found.register_code,
        "certificate": found.certificate or None,
        "status": status.status if trunk.enabled else "off",
        "since": iso(status.since),
    }
