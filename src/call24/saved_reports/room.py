"""Saved reports: under a name, shared or one's own, and sent by e-mail at set times."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from call24.agents.service import AgentService
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.notifications.emails import Emails
from call24.notifications.preferences import Preferences
from call24.notifications.service import Notifications
from call24.queues.service import QueueService
from call24.saved_reports import api, personal_data, store
from call24.saved_reports.schedules import IN_A_TURN, LOOK_EVERY_S, ReportSchedules
from call24.saved_reports.service import SavedReports
from call24.statistics.api import name_of
from call24.statistics.service import Reports
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, tenants = there.get(Mongo), there.get(Clock), there.get(TenantService)
    agents = there.get(AgentService)

    def zone(tenant_id: TenantId) -> ZoneInfo:
        tenant = tenants.known(tenant_id)
        return ZoneInfo(tenant.timezone if tenant is not None else "UTC")

    def name(tenant_id: TenantId, by: str, key: str) -> str:
        return name_of(by, key, saved, agents, tenants, tenant_id)

    saved = SavedReports(mongo, clock, there.get(IdentityService), there.get(QueueService), zone)
    schedules = ReportSchedules(
        mongo,
        clock,
        saved,
        there.get(Reports),
        there.get(Notifications),
        there.get(Preferences),
        there.get(Emails),
        tenants,
        name,
    )
    bound = f"every {LOOK_EVERY_S:.0f} s, {IN_A_TURN} reports of an organisation in a turn"
    sending = BackgroundTask(name="scheduled reports", run=schedules.run, bound=bound)
    return Built(services=(saved, schedules), tasks=(sending,))


ROOM = Room(
    name="saved_reports",
    provides=(SavedReports, ReportSchedules),
    build=build,
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
