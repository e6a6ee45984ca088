"""On the PBX's host: the few files of Asterisk's configuration, and of the packet filter, that its server writes.

Each has a name, a place and a form; nothing else is written. Blocking; run it in a thread.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from call24.kit.settings import Settings
from call24.pbx.prompt_files import TooMuch
from call24.pbx.whole_files import replace

LARGEST = 1 << 20
_ADDRESS = rb"[0-9A-Fa-f.:]{2,45}(?:%[a-zA-Z0-9_.-]{1,15})?"


class Form(NamedTuple):
    """`line`: each of its lines, without its end."""

    place: Path
    line: re.Pattern[bytes]


class HostFiles:
    def __init__(self, settings: Settings) -> None:
        etc = settings.asterisk_var / "etc"
        self._forms = {
            "rtp_sources.conf": Form(etc / "rtp_sources.conf", re.compile(rb"probation=[0-9]{1,10}")),
            "carriers.hosts": Form(etc / "carriers.hosts", re.compile(_ADDRESS + rb" [a-z0-9._-]{1,253}")),
            "carrier_names.conf": Form(etc / "carrier_names.conf", re.compile(rb"; [0-9a-f]{64}")),
            "banned": Form(settings.banned, re.compile(rb"[0-9]{1,12} " + _ADDRESS)),
            "carriers": Form(settings.carriers, re.compile(_ADDRESS + rb"(?:/[0-9]{1,3})?")),
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
        if not all(form.line.fullmatch(line) for line in content.split(b"\n")[:-1]):
            raise ValueError(f"that is no {name}")
        form.place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace(form.place, content)

    def _form(self, name: str) -> Form:
        if name not in self._forms:
            raise FileNotFoundError("there is no such file")
        return self._forms[name]
