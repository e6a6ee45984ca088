"""On the PBX's host: the few files of Asterisk's configuration, and of the packet filter, that its server writes.

Each has a name, a place and a form; nothing else is written. Blocking; run it in a thread.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from call24.kit.settings import Settings
from call24.pbx.prompt_files import TooMuch
from call24.pbx.whole_files import replace

LARGEST = 1 << 20
_CAPTURE = (
    rb"\[general\]|enabled=yes|capture_address=127\.0\.0\.1:[0-9]{1,5}|capture_password=[0-9a-f]{64}"
    rb"|capture_id=24|uuid_type=call-id"
)
_ADDRESS = rb"(?P<address>[0-9A-Fa-f.:]{2,45})(?:%[a-zA-Z0-9_.-]{1,15})?"


class Form(NamedTuple):
    """`line`: each of its lines, without its end; `fits`: raises ValueError where what the pattern found is none;
    `goes`: whether it is deleted when it is not wanted."""

    place: Path
    line: re.Pattern[bytes]
    fits: Callable[[re.Match[bytes]], object] = bool
    goes: bool = False


class HostFiles:
    def __init__(self, settings: Settings) -> None:
        etc = settings.asterisk_var / "etc"
        self._forms = {
            "rtp_sources.conf": Form(etc / "rtp_sources.conf", re.compile(rb"probation=[0-9]{1,10}")),
            "carriers.hosts": Form(etc / "carriers.hosts", re.compile(_ADDRESS + rb" [a-z0-9._-]{1,253}"), _address),
            "carrier_names.conf": Form(etc / "carrier_names.conf", re.compile(rb"; [0-9a-f]{64}")),
            "hep.conf": Form(etc / "hep.conf", re.compile(_CAPTURE), goes=True),
            "banned": Form(settings.banned, re.compile(rb"[0-9]{1,12} " + _ADDRESS), _address),
            "carriers": Form(settings.carriers, re.compile(_ADDRESS + rb"(?P<prefix>/[0-9]{1,3})?"), _network),
        }

    def read(self, name: str) -> bytes:
        """Raises: FileNotFoundError, also for another name; OSError."""
        return self._form(name).place.read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Whole or not at all. Raises: FileNotFoundError (another name), ValueError (another form), OSError."""
        form = self._form(name)
        if len(content) > LARGEST:
            raise TooMuch(f"at most {LARGEST} bytes")
        if content and not content.endswith(b"\n"):
            raise ValueError(f"{name} ends with a whole line")
        for line in content.split(b"\n")[:-1]:
            if (found := form.line.fullmatch(line)) is None:
                raise ValueError(f"that is no {name}")
            form.fits(found)
        form.place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace(form.place, content)

    def delete(self, name: str) -> None:
        """Raises: FileNotFoundError (another name), ValueError (one that stays), OSError."""
        form = self._form(name)
        if not form.goes:
            raise ValueError(f"{name} stays")
        form.place.unlink(missing_ok=True)

    def _form(self, name: str) -> Form:
        if name not in self._forms:
            raise FileNotFoundError("there is no such file")
        return self._forms[name]


def _address(line: re.Match[bytes]) -> None:
    """Raises: ValueError."""
    ipaddress.ip_address(line["address"].decode())


def _network(line: re.Match[bytes]) -> None:
    """Raises: ValueError."""
    ipaddress.ip_network((line["address"] + (line["prefix"] or b"")).decode(), strict=False)
