"""Whether a process runs."""

from __future__ import annotations

from pathlib import Path


def runs(pid: int) -> bool:
    """What has ended stays listed (`Z`) for as long as nobody waits for it: the machine's process 1, for orphans."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
