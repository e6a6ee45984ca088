"""What routes ask of this room: `service: DisclosuresDep`."""

from __future__ import annotations

from typing import Annotated

from call24.disclosures.service import Disclosures
from call24.http.provided import provided

DisclosuresDep = Annotated[Disclosures, provided(Disclosures)]
