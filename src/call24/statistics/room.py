"""Reports: counts of calls and agents."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from call24.consents.model import Purpose
from call24.consents.service import Consents
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import QueueId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.queues.service import QueueService
from call24.statistics import api, personal_data, store, totals
from call24.statistics.count import LimitOf
from call24.statistics.counted_calls import CountedCalls
from call24.statistics.service import Reports
from call24.statistics.today import TodayFigures
from call24.statistics.totals import Totals
from call24.tenants.service import TenantService

SERVICE_LEVEL_S = 20
"""Of a queue that is gone: what a new one would have."""


def build(there: Provided) -> Built:
    made, tenants = reports(there), there.get(TenantService)
    lasting = Totals(there.get(Mongo), there.get(Clock), tenants, _limit_of(there.get(QueueService)))

    def days() -> list[tuple[TenantId, ZoneInfo, int]]:
        return [(one.id, ZoneInfo(one.timezone), one.record_days) for one in tenants.known_tenants()]

    ahead = BackgroundTask(name="statistics", run=lambda: made.run(days), bound="one day of one organisation at a time")
    counted = CountedCalls(there.get(Mongo), there.get(Clock))
    today = TodayFigures(made, there.get(Clock))
    return Built(services=(made, lasting, counted, today), tasks=(ahead,))


def reports(there: Provided, keeps: bool = True) -> Reports:
    """`keeps` False: nothing is stored, as in the process of an export."""
    limit_of = _limit_of(there.get(QueueService))
    identity, consents = there.get(IdentityService), there.get(Consents)

    def users_of(tenant_id: TenantId) -> list[UserId]:
        return [user.id for user in identity.known_users(tenant_id)]

    def individual(tenant_id: TenantId, user_id: UserId) -> bool:
        return consents.may(Purpose.INDIVIDUAL_STATISTICS, tenant_id, user_id)

    return Reports(there.get(Mongo), there.get(Clock), limit_of, users_of, keeps, individual)


def _limit_of(queues: QueueService) -> LimitOf:
    def limit_of(queue_id: QueueId) -> int:
        queue = queues.known(queue_id)
        return queue.service_level_s if queue is not None else SERVICE_LEVEL_S

    return limit_of


ROOM = Room(
    name="statistics",
    provides=(Reports, Totals, CountedCalls, TodayFigures),
    build=build,
    routers=(api.router,),
    indexes=(*store.INDEXES, *totals.INDEXES),
    holds=personal_data.HOLDS,
)
