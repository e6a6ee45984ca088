"""What one organisation asks for in masses holds up no other, on the server as it is composed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.wait import wait_until

from call24.exports.model import Export
from call24.exports.service import Exports
from call24.flows import speech
from call24.identity.avatars import service as pictures
from call24.kit.errors import Invalid
from call24.kit.fair import Fair
from call24.kit.ids import CallId, RecordingId, TenantId, UserId, new_id
from call24.privacy import persons
from call24.statistics.service import ReportQuery, Reports
from call24.what_if import api

pytestmark = [pytest.mark.shares_stack("server"), pytest.mark.asyncio(loop_scope="module")]

HELD_UP_S = 3.0
"""Far less than one answer that never comes takes (10 s)."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack, replace(stack.settings, webhooks_private=True)) as house:
        yield house


class Receiver:
    """Takes requests, and answers them when it `answers`; how many it was sent, and how many wait for an answer."""

    def __init__(self, *, answers: bool) -> None:
        self.answers, self.took, self.open = answers, 0, 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while b"POST" in await reader.readuntil(b"\r\n\r\n"):
                self.took += 1
                if self.answers:
                    writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()


@contextlib.asynccontextmanager
async def receiver(*, answers: bool) -> AsyncIterator[Receiver]:
    made = Receiver(answers=answers)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield made
    server.close()
    server.close_clients()


async def webhook(org: Organisation, there: Receiver) -> str:
    made = await org.post("/v1/webhooks", {"url": there.url, "kinds": ["call.ended"]})
    return str(made["id"])


async def sends(org: Organisation, id: str) -> None:
    answer = await org.http.post(f"/v1/webhooks/{id}/test")
    assert answer.status_code == 202, answer.text


async def test_webhooks_that_do_not_answer_hold_up_nobody_elses(house: Composed) -> None:
    async with (
        receiver(answers=False) as silent,
        receiver(answers=True) as quick,
        house.organisation("Slow") as slow,
        house.organisation("Quick") as other,
    ):
        hooks = [await webhook(slow, silent) for _ in range(20)]
        mine = await webhook(other, quick)
        for number, id in enumerate(hooks * 2):
            if number % 10 == 9:  # more than one organisation may send by hand in a minute
                house.clock.moved += timedelta(minutes=1)
            await sends(slow, id)
        await wait_until(lambda: silent.open >= 3)
        began = time.monotonic()
        for number in range(1, 6):
            await sends(other, mine)
            await wait_until(lambda number=number: quick.took == number, HELD_UP_S)
        assert time.monotonic() - began < HELD_UP_S
        assert silent.open == 3, "its share"


async def test_servers_of_applications_that_do_not_answer_hold_up_nobody_elses(house: Composed) -> None:
    async with (
        receiver(answers=False) as silent,
        receiver(answers=True) as quick,
        house.organisation("Slow") as slow,
        house.organisation("Quick") as other,
    ):
        hooks = [{"url": f"{silent.url}/{n}", "events": ["channel_occupied"]} for n in range(5)]
        for n in range(10):
            await slow.post("/v1/applications", {"name": f"Shop {n}", "webhooks": hooks})
        wish = {"name": "Shop", "webhooks": [{"url": quick.url, "events": ["channel_occupied"]}]}
        await other.post("/v1/applications", wish)
        applications = house.app.rooms.applications
        keys = {
            org.tenant_id: list(house.database["applications"].find({"tenant_id": org.tenant_id}))
            for org in (slow, other)
        }
        for one in keys[slow.tenant_id]:
            terms = applications.by_key(one["key"])
            assert terms is not None
            house.app.readers.webhooks.tell(terms, {"name": "channel_occupied", "channel": "a"})
        await wait_until(lambda: silent.open >= 4)
        [mine] = keys[other.tenant_id]
        terms = applications.by_key(mine["key"])
        assert terms is not None
        house.app.readers.webhooks.tell(terms, {"name": "channel_occupied", "channel": "a"})
        await wait_until(lambda: quick.took == 1, HELD_UP_S)
        assert silent.open == 4, "its share"


async def test_exports_of_some_leave_room_for_anothers(house: Composed, monkeypatch: pytest.MonkeyPatch) -> None:
    writing: list[str] = []
    go = asyncio.Event()

    async def write(export: Export, file: Path) -> None:
        writing.append(export.tenant_id)
        await go.wait()

    exports = house.app.there.get(Exports)
    monkeypatch.setattr(exports, "_runner", write)
    now = house.clock.now()

    async def begun(tenant: str) -> None:
        asked = {
            "asked_by": UserId("usr_a"),
            "kind": "calls",
            "format": "csv",
            "first": "2026-11-24",
            "last": "2026-11-24",
        }
        times = {"created_at": now, "delete_at": now}
        await exports.begin(Export(id="", tenant_id=TenantId(tenant), filters={}, **asked, **times))  # type: ignore[arg-type]

    for tenant in ("ten_a", "ten_a", "ten_b", "ten_c", "ten_d", "ten_e"):
        await begun(tenant)
    await wait_until(lambda: len(writing) == 4)
    assert writing == ["ten_a", "ten_b", "ten_c", "ten_d"], "one of each, four in all"
    go.set()
    await wait_until(lambda: len(writing) == 6)


@dataclass
class Work:
    """What is done for organisations, in the order in which it began; each piece goes on until it is let go."""

    began: list[str] = field(default_factory=list)
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    _pieces: list[tuple[str, asyncio.Event]] = field(default_factory=list)

    async def piece(self, whose: str) -> None:
        """Raises: Invalid when it is let go: what it would have made is of no use here."""
        self.began.append(whose)
        go = asyncio.Event()
        self._pieces.append((whose, go))
        await go.wait()
        raise Invalid("let go")

    def ask(self, *wishes: Coroutine[Any, Any, Any]) -> None:
        self.tasks += [asyncio.ensure_future(wish) for wish in wishes]

    def first_is_done(self) -> None:
        self._pieces[0][1].set()

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


Use = tuple[Fair, Callable[[str], Coroutine[Any, Any, Any]]]
"""Where it waits, and how one more piece of work is asked for by `a` or `b`."""


def sounds(house: Composed, work: Work, patch: pytest.MonkeyPatch) -> Use:
    converter = house.app.rooms.prompts._converter

    async def run(source: Path, target: Path) -> bytes:
        await work.piece(source.name)
        return b""

    patch.setattr(converter, "_run", run)
    return converter._room, lambda whose: converter.convert(TenantId(f"ten_{whose}"), Path(whose), Path(whose), "file")


def spoken(house: Composed, work: Work, patch: pytest.MonkeyPatch) -> Use:
    async def speak(speaker: object, text: str, voice: str, target: Path) -> None:
        await work.piece(text)

    numbers = count()
    patch.setattr(speech, "speak", speak)
    return house.app.rooms.prompts._speaking, lambda whose: house.app.rooms.prompts.speak(
        TenantId(f"ten_{whose}"), f"{whose} {next(numbers)}", whose
    )


def drawn(house: Composed, work: Work, patch: pytest.MonkeyPatch) -> Use:
    async def run(data: bytes) -> tuple[int | None, bytes]:
        await work.piece(data.decode())
        return 1, b""

    patch.setattr(pictures, "_run", run)
    kept = house.app.rooms.accounts.pictures
    return kept._room, lambda whose: kept.put(TenantId(f"ten_{whose}"), UserId("usr_a"), whose.encode())


def recorded(house: Composed, work: Work, patch: pytest.MonkeyPatch) -> Use:
    recordings = house.app.readers.recordings

    async def take(recording: Any) -> Any:
        await work.piece(recording.tenant_id.removeprefix("ten_"))

    async def settle(whose: str) -> None:
        id, call, at = RecordingId(new_id("rec")), CallId(new_id("call")), house.clock.now()
        await recordings.opened(TenantId(f"ten_{whose}"), call, id, "call", at, at + timedelta(days=1))
        await recordings.settle(id, 1.0)

    async def complete(recording: object) -> None:
        return

    patch.setattr(recordings._shelf, "take", take)
    patch.setattr(recordings, "_complete", complete)
    return recordings._taking, settle


def counted(house: Composed, work: Work, patch: pytest.MonkeyPatch) -> Use:
    reports, day = house.app.there.get(Reports), date(2026, 11, 24)

    async def days(tenant_id: str, *_: object) -> None:
        await work.piece(tenant_id.removeprefix("ten_"))

    patch.setattr(reports._counted, "days", days)
    question = ReportQuery(by="queue", first=day, last=day, zone=ZoneInfo("UTC"))
    return reports._room, lambda whose: reports.report(TenantId(f"ten_{whose}"), question)


def packed(house: Composed, work: Work, patch: pytest.MonkeyPatch) -> Use:
    async def user(tenant_id: str, user_id: str) -> str:
        return tenant_id.removeprefix("ten_")

    async def file(store: object, whose: str, *_: object) -> bytes:
        await work.piece(whose)
        return b""

    kept = house.app.rooms.persons
    patch.setattr(kept._identity, "user", user)
    patch.setattr(persons, "person_file", file)
    return kept._room, lambda whose: kept.file(TenantId(f"ten_{whose}"), UserId("usr_a"), "Acme")


USES: dict[Callable[[Composed, Work, pytest.MonkeyPatch], Use], tuple[int, int]] = {
    sounds: (1, 4),
    spoken: (1, 4),
    drawn: (1, 4),
    recorded: (2, 12),
    counted: (2, 12),
    packed: (1, 0),
}
"""How much is done at once for one organisation, and how much more it asks for (a second person's file is refused)."""
ONE_AT_A_TIME = (sounds, spoken, drawn)
"""For whomever: another one has the next turn."""


async def test_whoever_asks_for_much_has_its_share_and_the_first_job_of_another_has_the_next_place(
    house: Composed,
) -> None:
    for use, (share, more) in USES.items():
        work, name = Work(), use.__name__
        with pytest.MonkeyPatch.context() as patch:
            room, ask = use(house, work, patch)
            work.ask(*(ask("a") for _ in range(share + more)))
            await wait_until(lambda: len(work.began) + room.waiting("ten_a") >= share + more)  # noqa: B023
            assert work.began == ["a"] * share, f"{name}: its share and no more"
            work.ask(ask("b"))
            if use in ONE_AT_A_TIME:
                await wait_until(lambda: room.waiting("ten_b"))  # noqa: B023
                work.first_is_done()
            await wait_until(lambda: len(work.began) > share)  # noqa: B023
            assert work.began[share] == "b", f"{name}: another's first job comes before the next of the first"
            await work.end()
    for whose in ("ten_a", "ten_b"):  # else the next server waits for these recordings
        await house.app.held.forget_organisation(TenantId(whose))


async def test_a_question_of_what_if_waits_for_no_other_organisations_and_only_one_is_answered_for_each(
    house: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[str] = []
    go = threading.Event()

    def thought_over(*_: object, queue: Any, **__: object) -> None:
        began.append(queue.tenant_id)
        go.wait(10)
        raise Invalid("let go")

    monkeypatch.setattr(api, "what_if", thought_over)
    async with house.organisation("Slow") as slow, house.organisation("Quick") as other:

        def asks(org: Organisation) -> asyncio.Task[Any]:
            day = house.clock.now().date().isoformat()
            body = {"day": day, "queue_id": org.queue_id, "changes": {"priority": 1}}
            return asyncio.ensure_future(org.http.post("/v1/what-if", json=body))

        first = asks(slow)
        await wait_until(lambda: began == [slow.tenant_id])
        assert [(await asks(slow)).status_code for _ in range(2)] == [429, 429]
        second = asks(other)
        await wait_until(lambda: began == [slow.tenant_id, other.tenant_id], HELD_UP_S)
        go.set()
        assert [(await one).status_code for one in (first, second)] == [422, 422]
