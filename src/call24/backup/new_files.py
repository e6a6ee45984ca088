"""Recordings and files that come, change and go in a data folder, looked for every few seconds among very many.

A folder is listed again when its time of change says that something came or went. What is in it is looked at when it is
new there, another file has its name, or it changed within the last day: uploads grow, and nothing else does.

A file that grows is told of again when it is twice as large, or has not grown for a while: whoever sends a large file
in small parts would have it copied whole at each look.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from call24.backup import contents
from call24.data_map import Files, Place

WARM_S = 24 * 3600
QUIET_S, QUIET_S_PER_MIB, QUIET_S_MOST = 30.0, 10.0, 900.0
"""So long a file that grew has not changed when it is told of again: the longer, the larger it is."""
_TICK_NS = 2_000_000_000
"""What changes within this time of a look may have the time of change that the look saw."""


@dataclass(frozen=True)
class Seen:
    """`inode` 0: it is known of a backup alone. `told`: size and time of change (ns) when it was told of last."""

    size: int
    mtime_ns: int
    inode: int
    told: tuple[int, int]

    def is_due(self, now_ns: int, *, all: bool) -> bool:
        """Whether what is not told of is to be told now."""
        if (self.size, self.mtime_ns) == self.told:
            return False
        quiet_s = min(QUIET_S_MOST, QUIET_S + QUIET_S_PER_MIB * self.size / 2**20)
        return all or self.size >= 2 * self.told[0] or now_ns - self.mtime_ns >= quiet_s * 10**9


@dataclass
class _Folder:
    files: dict[str, Seen] = field(default_factory=dict)
    changed_ns: int = -1
    """Of the folder, when it was listed; -1: it has to be."""


@dataclass
class Looked:
    """Paths relative to the data folder. `changed`: new ones too."""

    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


class NewFiles:
    """`known`: size and time of change (ns) by path, of what was copied already."""

    def __init__(self, data: Path, declared: Sequence[Place], known: Mapping[str, tuple[int, int]]) -> None:
        self._data = data
        self._kinds = [
            one.where for one in contents.places(declared) if isinstance(one.where, Files) if one.where.apart
        ]
        self._folders: dict[str, _Folder] = {}
        self._all = False
        for path, (size, mtime_ns) in known.items():
            folder, _, name = path.rpartition("/")
            self._folders.setdefault(folder, _Folder()).files[name] = Seen(size, mtime_ns, 0, (size, mtime_ns))

    def look(self, *, all: bool = False) -> Looked:
        """What came, changed and went since the last look; at first, since what was known. `all`: also what grows."""
        found, there = Looked(), set[str]()
        self._all = all
        for kind in self._kinds:
            for path in sorted(self._data.glob(str(PurePosixPath(kind.pattern()).parent))):
                name = str(PurePosixPath(path.relative_to(self._data)))
                there.add(name)
                self._one(kind, path, name, self._folders.setdefault(name, _Folder()), found)
        for name in self._folders.keys() - there:
            found.gone += [f"{name}/{file}" for file in self._folders.pop(name).files]
        return found

    def _one(self, kind: Files, path: Path, name: str, folder: _Folder, found: Looked) -> None:
        try:
            changed_ns = path.stat().st_mtime_ns
            if changed_ns != folder.changed_ns:
                self._list(kind, path, name, folder, found)
                folder.changed_ns = changed_ns if changed_ns < time.time_ns() - _TICK_NS else -1
        except FileNotFoundError:  # it goes with the next look
            return
        since = time.time_ns() - WARM_S * 10**9
        for file, before in list(folder.files.items()) if folder.files else ():
            if before.mtime_ns >= since and before.inode:
                self._compare(path / file, f"{name}/{file}", file, before, folder, found)

    def _list(self, kind: Files, path: Path, name: str, folder: _Folder, found: Looked) -> None:
        there = {entry.name: entry for entry in _entries(path) if kind.holds(PurePosixPath(name, entry.name))}
        for file in folder.files.keys() - there.keys():
            found.gone.append(f"{name}/{file}")
            del folder.files[file]
        for file, entry in there.items():
            before = folder.files.get(file)
            if before is None or before.inode != entry.inode():
                self._compare(path / file, f"{name}/{file}", file, before, folder, found)

    def _compare(
        self, path: Path, relative: str, file: str, before: Seen | None, folder: _Folder, found: Looked
    ) -> None:
        try:
            at = path.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        as_it_is = at.st_size, at.st_mtime_ns
        another = before is None or before.inode not in (0, at.st_ino)
        now = Seen(*as_it_is, at.st_ino, (-1, -1) if before is None or another else before.told)
        if another or now.is_due(time.time_ns(), all=self._all):
            found.changed.append(relative)
            now = replace(now, told=as_it_is)
        folder.files[file] = now


def _entries(path: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(path) as listed:
        for entry in listed:
            if entry.is_file(follow_symlinks=False):
                yield entry
