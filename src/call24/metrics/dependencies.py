"""What routes ask of this room."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.metrics.exposition import Metrics
from call24.metrics.installation import Installation

MetricsDep = Annotated[Metrics, provided(Metrics)]
InstallationDep = Annotated[Installation, provided(Installation)]
