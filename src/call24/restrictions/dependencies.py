"""What routes ask of this room: `restrictions: RestrictionsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.restrictions.service import Restrictions

RestrictionsDep = Annotated[Restrictions, provided(Restrictions)]
