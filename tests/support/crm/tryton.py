"""A real Tryton with a database of its own, on this machine: started, killed with -9, looked into.

It is installed once, exactly as tests/support/crm/tryton.lock says, into an environment beside the checkout's (in
CALL24_CACHE). It is under the GPL, and is a program that tests speak with: nothing of it is imported here.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import time
import urllib.request
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.support.crm.installed import installed
from tests.support.crm.server_process import ServerProcess
from tests.support.wait import pause

LOCK = Path(__file__).with_name("tryton.lock")
ADMIN = "admin-password-of-a-test"
LOGIN, PASSWORD = "call24", "call24-password-of-a-test"
CATEGORY = "Do not contact"
DATABASE = "company"


class Tryton(ServerProcess):
    """`calls` as a user of it, by its own JSON-RPC, not by Call24's connector."""

    def __init__(self, python: Path, folder: Path, port: int) -> None:
        self._python = python
        self._folder = folder
        self._port = port
        self._session = ""
        self.url = f"http://127.0.0.1:{port}/{DATABASE}"

    # --- its process ---

    def make(self) -> None:
        """An empty database with the module for parties, and a user for Call24."""
        self._folder.mkdir(parents=True, exist_ok=True)
        listen = f"[database]\nuri = sqlite://\npath = {self._folder}\n[web]\nlisten = 127.0.0.1:{self._port}\n"
        (self._folder / "trytond.conf").write_text(listen)
        empty = self._python.parents[1] / f"empty-{zlib.crc32(ADMIN.encode()):08x}.sqlite"
        if not empty.exists():
            self._make_empty()
            shutil.copy(self._file, part := empty.with_suffix(f".{os.getpid()}"))
            part.rename(empty)
        shutil.copy(empty, self._file)
        self.start()
        [group] = self.call("model.res.group.search", [["name", "=", "Party Administration"]], 0, 1, None)
        values = {"name": "Call24", "login": LOGIN, "password": PASSWORD, "groups": [["add", [group]]]}
        self.call("model.res.user.create", [values])
        self.call("model.party.category.create", [{"name": CATEGORY}])

    def _make_empty(self) -> None:
        """It takes as long as all that a test does with it, so it is kept beside the installed program."""
        (self._folder / "password").write_text(ADMIN)
        self._file.touch()
        words = [*self._words("trytond.cli.admin"), "-u", "party", "--activate-dependencies", "--email", "a@b.c"]
        env = {**os.environ, "TRYTONPASSFILE": str(self._folder / "password")}
        done = subprocess.run(words, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]

    def start(self) -> None:
        with (self._folder / "trytond.log").open("ab") as log:
            words = self._words("trytond.cli")
            self._process = subprocess.Popen(words, stdout=log, stderr=log)
        began = time.monotonic()
        while (waited := time.monotonic() - began) < 60:
            with contextlib.suppress(OSError):
                self._session = self._login()
                return
            assert self._process.poll() is None, (self._folder / "trytond.log").read_text()[-2000:]
            time.sleep(pause(waited, 0))
        raise AssertionError("Tryton did not start")

    def _words(self, module: str) -> list[str]:
        conf = str(self._folder / "trytond.conf")
        main = f"import sys; from {module} import main; sys.exit(main())"
        return [str(self._python), "-P", "-c", main, "-c", conf, "-d", DATABASE]

    # --- its users ---

    def _login(self) -> str:
        told = self._post({"method": "common.db.login", "params": ["admin", {"password": ADMIN}, "en"]}, "")
        text = f"admin:{told['result'][0]}:{told['result'][1]}"
        return f"Session {base64.b64encode(text.encode()).decode()}"

    def forget_sessions(self) -> None:
        """As when they have expired."""
        with contextlib.closing(sqlite3.connect(self._file, timeout=10)) as database, database:
            database.execute("DELETE FROM ir_session")
        self._session = self._login()

    def call(self, method: str, *params: Any) -> Any:
        told = self._post({"method": method, "params": [*params, {"active_test": False}]}, self._session)
        assert "error" not in told, told
        return told["result"]

    def _post(self, body: dict[str, Any], session: str) -> Any:
        headers = {"Content-Type": "application/json", **({"Authorization": session} if session else {})}
        data = json.dumps({"id": 1, **body}).encode()
        asked = urllib.request.Request(f"{self.url}/rpc/", data, headers)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.loads(answer.read())

    def add(self, name: str, *mechanisms: tuple[str, str]) -> int:
        made = [{"type": type, "value": value} for type, value in mechanisms]
        [id] = self.call("model.party.party.create", [{"name": name, "contact_mechanisms": [["create", made]]}])
        return int(id)

    def write(self, id: int, **values: Any) -> None:
        self.call("model.party.party.write", [id], values)

    # --- what it has, read from its file while it may be down ---

    @property
    def _file(self) -> Path:
        return self._folder / f"{DATABASE}.sqlite"

    def rows(self, query: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(query, values).fetchall()

    def parties(self) -> dict[str, tuple[str, str]]:
        """Number and e-mail by name; two of one name are an error."""
        found: dict[str, tuple[str, str]] = {}
        for id, name in self.rows("SELECT id, name FROM party_party WHERE active ORDER BY id"):
            assert name not in found, f"two parties {name}"
            query = (
                "SELECT type, value_compact FROM party_contact_mechanism WHERE party = ? AND active ORDER BY id DESC"
            )
            own = dict(self.rows(query, id))
            found[name] = (own.get("phone", ""), own.get("email", ""))
        return found

    def notes(self) -> list[tuple[str, str]]:
        """Party's name and message."""
        query = "SELECT p.name, n.message FROM ir_note n JOIN party_party p ON n.resource = 'party.party,' || p.id"
        return [(str(name), str(message)) for name, message in self.rows(query)]

    def everything(self) -> str:
        """All that its tables say."""
        with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=10)) as database:
            return "\n".join(database.iterdump())


@contextlib.contextmanager
def tryton(folder: Path, port: int) -> Iterator[Tryton]:
    server = Tryton(installed(LOCK), folder, port)
    try:
        server.make()
        yield server
    finally:
        server.kill()
