"""`python -m call24.cli.own_network PROGRAM WORD...`: runs a program where nobody else's ports are.

It gets a network namespace of its own, in which there is nothing but loopback. Who may not make one (only root may)
has the program run in the machine's network: its ports are then found free one by one.

Loopback has a second address there, of the kind that machines have: WebRTC offers none of 127.0.0.0/8 for sound.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys

_CLONE_NEWNET = 0x40000000  # Source: sched.h
# Source: netdevice(7).
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1
_SIOCSIFADDR = 0x8916
_FLAGS, _ADDRESS = struct.Struct("16sh14x"), struct.Struct("16sHH4s8x")
_MACHINE = "192.168.24.1"


def main(words: list[str]) -> None:
    if ctypes.CDLL(None).unshare(_CLONE_NEWNET) == 0:  # os.unshare() is Python 3.12's
        _bring_loopback_up()
    os.execvp(words[0], words)


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name, flags = _FLAGS.unpack(fcntl.ioctl(any_socket, _SIOCGIFFLAGS, _FLAGS.pack(b"lo", 0)))
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, _FLAGS.pack(name, flags | _IFF_UP))
        address = _ADDRESS.pack(b"lo:1", socket.AF_INET, 0, socket.inet_aton(_MACHINE))
        fcntl.ioctl(any_socket, _SIOCSIFADDR, address)


if __name__ == "__main__":
    main(sys.argv[1:])
