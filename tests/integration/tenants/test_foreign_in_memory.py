"""What is known in memory is asked for by organisation: another's is not there, whichever room knows it.

Requests come to most of these with ids that were looked up before; each holds by itself all the same.
"""

from __future__ import annotations

from typing import cast

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.front_office import front_office
from tests.support.telephony.sounds import encoded, speech_like, upload

from call24.agents.mobiles import AgentMobiles
from call24.agents.service import AgentService
from call24.audit.model import AuditEntry
from call24.consents.service import Consents
from call24.contacts.callers import KnownCallers
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import DeviceId, QueueId, UserId, new_id
from call24.live.views import Views
from call24.pusher_apps.rules import open_to_members
from call24.pusher_apps.service import ApplicationService
from call24.server.call_configuration import KnownDirectory, KnownPlan
from call24.tenants.service import TenantService
from call24.toll_fraud.model import Freeze


@pytest.fixture
async def ours(api: Api) -> Organisation:
    return await api.organisation("Ours")


@pytest.fixture
async def theirs(api: Api) -> Organisation:
    return await api.organisation("Theirs")


def directory(api: Api) -> KnownDirectory:
    services = api.services
    return KnownDirectory(
        tenants=services.tenants,
        identity=services.identity,
        agents=services.agents,
        mobiles=services.there.get(AgentMobiles),
        queues=services.queues,
        hours=services.hours,
        flows=services.flows,
        consents=services.there.get(Consents),
        past=cast("object", None),  # type: ignore[arg-type]  # nobody asks it here
    )


async def test_people_and_their_devices(api: Api, ours: Organisation, theirs: Organisation) -> None:
    identity, known = api.services.identity, directory(api)
    agent, device = UserId(ours.users["agent"]), ours.devices["agent"].id
    assert (await identity.device(ours.tenant.id, device)).id == device
    with pytest.raises(NotFound):
        await identity.device(theirs.tenant.id, DeviceId(device))
    assert known.devices(ours.tenant.id, agent) == (device,)
    assert known.devices(theirs.tenant.id, agent) == ()
    assert known.name(ours.tenant.id, agent) == "The agent"
    assert known.name(theirs.tenant.id, agent) is None
    assert {one.id for one in identity.known_users(ours.tenant.id)} == set(ours.users.values())


async def test_skills(api: Api, ours: Organisation, theirs: Organisation) -> None:
    agents: AgentService = api.services.agents
    agent = UserId(ours.users["agent"])
    path = f"/v1/users/{agent}/skills"
    assert (await ours.call("owner", "PUT", path, json={"skills": {"german": 3}})).status_code == 200
    assert agents.known_skills(ours.tenant.id, agent) == {"german": 3}
    assert agents.known_skills(theirs.tenant.id, agent) == {}


async def test_what_agents_choose_from_and_what_callers_go_through(
    api: Api, ours: Organisation, theirs: Organisation
) -> None:
    nodes = {"bye": {"type": "hang_up", "prompt": "goodbye"}}
    for of in (ours, theirs):
        for path, more in (("pause-reasons", {}), ("dispositions", {}), ("flows", {"start": "bye", "nodes": nodes})):
            made = await of.call("owner", "POST", f"/v1/{path}", json={"name": of.tenant.name, **more})
            assert made.status_code == 201, made.text
    agents, tenant_id = api.services.agents, ours.tenant.id
    assert [one.name for one in agents.pause_reasons.known_all(tenant_id)] == ["Ours"]
    assert [one.name for one in agents.dispositions.known_all(tenant_id)] == ["Ours"]
    assert [one.name for one in api.services.flows.known_flows(tenant_id)] == ["Ours"]


async def test_names_of_roles(api: Api, ours: Organisation, theirs: Organisation) -> None:
    made = await ours.call("owner", "POST", "/v1/roles", json={"name": "Night", "permissions": ["queues.read"]})
    roles = api.services.identity.roles
    assert roles.name(ours.tenant.id, made.json()["id"]) == "Night"
    assert roles.name(theirs.tenant.id, made.json()["id"]) == ""


async def test_queues_hours_and_ways_out(api: Api, ours: Organisation, theirs: Organisation) -> None:
    tenants: TenantService = api.services.tenants
    queue = await api.services.queues.create(ours.tenant.id, "Help", members=[UserId(ours.users["agent"])])
    known = directory(api)
    assert KnownPlan(ours.tenant.id, known).queue(queue.id) is not None
    assert KnownPlan(theirs.tenant.id, known).queue(queue.id) is None
    other = await api.services.queues.create(theirs.tenant.id, "Help too", members=[])
    assert [one.id for one in api.services.queues.known_queues(ours.tenant.id)] == [queue.id]
    for of in (ours, theirs):
        assert (await of.call("owner", "POST", "/v1/hours", json={"name": of.tenant.name})).status_code == 201
    assert [one.name for one in api.services.hours.known_hours(ours.tenant.id)] == ["Ours"]
    for number, (of, to) in enumerate(((ours, queue), (theirs, other))):
        trunk = await tenants.add_trunk(of.tenant.id, of.tenant.name, [f"192.0.2.{number + 1}"], host="192.0.2.1")
        await tenants.add_number(of.tenant, f"+44207946012{number}", trunk.id, to.id)
    assert [one.name for one in tenants.known_ways_out(ours.tenant.id)] == ["Ours"]
    assert [one.e164 for one in tenants.known_numbers(ours.tenant.id)] == ["+442079460120"]


async def test_an_organisation_that_forbids_it_records_no_call(api: Api, ours: Organisation) -> None:
    """Whatever its queues say: of the queue's rule and the organisation's the one counts that records less."""
    queue = await api.services.queues.create(ours.tenant.id, "Help", record="always", record_announcement=True)
    plan = KnownPlan(ours.tenant.id, directory(api))
    for rule in ("on_demand", "never"):
        assert (await ours.call("owner", "PATCH", "/v1/organisation", json={"recording": rule})).status_code == 200
        rules = plan.queue(queue.id)
        assert rules is not None and rules.record == rule


async def test_callers(api: Api, ours: Organisation, theirs: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has just called is known before it is stored, and while MongoDB is away."""
    contacts = api.services.contacts
    callers = KnownCallers(contacts)
    caller = callers.note(ours.tenant.id, "+442079460123", "Jo")

    async def told() -> tuple[bool, bool]:
        found = [await callers.get(of.tenant.id, caller.id) for of in (ours, theirs)]
        return found[0] is not None, found[1] is not None

    assert await told() == (True, False)

    async def away(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(contacts, "get", away)
    assert await told() == (True, False)


async def test_freezes(api: Api, ours: Organisation, theirs: Organisation) -> None:
    """Read again from MongoDB, or not yet written to it: each counts for its own organisation."""
    fence = api.services.fence
    await fence.refresh()
    kept = [_freeze(api, of) for of in (ours, theirs)]
    await api.mongo.tenant(ours.tenant.id).collection(Freeze).insert(kept[0])
    fence._behind = [kept[1]]
    await fence.refresh()
    for of, other in ((ours, theirs), (theirs, ours)):
        assert set(fence._ledger(of.tenant.id).freezes) == {UserId(of.users["agent"])}
        assert UserId(other.users["agent"]) not in fence._ledger(of.tenant.id).freezes
    fence._behind = []


def _freeze(api: Api, of: Organisation) -> Freeze:
    user = UserId(of.users["agent"])
    return Freeze(id=user, tenant_id=of.tenant.id, user_id=user, since=api.clock.now(), reason="denials")


async def test_what_the_board_shows(api: Api) -> None:
    async with front_office(api) as office:
        theirs = await api.organisation("Theirs")
        views = office.http._transport.app.state.provided.get(Views)  # type: ignore[attr-defined]
        agent = office.user("agent")
        assert views.agent(office.org.tenant.id, agent)["id"] == agent
        assert views.agent(theirs.tenant.id, agent) is None
        assert views.queue(office.org.tenant.id, office.help)["id"] == office.help
        assert views.queue(theirs.tenant.id, QueueId(office.help)) is None
        assert set(views.watchers(office.org.tenant.id)) == {office.user("owner"), office.user("supervisor")}


async def test_a_disabled_organisations_applications_alone_are_closed(
    api: Api, ours: Organisation, theirs: Organisation
) -> None:
    applications: ApplicationService = api.services.applications
    keys = [(await applications.create(of.tenant.id, "Shop"))[0].key for of in (ours, theirs)]
    applications.is_open = lambda _tenant_id: False
    applications.tenant_changed(ours.tenant.id)
    served = [terms.served for key in keys if (terms := applications.by_key(key)) is not None]
    assert served == [False, True]


async def test_encrypted_channels_are_open_to_no_member(api: Api, ours: Organisation) -> None:
    made, _ = await api.services.applications.create(ours.tenant.id, "Shop", member_channels=("private-",))
    terms = api.services.applications.by_key(made.key)
    assert terms is not None
    assert open_to_members(terms, "private-a") and not open_to_members(terms, "private-encrypted-a")


async def test_lines_of_the_audit_log(api: Api, ours: Organisation, theirs: Organisation) -> None:
    """Lines of several organisations wait in one file: each is checked by its own. Nobody's name goes elsewhere."""
    entry = AuditEntry(
        actor_id=UserId(theirs.users["owner"]), token_id=None, address="192.0.2.7", action="POST /x", status=200
    )
    for _ in range(3):
        await api.services.audit.note(theirs.tenant.id, entry)
    await api.services.audit.note(ours.tenant.id, entry)
    assert await api.services.audit.verify(ours.tenant.id) == (1, None)
    [line] = (await ours.call("owner", "GET", "/v1/audit")).json()["items"]
    assert (line["actor_id"], line["actor"]) == (theirs.users["owner"], None)


async def test_a_prompt_whose_sound_is_lost_is_not_there(api: Api, ours: Organisation) -> None:
    sound = encoded(speech_like(0.5, 8000), 8000, format="WAV")
    made = await ours.call("owner", "POST", "/v1/prompts", **upload(sound, "Hello"))
    for file in api.settings.prompts.rglob("*.*"):
        file.unlink()
    lost = await ours.call("owner", "GET", f"/v1/prompts/{made.json()['id']}/audio")
    invented = await ours.call("owner", "GET", f"/v1/prompts/{new_id('prm')}/audio")
    assert lost.status_code == invented.status_code == 404
