"""The live view: what goes on now, and alerts of queues whose callers need help."""

from __future__ import annotations

from call24.changes.service import Changes
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.live import alerts, api, events, personal_data
from call24.live.alerts import LOOK_EVERY_S, QueueAlerts
from call24.live.permissions import PERMISSIONS
from call24.queues.rules import QUEUES_MAX
from call24.queues.service import QueueService


def build(there: Provided) -> Built:
    watching = QueueAlerts(there.get(Mongo), there.get(Clock), there.get(Changes), there.get(QueueService))
    bound = f"every {LOOK_EVERY_S:.0f} s, two alerts for each of {QUEUES_MAX} queues of an organisation"
    return Built(services=(watching,), tasks=(BackgroundTask(name="queue alerts", run=watching.run, bound=bound),))


ROOM = Room(
    name="live",
    provides=(QueueAlerts,),
    build=build,
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=alerts.INDEXES,
    events=events.EVENTS,
    holds=personal_data.HOLDS,
)
