"""What routes ask of this room: `consents: ConsentsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.consents.service import Consents
from call24.http.provided import provided

ConsentsDep = Annotated[Consents, provided(Consents)]
