"""Where a bucket for backups is and who Call24 is to it, as a file says: no secret stands on a command line.

Lines are `NAME = VALUE`: `access_key_id`, `secret_access_key`, `region` (us-east-1 where it is left out), and
`endpoint` (Amazon S3 of that region where it is left out). A line that begins with # says nothing.
"""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path

from call24.backup.errors import BackupError
from call24.files.object_store import StorePlace
from call24.files.s3_signing import StoreLogin
from call24.kit.settings_types import is_loopback

FLAG = "--store-file"
SCHEME = "s3://"
_PLACE = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9_-]{1,60}){0,5})/?")
_NAMES = ("access_key_id", "secret_access_key", "region", "endpoint")
_NEEDED = "access_key_id = ID, secret_access_key = SECRET, region = eu-central-1, endpoint = https://s3.example.com"


def read(place: str, file: Path | None) -> tuple[StorePlace, StoreLogin]:
    """`place`: s3://BUCKET or s3://BUCKET/PREFIX. Raises: BackupError."""
    if (found := _PLACE.fullmatch(place)) is None:
        raise BackupError(f"{place[:200]} is no place for backups: give s3://BUCKET/PREFIX, without keys in it")
    if file is None:
        raise BackupError(f"{FLAG}: a bucket needs a file with these lines: {_NEEDED}")
    said = _lines(file)
    for name in _NAMES[:2]:
        if not re.fullmatch(r"[!-~]{1,2048}", said.get(name, "")):
            raise BackupError(f"{FLAG}: {file} has no {name}; its lines are {_NEEDED}")
    region = said.get("region", "us-east-1")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", region):
        raise BackupError(f"{FLAG}: {file}: region must be such as eu-central-1")
    endpoint = _endpoint(file, said.get("endpoint", f"https://s3.{region}.amazonaws.com"))
    login = StoreLogin(key_id=said["access_key_id"], secret=said["secret_access_key"], region=region)
    return StorePlace(endpoint=endpoint, bucket=found[1], prefix=found[2].strip("/")), login


def _lines(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text().splitlines()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BackupError(f"{FLAG}: {file} cannot be read ({why})") from None
    said: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        name, is_said, value = (part.strip() for part in line.partition("="))
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not is_said or name not in _NAMES or name in said:
            raise BackupError(f"{FLAG}: line {number} of {file} is not one of these, each once: {_NEEDED}")
        said[name] = value
    return said


def _endpoint(file: Path, said: str) -> str:
    """Another machine's is reached by TLS. Raises: BackupError."""
    try:
        parts = urllib.parse.urlsplit(said)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        usable = secure and parts.hostname and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise BackupError(
            f"{FLAG}: {file}: endpoint must be such as https://s3.example.com; http:// leads to this machine alone"
        )
    return said.rstrip("/")
