"""A real Roundup with a tracker of its own, on this machine: started, killed with -9, looked into.

It is installed once, exactly as tests/support/crm/roundup.lock says, into an environment beside the checkout's (in
CALL24_CACHE), and speaks by its own WSGI application: its own server does not run as root. Its tracker is Roundup's
classic one, with the two properties and the file that the guide asks for.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.support.crm.installed import installed
from tests.support.crm.server_process import ServerProcess
from tests.support.wait import pause

LOCK = Path(__file__).with_name("roundup.lock")
BUILDS = frozenset({"packaging", "setuptools", "wheel"})
OURS = Path(__file__).parents[3] / "ops" / "roundup" / "call24.py"
ADMIN = "admin-password-of-a-test"
LOGIN, PASSWORD = "call24", "call24-password-of-a-test"
OBJECTION = "do_not_use"
SCHEMA = {
    "timezone=String())": f"timezone=String(), {OBJECTION}=Boolean())",
    'status=Link("status"))': 'status=Link("status"), customer=Link("user"))',
}
SERVE = """
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from roundup.cgi.wsgi_handler import RequestDispatcher
class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
class Quiet(WSGIRequestHandler):
    def address_string(self):
        return self.client_address[0]
make_server("127.0.0.1", int(sys.argv[2]), RequestDispatcher(sys.argv[1]), Server, Quiet).serve_forever()
"""
ADMINISTER = "import sys; from roundup.scripts.roundup_admin import run; sys.exit(run())"


class Roundup(ServerProcess):
    """`call` asks as its administrator, by its own REST API, not by Call24's connector."""

    def __init__(self, python: Path, folder: Path, port: int) -> None:
        self._python = python
        self._tracker = folder / "tracker"
        self._log = folder / "roundup.log"
        self._port = port
        self.url = f"http://127.0.0.1:{port}"

    # --- its process ---

    def make(self) -> None:
        """An empty tracker, and a user for Call24."""
        self._tracker.parent.mkdir(parents=True, exist_ok=True)
        self._administer("install", "classic", "sqlite", fails=True)  # it says what to set, and has made it
        config = self._tracker / "config.ini"
        text = config.read_text()
        for name, value in {
            "web": f"{self.url}/",
            "domain": "example.com",
            "password_pbkdf2_default_rounds": "1000",
        }.items():
            text, count = re.subn(rf"(?m)^#?{name} = .*$", f"{name} = {value}", text)
            assert count == 1, name
        config.write_text(re.sub(r"(?m)^#host = NO DEFAULT$", "host = mail.invalid", text))
        schema = self._tracker / "schema.py"
        text = schema.read_text()
        for before, after in SCHEMA.items():
            assert before in text
            text = text.replace(before, after)
        schema.write_text(text)
        self.put_file()
        self._administer("initialise", ADMIN)
        self._administer("create", "user", f"username={LOGIN}", f"password={PASSWORD}", "roles=Call24")
        self.start()

    def put_file(self) -> None:
        shutil.copy(OURS, self._tracker / "detectors")

    def _administer(self, *words: str, fails: bool = False) -> None:
        command = [str(self._python), "-P", "-c", ADMINISTER, "-i", str(self._tracker), *words]
        done = subprocess.run(command, capture_output=True, text=True)
        assert fails or done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]

    def start(self) -> None:
        with self._log.open("ab") as log:
            words = [str(self._python), "-P", "-c", SERVE, str(self._tracker), str(self._port)]
            self._process = subprocess.Popen(words, stdout=log, stderr=log)
        began = time.monotonic()
        while (waited := time.monotonic() - began) < 60:
            with contextlib.suppress(OSError):
                self.call("GET", "data/status")
                return
            assert self._process.poll() is None, self._log.read_text()[-2000:]
            time.sleep(pause(waited, 0))
        raise AssertionError("Roundup did not start")

    # --- its users ---

    def call(self, method: str, path: str, body: Any = None, match: str = "") -> Any:
        named = base64.b64encode(f"admin:{ADMIN}".encode()).decode()
        headers = {
            "Authorization": f"Basic {named}",
            "Content-Type": "application/json",
            "Origin": self.url,
            "X-Requested-With": "test",
            **({"If-Match": match} if match else {}),
        }
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.url}/rest/{path}", data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.loads(answer.read())["data"]

    def add(self, name: str, **values: Any) -> str:
        body = {"username": f"u{time.monotonic_ns()}", "roles": "Customer", "realname": name, **values}
        return str(self.call("POST", "data/user", body)["id"])

    def write(self, id: str, **values: Any) -> None:
        self.call("PUT", f"data/user/{id}", values, self.call("GET", f"data/user/{id}")["@etag"])

    def retire(self, id: str) -> None:
        action = {"@op": "action", "@action_name": "retire"}
        self.call("PATCH", f"data/user/{id}", action, self.call("GET", f"data/user/{id}")["@etag"])

    # --- what it has, read from its files while it may be down ---

    @property
    def _file(self) -> Path:
        return self._tracker / "db" / "db"

    def rows(self, query: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(query, values).fetchall()

    def customers(self) -> dict[str, tuple[str, str]]:
        """Number and e-mail by name; two of one name are an error."""
        found: dict[str, tuple[str, str]] = {}
        query = "SELECT _realname, _phone, _address FROM _user WHERE _roles = 'Customer' AND __retired__ = 0"
        for name, phone, address in self.rows(query):
            assert name not in found, f"two customers {name}"
            found[name] = (phone or "", address or "")
        return found

    def calls(self) -> list[tuple[str, str]]:
        """Customer's name and what the call's message says."""
        query = (
            "SELECT u._realname, m.id FROM _issue i JOIN _user u ON i._customer = u.id"
            " JOIN issue_messages l ON l.nodeid = i.id JOIN _msg m ON m.id = l.linkid WHERE i.__retired__ = 0"
        )
        return [(str(name), self._content(int(id))) for name, id in self.rows(query)]

    def _content(self, id: int) -> str:
        return (self._tracker / "db" / "files" / "msg" / str(id // 1000) / f"msg{id}").read_text()

    def everything(self) -> str:
        """All that its tables and files say."""
        with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=10)) as database:
            told = list(database.iterdump())
        files = (self._tracker / "db" / "files").rglob("*")
        return "\n".join([*told, *(one.read_text(errors="replace") for one in files if one.is_file())])


@contextlib.contextmanager
def roundup(folder: Path, port: int) -> Iterator[Roundup]:
    server = Roundup(installed(LOCK, BUILDS), folder, port)
    try:
        server.make()
        yield server
    finally:
        server.kill()
