"""What routes ask of this room: `sip_traces: SipTracesDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.sip_traces.service import SipTraces

SipTracesDep = Annotated[SipTraces, provided(SipTraces)]
