"""Flows in a real MongoDB: editing by several people, versions that never change, and the copy that calls read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.support.clock import StillClock

from call24.flows import digests
from call24.flows.graph import Nodes
from call24.flows.model import Announce, Flow, HangUp, Node, ToQueueNode
from call24.flows.rules import FlowTargets, named
from call24.flows.service import FlowService
from call24.flows.store import INDEXES
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import FlowId, QueueId, TenantId, UserId
from call24.kit.mongo import Mongo

ACME, OTHER = TenantId("ten_acme"), TenantId("ten_other")
OWNER, COLLEAGUE = UserId("usr_owner"), UserId("usr_colleague")
QUEUE = QueueId("que_1")
NODES: dict[str, Node] = {"hello": Announce(prompt="greeting", next="queue"), "queue": ToQueueNode(queue_id=QUEUE)}


class World:
    """What flows may name, and how services over the same database are made."""

    def __init__(self, mongo: Mongo) -> None:
        self.mongo = mongo
        self.known = FlowTargets(queues={QUEUE}, prompts={"greeting"})

    def service(self) -> FlowService:
        async def surroundings(tenant_id: TenantId) -> FlowTargets:
            return self.known

        return FlowService(self.mongo, StillClock(), surroundings)


@pytest.fixture
async def world(mongo: Mongo) -> World:
    await mongo.ensure_indexes(INDEXES)
    return World(mongo)


def nothing(tenant_id: TenantId, thing: str) -> list[str]:
    return []


async def published(flows: FlowService, name: str = "Main") -> Flow:
    flow = await flows.create(ACME, name, start="hello", nodes=NODES)
    await flows.publish(ACME, flow.id, OWNER)
    return await flows.get(ACME, flow.id)


async def test_a_draft_is_run_by_no_call_until_it_is_published(world: World) -> None:
    flows = world.service()
    flow = await flows.create(ACME, "Main", start="hello", nodes=NODES)
    assert flows.known(ACME, flow.id) is None
    version = await flows.publish(ACME, flow.id, OWNER)
    known = flows.known(ACME, flow.id)
    assert known is not None and (known.version, known.start, known.nodes) == (1, "hello", NODES)
    assert version.published_by == OWNER and (await flows.get(ACME, flow.id)).published == 1


async def test_a_published_version_stays_as_it_was_whatever_becomes_of_the_draft(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    await flows.change(ACME, flow.id, start="bye", nodes={"bye": HangUp()})
    assert flows.known(ACME, flow.id) == flows.known_version(ACME, flow.id, 1)
    await flows.publish(ACME, flow.id, OWNER)
    old, new = flows.known_version(ACME, flow.id, 1), flows.known(ACME, flow.id)
    assert old is not None and old.nodes == NODES
    assert new is not None and new.version == 2 and new.nodes == {"bye": HangUp()}


async def test_rolling_back_publishes_the_old_content_under_a_new_number_and_leaves_the_draft(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    await flows.change(ACME, flow.id, start="bye", nodes={"bye": HangUp()})
    await flows.publish(ACME, flow.id, OWNER)
    version = await flows.roll_back(ACME, flow.id, 1, OWNER)
    known = flows.known(ACME, flow.id)
    assert known is not None and (known.version, known.nodes, version.copy_of) == (3, NODES, 1)
    assert (await flows.get(ACME, flow.id)).nodes == {"bye": HangUp()}
    assert [(one.version, one.copy_of) for one in await flows.versions(ACME, flow.id)] == [(3, 1), (2, None), (1, None)]
    with pytest.raises(NotFound):
        await flows.roll_back(ACME, flow.id, 4, OWNER)


async def test_rolling_back_over_another_version_than_was_looked_at_changes_nothing(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    await flows.publish(ACME, flow.id, OWNER)
    with pytest.raises(Conflict) as caught:
        await flows.roll_back(ACME, flow.id, 1, OWNER, over=1)
    assert caught.value.code == "flow_changed" and (await flows.get(ACME, flow.id)).published == 2
    assert [one.version for one in await flows.versions(ACME, flow.id)] == [2, 1]
    assert (await flows.roll_back(ACME, flow.id, 1, OWNER, over=2)).version == 3


@pytest.mark.parametrize("act", ["publish", "roll_back"])
async def test_what_a_colleague_publishes_at_that_moment_is_not_gone_over_unseen(
    world: World, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Between the look at what calls run and the new version: it is another process that is faster."""
    flows, elsewhere = world.service(), world.service()
    flow = await published(flows)
    await elsewhere.refresh()
    versions = flows._store.versions

    async def late(*args: Any, **more: Any) -> Any:
        if first:
            first.pop()
            await elsewhere.publish(ACME, flow.id, COLLEAGUE)
        return await versions(*args, **more)

    first = [True]
    monkeypatch.setattr(flows._store, "versions", late)
    with pytest.raises(Conflict) as caught:
        if act == "publish":
            await flows.publish(ACME, flow.id, OWNER, over=1)
        else:
            await flows.roll_back(ACME, flow.id, 1, OWNER, over=1)
    assert caught.value.code == "flow_changed"
    assert [(one.version, one.published_by) for one in await versions(ACME, flow.id)] == [(2, COLLEAGUE), (1, OWNER)]
    await flows.refresh()
    known = flows.known(ACME, flow.id)
    assert known is not None and known.version == 2 and flows.known_version(ACME, flow.id, 3) is None


async def test_a_draft_says_who_changed_it_last_and_publishing_is_no_change(world: World) -> None:
    flows = world.service()
    flow = await flows.create(ACME, "Main", start="hello", nodes=NODES, by=OWNER)
    assert flow.changed_by == OWNER
    await flows.change(ACME, flow.id, name="Other", by=COLLEAGUE)
    await flows.publish(ACME, flow.id, OWNER)
    await flows.roll_back(ACME, flow.id, 1, OWNER)
    assert (await flows.get(ACME, flow.id)).changed_by == COLLEAGUE


async def test_the_newest_hundred_versions_of_a_flow_are_kept(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    for _ in range(101):
        await flows.publish(ACME, flow.id, OWNER)
    assert [one.version for one in await flows.versions(ACME, flow.id)] == list(range(102, 2, -1))
    assert flows.known_version(ACME, flow.id, 2) is None and flows.known_version(ACME, flow.id, 3) is not None
    with pytest.raises(NotFound):
        await flows.roll_back(ACME, flow.id, 2, OWNER)


async def test_what_has_problems_is_neither_published_nor_rolled_back_to(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    world.known = FlowTargets(prompts={"greeting"})
    for attempt in (flows.publish(ACME, flow.id, OWNER), flows.roll_back(ACME, flow.id, 1, OWNER)):
        with pytest.raises(Invalid) as caught:
            await attempt
        assert caught.value.code == "flow_has_problems"
        assert caught.value.errors == (("nodes.queue", "This queue does not exist: choose another."),)
    assert [problem.code for problem in await flows.validate(ACME, flow.id)] == ["unknown_queue"]
    assert len(await flows.versions(ACME, flow.id)) == 1


async def test_a_second_editor_is_told_that_somebody_was_faster(world: World) -> None:
    flows = world.service()
    flow = await flows.create(ACME, "Main")
    first = await flows.change(ACME, flow.id, name="First", revision=flow.revision)
    assert first.revision == flow.revision + 1
    with pytest.raises(Conflict) as caught:
        await flows.change(ACME, flow.id, name="Second", revision=flow.revision)
    assert caught.value.code == "flow_changed"
    assert (await flows.get(ACME, flow.id)).name == "First"


async def test_of_many_who_edit_the_same_revision_at_once_one_succeeds(world: World) -> None:
    flows = world.service()
    flow = await flows.create(ACME, "Main")
    edits = [flows.change(ACME, flow.id, name=f"Name {number}", revision=1) for number in range(8)]
    outcomes = await asyncio.gather(*edits, return_exceptions=True)
    done = [outcome for outcome in outcomes if isinstance(outcome, Flow)]
    assert len(done) == 1 and (await flows.get(ACME, flow.id)) == done[0]
    assert all(isinstance(outcome, Flow | Conflict) for outcome in outcomes)


async def test_publishing_at_once_gives_each_number_once_and_the_last_is_current(world: World) -> None:
    flows = world.service()
    flow = await flows.create(ACME, "Main", start="hello", nodes=NODES)
    await asyncio.gather(*(flows.publish(ACME, flow.id, OWNER) for _ in range(6)), return_exceptions=True)
    numbers = [version.version for version in await flows.versions(ACME, flow.id)]
    assert numbers == list(range(len(numbers), 0, -1)) and numbers
    current = (await flows.get(ACME, flow.id)).published
    known = flows.known(ACME, flow.id)
    assert known is not None and known.version == current
    fresh = world.service()
    await fresh.refresh()
    assert fresh.known(ACME, flow.id) == known


async def test_whoever_published_first_and_is_slow_does_not_undo_the_later_one(world: World) -> None:
    flows, slow = world.service(), world.service()
    before = await flows.create(ACME, "Main", start="hello", nodes=NODES)
    first = await flows.publish(ACME, before.id, OWNER)
    await flows.publish(ACME, before.id, OWNER)
    await slow._make_current(before, first)
    assert (await flows.get(ACME, before.id)).published == 2


async def test_another_process_learns_of_new_versions_and_of_deleted_flows(world: World) -> None:
    here, there = world.service(), world.service()
    flow, going = await published(here), await published(here, "Going")
    await there.refresh()
    assert there.known(ACME, flow.id) == here.known(ACME, flow.id)
    await here.change(ACME, flow.id, nodes={**NODES, "hello": Announce(prompt="greeting", next="queue")})
    await here.publish(ACME, flow.id, OWNER)
    await here.delete(ACME, going.id, nothing)
    await there.refresh()
    assert there.known(ACME, flow.id) == here.known(ACME, flow.id) is not None
    assert there.known_version(ACME, flow.id, 1) is not None
    assert there.known(ACME, going.id) is None and there.known_version(ACME, going.id, 1) is None


async def test_a_flow_that_something_uses_is_not_deleted(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    with pytest.raises(Conflict) as caught:
        await flows.delete(ACME, flow.id, lambda tenant_id, thing: ["number +442079460123"])
    assert caught.value.code == "flow_in_use" and "+442079460123" in caught.value.detail
    await flows.delete(ACME, flow.id, nothing)
    assert flows.known(ACME, flow.id) is None
    for asked in (flows.get(ACME, flow.id), flows.versions(ACME, flow.id), flows.delete(ACME, flow.id, nothing)):
        with pytest.raises(NotFound):
            await asked


async def test_names_are_unique_in_an_organisation_and_only_there(world: World) -> None:
    flows = world.service()
    await flows.create(ACME, "Main")
    other = await flows.create(ACME, "Other")
    await flows.create(OTHER, "Main")
    for attempt in (flows.create(ACME, " MAIN "), flows.change(ACME, other.id, name="main")):
        with pytest.raises(Conflict) as caught:
            await attempt
        assert caught.value.code == "flow_name_taken"


async def test_another_organisations_flow_is_one_that_does_not_exist(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    assert flows.known(OTHER, flow.id) is None and flows.known_version(OTHER, flow.id, 1) is None
    for tenant, flow_id in ((OTHER, flow.id), (ACME, FlowId("flw_none"))):
        for asked in (
            flows.get(tenant, flow_id),
            flows.change(tenant, flow_id, name="Mine"),
            flows.publish(tenant, flow_id, OWNER),
            flows.roll_back(tenant, flow_id, 1, OWNER),
            flows.versions(tenant, flow_id),
            flows.validate(tenant, flow_id),
            flows.delete(tenant, flow_id, nothing),
        ):
            with pytest.raises(NotFound):
                await asked


async def test_who_uses_a_queue_is_known_by_draft_and_by_published_version(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    await flows.change(ACME, flow.id, start="bye", nodes={"bye": HangUp()})
    assert flows.users_of(ACME, QUEUE) == ["flow Main"] == flows.users_of(ACME, "greeting")
    assert flows.users_of(OTHER, QUEUE) == []
    await flows.publish(ACME, flow.id, OWNER)
    assert flows.users_of(ACME, QUEUE) == []


async def test_what_a_flow_uses_is_worked_out_once_for_each_state_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked = 0

    def counted(nodes: Nodes) -> set[str]:
        nonlocal walked
        walked += 1
        return named(nodes)

    monkeypatch.setattr(digests, "named", counted)
    flows, beside = world.service(), world.service()
    flow = await published(flows)

    async def told(service: FlowService) -> tuple[list[str], bool, int]:
        nonlocal walked
        walked = 0
        (only,) = await service.listed(ACME)
        digest = service.digest(only)
        return [*digest.uses], digest.changed, walked

    assert await told(flows) == (["greeting", QUEUE], False, 1)
    assert await told(flows) == (["greeting", QUEUE], False, 0)
    await beside.refresh()
    await beside.change(ACME, flow.id, nodes={"hello": Announce(prompt="prm_1", next="")})
    assert await told(beside) == (["greeting", "prm_1", QUEUE], True, 2), "calls still run the other one"
    assert await told(flows) == (["greeting", QUEUE], False, 0), "not heard of yet"
    await flows.refresh()
    assert await told(flows) == (["greeting", "prm_1", QUEUE], True, 2)
    await flows.change(ACME, flow.id, nodes={"hello": HangUp(prompt="bye")}, start="hello")
    world.known = FlowTargets(prompts={"bye"})
    await flows.publish(ACME, flow.id, OWNER)
    assert await told(flows) == (["bye"], False, 1)
    assert flows.users_of(ACME, "bye") == ["flow Main"] and flows.users_of(ACME, "greeting") == []
    assert walked == 1


async def test_nothing_is_kept_of_what_deleted_flows_used(world: World) -> None:
    flows, beside = world.service(), world.service()
    flow, other, third = [await flows.create(ACME, name) for name in ("Main", "Other", "Third")]
    theirs = await flows.create(OTHER, "Main")
    for tenant_id in (ACME, OTHER):
        await flows.listed(tenant_id)
    kept = flows._digests._known
    assert {*kept} == {flow.id, other.id, third.id, theirs.id}
    await flows.delete(ACME, flow.id, nothing)
    flows.forget_tenant(OTHER)
    assert {*kept} == {other.id, third.id}
    await beside.delete(ACME, other.id, nothing)
    await flows.refresh()
    assert {*flows._digests._known} == {third.id}


async def test_an_erased_organisation_leaves_nothing_in_memory(world: World) -> None:
    flows = world.service()
    flow = await published(flows)
    flows.forget_tenant(ACME)
    assert flows.known(ACME, flow.id) is None and flows.known_flows(ACME) == []


async def test_a_flow_that_is_deleted_while_it_is_listed_leaves_no_digest(world: World) -> None:
    flows = world.service()
    first, second = [await flows.create(ACME, name) for name in ("First", "Second")]
    listing = asyncio.create_task(flows.listed(ACME))
    await asyncio.sleep(0)  # it has the first, and the second is still before it
    assert {*flows._digests._known} == {first.id}
    flows.forget_tenant(ACME)
    listed = await listing
    assert [flows.digest(flow).uses for flow in listed] == [(), ()] and listed[1].id == second.id
    assert not flows._digests._known
