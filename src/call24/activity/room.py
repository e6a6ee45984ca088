"""The activity log: what happened with a person, a number or a task, merged from what rooms tell."""

from __future__ import annotations

from call24.activity import api
from call24.activity.service import ActivityLog
from call24.kit.activity import ActivitySources
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.restrictions.service import Restrictions


def build(there: Provided) -> Built:
    sources = [source.bound(there) for source in there.get(ActivitySources).declared]
    return Built(services=(ActivityLog(sources, there.get(Restrictions)),))


ROOM = Room(name="activity", provides=(ActivityLog,), build=build, routers=(api.router,))
