"""How long each step of a first start took, downloads apart from Call24's own work.

Kept in the data folder for bench/.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path


class Timing:
    """Collects seconds by step; steps may run at the same time, so sums can exceed `total_s`."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._steps: list[dict[str, object]] = []

    def download(self, what: str, seconds: float) -> None:
        self._add("download", what, seconds)

    def own(self, what: str, seconds: float) -> None:
        self._add("own", what, seconds)

    def _add(self, kind: str, what: str, seconds: float) -> None:
        ended = time.monotonic() - self._began
        with self._lock:
            self._steps.append(
                {"kind": kind, "what": what, "from_s": round(ended - seconds, 3), "s": round(seconds, 3)}
            )

    @property
    def downloaded(self) -> bool:
        return any(step["kind"] == "download" for step in self._steps)

    def record(self, path: Path) -> None:
        """Write {total_s, download_s, own_s, steps}; own_s is the time in which no download was going on."""
        total = time.monotonic() - self._began
        spans = sorted(
            (float(str(s["from_s"])), float(str(s["from_s"])) + float(str(s["s"])))
            for s in self._steps
            if s["kind"] == "download"
        )
        downloading, reached = 0.0, 0.0
        for start, end in spans:
            downloading += max(0.0, end - max(start, reached))
            reached = max(reached, end)
        figures = {"total_s": total, "download_s": downloading, "own_s": total - downloading}
        path.write_text(json.dumps({k: round(v, 2) for k, v in figures.items()} | {"steps": self._steps}, indent=1))
