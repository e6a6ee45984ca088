"""`systemd-unit`: prints a unit that starts this checkout, or installed wheel, on a data folder.

With as few rights as it needs.
It installs nothing (docs/guides/systemd.md).
"""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from pathlib import Path

from call24.cli.flags import add_settings, settings_from
from call24.cli.restore import up_command
from call24.installer.paths import CHECKOUT
from call24.kit.package import COMMAND, FROM_WHEEL
from call24.kit.settings import Settings, SettingsError

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
UNIT = """\
# Made by `{made_by}`: {advice}.
[Unit]
Description=Call24, a contact centre
After=network-online.target time-sync.target
Wants=network-online.target time-sync.target

[Service]
Type=exec
User={user}
WorkingDirectory={folder}
ExecStart={command}
Restart=on-failure
RestartSec=5
# The parent ends MongoDB, Asterisk and the server in their order.
KillMode=mixed
TimeoutStopSec=60
LimitNOFILE=65536
UMask=0077

# Nothing but the data folder can be written to.
ProtectSystem=strict
ProtectHome={home}
ReadWritePaths={writable}
PrivateTmp=yes
PrivateDevices=yes
ProtectProc=invisible
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes

# No rights of root, and none to come by.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
# pidfd_getfd: the parent puts the packet filter on Asterisk's sockets. Code is made in memory by MongoDB and by
# libffi, so MemoryDenyWriteExecute is not set.
SystemCallFilter=@system-service pidfd_getfd
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", default="call24", help="the user that it runs as (default call24)")
    if not FROM_WHEEL:
        parser.add_argument(
            "--checkout",
            type=Path,
            default=CHECKOUT,
            help="where this checkout is on that machine (default: where it is)",
        )
    add_settings(parser)


def run(named: argparse.Namespace) -> int:
    """Raises: SettingsError."""
    if not _USER.fullmatch(named.user) or named.user == "root":
        raise SettingsError("--user", f"{named.user} is no user without rights of root: make one (useradd --system)")
    print(unit(settings_from(named), named.user, None if FROM_WHEEL else named.checkout.absolute()), end="")
    return 0


def unit(settings: Settings, user: str, checkout: Path | None) -> str:
    """The text of the unit. Folders are absolute ones of the machine that it is for.

    `checkout`: None: the environment that a wheel was installed into, on this machine.
    """
    program = (checkout or Path(sys.prefix) / "bin") / "call24"
    folder = checkout or settings.data
    read = (folder,) if checkout else (program, Path(sys.base_prefix))
    words = [str(program), *shlex.split(up_command(settings))[1:]]
    in_home = any(str(place).startswith(("/home/", "/root/")) for place in (*read, settings.data))
    writable = [settings.data, *([settings.register_copy] if settings.register_copy else [])]
    return text(
        made_by=f"{COMMAND} systemd-unit",
        advice="change its flags rather than this file",
        user=user,
        folder=_path(folder),
        command=" ".join(map(_word, words)),
        home="tmpfs" if not in_home else "read-only",
        writable=" ".join(_word(str(place)) for place in writable),
    )


def text(*, made_by: str, advice: str, user: str, folder: str, command: str, home: str, writable: str) -> str:
    """The unit, of words that are quoted already. `home`: how ProtectHome hides homes; `writable`: folders."""
    return UNIT.format(
        made_by=made_by, advice=advice, user=user, folder=folder, command=command, home=home, writable=writable
    )


def _word(word: str) -> str:
    """Source: systemd.service(5), "Command lines": specifiers and variables are doubled, spaces quoted."""
    word = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%$+=:,./-]+", word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _path(path: Path) -> str:
    return str(path).replace("%", "%%")
