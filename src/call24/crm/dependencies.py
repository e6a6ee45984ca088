"""What routes ask of this room: `crm: CrmConnectionsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.crm.service import CrmConnections
from call24.http.provided import provided

CrmConnectionsDep = Annotated[CrmConnections, provided(CrmConnections)]
