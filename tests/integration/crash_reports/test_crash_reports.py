"""Crash reports over HTTP: off until a user agrees, minimised, counted, read by the operator, deleted by rule."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from tests.support.http.api import OPERATOR, Api, Organisation
from tests.support.privacy.due import delete_due
from tests.support.product.command import command
from tests.support.wait import wait_until

from call24.cli import crash_reports
from call24.crash_reports.model import Report
from call24.crash_reports.sentry import ErrorService
from call24.crash_reports.service import CrashReports, Failures
from call24.installer.api_client import ApiAnswer
from call24.kit.settings import Settings

AT, ALL, CONSENT = "/v1/me/crash-reports", "/v1/internal/crash-reports", "/v1/me/consents/telemetry"
OPERATES = {"X-Call24-Operator": OPERATOR}
REPORT: dict[str, Any] = {
    "version": "0.1.0",
    "browser": "Chrome",
    "browser_version": 142,
    "screen": "history",
    "type": "TypeError",
    "message": "Cannot read properties of undefined (reading 'Anna Müller') +49 170 1234567",
    "frames": [{"file": "assets/index-BQ3fK2xA.js", "line": 7, "column": 1234}],
}


async def agree(acme: Organisation, role: str = "agent") -> None:
    found = (await acme.call(role, "GET", "/v1/me/consents")).json()["items"]
    text = next(one for one in found if one["purpose"] == "telemetry")["text"]
    answer = await acme.call(role, "PUT", CONSENT, json={"hash": text["hash"]})
    assert answer.status_code == 200, answer.text


async def sent(acme: Organisation, role: str = "agent", **other: Any) -> httpx.Response:
    return await acme.call(role, "POST", AT, json={**REPORT, **other})


async def listed(api: Api, **question: Any) -> dict[str, Any]:
    answer = await api.call("GET", ALL, headers=OPERATES, params=question)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_nothing_is_stored_until_the_user_agrees_and_nothing_once_they_withdraw(api: Api) -> None:
    acme = await api.organisation()
    mine = (await acme.call("agent", "GET", "/v1/me/consents")).json()["items"]
    [telemetry] = [one for one in mine if one["purpose"] == "telemetry"]
    assert (telemetry["allowed"], telemetry["act"], telemetry["basis"]) == (False, None, "consent")
    refused = await sent(acme)
    assert (refused.status_code, refused.json()["code"]) == (409, "telemetry_not_agreed")
    assert (await listed(api))["items"] == []

    await agree(acme)
    assert (await sent(acme)).status_code == 200
    assert (await sent(acme, "supervisor")).status_code == 409, "each agrees for themselves"
    [one] = (await listed(api))["items"]
    assert one["count"] == 1

    assert (await acme.call("agent", "DELETE", CONSENT)).status_code == 204
    assert (await sent(acme)).json()["code"] == "telemetry_not_agreed"
    assert (await listed(api))["items"] == [one]


async def test_what_is_stored_names_nobody_and_no_organisation(api: Api) -> None:
    acme = await api.organisation()
    await agree(acme)
    answer = await sent(acme)
    [stored] = await api.mongo.raw("crash_reports").find().to_list()
    told = json.dumps(stored, default=str, ensure_ascii=False)
    for canary in (
        "Anna",
        "Müller",
        "170",
        "1234567",
        acme.users["agent"],
        acme.tenant.id,
        acme.emails["agent"],
        "Acme",
    ):
        assert canary not in told, told
    assert answer.json() == {
        "fingerprint": stored["_id"],
        "message": "Cannot read properties of undefined reading *",
    }
    [one] = (await listed(api))["items"]
    assert one["frames"] == REPORT["frames"]
    assert (one["source"], one["type"], one["versions"]) == ("app", "TypeError", ["0.1.0"])
    assert (one["browsers"], one["screens"]) == (["Chrome 142"], ["history"])


async def test_a_client_that_sends_more_is_refused(api: Api) -> None:
    acme = await api.organisation()
    await agree(acme)
    frame = REPORT["frames"][0]
    for wrong in (
        {"user": "anna@example.com"},
        {"screen": "history/call_01"},
        {"browser": "Anna's"},
        {"version": "0.1.0 anna"},
        {"frames": [{**frame, "file": "https://elsewhere.example/x.js"}]},
        {"frames": [{**frame, "vars": {"name": "Anna"}}]},
        {"frames": [frame] * 21},
        {"message": "a " * 501},
    ):
        assert (await sent(acme, **wrong)).status_code == 422, wrong
    assert (await listed(api))["items"] == []


async def test_the_same_failure_is_counted_and_who_sends_many_is_slowed_down(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    await agree(acme)
    await agree(other)
    for _ in range(10):
        assert (await sent(acme)).status_code == 200
    slow = await sent(acme)
    assert slow.status_code == 429 and int(slow.headers["Retry-After"]) > 3000
    assert (await sent(other)).status_code == 200
    [one] = (await listed(api))["items"]
    assert one["count"] == 11
    api.clock.advance(hours=1, seconds=1)
    words = ("array", "body", "call", "date", "event", "file", "hash", "int", "json")
    for word in words:
        assert (await sent(acme, message=word)).status_code == 200
    api.clock.advance(hours=1, seconds=1)
    full = await sent(acme, message="key")
    assert (full.status_code, full.json()["code"]) == (409, "too_many"), "ten new ones a day"
    assert (await sent(acme, message="json")).status_code == 200, "what is there is counted up"
    assert (await sent(other, message="key")).status_code == 200, "another organisation has its own share"


async def test_the_operator_reads_page_by_page_and_deletes(api: Api) -> None:
    acme = await api.organisation()
    await agree(acme)
    for word in ("array", "body", "call"):
        api.clock.advance(seconds=1)
        await sent(acme, message=word)
    first = await listed(api, limit=2)
    rest = await listed(api, limit=2, cursor=first["next"])
    assert [one["message"] for one in first["items"] + rest["items"]] == ["call", "body", "array"]
    assert rest["next"] is None
    place = f"{ALL}/{rest['items'][0]['fingerprint']}"
    assert (await api.call("GET", place, headers=OPERATES)).json() == rest["items"][0]
    for who in ({}, {"X-Call24-Operator": "wrong"}):
        assert (await api.call("GET", ALL, headers=who)).status_code == 403
        assert (await api.call("DELETE", ALL, acme.bearers["owner"], headers=who)).status_code == 403
    assert (await api.call("DELETE", place, headers=OPERATES)).status_code == 204
    assert (await api.call("DELETE", place, headers=OPERATES)).status_code == 404
    assert (await api.call("DELETE", ALL, headers=OPERATES)).json() == {"deleted": 2}
    assert (await listed(api))["items"] == []


async def test_the_sweeper_deletes_a_report_thirty_days_after_the_last(api: Api) -> None:
    acme = await api.organisation()
    await agree(acme)
    await sent(acme)
    api.clock.advance(days=20)
    await acme.join("agent")
    await agree(acme)
    assert (await sent(acme)).status_code == 200
    last = api.clock.now()
    assert (await delete_due(api.mongo, last + timedelta(days=29, hours=23)))["crash_reports"] == 0
    assert len((await listed(api))["items"]) == 1
    assert (await delete_due(api.mongo, last + timedelta(days=30)))["crash_reports"] == 1
    assert (await listed(api))["items"] == []


async def test_an_error_of_the_server_that_nothing_handled_is_stored_without_what_it_was_about(api: Api) -> None:
    reports = api.services.there.get(CrashReports)
    await api.building.start()
    log = logging.getLogger("uvicorn.error")
    try:
        raise ValueError("invalid number +49 170 1234567 of Anna")
    except ValueError:
        log.exception("Exception in ASGI application of %s", "Anna")
    log.error("of no error")
    await reports.store_failed()

    async def stored() -> list[dict[str, Any]]:  # the room's own task may have it in its hands
        return list((await listed(api))["items"])

    [one] = await wait_until(stored)
    assert (one["source"], one["type"], one["message"]) == ("server", "ValueError", "invalid number * of *")
    await api.building.stop()
    assert not [one for one in logging.getLogger().handlers if isinstance(one, Failures)]


class StandIn:
    """A service that speaks Sentry's envelope endpoint, on loopback."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []

    async def begin(self) -> str:
        app = web.Application()
        app.router.add_post("/api/{project}/envelope/", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        return f"http://public@{host}:{port}/4"

    async def _take(self, request: web.Request) -> web.Response:
        self.taken.append((request.path, request.headers["X-Sentry-Auth"], await request.read()))
        return web.json_response({"id": "1"})

    async def end(self) -> None:
        await self._runner.cleanup()


async def test_where_the_operator_set_one_the_same_report_goes_to_an_error_service_and_only_within_the_region(
    api: Api,
) -> None:
    stand_in, reports = StandIn(), api.services.there.get(CrashReports)
    acme, german = await api.organisation(), await api.organisation("German")
    await german.call("owner", "PATCH", "/v1/organisation/policy", json={"data_region": "DE"})
    await agree(acme)
    await agree(german)
    assert reports._service is None, "nowhere, unless it is set"
    assert Settings().sentry_dsn is None
    reports._service = ErrorService(await stand_in.begin(), "US")
    sending = asyncio.create_task(reports.send())
    try:
        assert (await sent(german, message="of another region")).status_code == 200
        assert (await sent(acme)).status_code == 200
        await wait_until(lambda: stand_in.taken, 5)
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await reports.stop()
        await stand_in.end()
    [(path, auth, body)] = stand_in.taken
    assert path == "/api/4/envelope/"
    assert auth.startswith("Sentry sentry_version=7,") and "sentry_key=public" in auth
    event = json.loads(body.split(b"\n")[2])
    [value] = event["exception"]["values"]
    assert (value["type"], value["value"]) == ("TypeError", "Cannot read properties of undefined reading *")
    for canary in (b"Anna", b"1234567", acme.users["agent"].encode(), acme.tenant.id.encode()):
        assert canary not in body
    assert len((await listed(api))["items"]) == 2, "both are stored here"


async def test_the_page_is_its_owners_alone_overwrites_nothing_and_has_no_markup_of_others(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `crash-reports --page` writes of what is stored; an answer of the server stands in for the way to it."""
    acme = await api.organisation()
    await agree(acme)
    assert (await sent(acme)).status_code == 200
    stored = await listed(api)
    stored["items"][0]["type"] = "<script>"
    Settings(data=tmp_path).run.mkdir()
    Settings(data=tmp_path).save(tmp_path / "run" / "settings.json")
    monkeypatch.setattr(crash_reports, "ask", lambda *_: ApiAnswer(200, stored, {}))
    file = tmp_path / "crashes.html"
    words = ("crash-reports", "--data", str(tmp_path), "--page", str(file))
    done = command(*words)
    assert (done.returncode, stat.S_IMODE(file.stat().st_mode)) == (0, 0o600), done.stdout + done.stderr
    shown = file.read_text()
    assert "&lt;script&gt;" in shown and "assets/index-BQ3fK2xA.js" in shown
    assert [word for word in ("<script", "Anna", "1234567", acme.tenant.id) if word in shown] == []
    assert command(*words).returncode == 1, "nothing is overwritten"
    assert file.read_text() == shown


async def test_an_organisation_has_its_share_of_what_waits_to_be_passed_on(api: Api) -> None:
    reports = api.services.there.get(CrashReports)
    report = Report(version="0.1.0", type="Error", message="")
    for whose, times in (("ten_many", 60), ("ten_few", 2)):
        for _ in range(times):
            reports._pass_on(whose, "app", report)
    assert reports._leaving_of == {"ten_many": 20, "ten_few": 2}
    sending = asyncio.create_task(reports.send())
    await wait_until(lambda: reports._leaving.empty(), 5)
    sending.cancel()
    assert reports._leaving_of == {}
