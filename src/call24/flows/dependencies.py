"""What routes ask of this room: `service: FlowsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.flows.prompts import PromptService
from call24.flows.service import FlowService
from call24.http.provided import provided

FlowsDep = Annotated[FlowService, provided(FlowService)]
PromptsDep = Annotated[PromptService, provided(PromptService)]
