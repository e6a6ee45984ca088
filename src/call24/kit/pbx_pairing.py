"""The pairing file: by what a server and the host of its PBX know each other. Made on the PBX's host, copied once.

Uses the standard library only, as settings.py does. It makes no certificate (installer/pbx_pairing.py does).
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import NamedTuple

from call24.kit.settings_types import SettingsError

FLAG = "--pbx-pairing"
PBX_NAME = "call24-pbx"
SERVER_NAME = "call24-server"
"""What the certificates are for: they name no host."""
_WHERE = re.compile(r"(?:\[([0-9A-Fa-f:]+)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)):([0-9]{1,5})")
_LARGEST = 65536


class Place(NamedTuple):
    host: str
    port: int


@dataclass(frozen=True)
class Pairing:
    """`authority`, `certificate`, `key`: PEM, the last two the server's own; `ari_password`: of Asterisk there."""

    authority: str
    certificate: str
    key: str = field(repr=False)
    ari_password: str = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> Pairing:
        """Raises: SettingsError."""
        try:
            with path.open() as file:
                stored = json.loads(file.read(_LARGEST))
        except (OSError, ValueError) as error:
            raise SettingsError(FLAG, f"{path} cannot be read ({error}): copy it from the PBX's host again") from None
        names = [each.name for each in fields(cls)]
        values = stored if isinstance(stored, dict) else {}
        if not all(isinstance(values.get(name), str) and values[name] for name in names):
            raise SettingsError(FLAG, f"{path} is no pairing file: copy secrets/pbx/pairing.json from the PBX's host")
        return cls(**{name: values[name] for name in names})

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1)


def place(flag: str, text: str) -> Place:
    """HOST:PORT, an IPv6 address in brackets. Raises: SettingsError."""
    found = _WHERE.fullmatch(text)
    if found is None or not 1 <= int(found[3]) <= 65535:
        raise SettingsError(flag, f"{text!r} must be such as pbx.example.net:8424 or [2001:db8::24]:8424")
    return Place(found[1] or found[2], int(found[3]))
