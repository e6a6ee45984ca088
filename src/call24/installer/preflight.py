"""What must be right on this machine before anything is started: ports, room on the disk, the data folder.

One instance only.
"""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from typing import IO

from call24.installer.errors import AlreadyRuns, StartError
from call24.installer.paths import OPS
from call24.installer.port_holders import answers, by
from call24.kit import settings_rules
from call24.kit.settings import Settings, SettingsError, flag_of
from call24.migrations import folder_stamp
from call24.migrations.folder_stamp import DamagedStamp, NewerData

FIRST_START_BYTES = 1_500_000_000
LATER_START_BYTES = 500_000_000
# Asterisk's control socket lies in the data folder, and the path of a socket has at most 107 bytes (unix(7)).
LONGEST_DATA_PATH = 75


def hold(settings: Settings) -> IO[str]:
    """Take the data folder for this process; keep what it gives open. Raises: StartError, AlreadyRuns."""
    length = len(os.fsencode(settings.data))
    if length > LONGEST_DATA_PATH:
        raise StartError(
            f"--data: {settings.data} is too long ({length} bytes, {LONGEST_DATA_PATH} fit): choose a shorter path"
        )
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (settings.run, settings.log):
            folder.mkdir(exist_ok=True)
        (settings.run / "up.lock").touch(mode=0o600)
        lock = (settings.run / "up.lock").open("a+")
    except OSError as error:
        raise StartError(
            f"--data: {settings.data} cannot be written ({error.strerror}): choose another folder"
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise AlreadyRuns(
            f"Call24 already runs on {settings.data} (process {holder}): end that one, or give --data another folder"
        ) from None
    try:
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
    except OSError as error:
        raise StartError(f"--data: {settings.data} cannot be written ({error.strerror}): make room") from None
    return lock


def check_package() -> None:
    """Raises: StartError for a package that was built without what `./call24 wheel` puts into it."""
    if not OPS.is_dir():
        raise StartError(
            "this package of Call24 has neither the app nor Asterisk's configuration: "
            "run `./call24 wheel` in a checkout and install the file that it makes"
        )


def check_version(settings: Settings) -> None:
    """Raises: StartError when a newer version of Call24 has changed the data folder."""
    try:
        folder_stamp.check(settings.data)
    except (NewerData, DamagedStamp, OSError) as error:
        raise StartError(str(error)) from None


def leave_nothing(settings: Settings) -> None:
    """Take away a data folder in which nothing is but what `hold` put there, after a start that was refused."""
    with contextlib.suppress(OSError):  # anything else in a folder keeps it
        settings.log.rmdir()
        if [file.name for file in settings.run.iterdir()] == ["up.lock"]:
            (settings.run / "up.lock").unlink()
            settings.run.rmdir()
            settings.data.rmdir()


def check_room(settings: Settings, first: bool) -> None:
    """Raises: StartError when the disk is too full."""
    needed = FIRST_START_BYTES if first else LATER_START_BYTES
    free = shutil.disk_usage(settings.data).free
    if free < needed:
        raise StartError(
            f"too little room for {settings.data}: {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free; "
            "free some, or give --data a folder on another disk"
        )


def check_recordings(settings: Settings) -> None:
    """Raises: StartError where recordings are to be kept on the PBX's host, and earlier ones are here."""
    try:
        settings_rules.check_recordings(settings)
    except SettingsError as error:
        raise StartError(str(error)) from None


def check_ports(settings: Settings, names: tuple[str, ...]) -> None:
    """Raises: StartError for the first port that another program has."""
    for name, host, kind in _wanted(settings):
        if name in names:
            port = getattr(settings, name)
            if not _free(host, port, kind):
                raise StartError(
                    f"{flag_of(name)}: port {port} is taken{by(port)}: choose another one with {flag_of(name)}"
                )
    if "http_port" in names and settings.http_host == "127.0.0.1" and answers("::1", settings.http_port):
        raise StartError(
            f"--http-port: port {settings.http_port} of ::1 is taken{by(settings.http_port)}, and browsers may take "
            "localhost for that: choose another one with --http-port"
        )
    if "rtp_ports" in names:
        first, last = settings.rtp_ports
        taken = [port for port in range(first, last + 1) if not _free(settings.sip_host, port, socket.SOCK_DGRAM)]
        if len(taken) > (last - first + 1) // 2:
            raise StartError(
                f"--rtp-ports: {len(taken)} of the ports {first}-{last} are taken: choose others with --rtp-ports"
            )


def _wanted(settings: Settings) -> Iterator[tuple[str, str, socket.SocketKind]]:
    yield "http_port", settings.http_host, socket.SOCK_STREAM
    yield "wss_port", settings.http_host, socket.SOCK_STREAM
    yield "sip_port", settings.sip_host, socket.SOCK_STREAM
    yield "sip_port", settings.sip_host, socket.SOCK_DGRAM
    yield "sip_tls_port", settings.sip_host, socket.SOCK_STREAM
    yield "ari_port", "127.0.0.1", socket.SOCK_STREAM
    yield "mail_in_port", settings.mail_in_host, socket.SOCK_STREAM
    yield "mongodb_port", "127.0.0.1", socket.SOCK_STREAM


def _free(host: str, port: int, kind: socket.SocketKind) -> bool:
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:
            # Ports of connections that just ended are free for us, as they are for the children.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise StartError(f"port {port} needs root: choose one above 1023") from None
        except OSError as error:
            if error.errno == 99:  # EADDRNOTAVAIL
                raise StartError(
                    f"{host} is no address of this machine: give --http-host and --sip-host one of its own"
                ) from None
            return False
    return True
