"""What stands for a backup of a bucket that is being made or deleted: `NAME.part` in its folder of keys.

A folder of keys may be copied to another machine while a backup is made. The copy's note must not end that backup there
once it is whole, so a note says whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from call24.backup.folder import created
from call24.backup.place import NAME
from call24.kit.folder_sync import sync

_MACHINE = Path("/etc/machine-id")


class Notes:
    def __init__(self, keys: Path) -> None:
        self._keys = keys

    def add(self, name: str, *, expired: bool = False) -> None:
        """Raises: OSError."""
        with suppress(FileExistsError), created(self._file(name)) as out:
            out.write(json.dumps({"owner": self._owner(), "expired": expired}).encode())
            out.done()
        sync(self._keys)

    def has(self, name: str) -> bool:
        return self._file(name).exists()

    def names(self) -> list[str]:
        return [path.stem for path in sorted(self._keys.glob("*.part")) if NAME.fullmatch(path.stem)]

    def forget(self, name: str) -> None:
        for file in (f"{name}.new", f"{name}.part"):
            (self._keys / file).unlink(missing_ok=True)

    def is_over(self, name: str, is_whole: Callable[[], bool]) -> bool:
        """Of a backup that is whole in the bucket, and neither expired nor begun with this folder: its note goes.

        A note that is the key already becomes it: its run ended in between. Raises: S3Error of `is_whole`, OSError.
        """
        try:
            said = json.loads(self._file(name).read_bytes())
            if said.get("expired") or (said.get("owner") == self._owner()):
                return False
        except (ValueError, AttributeError):
            said = {}
        if not is_whole():
            return False
        if said.get("name") == name and "sealed" in said:
            self._file(name).replace(self._keys / f"{name}.json")
        self.forget(name)
        sync(self._keys)
        return True

    def _file(self, name: str) -> Path:
        return self._keys / f"{name}.part"

    def _owner(self) -> str:
        """This machine and this folder, also after a restart."""
        machine = ""
        with suppress(OSError, ValueError):
            machine = _MACHINE.read_text().strip()
        return f"{machine}:{self._keys.stat().st_ino}"
