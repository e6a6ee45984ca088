"""`systemd-unit`: prints a unit that starts a command of this checkout, or installed wheel, on a data folder.

With as few rights as it needs: one for the whole, for a PBX or a realtime node alone, and for backups.
It installs nothing (docs/guides/systemd.md).
"""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from call24.cli import node, pbx
from call24.cli.flags import add_settings, settings_from
from call24.cli.restore import up_command
from call24.installer.paths import CHECKOUT
from call24.kit.package import COMMAND, FROM_WHEEL
from call24.kit.settings import Settings, SettingsError, flag_of

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
UNIT = """\
# Made by `{made_by}`: {advice}.
[Unit]
Description={description}
After=network-online.target time-sync.target
Wants=network-online.target time-sync.target
{beside}
[Service]
Type={kind}
User={user}
WorkingDirectory={folder}
ExecStart={command}
{lives}UMask=0077

# Nothing but {writes} can be written to.
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
{calls}
SystemCallErrorNumber=EPERM
{install}"""
TIMER = """\
# Made by `{made_by}`: {advice}.
[Unit]
Description=A backup of Call24 each night

[Timer]
OnCalendar=*-*-* 02:15:00
RandomizedDelaySec=15min
# Once more after a night in which the machine was off.
Persistent=yes

[Install]
WantedBy=timers.target
"""
_AT_BOOT = "\n[Install]\nWantedBy=multi-user.target\n"
_STOPS_IN_ORDER = """\
Restart=on-failure
RestartSec=5
# The parent ends {children} in their order.
KillMode=mixed
TimeoutStopSec=60
LimitNOFILE=65536
"""
_FILTERS = """\
# pidfd_getfd: the parent puts the packet filter on Asterisk's sockets. Code is made in memory by {makers}
# libffi, so MemoryDenyWriteExecute is not set.
SystemCallFilter=@system-service pidfd_getfd"""
_NO_FILTERS = """\
# Code is made in memory by libffi, so MemoryDenyWriteExecute is not set.
SystemCallFilter=@system-service"""


@dataclass(frozen=True)
class Kind:
    """What a unit has of its own. `verb`: of the command; `lives`, `calls`: lines of its service; `install`: at its
    end, empty where something else starts it."""

    verb: str
    description: str
    lives: str
    calls: str
    type: str = "exec"
    install: str = _AT_BOOT


KINDS = {
    "up": Kind(
        "up",
        "Call24, a contact centre",
        _STOPS_IN_ORDER.format(children="MongoDB, Asterisk and the server"),
        _FILTERS.format(makers="MongoDB and by"),
    ),
    "pbx": Kind(
        "pbx",
        "The PBX of Call24",
        _STOPS_IN_ORDER.format(children="Asterisk and the port for the server"),
        _FILTERS.format(makers="Python's"),
    ),
    "node": Kind(
        "node", "Realtime connections of Call24", "Restart=always\nRestartSec=5\nLimitNOFILE=65536\n", _NO_FILTERS
    ),
    "backup": Kind("backup make", "A backup of Call24", "", _NO_FILTERS, "oneshot", ""),
    "backup-follow": Kind(
        "backup follow", "A copy of what changes in Call24", "Restart=always\nRestartSec=60\n", _NO_FILTERS
    ),
}
"""Services. Beside them there is `backup-timer`, which starts `backup`."""
TIMER_OF_BACKUPS = "backup-timer"
_OF_BACKUPS = ("backup", "backup-follow")


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kind",
        nargs="?",
        choices=[*KINDS, TIMER_OF_BACKUPS],
        default="up",
        help="what it starts (default up); backup-timer starts backup each night",
    )
    parser.add_argument("--user", default="call24", help="the user that it runs as (default call24)")
    parser.add_argument(
        "--backups", type=Path, default=Path("/mnt/backups"), help="the folder of backups (default /mnt/backups)"
    )
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        default=Path("/etc/call24/backup-passphrase"),
        help="what seals backups (default /etc/call24/backup-passphrase)",
    )
    parser.add_argument("--listen", metavar="HOST:PORT", help="of `pbx`: where the server reaches this host")
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
    if named.kind == TIMER_OF_BACKUPS:
        print(TIMER.format(made_by=f"{COMMAND} systemd-unit {named.kind}", advice=_ADVICE), end="")
        return 0
    settings = settings_from(named)
    _check(named, settings)
    more: tuple[Path, ...] = ()
    words = ["--listen", named.listen] if named.listen else []
    if named.kind in _OF_BACKUPS:
        more = (named.backups.absolute(),)
        words = [str(more[0]), "--passphrase-file", str(named.passphrase_file.absolute())]
    checkout = None if FROM_WHEEL else named.checkout.absolute()
    print(unit(settings, named.user, checkout, named.kind, words, more), end="")
    return 0


def _check(named: argparse.Namespace, settings: Settings) -> None:
    """Whether its command takes these flags. Raises: SettingsError."""
    taken = {"pbx": pbx.FLAGS, "node": ("data", *node.FLAGS), **dict.fromkeys(_OF_BACKUPS, ("data",))}.get(named.kind)
    given = [one.name for one in fields(Settings) if getattr(named, one.name, None) is not None]
    for name in given:
        if taken is not None and name not in taken:
            raise SettingsError(flag_of(name), f"`{KINDS[named.kind].verb}` has no such flag: leave it out")
    if named.listen and named.kind != "pbx":
        raise SettingsError("--listen", "only `pbx` has this flag: leave it out")
    if named.kind == "node" and named.http_port is None:
        raise SettingsError("--http-port", "a node needs its own port: give one")


_ADVICE = "change its flags rather than this file"


def unit(
    settings: Settings,
    user: str,
    checkout: Path | None,
    kind: str = "up",
    more: Sequence[str] = (),
    writable: tuple[Path, ...] = (),
) -> str:
    """The text of the unit. Folders are absolute ones of the machine that it is for.

    `checkout`: None: the environment that a wheel was installed into, on this machine. `more`: words of its command
    besides the settings; `writable`: folders besides the data folder.
    """
    program = checkout / "call24" if checkout else _installed(Path(sys.prefix))
    folder = checkout or settings.data
    read = (folder,) if checkout else (program, Path(sys.base_prefix))
    words = [str(program), *KINDS[kind].verb.split(), *shlex.split(up_command(settings))[2:], *more]
    in_home = any(str(place).startswith(("/home/", "/root/")) for place in (*read, settings.data))
    places = [settings.data, *([settings.register_copy] if settings.register_copy else []), *writable]
    return text(
        made_by=f"{COMMAND} systemd-unit{'' if kind == 'up' else f' {kind}'}",
        advice=_ADVICE,
        user=user,
        folder=_path(folder),
        command=" ".join(map(_word, words)),
        home="tmpfs" if not in_home else "read-only",
        writable=" ".join(_word(str(place)) for place in places),
        kind=kind,
    )


def text(
    *, made_by: str, advice: str, user: str, folder: str, command: str, home: str, writable: str, kind: str = "up"
) -> str:
    """The unit, of words that are quoted already. `home`: how ProtectHome hides homes; `writable`: folders."""
    own = KINDS[kind]
    return UNIT.format(
        made_by=made_by, advice=advice, user=user, folder=folder, command=command, home=home, writable=writable,
        description=own.description, kind=own.type, lives=own.lives, calls=own.calls, install=own.install,
        writes="the data folder and that of backups" if kind in _OF_BACKUPS else "the data folder",
        beside=f"After=call24.service\nRequiresMountsFor={writable}\n" if kind in _OF_BACKUPS else "",
    )  # fmt: skip


def _installed(environment: Path) -> Path:
    """Its program; of a Debian package by the link that leads to the version that runs, also after an upgrade."""
    current = environment.parent.parent / "current"
    is_link = current.is_symlink() and current.resolve() == environment.resolve()
    return (current if is_link else environment) / "bin" / "call24"


def _word(word: str) -> str:
    """Source: systemd.service(5), "Command lines": specifiers and variables are doubled, spaces quoted."""
    word = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%$+=:,./-]+", word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _path(path: Path) -> str:
    return str(path).replace("%", "%%")
