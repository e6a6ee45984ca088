"""Offers of tasks on a real MongoDB: who is asked, and that no two ever have the same task. Sessions are the test's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.wait import wait_until

from call24.agents.model import AgentSession, AgentState
from call24.changes.service import Writing
from call24.identity.service import IdentityService
from call24.kit.ids import PrivacyRequestId, QueueId, TaskId, TenantId, UserId
from call24.queues.service import QueueService
from call24.restrictions.model import Restriction
from call24.restrictions.service import Restrictions
from call24.routing.model import Member, Team
from call24.task_offers.service import TaskMatching
from call24.tasks.events import TASK_CHANGED, TASK_OFFER_CHANGED
from call24.tasks.model import Task
from call24.tasks.offers import TaskOffers
from call24.tasks.service import TaskService


class Floor:
    """Who is free, in place of the engine."""

    def __init__(self, office: FrontOffice) -> None:
        self._office = office
        self.sessions: dict[UserId, AgentSession] = {}

    async def wait_ready(self) -> None:
        return None

    def agents_of(self, tenant_id: TenantId) -> Mapping[UserId, AgentSession]:
        return dict(self.sessions)

    def teams_of(self, tenant_id: TenantId) -> Mapping[QueueId, Team]:
        queues = self._office.api.services.queues.known_queues(tenant_id)
        return {
            queue.id: Team(queue_id=queue.id, members=tuple(Member(agent_id=one) for one in queue.members))
            for queue in queues
        }

    def puts(self, role: str, state: AgentState = AgentState.AVAILABLE, *, idle_s: float = 0) -> None:
        now = self._office.api.clock.now()
        whose = self._office.user(role)
        self.sessions[whose] = AgentSession(
            agent_id=whose, tenant_id=self._office.org.tenant.id, state=state, since=now, idle_since=now
        )


class Offering:
    """The queue Help offers tasks to the agent and the supervisor; both are free, the agent first."""

    def __init__(self, office: FrontOffice) -> None:
        self.office = office
        self.floor = Floor(office)
        self.matching = office.api.services.there.get(TaskMatching)
        self.matching.connect(self.floor)
        self.offers = office.api.services.there.get(TaskOffers)

    async def begin(self, **settings: Any) -> None:
        members = [self.office.user("agent"), self.office.user("supervisor")]
        wish = {"offers_tasks": True, "members": members, **settings}
        answer = await self.office.ask("owner", "PATCH", f"/v1/queues/{self.office.help}", wish)
        assert answer.status_code == 200, answer.text
        self.floor.puts("agent")
        self.office.api.clock.advance(seconds=1)
        self.floor.puts("supervisor")

    async def adds(self, title: str = "Ring Jo", **more: Any) -> str:
        body = {"title": title, "queue_id": self.office.help, **more}
        made = await self.office.ask("owner", "POST", "/v1/tasks", body)
        assert made.status_code == 201, made.text
        self.office.api.clock.advance(seconds=1)
        return str(made.json()["id"])

    async def look(self) -> None:
        await self.matching.look(self.office.org.tenant.id)

    async def offered(self, role: str) -> list[str]:
        items = (await self.office.ask(role, "GET", "/v1/task-offers")).json()["items"]
        return [one["task"]["id"] for one in items]

    async def answers(self, role: str, task: str, what: str) -> tuple[int, Any]:
        answer = await self.office.ask(role, "POST", f"/v1/tasks/{task}/{what}")
        return answer.status_code, answer.json().get("code")

    async def task(self, task: str) -> Task:
        return await self.office.tasks.get(self.office.org.tenant.id, TaskId(task))

    async def past(self, task: str) -> list[tuple[str, str | None]]:
        """What was done with it and by whom, the oldest first."""
        entries = (await self.office.ask("owner", "GET", f"/v1/tasks/{task}/history?limit=100")).json()["items"]
        return [(entry["what"], entry["by"] and entry["by"]["name"]) for entry in reversed(entries)]


@pytest.fixture
async def offering(api: Api) -> AsyncIterator[Offering]:
    async with front_office(api) as office:
        offering = Offering(office)
        await offering.begin()
        yield offering


async def test_a_queue_offers_nothing_until_it_is_told_to(api: Api) -> None:
    async with front_office(api) as office:
        offering = Offering(office)
        await offering.begin(offers_tasks=False)
        await offering.adds()
        await offering.look()
        assert await offering.offered("agent") == []


async def test_what_is_not_answered_in_time_goes_to_the_next_and_the_history_says_so(offering: Offering) -> None:
    task = await offering.adds()
    await offering.look()
    assert await offering.offered("agent") == [task]
    [offer] = (await offering.office.ask("agent", "GET", "/v1/task-offers")).json()["items"]
    assert (offer["left_s"], offer["task"]["offered_to"]["name"]) == (60, "The agent")
    offering.office.api.clock.advance(seconds=60)
    assert await offering.offered("agent") == [], "its time is up"
    assert await offering.answers("agent", task, "accept") == (409, "task_offer_over")
    await offering.look()
    assert await offering.offered("supervisor") == [task]
    assert await offering.answers("supervisor", task, "accept") == (200, None)
    assert await offering.answers("supervisor", task, "accept") == (200, None), "a lost answer is asked for again"
    assert await offering.past(task) == [
        ("created", "The owner"),
        ("offered", None),
        ("unanswered", None),
        ("offered", None),
        ("accepted", "The supervisor"),
    ]


async def test_of_an_acceptance_and_an_assignment_in_the_same_moment_one_is_refused(offering: Offering) -> None:
    offering.floor.puts("supervisor", AgentState.PAUSED)
    for _ in range(10):
        task = await offering.adds()
        await offering.look()
        assert await offering.offered("agent") == [task]
        version = (await offering.task(task)).version
        wish = {"assignee_id": offering.office.user("owner"), "version": version}
        accepted, assigned = await asyncio.gather(
            offering.answers("agent", task, "accept"),
            offering.office.ask("owner", "PATCH", f"/v1/tasks/{task}", wish),
        )
        assert sorted([accepted[0], assigned.status_code]) == [200, 409]
        found = await offering.task(task)
        assert found.assignee == offering.office.user("agent" if accepted[0] == 200 else "owner")
        assert found.offered_to is None
        await offering.office.ask("owner", "PATCH", f"/v1/tasks/{task}", {"state": "done"})


async def test_of_an_acceptance_and_a_withdrawal_in_the_same_moment_one_counts(offering: Offering) -> None:
    for _ in range(10):
        offering.floor.puts("agent")
        task = await offering.adds()
        offering.floor.puts("supervisor", AgentState.PAUSED)
        await offering.look()
        assert await offering.offered("agent") == [task]
        offering.floor.puts("agent", AgentState.OFFERED)
        (status, code), _ = await asyncio.gather(offering.answers("agent", task, "accept"), offering.look())
        found = await offering.task(task)
        if status == 200:
            assert (found.assignee, found.state) == (offering.office.user("agent"), "in_progress")
        else:
            assert (code, found.assignee, found.offered_to) == ("task_offer_over", None, None)
        await offering.office.ask("owner", "PATCH", f"/v1/tasks/{task}", {"state": "done"})


async def test_two_servers_that_look_at_once_ask_each_agent_for_one_task_and_each_task_of_one_agent(
    offering: Offering,
) -> None:
    there = offering.office.api.services.there
    restrictions = there.get(Restrictions)
    other = TaskMatching(
        offering.office.api.clock,
        offering.offers,
        there.get(QueueService),
        there.get(IdentityService),
        restricted=lambda task: restrictions.restricted(task.tenant_id, task.contact_id),
    )
    other.connect(offering.floor)
    tenant_id = offering.office.org.tenant.id
    for _ in range(5):
        tasks = [await offering.adds(f"Ring {number}") for number in range(4)]
        await asyncio.gather(*(one.look(tenant_id) for one in (offering.matching, other) * 3))
        going = await offering.offers.going_on(tenant_id)
        asked = [task.offered_to for task in going]
        assert len(asked) == len(set(asked)) == 2
        for task in tasks:
            await offering.office.ask("owner", "PATCH", f"/v1/tasks/{task}", {"state": "done"})


async def test_who_is_asked_already_is_asked_nothing_more_by_whoever_decides(offering: Offering) -> None:
    first, second = [await offering.task(await offering.adds(title)) for title in ("Ring Jo", "Ring Sam")]
    agent = offering.office.user("agent")
    assert await offering.offers.make(first, agent, 60) is not None
    assert await offering.offers.make(second, agent, 60) is None
    assert await offering.offered("agent") == [first.id]


async def test_an_agent_with_a_call_keeps_no_offer_and_is_asked_again_after_it(offering: Offering) -> None:
    task = await offering.adds()
    await offering.look()
    offering.floor.puts("agent", AgentState.OFFERED)
    offering.floor.puts("supervisor", AgentState.ON_CALL)
    await offering.look()
    assert await offering.offered("agent") == await offering.offered("supervisor") == []
    offering.floor.puts("agent")
    await offering.look()
    assert await offering.offered("agent") == [task]
    assert [what for what, _ in await offering.past(task)] == ["created", "offered", "withdrawn", "offered"]


async def test_a_change_of_many_takes_offers_back(offering: Offering) -> None:
    task = await offering.adds()
    await offering.look()
    wish = {"ids": [task], "change": {"assignee_id": offering.office.user("owner")}}
    assert (await offering.office.ask("owner", "POST", "/v1/task-bulk-changes", wish)).json()["changed"] == 1
    assert await offering.offered("agent") == []
    assert await offering.answers("agent", task, "accept") == (409, "task_offer_over")


async def test_who_wrote_a_task_otherwise_is_not_refused_because_it_was_offered_meanwhile(offering: Offering) -> None:
    task = await offering.adds()
    await offering.look()
    assert await offering.answers("agent", task, "decline") == (200, None)
    await offering.look()
    change = await offering.office.ask("owner", "PATCH", f"/v1/tasks/{task}", {"text": "By noon", "version": 1})
    assert change.status_code == 200, change.text
    assert await offering.offered("supervisor") == [task], "its words have changed, not whom it is offered to"
    stale = await offering.office.ask("owner", "PATCH", f"/v1/tasks/{task}", {"text": "By one", "version": 1})
    assert stale.json()["code"] == "task_changed"
    assert await offering.answers("supervisor", task, "accept") == (200, None)
    taken = (await offering.task(task)).version - 1
    late = await offering.office.ask("owner", "PATCH", f"/v1/tasks/{task}", {"state": "dropped", "version": taken})
    assert late.json()["code"] == "task_changed", "that somebody has it is news"


async def test_who_lets_two_offers_pass_is_asked_no_more_until_its_state_changes(offering: Offering) -> None:
    offering.floor.puts("supervisor", AgentState.PAUSED)
    tasks = [await offering.adds(f"Ring {number}") for number in range(3)]
    for task in tasks[:2]:
        await offering.look()
        assert await offering.offered("agent") == [task]
        offering.office.api.clock.advance(seconds=60)
    await offering.look()
    assert await offering.offered("agent") == []
    offering.floor.puts("agent")
    await offering.look()
    assert await offering.offered("agent") == [tasks[2]]


async def test_the_app_of_the_agent_and_nobody_outside_is_told(offering: Offering) -> None:
    task = await offering.adds()
    told = len(await offering.office.changes(TASK_CHANGED))
    await offering.look()
    await offering.answers("agent", task, "decline")
    await offering.look()
    assert len(await offering.office.changes(TASK_CHANGED)) == told
    agent, supervisor = offering.office.user("agent"), offering.office.user("supervisor")
    offers = [(one.agent_id, one.what) for one in await offering.office.changes(TASK_OFFER_CHANGED)]
    assert offers == [(agent, "offered"), (agent, "declined"), (supervisor, "offered")]
    await offering.office.ask("owner", "PATCH", f"/v1/tasks/{task}", {"assignee_id": offering.office.user("owner")})
    last = (await offering.office.changes(TASK_OFFER_CHANGED))[-1]
    assert (last.agent_id, last.what) == (supervisor, "withdrawn")
    assert len(await offering.office.changes(TASK_CHANGED)) == told + 1


async def test_a_task_about_who_is_restricted_is_offered_to_nobody(offering: Offering) -> None:
    contact = await offering.office.contact()
    office = offering.office
    await office.api.services.there.get(TaskService).add(
        office.org.tenant.id, "Ring Jo", queue_id=office.help, contact_id=contact
    )
    restrictions = office.api.services.there.get(Restrictions)
    request, owner = PrivacyRequestId("prq_1"), office.user("owner")

    async def work(writing: Writing) -> Restriction:
        at = office.api.clock.now()
        return await restrictions.restrict(writing, [contact], request, "accuracy", "Disputed", by=owner, at=at)

    restrictions.learn(await office.api.changes.commit(office.org.tenant.id, work))
    await offering.look()
    assert await offering.offered("agent") == []


async def test_who_leaves_the_organisation_is_asked_nothing_and_forgotten(offering: Offering) -> None:
    task = await offering.adds()
    await offering.look()
    await offering.answers("agent", task, "decline")
    await offering.look()
    other = await offering.adds("Mend the printer")
    await offering.look()
    assert await offering.offered("agent") == [other]
    identity = offering.office.api.services.identity
    user = await identity.user(offering.office.org.tenant.id, offering.office.user("agent"))
    await offering.office.api.held.forget_person(user)
    assert (await offering.task(task)).tried == ()
    assert (await offering.task(other)).offered_to is None


async def test_another_organisations_offers_are_not_there(offering: Offering, api: Api) -> None:
    task = await offering.adds()
    await offering.look()
    other = await api.organisation("Other")
    theirs = {"Authorization": f"Bearer {other.bearers['agent']}"}
    for what in ("accept", "decline"):
        assert (await offering.office.http.post(f"/v1/tasks/{task}/{what}", headers=theirs)).status_code == 404
    assert (await offering.office.http.get("/v1/task-offers", headers=theirs)).json()["items"] == []


async def test_with_the_setting_off_offers_are_withdrawn(offering: Offering) -> None:
    await offering.adds()
    await offering.look()
    off = {"offers_tasks": False}
    assert (await offering.office.ask("owner", "PATCH", f"/v1/queues/{offering.office.help}", off)).status_code == 200
    await offering.look()
    assert await offering.offered("agent") == []


@pytest.mark.parametrize("wish", [{"task_offer_s": 9}, {"task_offer_s": 601}, {"tasks_at_once": 0}], ids=str)
async def test_settings_have_bounds(offering: Offering, wish: dict[str, int]) -> None:
    answer = await offering.office.ask("owner", "PATCH", f"/v1/queues/{offering.office.help}", wish)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(wish)))


async def test_it_looks_by_itself_when_a_task_is_new(offering: Offering) -> None:
    running = asyncio.create_task(offering.matching.run())
    try:
        first = await offering.adds()

        async def asked(role: str, task: str) -> bool:
            return await offering.offered(role) == [task]

        await wait_until(lambda: asked("agent", first))
        second = await offering.adds("Mend the printer")  # sooner than it would look anyhow
        await wait_until(lambda: asked("supervisor", second), 5)
        assert await offering.answers("supervisor", second, "decline") == (200, None)
        assert await offering.answers("agent", first, "accept") == (200, None)
        assert await offering.offered("agent") == [], "one at a time"
        assert (await offering.office.ask("agent", "PATCH", f"/v1/tasks/{first}", {"state": "done"})).status_code == 200
        await wait_until(lambda: asked("agent", second), 5)
    finally:
        running.cancel()
