"""The stamp of a data folder: which steps were done there, and by which version. Standard library only.

The parent of `./call24 up` reads it before anything is started, and stays small.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from call24.kit.package import COMMAND
from call24.kit.version import SCHEMA, VERSION

NAME = "schema.json"


class UnusableData(Exception):
    """Call24 must not be started on it."""


class RestoreCutOff(UnusableData):
    """A restore has filled a part of the database."""

    def __init__(self) -> None:
        super().__init__(
            "a restore into this database is going on or was cut off, so that a part of it is missing: run "
            f"`{COMMAND} restore` again on that machine, which starts from the beginning (docs/guides/backup.md)"
        )


class NewerData(UnusableData):
    """A newer version of Call24 has changed the data. `place`: where, in words."""

    def __init__(self, place: str, version: str, schema: int) -> None:
        super().__init__(
            f"{place} was changed by Call24 {version or 'of an unknown version'} (schema {schema}), and this is "
            f"Call24 {VERSION}, which knows schemas up to {SCHEMA}. Start Call24 {version or 'of that version'} or a "
            "newer one, or restore a backup that was made before that one was started (docs/guides/upgrade.md)"
        )


class DamagedStamp(Exception):
    """The file of the stamp cannot be read."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is damaged, so that it is not known which version of Call24 wrote the data: put it back from a "
            "backup, or delete it if you know that no newer version was started here"
        )


@dataclass(frozen=True)
class FolderStamp:
    """`schema`: the highest number of a step that was begun here or in its database; `done`: the folder's own steps
    that are finished; `finished`: up to this number every step was, those of the database too; `version`: of Call24
    that was started here last."""

    schema: int = 0
    version: str = ""
    done: tuple[int, ...] = ()
    finished: int = 0


def read(data: Path) -> FolderStamp:
    """What stands there; of a folder without a stamp, one of schema 0. Raises: DamagedStamp, OSError."""
    file = data / NAME
    try:
        told = json.loads(file.read_bytes())
        stamp = FolderStamp(
            int(told["schema"]), str(told["version"]), tuple(map(int, told["done"])), int(told["finished"])
        )
    except FileNotFoundError:
        return FolderStamp()
    except (ValueError, KeyError, TypeError):
        raise DamagedStamp(file) from None
    return stamp


def check(data: Path) -> FolderStamp:
    """Raises: NewerData, DamagedStamp, OSError."""
    stamp = read(data)
    if stamp.schema > SCHEMA:
        raise NewerData(str(data), stamp.version, stamp.schema)
    return stamp


def begin(data: Path) -> FolderStamp:
    """From here on an earlier version refuses the folder. Raises: NewerData, DamagedStamp, OSError."""
    stamp = check(data)
    begun = replace(stamp, schema=SCHEMA, version=VERSION)
    if begun != stamp:
        _write(data, begun)
    return begun


def note(data: Path, *, done: Iterable[int] = (), finished: bool = False) -> FolderStamp:
    """Raises: OSError, DamagedStamp."""
    stamp = read(data)
    noted = replace(
        stamp,
        done=tuple(sorted({*stamp.done, *done})),
        finished=SCHEMA if finished else stamp.finished,
    )
    if noted != stamp:
        _write(data, noted)
    return noted


def _write(data: Path, stamp: FolderStamp) -> None:
    """Whole or not at all, whenever the process or the machine ends."""
    part = data / f"{NAME}.part"
    with part.open("w") as file:
        json.dump(asdict(stamp), file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(data / NAME)
    sync_folder(data)


def sync_folder(folder: Path) -> None:
    """What was renamed or deleted in it stays so. Raises: OSError."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
