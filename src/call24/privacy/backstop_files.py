"""Files of documents that are overdue, and files that are overdue themselves, found from the data map's places alone.

A file that goes with a document is named by the document's id: that is all that is known of it here. Blocking.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from call24.data_map import ByAge, Files, Until, WithParent
from call24.data_map.places import TENANT_FOLDER
from call24.kit.holdings import Holdings
from call24.kit.ids import CallId, TenantId

Elsewhere = Callable[[TenantId, Collection[str]], int]
_BEGINNING = re.compile(r"\.?([A-Za-z0-9_]+)")


class OverdueFiles:
    """`data`: the data folder; `holdings`: of all rooms. `elsewhere`: by collection, what deletes the files of its
    documents that are on another machine, and raises where it cannot."""

    def __init__(
        self, data: Path, holdings: Sequence[Holdings], elsewhere: Mapping[str, Elsewhere] | None = None
    ) -> None:
        self._data = data
        self._elsewhere = elsewhere or {}
        self._folders: dict[str, list[str]] = {}
        self._by_age: list[tuple[Files, ByAge]] = []
        for room in holdings:
            files = [(place.where, place.kept) for place in room.places if isinstance(place.where, Files)]
            folders = [_folder(where) for where, kept in files if isinstance(kept, WithParent | Until)]
            for where, kept in files:
                if isinstance(kept, WithParent):
                    self._folders[kept.collection] = folders
                elif isinstance(kept, ByAge) and kept.by != "parent":
                    self._by_age.append((where, kept))

    def of(self, collection: str) -> bool:
        """Whether documents of this collection have files."""
        return collection in self._folders

    def delete(self, collection: str, tenant_id: TenantId, ids: Collection[str]) -> int:
        """What is named by one of these ids, in every folder of the room that keeps the collection; how many.

        Raises: OSError, Unavailable: then the documents stay, so that the files are found again.
        """
        there = self._elsewhere[collection](tenant_id, ids) if collection in self._elsewhere else 0
        return there + sum(_delete(path) for path in self._named(collection, tenant_id, frozenset(ids)))

    def old(self, due_before: datetime) -> list[Path]:
        """What had reached its age by then. Raises: OSError."""
        found = []
        for where, kept in self._by_age:
            before = (due_before - kept.after).timestamp()
            there = (path for path in self._data.glob(where.pattern()) if path.is_file() and not path.is_symlink())
            found += [path for path in there if path.stat().st_mtime < before]
        return found

    def delete_old(self, due_before: datetime) -> int:
        """How many. Raises: OSError."""
        return sum(_delete(path) for path in self.old(due_before))

    def _named(self, collection: str, tenant_id: TenantId, ids: frozenset[str]) -> Iterator[Path]:
        for folder in self._folders[collection]:
            there = self._data / folder.replace(TENANT_FOLDER, tenant_id)
            for path in list(there.iterdir()) if there.is_dir() else []:
                named = _BEGINNING.match(path.name)
                if named is not None and named[1] in ids:
                    yield path


def ids_of_call(call_id: CallId) -> tuple[str, str]:
    """The ids that a call's recording and its message have, where they have no document either."""
    of_call = f"rec_{call_id.removeprefix('call_')}"
    return of_call, f"{of_call}m"


def _folder(where: Files) -> str:
    return where.apart or where.path.rpartition("/")[0]


def _delete(path: Path) -> bool:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return False  # the sweeper was faster
    return True
