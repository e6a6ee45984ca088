"""What settings are made of and how one that cannot be used is named: its error, flags, ports, secrets in files.

Uses the standard library only, as settings.py does. Which settings there are is not known here.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import NamedTuple

ARI_ADVICE = (
    "needs a user and a password: set CALL24_ARI_USER and CALL24_ARI_PASSWORD, "
    "or give --asterisk-ari-credentials a file with USER:PASSWORD"
)
PASSWORD_ADVICE = (
    "must not carry a password (others on this machine could read it): put the whole URI into "
    "CALL24_MONGODB_URI or into a file given with --mongodb-uri-file"
)


class SettingsError(Exception):
    """A setting that cannot be used; `flag` names it, the text says why and what to do."""

    def __init__(self, flag: str, text: str) -> None:
        super().__init__(f"{flag}: {text}")
        self.flag = flag
        self.text = text


class Login(NamedTuple):
    """A user name and its password; never printed."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.user!r}, ...)"


def flag_of(name: str) -> str:
    return "--" + name.replace("_", "-")


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def parse_ports(text: str) -> tuple[int, int]:
    """`20000-20999` as (20000, 20999). Raises: ValueError."""
    first, dash, last = text.partition("-")
    if not dash:
        raise ValueError("give it as A-B, such as 20000-20999")
    return int(first), int(last)


def first_line(flag: str, path: Path) -> str:
    try:
        text = path.read_text().strip()
    except OSError as error:
        raise SettingsError(flag, f"{path} cannot be read ({error.strerror})") from None
    if not text:
        raise SettingsError(flag, f"{path} is empty")
    return text.splitlines()[0].strip()
