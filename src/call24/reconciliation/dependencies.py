"""What routes ask of this room: `service: ReconcilerDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.reconciliation.service import Reconciler

ReconcilerDep = Annotated[Reconciler, provided(Reconciler)]
