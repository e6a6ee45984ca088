"""Supervisors are alerted of queues whose callers wait for longer, or more of them, than the queue's settings say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.changes.model import Change
from call24.changes.service import Changes
from call24.kit.errors import Unavailable
from call24.kit.ids import EventId, QueueAlertId
from call24.live.alerts import QueueAlerts
from call24.live.events import QUEUE_ALERT_ENDED, QUEUE_ALERT_RAISED, QueueAlertChanged
from call24.notifications.readers import QueueAlertNotices
from call24.queues.service import QueueService

ALERTS, MINE = "/v1/queue-alerts", "/v1/me/notifications"


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


def watching(office: FrontOffice) -> QueueAlerts:
    return office.api.services.there.get(QueueAlerts)


async def wants(office: FrontOffice, **settings: object) -> None:
    answer = await office.ask("owner", "PATCH", f"/v1/queues/{office.help}", settings)
    assert answer.status_code == 200, answer.text


async def waits(office: FrontOffice, name: str) -> Any:
    told = office.call(name).arrives(await office.contact(f"+4420794601{name}")).joins(office.help)
    await office.read(told)
    return told


async def looks(office: FrontOffice, after_s: float = 0) -> None:
    office.api.clock.advance(seconds=after_s)
    await watching(office).look()
    await office.feed_is_read()


async def alerts(office: FrontOffice, query: str = "", role: str = "supervisor") -> list[dict[str, Any]]:
    answer = await office.ask(role, "GET", f"{ALERTS}{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def told(office: FrontOffice, role: str) -> list[str]:
    return [one["kind"] for one in (await office.ask(role, "GET", MINE)).json()["items"]]


async def on_board(office: FrontOffice) -> list[str]:
    [row] = [one for one in (await office.ask("agent", "GET", "/v1/live")).json()["queues"] if one["id"] == office.help]
    return [one["rule"] for one in row["alerts"]]


async def test_a_caller_who_waits_too_long_raises_one_alert_and_who_may_help_is_told(office: FrontOffice) -> None:
    await wants(office, alert_wait_s=120)
    call = await waits(office, "11")
    await looks(office, 119)
    assert (await alerts(office), await on_board(office)) == ([], [])
    await looks(office, 1)
    await looks(office, 30)
    [alert] = await alerts(office)
    assert (alert["queue"]["name"], alert["rule"], alert["limit"], alert["ended_at"]) == ("Help", "wait", 120, None)
    assert [one.worst for one in await office.changes(QUEUE_ALERT_RAISED)] == [120]
    assert await on_board(office) == ["wait"]
    assert [await told(office, role) for role in ("supervisor", "owner", "agent")] == [
        ["queue_alert"],
        ["queue_alert"],
        [],
    ]
    await office.read(call.offered_to(office.user("agent")).answered_by(office.user("agent")))
    await looks(office, 1)
    await looks(office, 58)
    assert (await alerts(office))[0]["ended_at"] is None, "a minute of calm comes first"
    await looks(office, 2)
    [alert] = await alerts(office)
    assert (alert["ended_at"] is not None, alert["worst"]) == (True, 150)
    assert (len(await office.changes(QUEUE_ALERT_ENDED)), await on_board(office)) == (1, [])


async def test_it_goes_back_and_forth_and_is_told_once(office: FrontOffice) -> None:
    await wants(office, alert_waiting=2)
    first, second = await waits(office, "11"), await waits(office, "12")
    await looks(office)
    await office.read(second.ends())
    await looks(office, 20)
    await waits(office, "13")
    await looks(office, 20)
    await looks(office, 60)
    [alert] = await alerts(office)
    assert (alert["rule"], alert["limit"], alert["worst"], alert["ended_at"]) == ("waiting", 2, 2, None)
    assert await told(office, "supervisor") == ["queue_alert"]
    await office.read(first.ends())
    await looks(office)
    await looks(office, 61)
    assert await on_board(office) == []
    await waits(office, "14")
    await looks(office)
    assert len(await alerts(office)) == 2 and len(await told(office, "supervisor")) == 2, "another, told again"


async def test_after_a_restart_an_alert_that_lasts_is_not_told_again(office: FrontOffice) -> None:
    await wants(office, alert_waiting=1)
    await waits(office, "11")
    await looks(office)
    there = office.api.services.there
    again = QueueAlerts(office.api.mongo, office.api.clock, there.get(Changes), there.get(QueueService))
    again.board = office.board
    await again.begin()
    await again.look()
    assert len(await alerts(office)) == 1
    assert [one.rule for one in again.lasting(office.help)] == ["waiting"]


async def test_what_seemed_to_fail_is_stored_once(office: FrontOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    await wants(office, alert_waiting=1)
    await waits(office, "11")
    changes = office.api.services.there.get(Changes)
    commit, tried = changes.commit, list[int]()

    async def cut_off(*words: Any) -> Any:
        tried.append(1)
        result = await commit(*words)
        if len(tried) == 1:
            raise Unavailable("the answer was lost")
        return result

    monkeypatch.setattr(changes, "commit", cut_off)
    await looks(office)
    assert await on_board(office) == []
    await looks(office, 5)
    assert (len(await alerts(office)), await on_board(office)) == (1, ["waiting"])
    assert len(await office.changes(QUEUE_ALERT_RAISED)) == 1


async def test_an_alert_ends_with_its_setting_or_its_queue(office: FrontOffice) -> None:
    await wants(office, alert_waiting=1, alert_wait_s=10)
    call = await waits(office, "11")
    await looks(office, 10)
    assert sorted(await on_board(office)) == ["wait", "waiting"]
    await wants(office, alert_waiting=None)
    await looks(office)
    assert await on_board(office) == ["wait"]
    await office.read(call.ends())
    assert (await office.ask("owner", "DELETE", f"/v1/queues/{office.help}")).status_code == 204
    await looks(office)
    assert [one["ended_at"] is None for one in await alerts(office)] == [False, False]


async def test_callbacks_in_their_places_wait_for_nobody(office: FrontOffice) -> None:
    await wants(office, alert_waiting=1, alert_wait_s=10)
    await office.read(office.call("11").promised(office.help))
    await looks(office, 60)
    assert await alerts(office) == []


async def test_alerts_are_listed_page_by_page_and_of_a_queue(office: FrontOffice) -> None:
    await wants(office, alert_waiting=1, alert_wait_s=10)
    await waits(office, "11")
    await looks(office)
    await looks(office, 10)
    first = (await office.ask("supervisor", "GET", f"{ALERTS}?limit=1")).json()
    second = (await office.ask("supervisor", "GET", f"{ALERTS}?limit=1&cursor={first['next']}")).json()
    assert [one["rule"] for one in (*first["items"], *second["items"])] == ["wait", "waiting"]
    assert second["next"] is None
    assert len(await alerts(office, f"?queue_id={office.help}")) == 2
    assert await alerts(office, f"?queue_id={office.sales}") == []
    assert (await office.ask("supervisor", "GET", f"{ALERTS}?cursor=nonsense")).status_code == 422


async def test_an_alert_that_is_read_late_notifies_nobody(office: FrontOffice) -> None:
    notices = office.api.services.there.get(QueueAlertNotices)
    raised = QueueAlertChanged(alert_id=QueueAlertId("qal_1"), queue_id=office.help, rule="wait", limit=120, worst=120)

    async def read(minutes: int) -> list[str]:
        change = Change(
            id=EventId(f"evt_{minutes}"),
            tenant_id=office.org.tenant.id,
            seq=1,
            at=office.api.clock.now() - timedelta(minutes=minutes),
            type=QUEUE_ALERT_RAISED.name,
            version=QUEUE_ALERT_RAISED.version,
            subject="qal_1",
            body=msgspec.to_builtins(raised),
        )
        await notices.read([change])
        return await told(office, "supervisor")

    assert await read(11) == []
    assert await read(9) == ["queue_alert"]


async def test_other_organisations_see_none_of_it(api: Api, office: FrontOffice) -> None:
    await wants(office, alert_waiting=1)
    await waits(office, "11")
    await looks(office)
    other = await api.organisation("Other")
    headers = {"Authorization": f"Bearer {other.bearers['supervisor']}"}
    assert (await office.http.get(ALERTS, headers=headers)).json() == {"items": [], "next": None}
    named = await office.http.get(f"{ALERTS}?queue_id={office.help}", headers=headers)
    assert named.json() == {"items": [], "next": None}
    watching(office).forget_organisation(office.org.tenant.id)
    assert watching(office).lasting(office.help) == []
