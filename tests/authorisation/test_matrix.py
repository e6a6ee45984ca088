"""Every operation x who asks x whose id: what is not one's own is answered as if it did not exist, and nothing changes.

The operations are found in the OpenAPI document and in the routes; one without an entry in the table fails here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute
from tests.authorisation import asking, checks
from tests.authorisation.promises import AUDITED_READS, NO_LINE, SECOND_PROOF, leaves_line
from tests.authorisation.table import (
    ANYBODY,
    OPEN,
    OPERATIONS,
    OPERATOR,
    SETTING_UP,
    STAYS,
    WITHOUT_PROOF,
    Operation,
)
from tests.authorisation.world import World, world
from tests.support import in_memory
from tests.support.database.database import NAME, fresh_database, oplog_of
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import running_api
from tests.support.http.open_routes import BY_OTHERS
from tests.unit.calls.test_requests import WITH_ANNA, call

from call24.calls.model import CallState
from call24.http.access import Allowed, installation_operator, known, principal
from call24.http.app import operation_id
from call24.http.problem_responses import raised, refusals
from call24.server.rooms import ROUTERS

NAMING = [operation for operation in OPERATIONS if asking.kinds(operation) and operation.needs != (OPEN,)]
CLOSED = [operation for operation in OPERATIONS if operation.needs != (OPEN,)]


def name(operation: Operation) -> str:
    return operation.action


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(mongod: RunningMongod) -> AsyncIterator[World]:
    """One world for all: what an operation needs is made for it."""
    with in_memory.folder("c24-data-") as data:
        async with (
            fresh_database(mongod) as mongo,
            running_api(mongo, data) as api,
            world(api) as made,
        ):
            yield made


pytestmark = pytest.mark.asyncio(loop_scope="module")


def routes() -> Iterator[APIRoute]:
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and not {(method, route.path) for method in route.methods} <= BY_OTHERS:
                yield route


def asked(dependant: Any) -> Iterator[Any]:
    """All that a route depends on."""
    for inner in dependant.dependencies:
        yield inner.call
        yield from asked(inner)


def needed(dependant: Any) -> list[str]:
    """The permissions that a route's dependencies ask for."""
    return [one for call in asked(dependant) if isinstance(call, Allowed) for one in call.permissions]


async def test_every_operation_has_its_entry_and_asks_for_what_the_entry_says(two: World) -> None:
    described = (await two.http.get("/openapi.json")).json()["paths"]
    listed = {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    listed = {one for one in listed if " /apps/" not in one}  # Pusher's HTTP API is no route, and is signed
    found = {f"{method} {route.path}": route for route in routes() for method in route.methods}
    table = {operation.action: operation for operation in OPERATIONS}
    assert len(table) == len(OPERATIONS)
    assert set(table) == set(found) and listed <= set(table)
    for action, route in found.items():
        wanted = table[action].needs
        assert (known in asked(route.dependant)) == (wanted != (OPEN,)), action
        permissions = set(needed(route.dependant))
        assert (installation_operator in asked(route.dependant)) == (wanted == (OPERATOR,)), action
        nothing = wanted in ((OPEN,), (ANYBODY,), (OPERATOR,))
        assert sorted(permissions) == sorted(() if nothing else wanted), action


async def test_who_must_set_up_a_second_proof_may_do_nothing_else() -> None:
    open_to = {
        f"{method} {route.path}"
        for route in routes()
        for method in route.methods
        if known in asked(route.dependant) and principal not in asked(route.dependant)
    }
    assert open_to == SETTING_UP


async def test_every_place_in_an_address_is_named_in_its_entry() -> None:
    for operation in CLOSED:
        places = {part.strip("{}") for part in operation.path.split("/") if part.startswith("{")}
        assert places == set(operation.at), operation.action


@pytest.mark.parametrize("operation", CLOSED, ids=name)
async def test_only_who_may_is_answered_and_nothing_else_changes_anything(two: World, operation: Operation) -> None:
    """One kind of token, and the roles of `some_refused`; all of them in the long form."""
    await checks.refuses(two, operation, checks.one_stranger(operation), checks.some_refused(operation))


@pytest.mark.long("test_only_who_may_is_answered_and_nothing_else_changes_anything")
@pytest.mark.parametrize("operation", CLOSED, ids=name)
async def test_whoever_may_not_is_refused_with_any_role_and_any_token(two: World, operation: Operation) -> None:
    await checks.refuses(two, operation, checks.STRANGERS, checks.refused_roles(operation))


@pytest.mark.parametrize("operation", NAMING, ids=name)
async def test_a_foreign_id_is_answered_like_an_invented_one(two: World, operation: Operation) -> None:
    await checks.hides_what_is_foreign(two, operation, checks.two_of(asking.permitted(operation)))


@pytest.mark.long("test_a_foreign_id_is_answered_like_an_invented_one")
@pytest.mark.parametrize("operation", NAMING, ids=name)
async def test_a_foreign_id_is_answered_like_an_invented_one_whoever_asks(two: World, operation: Operation) -> None:
    await checks.hides_what_is_foreign(two, operation, asking.permitted(operation))


@pytest.mark.parametrize("operation", [one for one in NAMING if one.owned], ids=name)
async def test_a_colleagues_thing_is_answered_like_an_invented_one(two: World, operation: Operation) -> None:
    await checks.hides_what_is_a_colleagues(two, operation)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if checks.lists(one)], ids=name)
async def test_what_is_asked_for_without_an_id_has_only_ones_own(two: World, operation: Operation) -> None:
    await checks.lists_only_ones_own(two, operation)


@pytest.mark.parametrize(
    ("operation", "permission"),
    [(one, permission) for one in CLOSED for permission in one.needs if len(one.needs) > 1],
    ids=str,
)
async def test_each_of_several_permissions_is_needed(two: World, operation: Operation, permission: str) -> None:
    await checks.refuses_a_role_without(two, operation, permission)


@pytest.mark.parametrize("operation", [one for one in CLOSED if asking.proven(one)], ids=name)
async def test_what_asks_for_a_second_proof_is_closed_without_one(two: World, operation: Operation) -> None:
    await checks.refuses_without_a_second_proof(two, operation)


@pytest.mark.parametrize("operation", [one for one in CLOSED if one.action in WITHOUT_PROOF], ids=name)
async def test_what_is_deleted_without_a_second_proof_is_on_the_list(two: World, operation: Operation) -> None:
    asked = asking.request(operation, asking.invented(operation))
    answer = await asking.ask(two, await two.unproven(), asked)
    assert answer.status_code != 403 and not asking.proven(operation), (operation.action, answer.text)


async def test_the_description_names_the_second_proof_where_a_permission_or_deleting_asks_for_it() -> None:
    told = {
        f"{method} {route.path}": refusals(route, raised().get(operation_id(route), ())).get(403, [])
        for route in routes()
        for method in route.methods
    }
    assert [one.action for one in CLOSED if asking.proven(one) and "mfa_due" not in told[one.action]] == []


DELETING = [one for one in CLOSED if one.deletes and one.at]


def going(operation: Operation) -> Any:
    why = STAYS.get(operation.action)
    return pytest.param(operation, id=name(operation), marks=[pytest.mark.skip(reason=why)] if why else [])


@pytest.mark.parametrize("deleting", [going(one) for one in DELETING])
async def test_a_deleted_thing_is_answered_like_an_invented_one_everywhere(two: World, deleting: Operation) -> None:
    ids = await asking.made(two, deleting, two.ours)
    *_, kind = asking.kinds(deleting)
    gone = ids[kind]
    done = await asking.ask(two, two.ours.bearers[deleting.role], asking.request(deleting, ids))
    assert done.status_code < 300, done.text
    if kind == "callback":
        two.engine.tasks.pop(gone)  # it has ended: the engine forgets it
    await checks.is_as_invented(two, gone, kind)


@pytest.mark.parametrize("kind", ["recording", "ended", "export"])
async def test_what_reached_its_day_is_answered_like_an_invented_one_everywhere(two: World, kind: str) -> None:
    gone = await two.make(kind, two.ours)
    await two.reach_its_day(kind, two.ours, gone)
    await checks.is_as_invented(two, gone, kind)


async def test_asking_changes_nothing(two: World) -> None:
    """What is asked for with GET or HEAD; but for the three looks that are noted."""
    for operation in CLOSED:
        if operation.method not in ("GET", "HEAD") or leaves_line(operation.action):
            continue
        asked = asking.request(operation, await asking.made(two, operation, two.ours))
        before = await two.snapshot(two.ours, two.theirs)
        await asking.ask(two, two.ours.bearers[operation.role], asked)
        assert await two.changed(before) == [], operation.action


NOTICED = {
    "insert": (True, False),
    "change": (True, True),
    "remove": (True, True),
    "insert and remove": (True, True),
    "insert theirs": (False, True),
}
"""Of ours and of theirs: what is told of a change or a removal names no organisation."""


@pytest.mark.parametrize("in_transaction", [False, True], ids=["alone", "in a transaction"])
async def test_whatever_is_written_is_noticed_also_what_is_taken_back(two: World, in_transaction: bool) -> None:
    client = oplog_of(two.api.mongo).client
    stored = client[NAME]["pause_reasons"]
    try:
        for written, noticed in NOTICED.items():
            before = await two.snapshot(two.ours, two.theirs)
            with client.start_session() as session, session.start_transaction() if in_transaction else nullcontext():
                if "insert" in written:
                    whose = two.theirs if "theirs" in written else two.ours
                    stored.insert_one({"_id": f"psr_{written}", "tenant_id": whose.tenant.id}, session=session)
                if written == "change":
                    stored.update_one({"_id": "psr_insert"}, {"$set": {"name": "Lunch"}}, session=session)
                if "remove" in written:
                    which = "psr_insert" if written == "remove" else f"psr_{written}"
                    assert stored.delete_one({"_id": which}, session=session).deleted_count == 1
            changed = await two.changed(before, two.ours), await two.changed(before, two.theirs)
            assert changed == tuple(["pause_reasons"] * one for one in noticed), written
    finally:  # what has only an id and an organisation would be in the way of all tests after this one
        stored.delete_many({"_id": {"$in": [f"psr_{written}" for written in NOTICED]}})


async def test_a_request_that_puts_back_what_it_wrote_is_noticed(two: World) -> None:
    before = await two.snapshot(two.ours)
    made = await two.make("reason", two.ours)
    done = await two.ask(two.ours.bearers["owner"], "DELETE", f"/v1/pause-reasons/{made}")
    assert done.status_code == 204 and "pause_reasons" in await two.changed(before)


@pytest.mark.parametrize("operation", CLOSED, ids=name)
async def test_ones_own_is_answered_to_everybody_who_may(two: World, operation: Operation) -> None:
    await checks.answers_its_role(two, operation)
    await checks.refuses_none_of(two, operation, checks.two_of(asking.permitted(operation)))


@pytest.mark.long("test_ones_own_is_answered_to_everybody_who_may")
@pytest.mark.parametrize("operation", CLOSED, ids=name)
async def test_ones_own_is_answered_to_every_built_in_role_that_may(two: World, operation: Operation) -> None:
    """What the operation's own role is answered is in the short form: a name, once given, is taken in this world."""
    await checks.refuses_none_of(two, operation, asking.permitted(operation))


async def test_every_operation_that_takes_if_match_compares_it(two: World) -> None:
    described = (await two.http.get("/openapi.json")).json()["paths"]
    taking = {
        f"{method.upper()} {path}"
        for path, methods in described.items()
        for method, told in methods.items()
        if {"$ref": "#/components/parameters/IfMatch"} in told.get("parameters", ())
    }
    assert len(taking) > 35 and taking <= {operation.action for operation in OPERATIONS}
    for operation in OPERATIONS:
        if operation.action in taking:
            await checks.compares_versions(two, operation)


async def test_a_call_elsewhere_is_not_ones_own_though_it_says_so(two: World) -> None:
    """Ids of users are never the same in two organisations; where they were, the call would be as good as invented."""
    foreign = two._put(two.theirs, call(CallState.CONNECTED, **{**WITH_ANNA, "agent_id": two.ours.users["agent"]}))
    for verb in ("hold", "resume", "hangup"):
        answer = await two.ask(two.ours.bearers["agent"], "POST", f"/v1/calls/{foreign}/{verb}")
        assert answer.status_code == 404, (verb, answer.text)


async def test_only_a_call_back_is_taken_off_the_list_of_call_backs(two: World) -> None:
    live = await two.make("live", two.ours)
    before = two.engine.told(two.ours.tenant.id)
    answer = await two.ask(two.ours.bearers["owner"], "DELETE", f"/v1/callbacks/{live}")
    assert answer.status_code == 404 and two.engine.told(two.ours.tenant.id) == before


async def test_nothing_else_asks_for_a_second_proof_and_the_lists_name_only_what_there_is(two: World) -> None:
    actions = {operation.action for operation in OPERATIONS}
    assert actions >= SECOND_PROOF and actions >= AUDITED_READS | NO_LINE
    bearer = await two.unproven()
    for operation in CLOSED:
        if operation.action in SECOND_PROOF or operation.action == "POST /v1/auth/logout":
            continue
        answer = await asking.ask(two, bearer, asking.request(operation, asking.invented(operation)))
        due = answer.status_code == 403 and '"mfa_due"' in answer.text
        assert answer.status_code != 401 and not due, (operation.action, answer.text)
