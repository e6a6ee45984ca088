"""What routes ask of this room: `service: IncidentsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.incidents.searching import IncidentSearches
from call24.incidents.service import Incidents

IncidentsDep = Annotated[Incidents, provided(Incidents)]
IncidentSearchesDep = Annotated[IncidentSearches, provided(IncidentSearches)]
