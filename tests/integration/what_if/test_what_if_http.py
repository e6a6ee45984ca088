"""What if, over HTTP, from a journal in MongoDB: the day is found by time, the answer is about one organisation."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.clock import START
from tests.support.http.api import Api, Organisation
from tests.support.journal.journalled import running_journal
from tests.support.journal.journalled_desk import Desk

from call24.agents import events as a
from call24.call_records import journal_range
from call24.call_records.journal_range import lines_of
from call24.call_records.replay import call_event
from call24.journal.journal import Journal
from call24.journal.model import Fresh, event_of
from call24.kit.errors import Invalid
from call24.kit.ids import CallId, QueueId, UserId
from call24.server.http_app import create_app
from call24.what_if import api as edge

CALL_1, CALL_2 = CallId("call_1"), CallId("call_2")
DAY = START.date().isoformat()


@dataclass
class Day:
    org: Organisation
    http: httpx.AsyncClient
    journal: Journal
    queue_id: QueueId
    ann: UserId
    bob: UserId

    async def ask(self, role: str = "supervisor", **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.org.bearers[role]}"}
        whole = {"day": DAY, "queue_id": self.queue_id, "changes": {}, **body}
        return await self.http.request("POST", "/v1/what-if", headers=headers, json=whole)

    async def write(self, desk: Desk) -> None:
        for entry in desk.entries:
            agent = entry.agent_id is not None and entry.type in {x.__name__ for x in a.AgentEvent.__subclasses__()}
            event = event_of(entry, a.AnyAgentEvent) if agent else call_event(entry)
            fresh = Fresh(
                at=entry.at, event=event, delete_at=entry.delete_at, call_id=entry.call_id, agent_id=entry.agent_id
            )
            await self.journal.append(self.org.tenant.id, [fresh])


@pytest.fixture
async def day(api: Api, tmp_path: Path) -> AsyncIterator[Day]:
    """A journal with an ordinary morning: Ann misses a call, Bob answers it, Ann answers the next."""
    org = await api.organisation()
    ann, bob = UserId(org.users["agent"]), UserId(org.users["supervisor"])
    queue = await api.services.queues.create(org.tenant.id, "Support", members=[ann, bob], auto_pause_after=0)
    async with running_journal(api.mongo, tmp_path / "spool" / "journal.jsonl") as journal:
        await journal.open_tenant(org.tenant.id)
        app = create_app(api.services)
        app.state.provided.put(Journal, journal)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as client:
            made = Day(org, client, journal, queue.id, ann, bob)
            desk = Desk(queue.id).available(ann, bob, after=5)
            desk.queued(CALL_1, after=60).rings(ann, CALL_1).misses(ann, CALL_1, missed=1)
            desk.rings(bob, CALL_1).answers(bob, CALL_1, after=3)
            desk.queued(CALL_2, after=30).rings(ann, CALL_2).answers(ann, CALL_2, after=2)
            desk.ends(CALL_2, after=60)
            await made.write(desk)
            yield made


async def test_each_offer_of_the_day_is_shown_with_whom_it_would_have_rung(day: Day) -> None:
    answer = await day.ask(changes={"auto_pause_after": 1, "strategy": "round_robin"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["offers"], told["reproduced"], told["differ"], told["calls"]) == (3, 3, 1, 2)
    assert told["auto_pause"] == {"would_pause": 1, "would_not": 0}
    last = told["decisions"][-1]
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\.\d{3}Z", last["at"])
    assert (last["call_id"], last["rung"], last["would_ring"], last["differs"]) == (CALL_2, [day.ann], [], True)
    assert told["changes"] == {"auto_pause_after": 1, "strategy": "round_robin"}
    assert len(told["not_modelled"]) == 5


async def test_without_a_change_nothing_differs(day: Day) -> None:
    told = (await day.ask()).json()
    assert (told["offers"], told["reproduced"], told["differ"], told["offered_earlier"]) == (3, 3, 0, [])
    assert all(one["rung"] == one["would_ring"] for one in told["decisions"])


async def test_another_day_has_other_offers(day: Day) -> None:
    tomorrow = (START + timedelta(days=1)).date().isoformat()
    assert (await day.ask(day=tomorrow)).json()["offers"] == 0


async def test_members_of_another_organisation_and_impossible_settings_are_refused(api: Api, day: Day) -> None:
    other = await api.organisation("Other")
    for changes, field in (
        ({"members": [other.users["agent"]]}, "members"),
        ({"priority": 1000}, "priority"),
        ({"music": "calm"}, "changes.music"),
    ):
        answer = await day.ask(changes=changes)
        assert answer.status_code == 422
        assert any(error["field"].endswith(field) for error in answer.json()["errors"]), answer.text
    for bad in ("yesterday", "2026-02-30", "0001-01-01", "9999-12-31", ""):
        answer = await day.ask(day=bad)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "day")
    queue = await api.services.queues.get(day.org.tenant.id, day.queue_id)
    assert (queue.priority, queue.members) == (0, (day.ann, day.bob))


async def test_agents_may_not_ask_and_another_organisation_finds_nothing(api: Api, day: Day) -> None:
    assert (await day.ask("agent")).status_code == 403
    other = await api.organisation("Other")
    day.org = other
    assert (await day.ask()).status_code == 404


async def test_one_question_at_a_time(day: Day) -> None:
    edge._at_work.add(day.org.tenant.id)
    try:
        busy = await day.ask()
        assert (busy.status_code, "Retry-After" in busy.headers) == (429, True)
    finally:
        edge._at_work.discard(day.org.tenant.id)
    assert (await day.ask()).status_code == 200
    assert edge._at_work == set()


# --- finding the lines ---


async def test_lines_are_found_by_time_also_those_written_down_late(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_range, "PAGE", 3)
    tenant_id = day.org.tenant.id
    all_of_it = await day.journal.read_after(tenant_id, 0)
    assert len(all_of_it) > 10
    for first in range(len(all_of_it)):
        for last in (first, len(all_of_it) - 1):
            since, until = all_of_it[first].at, all_of_it[last].at + timedelta(milliseconds=1)
            expected = [entry for entry in all_of_it if since <= entry.at < until]
            assert await lines_of(day.journal, tenant_id, since, until) == expected
    late = Fresh(
        at=START - timedelta(minutes=1),
        event=a.AgentWentOffline(agent_id=day.ann),
        delete_at=START + timedelta(days=1),
        agent_id=day.ann,
    )
    await day.journal.append(tenant_id, [late])
    early = await lines_of(day.journal, tenant_id, START - timedelta(hours=1), START)
    assert [entry.type for entry in early] == ["AgentWentOffline"]


async def test_more_than_can_be_gone_through_is_refused(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_range, "LINES_MAX", 5)
    with pytest.raises(Invalid) as refused:
        await lines_of(day.journal, day.org.tenant.id, START - timedelta(hours=1), START + timedelta(hours=1))
    assert refused.value.code == "too_much"
    assert (await day.ask()).json()["code"] == "too_much"
