"""What routes ask of this room: `crm: CrmConnectionsDep`, `webhooks: CrmWebhooksDep`."""

from __future__ import annotations

from typing import Annotated

from call24.crm.service import CrmConnections
from call24.crm.webhooks import CrmWebhooks
from call24.http.provided import provided

CrmConnectionsDep = Annotated[CrmConnections, provided(CrmConnections)]
CrmWebhooksDep = Annotated[CrmWebhooks, provided(CrmWebhooks)]
