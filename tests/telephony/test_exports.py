"""Exports by the process that really writes them: over HTTP from asking to the file; stopped; killed."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import signal
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
import pytest_asyncio
from tests.support.calls.told import Told
from tests.support.product.organisation import Organisation
from tests.support.product.system import System
from tests.support.stopped_process import stopped
from tests.support.wait import wait_until

from call24.call_records.call_record import fold
from call24.call_records.model import CallRecord
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.exports.exporter import COLUMNS
from call24.exports.model import Export
from call24.kit.clock import SystemClock
from call24.kit.ids import CallId, ContactId, QueueId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 30_000
"""Calls whose export takes some seconds."""
NAMES = ("=HYPERLINK(1)", "+1+cmd", "-2+3", "@SUM(A1)", "Zoë, the “caller”")
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass
class Desk:
    """Who exports, and where the files lie."""

    system: System
    org: Organisation
    mongo: Mongo
    has: dict[datetime, tuple[int, list[ContactId | None]]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.system.settings.data / "exports" / self.org.tenant_id

    async def has_calls(self, how_many: int, contacts: list[ContactId | None], at: datetime) -> None:
        """One a second from then on; those of a day once, whatever tests ask for them."""
        if at in self.has:
            assert self.has[at] == (how_many, contacts), "this day has other calls already: take another"
            return
        self.has[at] = (how_many, contacts)
        told = Told(CallId("call_1")).arrives().joins(QueueId(self.org.queue_id)).after(9).ends()
        one = fold(told.entries)
        records = [
            msgspec.structs.replace(
                one,
                id=CallId(f"call_{self.org.tenant_id}_{at:%d}_{n:06}"),
                tenant_id=TenantId(self.org.tenant_id),
                contact_id=contacts[n % len(contacts)],
                arrived_at=at + timedelta(seconds=n),
                ended_at=at + timedelta(seconds=n + 9),
                delete_at=at + timedelta(days=400),
            )
            for n in range(how_many)
        ]
        await self.mongo.tenant(TenantId(self.org.tenant_id)).collection(CallRecord).insert_many(records)

    async def callers(self) -> list[ContactId | None]:
        """With names that a spreadsheet would compute."""
        contacts = ContactService(
            self.mongo, SystemClock(), AppKey.load(self.system.settings.data), Changes(self.mongo, SystemClock())
        )
        tenant = TenantId(self.org.tenant_id)
        made = [await contacts.remember(tenant, f"+4420794600{n:02}", name) for n, name in enumerate(NAMES)]
        return [contact.id for contact in made]

    async def begin(self, on: datetime, format: str = "csv") -> str:
        day = on.date().isoformat()
        wish = {"kind": "calls", "format": format, "from": day, "to": day}
        answer = await self.org.http.post("/v1/exports", json=wish)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def seen(self, id: str) -> dict[str, Any]:
        answer = await self.org.http.get(f"/v1/exports/{id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def over(self, id: str) -> dict[str, Any]:
        async def ended() -> dict[str, Any] | None:
            body = await self.seen(id)
            return body if body["state"] != "running" else None

        body = await wait_until(ended, 60)
        assert body is not None
        return body

    async def writing(self, id: str) -> int:
        """The process that writes it, once there is something of its file."""

        def begun() -> int | None:
            return exporter_of(id) if any(self.folder.glob(f".{id}.*/*")) else None

        found = await wait_until(begun, 30)
        assert found is not None
        return found

    def left_of(self, id: str) -> list[str]:
        return [path.name for path in self.folder.iterdir() if id in path.name]


def exporter_of(id: str) -> int | None:
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = place.read_bytes().split(b"\0")
            if b"--export" in words and id.encode() in words:
                return int(place.parent.name)
    return None


def noon(days_ago: int) -> datetime:
    """Of a UTC day, since that is a new organisation's time zone."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)


@contextlib.asynccontextmanager
async def desk_in(system: System) -> AsyncIterator[Desk]:
    mongo = Mongo(system.settings.mongodb_uri(), DATABASE, timeout_s=30)
    async with system.organisation("Exporting") as org:
        yield Desk(system, org, mongo)
    await mongo.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(system: System) -> AsyncIterator[Desk]:
    async with desk_in(system) as desk:
        yield desk


async def test_the_same_calls_come_as_csv_and_as_a_spreadsheet_and_no_cell_is_a_formula(desk: Desk) -> None:
    at = noon(2)
    await desk.has_calls(12, [*await desk.callers(), None], at)
    files = {}
    for format in ("csv", "xlsx"):
        id = await desk.begin(at, format)
        ended = await desk.over(id)
        assert (ended["state"], ended["rows_done"], ended["percent"]) == ("done", 12, 100), ended
        answer = await desk.org.http.get(f"/v1/exports/{id}/file")
        assert answer.status_code == 200 and f".{format}" in answer.headers["content-disposition"]
        files[format] = answer.content
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"), newline="")))
    sheet = cells_of(files["xlsx"])
    assert tuple(rows[0]) == tuple(sheet[0]) == COLUMNS
    name, number, wait = (COLUMNS.index(column) for column in ("name", "number", "wait_s"))
    guarded = [f"'{name}" if name[0] in "=+-@" else name for name in NAMES] + [""]
    assert [row[name] for row in rows[1:]] == guarded * 2
    assert [row[name] for row in sheet[1:]] == [*NAMES, None] * 2
    assert [row[number] for row in rows[1:7]] == [f"+4420794600{n:02}" for n in range(5)] + [""]
    assert [[cell or "" for cell in row] for row in sheet[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows[1:]
    ]
    assert {row[wait] for row in rows[1:]} == {"9.0"}
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(files["xlsx"])).read("xl/worksheets/sheet1.xml")


async def test_tasks_are_written_by_that_process_too(desk: Desk) -> None:
    made = await desk.org.http.post("/v1/tasks", json={"title": "=1+1"})
    assert made.status_code == 201, made.text
    begun = await desk.org.http.post("/v1/task-exports", json={"format": "csv"})
    assert begun.status_code == 202, begun.text
    path = f"/v1/task-exports/{begun.json()['id']}"

    async def over() -> dict[str, Any] | None:
        body = (await desk.org.http.get(path)).json()
        return body if body["state"] != "running" else None

    ended = await wait_until(over, 60)
    assert ended is not None and (ended["state"], ended["tasks_done"]) == ("done", 1), ended
    [row] = csv.DictReader((await desk.org.http.get(f"{path}/file")).content.decode("utf-8-sig").splitlines())
    assert (row["title"], row["assignee"]) == ("'=1+1", made.json()["assignee"]["name"])


def cells_of(spreadsheet: bytes) -> list[list[str | None]]:
    """Row by row what each cell shows, numbers as Python writes them; None where there is none."""
    with zipfile.ZipFile(io.BytesIO(spreadsheet)) as archive:
        tree = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [[_by_place(row).get(column) for column in range(len(COLUMNS))] for row in tree.iter(f"{CELL}row")]


def _by_place(row: ElementTree.Element) -> dict[int, str]:
    found = {}
    for cell in row.iter(f"{CELL}c"):
        text = "".join(part.text or "" for part in cell.iter() if part.tag in (f"{CELL}t", f"{CELL}v"))
        kind = cell.get("t")
        found[ord(cell.get("r", "")[0]) - ord("A")] = _shown(kind, text)
    return found


def _shown(kind: str | None, text: str) -> str:
    if kind == "b":
        return str(text == "1")
    return str(float(text)) if kind is None else text


@pytest.mark.long("test_the_same_calls_come_as_csv_and_as_a_spreadsheet_and_no_cell_is_a_formula")
async def test_who_watches_sees_how_far_it_is(desk: Desk) -> None:
    at = noon(3)
    await desk.has_calls(MANY, [None], at)
    id = await desk.begin(at)
    shares: list[int] = []

    async def done() -> bool:
        body = await desk.seen(id)
        shares.append(body["percent"])
        return bool(body["state"] == "done")

    await wait_until(done, 60)
    assert shares == sorted(shares) and shares[-1] == 100
    assert any(0 < share < 100 for share in shares), shares
    answer = await desk.org.http.get(f"/v1/exports/{id}/file")
    assert answer.content.count(b"\r\n") == MANY + 1
    assert desk.left_of(id) == [f"{id}.csv"]


@pytest.mark.parametrize(
    "format",
    [
        pytest.param(
            one,
            marks=pytest.mark.long(
                "integration/exports/test_exports_http.py::test_after_a_restart_what_had_not_ended_says_that_it_failed"
            ),
        )
        for one in ("csv", "xlsx")
    ],
)
async def test_one_whose_process_is_killed_has_failed_and_nothing_of_it_stays(desk: Desk, format: str) -> None:
    at = noon(3)
    await desk.has_calls(MANY, [None], at)
    id = await desk.begin(at, format)
    os.kill(await desk.writing(id), signal.SIGKILL)
    ended = await desk.over(id)
    assert (ended["state"], ended["trouble"]) == ("failed", "The file could not be written")
    answer = await desk.org.http.get(f"/v1/exports/{id}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "export_not_done")
    assert desk.left_of(id) == []


@pytest.mark.long("integration/exports/test_exports_http.py::test_what_was_taken_back_is_gone")
async def test_one_that_stands_still_can_be_stopped_and_nothing_of_it_stays(desk: Desk) -> None:
    at = noon(3)
    await desk.has_calls(MANY, [None], at)
    id = await desk.begin(at, "xlsx")
    with stopped(await desk.writing(id)):
        assert (await desk.org.http.get(f"/v1/exports/{id}/file")).status_code == 409
        assert (await desk.org.http.delete(f"/v1/exports/{id}")).status_code == 204
    assert exporter_of(id) is None
    assert desk.left_of(id) == []
    assert (await desk.org.http.get(f"/v1/exports/{id}")).status_code == 404


@pytest.mark.long(
    "integration/exports/test_exports_http.py::test_exports_are_for_who_may_see_all_calls_and_their_own_organisation"
)
async def test_a_file_is_for_who_may_see_all_calls_until_its_date(desk: Desk) -> None:
    at = noon(4)
    await desk.has_calls(3, [None], at)
    id = await desk.begin(at)
    await desk.over(id)
    agent = await desk.org.agent("Ann", phone=False)
    assert (await agent.http.get(f"/v1/exports/{id}/file")).status_code == 403
    async with desk.system.organisation("Other") as other:
        assert (await other.http.get(f"/v1/exports/{id}/file")).status_code == 404
    exports = desk.mongo.tenant(TenantId(desk.org.tenant_id)).collection(Export)
    await exports.update(id, {"delete_at": datetime.now(UTC)})
    assert (await desk.org.http.get(f"/v1/exports/{id}/file")).status_code == 409


@pytest.mark.long(
    "integration/exports/test_exports_http.py::test_after_a_restart_what_had_not_ended_says_that_it_failed"
)
async def test_after_the_server_was_killed_it_has_failed_and_its_process_leaves_nothing(doomed: System) -> None:
    async with desk_in(doomed) as desk:
        at = noon(3)
        await desk.has_calls(MANY, [None], at)
        id = await desk.begin(at)
        pid = await desk.writing(id)
        with stopped(pid):
            await doomed.restarted("server", doomed.kill("server"))
            ended = await desk.seen(id)
            assert (ended["state"], ended["trouble"]) == ("failed", "The server was restarted")
        await wait_until(lambda: exporter_of(id) is None, 30)
        assert desk.left_of(id) == []
