"""Queues and opening hours."""

from __future__ import annotations

from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.queues import personal_data, store
from call24.queues.api import hours, queues
from call24.queues.hours_service import HoursService
from call24.queues.invited import InvitedMembers
from call24.queues.permissions import PERMISSIONS
from call24.queues.service import QueueService
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock = there.get(Mongo), there.get(Clock)
    queues = QueueService(mongo, clock, there.get(IdentityService))
    tenants = there.get(TenantService)
    hours = HoursService(mongo, clock, tenants)

    def record_days(tenant_id: TenantId) -> int | None:
        tenant = tenants.known(tenant_id)
        return tenant.record_days if tenant is not None else None

    queues.record_days = record_days
    there.get(Accounts).invitations.accepted.append(InvitedMembers(queues, there.get(IdentityService)).accepted)
    return Built(services=(queues, hours), refresh=(queues.refresh, hours.refresh))


ROOM = Room(
    name="queues",
    provides=(
        QueueService,
        HoursService,
    ),
    build=build,
    permissions=PERMISSIONS,
    routers=(
        queues.router,
        hours.router,
    ),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
