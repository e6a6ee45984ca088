"""What servers put into a stack, taken away again: whoever has it next finds it as it was when it had just started.

Documents and files go; MongoDB and Asterisk run on. What Asterisk was told the next server takes back itself, as after
a restart with another database.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from call24.kit.settings import DATABASE, Settings


class Emptied:
    """Of a stack without a server, as it is now."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stay = (settings.data / "mongodb", settings.run, settings.log, settings.asterisk_var)
        self._files = set(self._there())
        with MongoClient[dict[str, Any]](settings.mongodb_uri()) as client:
            self._documents = {name: list(client[DATABASE][name].find()) for name in _collections(client)}

    def again(self) -> None:
        """Documents and files are those that there were."""
        for path in self._there():
            if path not in self._files:
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
        with MongoClient[dict[str, Any]](self._settings.mongodb_uri()) as client:
            for name in _collections(client):
                client[DATABASE][name].delete_many({})
                if documents := self._documents.get(name):
                    client[DATABASE][name].insert_many(documents)

    def _there(self) -> list[Path]:
        """Folders before what is in them; not what MongoDB and Asterisk keep for themselves."""
        found: list[Path] = []
        waiting = [self._settings.data]
        while waiting:
            for path in sorted(waiting.pop().iterdir()):
                if path not in self._stay:
                    found.append(path)
                    if path.is_dir() and not path.is_symlink():
                        waiting.append(path)
        return found


def _collections(client: MongoClient[dict[str, Any]]) -> list[str]:
    return [name for name in client[DATABASE].list_collection_names() if not name.startswith("system.")]
