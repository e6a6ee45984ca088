"""Metrics for the operator's Prometheus."""

from __future__ import annotations

import secrets

from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.secrets import secret_file
from call24.kit.settings import Settings
from call24.metrics import api
from call24.metrics.exposition import Metrics


def build(there: Provided) -> Built:
    token = secret_file(there.get(Settings).secrets / "metrics", lambda: secrets.token_urlsafe(32))
    metrics = Metrics(token)
    return Built(services=(metrics,), stop=(metrics.close,))


ROOM = Room(name="metrics", provides=(Metrics,), build=build, routers=(api.router,))
