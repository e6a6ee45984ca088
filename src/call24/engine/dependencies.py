"""What routes ask of this room: `service: CallRequestsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.engine.engine import Engine
from call24.engine.requests import Requests
from call24.http.provided import provided

CallRequestsDep = Annotated[Requests, provided(Requests)]
EngineDep = Annotated[Engine, provided(Engine)]
