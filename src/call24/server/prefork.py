"""Nothing is collected while the server's modules are imported: all of it stays, and looking it through again and again
was a fifth of the CPU of a start, for which calls wait. Imported before them (the order of its name sees to that).
"""

from __future__ import annotations

import ctypes
import gc
import os
import select
import sys
import sysconfig
from pathlib import Path

gc.disable()


IMMORTAL = 0xFFFF_FFFF
"""What CPython 3.12 and newer have in the lower half of the reference count of an object that never goes (PEP 683)."""


def imported() -> None:
    """From now on what comes is collected again; what there is already is left alone, also by those who count it.

    A count that is written copies its page in a forked process: half of the server's modules, without this.
    """
    if sys.version_info >= (3, 12) and sys.byteorder == "little" and not sysconfig.get_config_var("Py_GIL_DISABLED"):
        for one in gc.get_objects():
            ctypes.c_uint32.from_address(id(one)).value = IMMORTAL
    gc.freeze()
    gc.enable()


def fork_for_each(log: Path) -> None:
    """Fork for each byte on standard input, tell there who began and who ended, until it is closed; first, that it can.

    Returns in the forked processes only, each in a session of its own, with its output in `log`. Called before there is
    any thread, event loop or connection, none of which live on in a forked process.
    """
    running: dict[int, int] = {}
    _tell("ready 0 0")
    while True:
        ready, _, _ = select.select([0, *running], [], [])
        for pidfd in set(ready) - {0}:
            pid, state = os.waitpid(running.pop(pidfd), 0)
            os.close(pidfd)
            _tell(f"ended {pid} {os.waitstatus_to_exitcode(state)}")
        if 0 not in ready:
            continue
        asked = os.read(0, 1)
        if not asked:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            for pidfd in running:
                os.close(pidfd)
            _stand_alone(log)
            return
        running[os.pidfd_open(pid)] = pid
        _tell(f"began {pid} 0")


def _tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def _stand_alone(log: Path) -> None:
    os.setsid()
    nothing, output = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(nothing, 0)
    for number in (1, 2):
        os.dup2(output, number)
    for spare in {nothing, output} - {0, 1, 2}:
        os.close(spare)
