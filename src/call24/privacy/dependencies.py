"""What routes ask of this room: `service: PersonsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.privacy.persons import Persons

PersonsDep = Annotated[Persons, provided(Persons)]
