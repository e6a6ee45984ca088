"""Metrics for the operator's Prometheus, and what they mean, for `./call24 status` and operators in the app."""

from __future__ import annotations

import asyncio
import secrets

from call24.installer import backup_note
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.secrets import secret_file
from call24.kit.settings import Settings
from call24.metrics import api, installation_api
from call24.metrics.exposition import Metrics
from call24.metrics.installation import Installation
from call24.metrics.machine_use import use_of_machine


def build(there: Provided) -> Built:
    settings = there.get(Settings)
    token = secret_file(settings.secrets / "metrics", lambda: secrets.token_urlsafe(32))
    metrics = Metrics(token)
    pbx = settings.pbx is not None
    own = settings.own_asterisk or pbx
    installation = Installation(metrics, there.get(Mongo), there.get(Clock), own_asterisk=own, pbx=pbx)
    installation.machine = lambda: use_of_machine(settings.data)
    installation.backup = lambda: asyncio.to_thread(backup_note.read, settings.data)
    return Built(services=(metrics, installation), stop=(installation.close, metrics.close))


ROOM = Room(
    name="metrics", provides=(Metrics, Installation), build=build, routers=(api.router, installation_api.router)
)
