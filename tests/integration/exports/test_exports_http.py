"""Exports over HTTP: from asking to the file, taken back, due, and for whom. The file is written in this process."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.wait import wait_until

from call24.call_records.model import CallRecord
from call24.exports.model import Export, State
from call24.exports.service import AT_ONCE


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def ask(office: FrontOffice, role: str = "supervisor", **wish: Any) -> Any:
    today = office.api.clock.now().date().isoformat()
    body = {"kind": "calls", "format": "csv", "from": today, "to": today, **wish}
    return await office.ask(role, "POST", "/v1/exports", body)


async def done(office: FrontOffice, id: str) -> dict[str, Any]:
    async def over() -> bool:
        return bool((await office.ask("supervisor", "GET", f"/v1/exports/{id}")).json()["state"] != "running")

    await wait_until(over)
    body: dict[str, Any] = (await office.ask("supervisor", "GET", f"/v1/exports/{id}")).json()
    return body


async def some_calls(office: FrontOffice) -> None:
    contact = await office.contact("+442079460123", "=Jo")
    await office.read(office.call("1").arrives(contact).joins(office.help).after(9).ends())
    await office.read(office.call("2").arrives(None).joins(office.sales).after(2).ends())


async def test_calls_are_exported_with_their_callers(office: FrontOffice) -> None:
    await some_calls(office)
    note = await office.ask("supervisor", "PUT", "/v1/calls/call_2/note", {"text": "=Hung up"})
    assert note.status_code == 200, note.text
    begun = await ask(office)
    assert begun.status_code == 202, begun.text
    ended = await done(office, begun.json()["id"])
    assert (ended["state"], ended["rows_done"], ended["rows"], ended["percent"]) == ("done", 2, 2, 100)
    answer = await office.ask("supervisor", "GET", f"/v1/exports/{ended['id']}/file")
    assert (
        answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    )
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [(row["call"], row["number"], row["name"], row["outcome"]) for row in rows] == [
        ("call_1", "+442079460123", "'=Jo", "abandoned"),
        ("call_2", "", "", "abandoned"),
    ]
    assert [row["note"] for row in rows] == ["", "'=Hung up"], "no cell is taken for a formula"
    assert rows[0]["began_at"].endswith("Z") and rows[0]["began_local"].endswith("+00:00")


async def test_filters_and_reports_are_exported_too(office: FrontOffice) -> None:
    await some_calls(office)
    one = await done(office, (await ask(office, queue_id=office.sales)).json()["id"])
    assert one["rows_done"] == 1
    report = await done(office, (await ask(office, kind="report", by="queue", format="xlsx")).json()["id"])
    assert (report["state"], report["rows_done"]) == ("done", 2)
    answer = await office.ask("supervisor", "GET", f"/v1/exports/{report['id']}/file")
    assert answer.content.startswith(b"PK")


async def test_what_was_taken_back_is_gone(office: FrontOffice) -> None:
    await some_calls(office)
    ended = await done(office, (await ask(office)).json()["id"])
    [file] = list((office.api.data / "exports").glob("*/*"))
    assert file.stat().st_mode & 0o077 == 0
    assert (await office.ask("supervisor", "DELETE", f"/v1/exports/{ended['id']}")).status_code == 204
    assert not file.exists()
    assert (await office.ask("supervisor", "GET", f"/v1/exports/{ended['id']}")).status_code == 404


async def test_a_file_goes_after_a_day_or_with_the_first_call_in_it_that_is_due(office: FrontOffice) -> None:
    await some_calls(office)
    now = office.api.clock.now()
    records = office.api.mongo.tenant(office.org.tenant.id).collection(CallRecord)
    await done(office, (await ask(office)).json()["id"])
    await records.update("call_1", {"delete_at": now + timedelta(hours=2)})
    await done(office, (await ask(office)).json()["id"])
    files = office.api.data / "exports"
    assert await office.exports.erase_due(now + timedelta(hours=2)) == 1
    assert len(list(files.glob("*/*"))) == 1
    assert await office.exports.erase_due(now + timedelta(hours=24)) == 1
    assert list(files.glob("*/*")) == []


async def test_after_a_restart_what_had_not_ended_says_that_it_failed(office: FrontOffice) -> None:
    exports = office.api.mongo.tenant(office.org.tenant.id).collection(Export)
    now = office.api.clock.now()
    await exports.insert(
        Export(
            id="exp_1",
            tenant_id=office.org.tenant.id,
            asked_by=None,
            kind="calls",
            format="csv",
            first="2026-01-01",
            last="2026-01-01",
            filters={},
            created_at=now,
            delete_at=now + timedelta(days=1),
        )
    )
    stray = office.api.data / "exports" / office.org.tenant.id / ".exp_1.csv.part"
    stray.parent.mkdir(parents=True)
    stray.write_text("left")
    await office.exports.after_restart()
    body = (await office.ask("supervisor", "GET", "/v1/exports/exp_1")).json()
    assert (body["state"], body["trouble"]) == ("failed", "The server was restarted")
    assert not stray.exists()
    assert (await office.ask("supervisor", "GET", "/v1/exports/exp_1/file")).json()["code"] == "export_not_done"


async def test_so_many_at_once_and_no_more(office: FrontOffice) -> None:
    exports = office.api.mongo.tenant(office.org.tenant.id).collection(Export)
    first = (await ask(office)).json()
    await done(office, first["id"])
    one = await exports.get(first["id"])
    for number in range(AT_ONCE):
        await exports.insert(msgspec.structs.replace(one, id=f"exp_{number}", state=State.RUNNING))
    refused = await ask(office)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")


async def test_exports_are_for_who_may_see_all_calls_and_their_own_organisation(office: FrontOffice) -> None:
    assert (await ask(office, "agent")).status_code == 403
    begun = (await ask(office)).json()
    other = await office.api.organisation("Other")
    headers = {"Authorization": f"Bearer {other.bearers['owner']}"}
    for path in (f"/v1/exports/{begun['id']}", f"/v1/exports/{begun['id']}/file"):
        assert (await office.http.get(path, headers=headers)).status_code == 404
    assert (await office.http.delete(f"/v1/exports/{begun['id']}", headers=headers)).status_code == 404
    await done(office, begun["id"])


async def test_what_is_no_export_is_refused(office: FrontOffice) -> None:
    for wish in ({"kind": "report"}, {"by": "queue"}, {"format": "pdf"}, {"from": "x"}, {"queue_id": "que_none"}):
        assert (await ask(office, **wish)).status_code == 422, wish
