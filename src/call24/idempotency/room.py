"""Answers kept for a day, so that a repeated request is done once."""

from __future__ import annotations

from call24.idempotency import personal_data, service
from call24.idempotency.model import Attempt
from call24.idempotency.service import IdempotencyService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey


def build(there: Provided) -> Built:
    return Built(services=(IdempotencyService(there.get(Mongo), there.get(Clock), there.get(AppKey)),))


ROOM = Room(
    name="idempotency",
    provides=(IdempotencyService,),
    build=build,
    indexes=service.INDEXES,
    sealed=(SealedField(kind=Attempt, field="answer", purpose="repeated answers"),),
    holds=personal_data.HOLDS,
)
