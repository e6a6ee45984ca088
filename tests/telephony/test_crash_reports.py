"""An error that nothing handles on the real server: a report of it is stored, and goes where the operator has set."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pymongo
import pytest
from tests.support.product import up_with
from tests.support.product.system import System, running_system
from tests.support.wait import wait_until

from call24.cli.as_operator import ask
from call24.kit.settings import DATABASE

TAKEN: list[tuple[str, str, bytes]] = []
CANARY = "Anna Müller +49 170 1234567"


class StandIn(BaseHTTPRequestHandler):
    """A service that speaks Sentry's envelope endpoint."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        TAKEN.append((self.path, self.headers["X-Sentry-Auth"], body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *words: object) -> None: ...


@pytest.fixture(scope="module")
def passing_on(monkeypatch_module: pytest.MonkeyPatch) -> Iterator[System]:
    service = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    words = ["--sentry-dsn", f"http://public@127.0.0.1:{service.server_port}/4"]
    monkeypatch_module.setenv("CALL24_TEST_WORDS", json.dumps(words))
    try:
        with running_system(program=up_with.__name__) as running:
            yield running
    finally:
        service.shutdown()


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def as_page(system: System, file: Path) -> subprocess.CompletedProcess[str]:
    words = ["crash-reports", "--data", str(system.settings.data), "--page", str(file)]
    return subprocess.run([sys.executable, "-m", "call24.cli", *words], capture_output=True, text=True, timeout=60)


@pytest.mark.long(
    "integration/crash_reports/test_crash_reports.py::"
    "test_an_error_of_the_server_that_nothing_handled_is_stored_without_what_it_was_about"
)
@pytest.mark.long(
    "integration/crash_reports/test_crash_reports.py::"
    "test_the_page_is_its_owners_alone_overwrites_nothing_and_has_no_markup_of_others"
)
async def test_an_error_that_nothing_handles_is_reported_without_what_it_was_about(
    passing_on: System, tmp_path: Path
) -> None:
    system = passing_on
    async with system.organisation("Acme") as acme:
        before = ask(system.settings, "GET", "/v1/internal/crash-reports").body["items"]
        damaged = {"_id": "sau_damaged", "at": datetime.now(UTC), "took_ms": CANARY, "passed": True, "checks": {}}
        with pymongo.MongoClient(system.settings.mongodb_admin_uri()) as client:
            client[DATABASE]["self_audits"].insert_one(damaged)
        assert (await acme.http.get("/v1/self-audits")).status_code == 500
        await wait_until(lambda: TAKEN, 15)
        found = ask(system.settings, "GET", "/v1/internal/crash-reports").body["items"]
        [one] = [row for row in found if row not in before]
        assert (one["source"], one["type"], one["count"]) == ("server", "ValidationError", 1)
        assert "call24/self_audit/store.py" in [frame["file"] for frame in one["frames"]]
        for body in (json.dumps(one, ensure_ascii=False), TAKEN[0][2].decode()):
            assert [word for word in (*CANARY.split(), acme.tenant_id) if word in body] == []
        file = tmp_path / "crashes.html"
        done = await asyncio.to_thread(as_page, system, file)
        assert (done.returncode, stat.S_IMODE(file.stat().st_mode)) == (0, 0o600), done.stderr
        shown = file.read_text()
        assert (
            "<td>call24/self_audit/store.py</td>" in shown and f"<h2>ValidationError: {escape(one['message'])}" in shown
        )
        assert [word for word in ("<script", *CANARY.split(), acme.tenant_id) if word in shown] == []
        assert (await asyncio.to_thread(as_page, system, file)).returncode == 1, "nothing is overwritten"
        path, auth, body = TAKEN[-1]
        event = json.loads(body.split(b"\n")[2])
        assert path == "/api/4/envelope/" and "sentry_key=public" in auth
        [value] = event["exception"]["values"]
        assert (value["type"], value["value"]) == (one["type"], one["message"])
        assert [frame["filename"] for frame in value["stacktrace"]["frames"]] == [row["file"] for row in one["frames"]]
