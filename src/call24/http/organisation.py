"""An organisation's own settings, for all its queues and people."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from call24.http.access import Body, ServicesDep, allowed
from call24.identity.model import Principal
from call24.tenants.model import Tenant

router = APIRouter(prefix="/v1/organisation", tags=["administration"])


class Change(Body):
    """What is not named stays as it is.

    `recording`: the most that any queue may record: `always` leaves it to the queues, `on_demand` lets nothing be
    recorded by itself, `never` nothing at all. `monitoring_visible`: agents see who listens to their calls.
    `record_days`: of calls from now on. `mfa_required`: listening to recordings, monitoring, exports, roles, keys and
    these settings need a recent second proof of everybody, and so an authenticator.
    """

    name: str = Field("", max_length=200)
    region: str = Field("", max_length=2)
    timezone: str = Field("", max_length=64)
    record_days: int = 90
    recording: Literal["always", "on_demand", "never"] = "always"
    monitoring_visible: bool = True
    mfa_required: bool = False

    def settings(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


@router.get("")
async def read(
    principal: Annotated[Principal, Depends(allowed("organisation.read"))], services: ServicesDep
) -> dict[str, Any]:
    return _view(await services.tenants.get(principal.tenant_id))


@router.patch("")
async def change(
    body: Change, principal: Annotated[Principal, Depends(allowed("organisation.write"))], services: ServicesDep
) -> dict[str, Any]:
    """Calls that go on keep what they began with."""
    return _view(await services.tenants.change(principal.tenant_id, **body.settings()))


def _view(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": tenant.id,
        "name": tenant.name,
        "region": tenant.region,
        "timezone": tenant.timezone,
        "record_days": tenant.record_days,
        "recording": tenant.recording,
        "monitoring_visible": tenant.monitoring_visible,
        "mfa_required": tenant.mfa_required,
    }
