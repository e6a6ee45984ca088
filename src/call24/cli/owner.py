"""Who may change a data folder: the user that it belongs to, since Call24 cannot read what another one writes there."""

from __future__ import annotations

import contextlib
import os
import pwd
from pathlib import Path

from call24.installer.errors import StartError


def check(data: Path) -> None:
    """Raises: StartError where it is another user's, root's too."""
    with contextlib.suppress(FileNotFoundError):
        if (owner := (data.absolute() / "run").stat().st_uid) != os.geteuid():
            raise StartError(f"Call24 on {data} is another user's: run this as {_name(owner)}")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"the user {uid}"
