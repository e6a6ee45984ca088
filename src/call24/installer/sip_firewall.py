"""Has the kernel drop what is not to reach Asterisk's SIP ports, without root and before Asterisk sees it.

From banned addresses nothing arrives; by TCP and TLS, whose connections Asterisk has few of, only carriers connect. A
filter is put on Asterisk's own sockets, which a parent may reach for (pidfd_getfd). Who is banned, and who is a
carrier, is written into files by the server (asterisk/scanners); phones use another port and are never met. Standard
library only.
Source: pidfd_getfd(2), socket(7) SO_ATTACH_FILTER, linux/filter.h.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import struct
import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Literal

from call24.installer import packet_filter

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
PIDFD_GETFD = 438
SOCKETS = 2
"""UDP's, and TCP's listening one."""
MOST = 500
"""A filter's size is bounded by the kernel."""

Sockets = dict[int, str]
"""Of a process, by descriptor: what /proc calls each (`socket:[inode]`), which no later one is called."""


class SipFirewall:
    """Called at every turn with Asterisk's pid: does something only when a list, Asterisk or one of its sockets is new.

    A socket is new after Asterisk was told of a new certificate: it opens the port of TLS again, without a filter.
    """

    def __init__(
        self,
        banned: Path,
        port: int,
        say: Callable[[str], None],
        now: Callable[[], float] = time.time,
        *,
        carriers: Path | None = None,
        tls_port: int | None = None,
    ) -> None:
        """`carriers`: the file with the networks that may connect by TCP, at `port` and at `tls_port`."""
        self._banned, self._port, self._say, self._now = banned, port, say, now
        self._carriers, self._tls_port = carriers, tls_port
        self._done: tuple[int, tuple[str, ...], tuple[str, ...] | None] = (0, (), None)
        self._filtered: Sockets = {}
        self._told: set[str] = set()

    def __call__(self, pid: int) -> None:
        wanted, carriers = tuple(sorted(lasting(self._banned, self._now()))), read_carriers(self._carriers)
        same = (pid, wanted, carriers) == self._done and are_open(pid, self._filtered)
        if same or (self._done[0] != pid and not wanted and carriers is None):
            return
        try:
            found = filter_sockets(pid, self._port, wanted, carriers, self._tls_port)
        except FilterFull as full:
            found = full.sockets
            self._once("trunks name too many networks: SIP over TCP and TLS is open to every address")
        except TcpRefused as refused:
            found = refused.sockets
            self._once(
                "SIP over TCP and TLS is open to every address, since this kernel lets only root filter TCP: let the "
                f"machine's firewall take TCP at {self._port} and for TLS from carriers only (docs/security.md)"
            )
        except OSError as error:
            self._once(f"addresses that scan for SIP accounts cannot be dropped on this machine ({error.strerror})")
            return
        if len(found) >= SOCKETS + (self._tls_port is not None):  # else one is not open yet: at the next turn
            self._done, self._filtered = (pid, wanted, carriers), found

    def _once(self, what: str) -> None:
        if what not in self._told:
            self._say(what)
        self._told.add(what)


def lasting(file: Path, now: float) -> list[str]:
    """Of the addresses whose time is not over those that last longest, as many as the kernel takes."""
    found = read(file, now)
    longest = sorted(found, key=lambda address: found[address], reverse=True)
    return list(islice(filter(_is_address, longest), MOST))[::-1]


def read(file: Path, now: float) -> dict[str, int]:
    """The addresses whose time is not over, and when it is. A line: until when (seconds since 1970), the address."""
    try:
        lines = [line.split() for line in file.read_text("ascii", "replace").splitlines()]
    except OSError:
        return {}
    timed = [line for line in lines if len(line) == 2 and len(line[0]) < 20 and line[0].isdigit()]
    return {address: int(until) for until, address in timed if int(until) > now}


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


class FilterFull(Exception):
    """The carriers' networks fit into no filter: banned addresses are dropped, and everybody else may connect."""

    def __init__(self, sockets: Sockets) -> None:
        super().__init__()
        self.sockets = sockets


class TcpRefused(Exception):
    """The kernel takes filters on UDP's socket alone: newer ones want CAP_NET_ADMIN for a filter on TCP's (seen with
    6.18)."""

    def __init__(self, sockets: Sockets) -> None:
        super().__init__()
        self.sockets = sockets


def read_carriers(file: Path | None) -> tuple[str, ...] | None:
    """The networks in it, a line each; what is none is left out. None: nobody wrote it yet: everybody may connect."""
    try:
        words = None if file is None else file.read_text("ascii", "replace").split()
    except OSError:
        return None
    return None if words is None else tuple(filter(packet_filter.is_network, words))


def filter_sockets(
    pid: int,
    port: int,
    banned: Iterable[str],
    carriers: tuple[str, ...] | None = None,
    tls_port: int | None = None,
) -> Sockets:
    """Only these addresses are dropped from now on, and by TCP all that are no carriers; by which sockets.

    Raises: OSError where it is forbidden; TcpRefused where it is for TCP alone; FilterFull.
    """
    families: dict[int, list[bytes]] = {socket.AF_INET: [], socket.AF_INET6: []}
    for address in banned:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        families[family].append(socket.inet_pton(family, address))
    process = os.pidfd_open(pid)
    try:
        found = {
            number: name
            for each in (port, tls_port)
            if each is not None
            for number, name in _sockets(pid, each).items()
        }
        done = [_filter(_fetched(process, number), families, carriers) for number in found]
    finally:
        os.close(process)
    if "refused" in done:
        raise TcpRefused(found)
    if "full" in done:
        raise FilterFull(found)
    return found


def _filter(
    number: int, banned: dict[int, list[bytes]], carriers: tuple[str, ...] | None
) -> Literal["filtered", "full", "refused"]:
    """Whether all that it should keep out is kept out. Raises: OSError where UDP's is forbidden."""
    with socket.socket(fileno=number) as one:
        made = packet_filter.dropping(one.family, banned[one.family])
        allowed = None
        if carriers is not None and one.type == socket.SOCK_STREAM:
            allowed = packet_filter.allowing(one.family, carriers)
        try:
            _attach(one, packet_filter.taking_the_rest(made) if allowed is None else made + allowed)
        except PermissionError:
            if one.type != socket.SOCK_STREAM:
                raise
            return "refused"
        full = carriers is not None and one.type == socket.SOCK_STREAM and allowed is None
        return "full" if full else "filtered"


def _attach(one: socket.socket, wanted: list[packet_filter.Instruction]) -> None:
    if not wanted:
        with contextlib.suppress(FileNotFoundError):  # there was none
            one.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
        return
    import ctypes  # only an attack needs it

    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in wanted))
    one.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("@HP", len(wanted), ctypes.addressof(code)))


def _fetched(process: int, number: int) -> int:
    """A copy of another process's descriptor."""
    import ctypes

    found: int = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, process, number, 0)
    if found < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return found


def are_open(pid: int, known: Sockets) -> bool:
    """Whether these are still the process's sockets at those descriptors."""
    try:
        return all(str(Path(f"/proc/{pid}/fd/{number}").readlink()) == name for number, name in known.items())
    except OSError:
        return False


def _sockets(pid: int, port: int) -> Sockets:
    """Those of the process's sockets that listen at the port: UDP, and TCP's listening one."""
    inodes = set()
    for name in ("udp", "udp6", "tcp", "tcp6"):
        try:
            rows = Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
        except OSError:
            continue
        for words in map(str.split, rows):
            listens = words[3] == ("07" if name.startswith("udp") else "0A")
            if listens and int(words[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{words[9]}]")
    found = {}
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            if (name := str(entry.readlink())) in inodes:
                found[int(entry.name)] = name
    return found
