"""What routes ask of this room: `pushes: WebPushDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.web_push.service import WebPush

WebPushDep = Annotated[WebPush, provided(WebPush)]
