"""What routes ask of this room: `service: AuditDep`."""

from __future__ import annotations

from typing import Annotated

from call24.audit.service import AuditLog
from call24.http.provided import provided

AuditDep = Annotated[AuditLog, provided(AuditLog)]
