"""Offers of tasks: which agent is asked to take which, by the same routing as calls."""

from __future__ import annotations

from call24.changes.reader import RoomReader
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.queues.service import QueueService
from call24.restrictions.service import Restrictions
from call24.task_offers import personal_data, service
from call24.task_offers.service import TaskMatching
from call24.tasks.events import TASK_CHANGED, TASK_OFFER_CHANGED
from call24.tasks.offers import TaskOffers


def build(there: Provided) -> Built:
    restrictions, queues = there.get(Restrictions), there.get(QueueService)
    matching = TaskMatching(
        there.get(Clock),
        there.get(TaskOffers),
        queues,
        there.get(IdentityService),
        restricted=lambda task: restrictions.restricted(task.tenant_id, task.contact_id),
    )
    queues.changed.append(matching.queue_changed)
    return Built(
        services=(matching,),
        tasks=(BackgroundTask(name="offers of tasks", run=matching.run, bound=service.BOUND),),
    )


ROOM = Room(
    name="task_offers",
    provides=(TaskMatching,),
    build=build,
    readers=(
        RoomReader(
            name="task offers", wants=(TASK_CHANGED, TASK_OFFER_CHANGED), of=TaskMatching, read=TaskMatching.read
        ),
    ),
    holds=personal_data.HOLDS,
)
