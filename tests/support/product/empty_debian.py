"""A Debian 13 with nothing but what Debian calls essential, and apt, made of the package mirror. Only root may.

What this machine needs to reach its package registries is lent to it: resolver, certificate authorities, pip's
settings.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from call24.installer.apt import PrivateApt, mirror, unpack

SUITE = "trixie"
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_LENT = ("/etc/resolv.conf", "/etc/hosts")
_REGISTRIES = re.compile(r"(?i)(PIP_(?!FIND_LINKS)\w+|UV_\w+|\w+_proxy|SSL_CERT_FILE|REQUESTS_CA_BUNDLE)")


def make(place: Path) -> Path:
    """The folder of its files, in `place`. Raises: StartError, subprocess.CalledProcessError."""
    tool, system = place / "tool", place / "system"
    apt = PrivateApt(place / "apt")
    apt.update()
    unpack([apt.download_one("mmdebstrap", _made(tool))], tool)
    words = ["perl", str(tool / "usr" / "bin" / "mmdebstrap"), "--quiet", "--variant=minbase", SUITE, str(system)]
    subprocess.run([*words, f"deb {mirror()} {SUITE} main"], check=True, timeout=600)
    for name in _LENT:
        shutil.copyfile(name, system / name.lstrip("/"))
    return system


def lend_authorities(system: Path) -> None:
    """Once its own package of them is installed. Nothing on a machine that trusts no others than Debian does."""
    shutil.copyfile(AUTHORITIES, system / AUTHORITIES.lstrip("/"))


def environment(home: str) -> dict[str, str]:
    """Of a user who has signed in, and how the registries are reached from here."""
    lent = {name: value for name, value in os.environ.items() if _REGISTRIES.fullmatch(name)}
    return {**lent, "HOME": home, "LANG": "C.UTF-8", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
