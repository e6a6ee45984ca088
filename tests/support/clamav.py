"""Debian's clamd, with a signature database of the tests' own: the public ones cannot be reached from everywhere.

It is unpacked once into CALL24_CACHE, without its install scripts: those would start daemons on this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.unpacked import unpacked
from tests.support.wait import wait_until

PACKAGES = ("clamav-daemon", "libclamav12", "libmspack0t64")
"""What clamd is made of beyond what a Debian that runs Call24 has."""
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file of the European Institute for Computer Antivirus Research: harmless, and found by every scanner."""
MARK = b"CALL24-TEST-MALWARE"
SIGNATURES = {"Call24.Eicar": ("0", EICAR), "Call24.Mark": ("*", MARK)}
"""By name: where it stands (an offset, `*`: anywhere), and the bytes. Source: ClamAV's documentation, body-based
signatures (`.ndb`)."""


def installed() -> Path:
    """The folder in which the packages are unpacked. Raises: StartError."""
    return unpacked("clamav", PACKAGES)


async def _answers(socket: Path) -> bool:
    """One that was killed leaves its socket behind."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    writer.write(b"zPING\0")
    pong = await reader.readuntil(b"\0")
    writer.close()
    return pong == b"PONG\0"


@asynccontextmanager
async def running_clamd(folder: Path, *, most: str = "1M") -> AsyncIterator[str]:
    """Its address. `most`: the largest file that it looks at."""
    database, socket = folder / "signatures", folder / "clamd.ctl"
    database.mkdir(exist_ok=True)
    lines = (f"{name}:0:{where}:{text.hex()}\n" for name, (where, text) in SIGNATURES.items())
    (database / "tests.ndb").write_text("".join(lines))
    config = folder / "clamd.conf"
    config.write_text(
        f"Foreground yes\nLocalSocket {socket}\nDatabaseDirectory {database}\nTemporaryDirectory {folder}\n"
        f"StreamMaxLength {most}\nFixStaleSocket yes\n"
    )
    root = installed()
    [libraries] = root.glob("usr/lib/*-linux-gnu")
    process = await asyncio.create_subprocess_exec(
        str(root / "usr" / "sbin" / "clamd"),
        "-c",
        str(config),
        env={"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(libraries)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await wait_until(lambda: _answers(socket), 30)
        yield f"unix:{socket}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
