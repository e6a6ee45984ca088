"""Which processes hold a port, as far as the kernel tells us: those of other users it does not. Source: proc_net(5).

Standard library only.
"""

from __future__ import annotations

import socket
from pathlib import Path

_LISTENING = ("0A", "07")  # TCP in LISTEN, UDP


def holders(port: int, tables: tuple[str, ...] = ("tcp", "tcp6", "udp", "udp6")) -> list[int]:
    """Their pids."""
    inodes = _inodes(port, tables)
    found = set()
    for fd in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        try:
            target = str(fd.readlink())
        except OSError:
            continue
        if target.startswith("socket:[") and target[8:-1] in inodes:
            found.add(int(fd.parent.parent.name))
    return sorted(found)


def answers(host: str, port: int) -> bool:
    """Whether something takes TCP connections there."""
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False


def by(port: int) -> str:
    """`` by NAME (process N)`` when the kernel tells us who holds it, else nothing."""
    for pid in holders(port):
        try:
            return f" by {Path(f'/proc/{pid}/comm').read_text().strip()} (process {pid})"
        except OSError:
            continue  # it has just ended
    return ""


def descends(pid: int, ancestor: int) -> bool:
    """Whether one process is the other, or was started by it, or by one that was."""
    while pid > 1 and pid != ancestor:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return False
    return pid == ancestor


def _inodes(port: int, tables: tuple[str, ...]) -> set[str]:
    wanted = f":{port:04X}"
    inodes = set()
    for table in tables:
        try:
            rows = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        except OSError:
            continue
        inodes |= {row.split()[9] for row in rows if row.split()[1].endswith(wanted) and row.split()[3] in _LISTENING}
    return inodes
