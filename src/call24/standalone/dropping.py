"""Has the kernel drop what banned addresses send to Asterisk's SIP port, without root and before Asterisk sees it.

A filter is put on Asterisk's own sockets, which a parent may reach for (pidfd_getfd). Who is banned is written into a
file by the server (asterisk/scanners); phones use another port and are never met. Standard library only.
Source: pidfd_getfd(2), socket(7) SO_ATTACH_FILTER, linux/filter.h.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from collections.abc import Callable, Iterable
from pathlib import Path

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
PIDFD_GETFD = 438
SOCKETS = 2
"""UDP's, and TCP's listening one."""
MOST = 500
"""A filter's size is bounded by the kernel."""
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NETWORK_HEADER = 0xFFF00000
_WHOLE = 0xFFFFFFFF
_SOURCE_V4, _SOURCE_V6 = 12, 8

Instruction = tuple[int, int, int, int]


class Dropping:
    """Called at every turn with Asterisk's pid: does something only when the list, or Asterisk, is another one."""

    def __init__(self, banned: Path, port: int, say: Callable[[str], None], now: Callable[[], float] = time.time):
        self._banned, self._port, self._say, self._now = banned, port, say, now
        self._done: tuple[int, tuple[str, ...]] = (0, ())
        self._told = False

    def __call__(self, pid: int) -> None:
        wanted = tuple(sorted(lasting(self._banned, self._now())))
        if (pid, wanted) == self._done or (self._done[0] != pid and not wanted):
            return
        try:
            if filter_sockets(pid, self._port, wanted) >= SOCKETS:  # else it has just started: at the next turn
                self._done = (pid, wanted)
        except OSError as error:
            if not self._told:
                self._say(f"addresses that scan for SIP accounts cannot be dropped on this machine ({error.strerror})")
            self._told = True


def lasting(file: Path, now: float) -> list[str]:
    """Of the addresses whose time is not over those that last longest, as many as the kernel takes."""
    found = read(file, now)
    return sorted(found, key=lambda address: found[address])[-MOST:]


def read(file: Path, now: float) -> dict[str, int]:
    """The addresses whose time is not over, and when it is. A line: until when (seconds since 1970), the address."""
    try:
        lines = [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return {}
    return {line[1]: int(line[0]) for line in lines if len(line) == 2 and line[0].isdigit() and int(line[0]) > now}


def filter_sockets(pid: int, port: int, banned: Iterable[str]) -> int:
    """Only these addresses are dropped from now on; by how many sockets. Raises: OSError where it is forbidden."""
    families: dict[int, list[bytes]] = {socket.AF_INET: [], socket.AF_INET6: []}
    for address in banned:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        families[family].append(socket.inet_pton(family, address))
    process = os.pidfd_open(pid)
    try:
        numbers = _descriptors(pid, port)
        for number in numbers:
            with socket.socket(fileno=_fetched(process, number)) as one:
                _attach(one, program(one.family, families[one.family]))
    finally:
        os.close(process)
    return len(numbers)


def program(family: int, addresses: list[bytes]) -> list[Instruction]:
    """Drops what comes from them; of IPv6 the network of 64 bits that an address is in."""
    made: list[Instruction] = []
    if family == socket.AF_INET and addresses:
        made.append((_LOAD, 0, 0, _NETWORK_HEADER + _SOURCE_V4))
        for address in addresses:
            made += [(_EQUAL, 0, 1, int.from_bytes(address, "big")), (_RETURN, 0, 0, 0)]
    elif family == socket.AF_INET6:
        for address in addresses:
            high, low = struct.unpack("!II", address[:8])
            made += [(_LOAD, 0, 0, _NETWORK_HEADER + _SOURCE_V6), (_EQUAL, 0, 3, high)]
            made += [(_LOAD, 0, 0, _NETWORK_HEADER + _SOURCE_V6 + 4), (_EQUAL, 0, 1, low), (_RETURN, 0, 0, 0)]
    return [*made, (_RETURN, 0, 0, _WHOLE)] if made else []


def _attach(one: socket.socket, wanted: list[Instruction]) -> None:
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


def _descriptors(pid: int, port: int) -> list[int]:
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
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            if str(entry.readlink()) in inodes:
                found.append(int(entry.name))
    return found
