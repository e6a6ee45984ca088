"""What routes ask of this room: `service: AgentsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.agents.mobiles import AgentMobiles
from call24.agents.service import AgentService
from call24.http.provided import provided

MobilesDep = Annotated[AgentMobiles, provided(AgentMobiles)]
AgentsDep = Annotated[AgentService, provided(AgentService)]
