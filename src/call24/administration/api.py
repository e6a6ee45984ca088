"""How many there are of what the pages of administration list."""

from __future__ import annotations

from typing import Annotated

from call24.administration.answers import AdministrationCounts, CountName
from call24.administration.counts import Counts
from call24.http.access import PrincipalDep
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.permissions import STEP_UP, permits
from call24.kit.ids import TenantId
from call24.tenants.api.trunks import TrunkStatuses, TrunkStatusesDep
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService
from call24.webhooks.dependencies import WebhooksDep
from call24.webhooks.service import WebhookService

router = Router(prefix="/v1/administration", tags=["administration"])

CountsDep = Annotated[Counts, provided(Counts)]

DOWN = frozenset({"rejected", "unreachable", "forbidden"})


@router.get("/counts", operation_id="administration_counts")
async def read_counts(
    principal: PrincipalDep,
    counts: CountsDep,
    identity: IdentityDep,
    tenants: TenantsDep,
    trunk_statuses: TrunkStatusesDep,
    webhook_service: WebhooksDep,
) -> AdministrationCounts:
    """Counts what the organisation has: users, queues, trunks and so on, and says where something needs somebody.

    Only what you may list is counted for you. Counts are at most ten seconds old, and never older than the last change
    that somebody made through the API.
    """
    tenant_id = principal.tenant_id
    found = await counts.of(tenant_id)
    seen = [one.name for one in counts.counted if _sees(principal, one.permission)]
    shown: dict[CountName, int] = {name: found[name].count for name in seen}
    if principal.device_id is not None:
        tokens = await identity.tokens(tenant_id, principal.user_id)
        shown["api_tokens"] = sum(token.device_id is None for token in tokens)
    known = {
        "trunks": lambda: _trunk_down(tenant_id, tenants, trunk_statuses),
        "webhooks": lambda: _webhook_fails(tenant_id, webhook_service),
    }
    attention = [name for name in seen if found[name].attention or (name in known and known[name]())]
    return {"counts": shown, "attention": attention}


def _sees(principal: Principal, permission: str) -> bool:
    """As the list itself is answered, but that a missing second factor is no error here: it is asked for there."""
    return permits(principal, permission) and not (permission in STEP_UP and principal.proof_due)


def _trunk_down(tenant_id: TenantId, tenants: TenantService, trunk_statuses: TrunkStatuses) -> bool:
    """From memory."""
    seen = [trunk_statuses.trunk_status(one.id) for one in tenants.known_ways_out(tenant_id) if one.enabled]
    return any(one.status in DOWN or one.trouble for one in seen)


def _webhook_fails(tenant_id: TenantId, webhook_service: WebhookService) -> bool:
    """From memory; one that somebody switched off needs nobody."""
    webhooks = webhook_service.known_of(tenant_id)
    return any(one.gone_at is not None or (one.enabled and one.failing_since is not None) for one in webhooks)
