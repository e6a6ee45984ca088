"""What routes ask of this room: `policies: PoliciesDep`, `typesetter: TypesetterDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.kit.pdf.typesetter import Typesetter
from call24.policy.service import Policies

PoliciesDep = Annotated[Policies, provided(Policies)]
TypesetterDep = Annotated[Typesetter, provided(Typesetter)]
