"""Tasks: voicemails, missed calls, failed callbacks, and what users and rules wrote down."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from call24.changes.service import Changes
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.tasks import due, events, filters, offers, personal_data, series, store
from call24.tasks.activity import ACTIVITY, TaskActivity
from call24.tasks.api import bulk as bulk_api
from call24.tasks.api import comments as comments_api
from call24.tasks.api import filters as filters_api
from call24.tasks.api import offers as offers_api
from call24.tasks.api import series as series_api
from call24.tasks.api import tasks as tasks_api
from call24.tasks.bulk import BulkChanges
from call24.tasks.comments import TaskComments
from call24.tasks.due import TaskClock
from call24.tasks.filters import SavedFilters
from call24.tasks.offers import TaskOffers
from call24.tasks.permissions import PERMISSIONS
from call24.tasks.series import TaskSeriesService
from call24.tasks.service import TaskService
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, changes, tenants = there.get(Mongo), there.get(Clock), there.get(Changes), there.get(TenantService)

    def zone(tenant_id: TenantId) -> ZoneInfo:
        tenant = tenants.known(tenant_id)
        return ZoneInfo(tenant.timezone if tenant is not None else "UTC")

    tasks = TaskService(mongo, clock, changes)
    recurring = TaskSeriesService(mongo, clock, changes, tasks, zone)
    looking = TaskClock(tasks, recurring)
    return Built(
        services=(
            tasks,
            recurring,
            looking,
            TaskOffers(mongo, clock, tasks),
            TaskComments(mongo, clock, changes),
            BulkChanges(mongo, clock, changes, tasks),
            SavedFilters(mongo, clock),
            TaskActivity(mongo),
        ),
        tasks=(BackgroundTask(name="reminders and recurring tasks", run=looking.run, bound=due.BOUND),),
    )


ROOM = Room(
    name="tasks",
    provides=(
        TaskService,
        TaskSeriesService,
        TaskClock,
        TaskOffers,
        TaskComments,
        BulkChanges,
        SavedFilters,
        TaskActivity,
    ),
    build=build,
    permissions=PERMISSIONS,
    routers=(
        tasks_api.router,
        offers_api.router,
        comments_api.router,
        bulk_api.router,
        filters_api.router,
        series_api.router,
    ),
    indexes=(*store.INDEXES, *offers.INDEXES, *series.INDEXES, *filters.INDEXES),
    events=events.EVENTS,
    activity=ACTIVITY,
    holds=personal_data.HOLDS,
)
