"""What routes ask of this room: `service: SelfAuditsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.self_audit.service import SelfAudits

SelfAuditsDep = Annotated[SelfAudits, provided(SelfAudits)]
