"""What routes ask of this room: `brandings: BrandingsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.branding.service import Brandings
from call24.http.provided import provided

BrandingsDep = Annotated[Brandings, provided(Brandings)]
