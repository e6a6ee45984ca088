"""An organisation's settings, for all its queues and users."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends
from pydantic import Field

from call24.http.access import Body, allowed, require
from call24.http.router import Router
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import Conflict
from call24.tenants.answers import Organisation
from call24.tenants.dependencies import TenantsDep
from call24.tenants.model import Tenant
from call24.tenants.rules import REASON_MAX, check_tenant

router = Router(prefix="/v1/organisation", tags=["administration"])


class OrganisationChange(Body):
    """Settings of the organisation. Fields that are left out stay as they are.

    `recording`: the most that any queue may record. `always` leaves it to the queues, `on_demand` records only what
    agents ask for, `never` nothing. `monitoring_visible`: agents see who listens to their calls. `ring_mobiles`: agents
    may have their own mobile number called over your trunks when a queue's call rings none of their phones.
    `record_days`: as it is; `PUT /v1/organisation/record-days` changes it. `recording_days`: of recordings, also of
    those that are kept already; null: as long as the call record. More days than the record's need
    `recording_days_reason`, the law or contract that asks for them; then a reduced record stays with the recording.
    `recording_stop_key`: 0, 2 to 9 or `*`:
    a caller who presses it in the call stops its recording for good; null: no key does. A menu's own keys come first.
    `stopped_recording`: what was recorded until then is deleted at once, or kept like every recording. Both hold for
    calls that begin from now on. `mfa_required`: everybody needs a second factor; users without one can only set one
    up.
    """

    name: str = Field("", max_length=200)
    region: str = Field("", max_length=2)
    timezone: str = Field("", max_length=64)
    record_days: int = 90
    recording_days: int | None = None
    recording_days_reason: str | None = Field(None, max_length=REASON_MAX)
    recording: Literal["always", "on_demand", "never"] = "always"
    recording_stop_key: str | None = Field(None, max_length=1)
    stopped_recording: Literal["delete", "keep"] = "delete"
    monitoring_visible: bool = True
    ring_mobiles: bool = False
    mfa_required: bool = False

    def settings(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


@router.get("", operation_id="organisation_read")
async def read(
    principal: Annotated[Principal, Depends(allowed("organisation.read"))], tenants: TenantsDep
) -> Organisation:
    """Retrieves the organisation's settings."""
    return _view(await tenants.get(principal.tenant_id))


@router.patch("", operation_id="organisation_change")
async def change(
    body: OrganisationChange,
    principal: Annotated[Principal, Depends(allowed("organisation.write"))],
    tenants: TenantsDep,
    identity: IdentityDep,
    accounts: AccountsDep,
) -> Organisation:
    """Updates the organisation's settings. Calls that go on keep the settings that they began with.

    `mfa_required` also needs the permission `sign_in.write`. Setting it signs out all users without a second factor; at
    their next sign-in they can only set one up. 409 `mfa_off` where you have none yourself, `retention_separate` where
    `record_days` is another number than it is now: `PUT /v1/organisation/record-days` changes it. 422
    `retention_reason_required` where `recording_days` is more than `record_days` and no reason is stated.
    """
    if "mfa_required" in body.model_fields_set:
        require(principal, "sign_in.write")
    fresh = body.settings().get("mfa_required") and not identity.asks_proof(principal.tenant_id)
    if fresh and not (await identity.user(principal.tenant_id, principal.user_id)).mfa:
        raise Conflict("Set up a second factor of your own first", code="mfa_off")
    if "record_days" in body.model_fields_set:
        check_tenant("GB", "UTC", body.record_days)
        if body.record_days != (await tenants.get(principal.tenant_id)).record_days:
            raise Conflict(
                "Calls that are kept follow this setting: change it with PUT /v1/organisation/record-days",
                code="retention_separate",
            )
    changed = await tenants.change(principal.tenant_id, **body.settings())
    if fresh:
        await accounts.people.end_unproven(principal.tenant_id)
    return _view(changed)


def _view(tenant: Tenant) -> Organisation:
    return {
        "id": tenant.id,
        "name": tenant.name,
        "region": tenant.region,
        "timezone": tenant.timezone,
        "record_days": tenant.record_days,
        "recording_days": tenant.recording_days,
        "recording_days_reason": tenant.recording_days_reason,
        "recording": tenant.recording,
        "recording_stop_key": tenant.recording_stop_key,
        "stopped_recording": tenant.stopped_recording,
        "monitoring_visible": tenant.monitoring_visible,
        "ring_mobiles": tenant.ring_mobiles,
        "mfa_required": tenant.mfa_required,
    }
