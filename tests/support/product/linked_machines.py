"""Machines of a test's own (own_machine.py) with networks of their own, joined by links that can be cut. Needs root.

The test's process is in one more network of its own while they are there: it has no other way to them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.product.own_machine import OwnMachine

_NEWNET = 0x40000000  # Source: sched.h
_libc = ctypes.CDLL(None, use_errno=True)


def _entered(descriptor: int) -> None:
    """This thread is in another network from now on. Source: setns(2)."""
    if _libc.setns(descriptor, _NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def network_of(pid: int | None) -> Iterator[None]:
    """This thread is in the network of a process meanwhile; None: in a new one. Sockets stay where they were made."""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if pid is None:
            if _libc.unshare(_NEWNET):
                raise OSError(ctypes.get_errno(), "unshare")
            subprocess.run(("ip", "link", "set", "lo", "up"), check=True)
        else:
            other = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
            _entered(other)
            os.close(other)
        yield
    finally:
        _entered(own)
        os.close(own)


@dataclass(frozen=True)
class End:
    """`machine`: None for the test's own network."""

    machine: OwnMachine | None
    address: str

    def ip(self, *words: str) -> None:
        entered = () if self.machine is None else ("nsenter", "-t", str(self.machine.pid), "-n")
        subprocess.run((*entered, "ip", *words), check=True)


class Link:
    """A cable between two machines: whatever is sent into one end comes out of the other, unless it is cut."""

    def __init__(self, name: str, one: End, other: End) -> None:
        self.name, self._ends = name, (one, other)
        self._devices = (f"{name}0", f"{name}1")
        words = [["name", device, *_network(end)] for device, end in zip(self._devices, self._ends, strict=True)]
        subprocess.run(("ip", "link", "add", *words[0], "type", "veth", "peer", *words[1]), check=True)
        for device, end in zip(self._devices, self._ends, strict=True):
            end.ip("address", "add", f"{end.address}/30", "dev", device)
            end.ip("link", "set", device, "up")

    def cut(self) -> None:
        self._ends[1].ip("link", "set", self._devices[1], "down")

    def heal(self) -> None:
        self._ends[1].ip("link", "set", self._devices[1], "up")


def _network(end: End) -> list[str]:
    return [] if end.machine is None else ["netns", str(end.machine.pid)]


def outside(machine: OwnMachine, path: str = "") -> Path:
    """A file of the machine, as this process reaches it."""
    return Path(f"/proc/{machine.pid}/root{machine.root}{path}")


def changed_files(machine: OwnMachine) -> list[Path]:
    """All that was written there since it began."""
    upper = Path(f"/proc/{machine.pid}/root{machine.root.parent}/upper")
    files = (Path(folder) / name for folder, _, names in os.walk(upper) for name in names)
    return [file for file in files if file.is_file() and not file.is_symlink()]


def names_are(patched: pytest.MonkeyPatch, names: Mapping[str, str]) -> None:
    """What this process finds when it looks one of these names up."""
    ask = socket.getaddrinfo

    def found(host: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return ask(names.get(name, host), *more, **named)

    patched.setattr(socket, "getaddrinfo", found)
