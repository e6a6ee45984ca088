"""Stored data in the form of this version."""

from __future__ import annotations

from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.settings import Settings
from call24.migrations import personal_data
from call24.migrations.run import Migrations
from call24.migrations.upgrades import Upgrades


def build(there: Provided) -> Built:
    mongo = there.get(Mongo)
    return Built(services=(Migrations(mongo, there.get(Settings).data, there.get(Clock)), Upgrades(mongo)))


ROOM = Room(name="migrations", provides=(Migrations, Upgrades), build=build, holds=personal_data.HOLDS)
