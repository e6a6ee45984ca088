"""Where and when something was measured: a figure says nothing without its machine and what else that did."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from typing import Any


def where() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average": [round(one, 2) for one in os.getloadavg()],
    }
