"""Has the data brought to this version's form before ports are opened, and says how far that is.

In a process of its own, since it needs MongoDB's client; what is done to the data is migrations' matter.
"""

from __future__ import annotations

import os
import subprocess

from call24.installer.errors import StartError
from call24.installer.supervise import Supervisor
from call24.kit.python import MODULE
from call24.kit.settings import Settings
from call24.kit.version import SCHEMA
from call24.migrations import folder_stamp
from call24.migrations.folder_stamp import DamagedStamp

END_S = 5.0


def pending(settings: Settings) -> bool:
    """Whether something may have to be done, as far as the folder tells: the server looks at the database's own stamp.

    Asked before MongoDB is started: what is new has nothing in it. Raises: StartError.
    """
    new = settings.own_mongodb and not (settings.data / "mongodb" / "db").exists()
    try:
        return not new and folder_stamp.read(settings.data).finished != SCHEMA
    except (DamagedStamp, OSError) as error:
        raise StartError(str(error)) from None


def run(settings: Settings, supervisor: Supervisor) -> None:
    """Until it is done, or a stop is asked for: then the next start goes on with it. Raises: StartError."""
    if supervisor.stopping:
        return
    words = (*MODULE, "call24.installer.prepare", "migrations", "--data", str(settings.data))
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            said = _told(process, supervisor)
            supervisor.wait(END_S, lambda: process.poll() is not None)
        finally:
            if process.poll() is None:
                process.kill()
        why = (process.stderr.read() if process.stderr else b"").decode(errors="replace").strip()
    if process.returncode and not supervisor.stopping:
        raise StartError(why.splitlines()[-1] if why else f"the data could not be brought to this version's form{said}")


def _told(process: subprocess.Popen[bytes], supervisor: Supervisor) -> str:
    """Each line as it comes, with MongoDB watched meanwhile; the last one."""
    assert process.stdout
    os.set_blocking(process.stdout.fileno(), False)
    rest, last = b"", ""
    while process.poll() is None and not supervisor.stopping:
        supervisor.turn(0.05)
        rest, last = _say(process, rest, last, supervisor)
    if supervisor.stopping:
        process.terminate()
    rest, last = _say(process, rest, last, supervisor)
    return last


def _say(process: subprocess.Popen[bytes], rest: bytes, last: str, supervisor: Supervisor) -> tuple[bytes, str]:
    assert process.stdout
    *lines, rest = (rest + (process.stdout.read() or b"")).split(b"\n")
    for line in lines:
        last = line.decode(errors="replace")
        supervisor.say(last)
    return rest, last
