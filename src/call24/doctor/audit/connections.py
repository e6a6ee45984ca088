"""Which connections processes have open to other machines now, from /proc. What they should have is egress.py's.

Only what a process began itself: a connection to a port on which the installation listens was begun by the other side.
Sound and SIP over UDP have no connections and are not seen. Source: proc_net(5), proc_pid_fd(5).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from call24.doctor.audit.outcome import Unverified
from call24.installer.child_processes import left_over_pid

TABLES = ("tcp", "tcp6", "udp", "udp6")
LISTENS = "0A"
AS_ITS_USER = "run the audit on Linux, as the user that runs Call24 or as root"
_WORD = 4


class Connection(NamedTuple):
    """`process`: its name; `address`, `port`: of the other side."""

    process: str
    address: str
    port: int


class _Row(NamedTuple):
    table: str
    local_port: int
    address: str
    port: int
    state: str
    inode: str


def processes(data: Path) -> set[int]:
    """All of this installation: what its pid files name, and what those have started."""
    names = [file.stem for file in (data / "run").glob("*.pid")]
    roots = {pid for name in names if (pid := left_over_pid(data, name)) is not None}
    return roots | descendants(roots)


def descendants(roots: set[int]) -> set[int]:
    parents = dict(_parents())
    found: set[int] = set()
    while more := {pid for pid, parent in parents.items() if parent in roots | found} - found:
        found |= more
    return found


def opened_by(pids: Iterable[int]) -> list[Connection]:
    """Raises: Unverified where the kernel does not tell what one of them has open."""
    found, listening = [], set()
    for pid in sorted(pids):
        try:
            inodes, rows = _sockets(pid), list(_rows(pid))
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except FileNotFoundError:  # it has ended
            continue
        except OSError as error:
            seen = "the kernel does not tell which connections a process has"
            raise Unverified(seen, AS_ITS_USER, (f"process {pid}: {error}",)) from None
        own = [row for row in rows if row.inode in inodes]
        listening |= {row.local_port for row in own if row.state == LISTENS}
        found += [(name, row) for row in own if row.state != LISTENS and row.port]
    return [Connection(name, row.address, row.port) for name, row in found if _begun(row, listening)]


def _begun(row: _Row, listening: set[int]) -> bool:
    return row.table.startswith("udp") or row.local_port not in listening


def _sockets(pid: int) -> set[str]:
    """Inodes. Raises: OSError."""
    found = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(fd.readlink())
        except FileNotFoundError:  # closed meanwhile
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


def _rows(pid: int) -> Iterator[_Row]:
    """Of the network namespace in which the process is. Raises: OSError."""
    for table in TABLES:
        file = Path(f"/proc/{pid}/net/{table}")
        if table.endswith("6") and not file.exists():  # a machine without IPv6
            continue
        for line in file.read_text().splitlines()[1:]:
            words = line.split()
            address, port = _end(words[2])
            yield _Row(table, _end(words[1])[1], address, port, words[3], words[9])


def _end(text: str) -> tuple[str, int]:
    """Address and port, as the kernel writes them: words of four bytes, the lowest byte first."""
    raw, _, port = text.partition(":")
    octets = bytes.fromhex(raw)
    turned = b"".join(octets[at : at + _WORD][::-1] for at in range(0, len(octets), _WORD))
    address = ipaddress.ip_address(turned)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address), int(port, 16)


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
