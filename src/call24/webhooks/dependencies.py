"""What routes ask of this room: `service: WebhooksDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.webhooks.service import WebhookService

WebhooksDep = Annotated[WebhookService, provided(WebhookService)]
