"""Whether other users of the machine can read keys and secrets, or reach the data folder at all. It changes nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from call24.doctor.audit.outcome import Found, Unverified, in_thread
from call24.doctor.report import CheckResult
from call24.kit.package import COMMAND
from call24.kit.settings import Settings

MOST_FILES = 500_000
SHOWN = 10
OTHERS = stat.S_IRWXG | stat.S_IRWXO
ADVICE = f"take the rights of group and others away (chmod go-rwx), then replace what could be read: {COMMAND} rotate"


async def examine(settings: Settings, found: CheckResult) -> None:
    """Raises: Found, Unverified."""
    found.seen = await in_thread(lambda: look(settings))


def look(settings: Settings) -> str:
    """Raises: Found, Unverified."""
    data, keys = settings.data, list(_keys(settings))
    if not keys:
        raise Unverified("no key and no secret was found", "run the audit on the data folder of the installation")
    open_to_others = [path for path in (data, *keys) if _mode(path) & OTHERS]
    written, looked, whole = _written_by_others(data)
    if faults := [*open_to_others, *written]:
        seen = f"{len(open_to_others)} keys, secrets or folders can be read by others, {len(written)} files changed"
        raise Found(seen, ADVICE, [str(path) for path in faults[:SHOWN]])
    if not whole:
        raise Unverified(f"only {looked} files were looked at", "run the audit as the user that runs Call24")
    return f"{len(keys)} keys and secrets are their owner's alone, and no other user may change any of {looked} files"


def _keys(settings: Settings) -> Iterator[Path]:
    """Folders of secrets, and every file that is one."""
    yield from (path for path in (settings.secrets, *sorted(settings.secrets.rglob("*"))) if path.exists())
    yield from sorted(settings.tls.glob("*.key"))
    named = (
        settings.tls_key, settings.smtp_password_file, settings.mongodb_uri_file,
        settings.asterisk_ari_credentials, settings.pusher_url_file, settings.otlp_headers_file,
        settings.files_store_credentials_file, settings.pbx_pairing,
        settings.run / "settings.json",
    )  # fmt: skip
    yield from (path for path in named if path is not None and path.exists())


def _written_by_others(data: Path) -> tuple[list[Path], int, bool]:
    """Files that anybody may change, how many were looked at, and whether that is all of them."""
    faults: list[Path] = []
    unread: list[OSError] = []
    looked = 0
    for folder, _, names in os.walk(data, onerror=unread.append):
        for name in names:
            if (looked := looked + 1) > MOST_FILES:
                return faults, looked, False
            path = Path(folder) / name
            mode = _mode(path)
            if mode & stat.S_IWOTH and stat.S_ISREG(mode):
                faults.append(path)
    gone = [error for error in unread if not isinstance(error, FileNotFoundError)]
    return faults, looked, not gone


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode if path.is_symlink() else path.stat().st_mode
    except FileNotFoundError:  # gone meanwhile
        return 0
