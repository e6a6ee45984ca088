"""Corrections: the history of what was corrected of a person."""

from __future__ import annotations

from call24.corrections import personal_data, store
from call24.corrections.activity import ACTIVITY, CorrectionActivity
from call24.corrections.api import history
from call24.corrections.service import Corrections
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    return Built(services=(Corrections(there.get(Mongo)), CorrectionActivity(there.get(Mongo))))


ROOM = Room(
    name="corrections",
    provides=(Corrections, CorrectionActivity),
    build=build,
    routers=(history.router,),
    indexes=store.INDEXES,
    activity=ACTIVITY,
    holds=personal_data.HOLDS,
)
