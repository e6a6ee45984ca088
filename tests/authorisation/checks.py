"""What is held against each operation. Each check fails with an AssertionError."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.authorisation import asking
from tests.authorisation.promises import ANSWERS_WITH_ONES_OWN, ANSWERS_WITH_THE_RESOURCE, ROLES, leaves_line
from tests.authorisation.table import OPEN, OPERATIONS, OPERATOR, Operation
from tests.authorisation.world import World

STRANGERS = ("nonsense", "expired", "revoked")
"""Tokens that let nobody in."""


def one_stranger(operation: Operation) -> tuple[str, ...]:
    """One after another, in the order of the operations."""
    return (STRANGERS[OPERATIONS.index(operation) % len(STRANGERS)],)


def refused_roles(operation: Operation) -> list[str]:
    """The built-in roles that may not."""
    may = asking.permitted(operation)
    return [role for role in ROLES if role not in may]


async def refuses(world: World, operation: Operation, strangers: Sequence[str], roles: Sequence[str]) -> None:
    """Neither who shows no token, nor these, are answered, and nothing changes."""
    asked = asking.request(operation, await asking.made(world, operation, world.ours))
    before = await world.snapshot(world.ours)
    tokens = {"nonsense": "nonsense", "expired": world.expired, "revoked": world.revoked}
    for bearer in (None, *(tokens[one] for one in strangers)):
        answer = await asking.ask(world, bearer, asked)
        assert answer.status_code == 401, (operation.action, bearer, answer.text)
    for role in roles:
        answer = await asking.ask(world, world.ours.bearers[role], asked)
        assert answer.status_code == 403, (operation.action, role, answer.text)
        names_the_missing(operation, answer, set(operation.needs) - ROLES[role])
    assert await world.changed(before) == []


async def names_its_version(world: World, operation: Operation, answer: Any) -> None:
    """What a change answers is, byte for byte and by its tag, what a GET of the address that it names answers."""
    place = answer.headers.get("Content-Location")
    assert (place is not None) == (operation.action in ANSWERS_WITH_THE_RESOURCE), operation.action
    assert ("ETag" in answer.headers) == (place is not None), operation.action
    if place is not None:
        whose = operation.role if operation.action in ANSWERS_WITH_ONES_OWN else "owner"
        read = await world.ask(world.ours.bearers[whose], "GET", place)
        assert (read.text, read.headers["ETag"]) == (answer.text, answer.headers["ETag"]), operation.action


async def compares_versions(world: World, operation: Operation) -> None:
    """With another version than the present one nothing is changed; with the present one it is looked at."""
    ids = await asking.made(world, operation, world.ours, operation.role if operation.owned else "agent")
    asked, bearer = asking.request(operation, ids), world.ours.bearers[operation.role]
    before = await world.snapshot(world.ours)
    more = {**asked.more, "headers": {**asked.more.get("headers", {}), "If-Match": '"older"'}}
    answer = await world.ask(bearer, asked.method, asked.path, **more)
    assert (answer.status_code, answer.json()["code"]) == (412, "changed_meanwhile"), (operation.action, answer.text)
    assert await world.changed(before) == [], operation.action
    read = await world.ask(bearer, "GET", asked.path)
    assert answer.headers["ETag"] == read.headers["ETag"], operation.action


def names_the_missing(operation: Operation, answer: Any, missing: set[str]) -> None:
    if operation.needs == (OPERATOR,):
        assert answer.json()["code"] == "operator_only", (operation.action, answer.text)
    elif operation.method != "HEAD":
        told = answer.json()
        assert told["code"] == "forbidden" and told["permission"] in missing, (operation.action, told)
        assert told["permission"] in told["detail"] and "ask an administrator" in told["detail"], told


async def refuses_a_role_without(world: World, operation: Operation, permission: str) -> None:
    """Somebody with every permission but one of those that it needs."""
    bearer = await world.all_but(permission)
    ids = await asking.made(world, operation, world.ours)
    if operation.form:  # its own channel
        ids["user"] = world.ours.users[f"all but {permission}"]
    answer = await asking.ask(world, bearer, asking.request(operation, ids))
    assert answer.status_code == 403, (operation.action, permission, answer.text)
    names_the_missing(operation, answer, {permission})


async def refuses_without_a_second_proof(world: World, operation: Operation) -> None:
    """Whoever has an authenticator and showed no code of it of late; nothing changes."""
    bearer = await world.unproven(OPERATOR if operation.needs == (OPERATOR,) else "owner")
    asked = asking.request(operation, await asking.made(world, operation, world.ours))
    before = await world.snapshot(world.ours)
    answer = await asking.ask(world, bearer, asked)
    assert answer.status_code == 403, (operation.action, answer.text)
    assert operation.method == "HEAD" or answer.json()["code"] == "mfa_due"
    assert await world.changed(before) == []


def some_refused(operation: Operation) -> list[str]:
    """Of the roles that may not, the one that may least; where something changes also the one that may most."""
    some = two_of(refused_roles(operation))
    return some[-1:] if operation.method == "GET" else some


def two_of(roles: list[str]) -> list[str]:
    """Of built-in roles, one that may much and one that may little: an agent, if there is one."""
    return list(dict.fromkeys([roles[0], "agent" if "agent" in roles else roles[-1]])) if roles else []


async def hides_what_is_foreign(world: World, operation: Operation, roles: list[str]) -> None:
    """Another organisation's ids are answered like invented ones, and nothing changes there or here."""
    theirs = await asking.made(world, operation, world.theirs)
    ours = await asking.made(world, operation, world.ours)
    before = await world.snapshot(world.ours, world.theirs)
    for kind in theirs:
        foreign = asking.request(operation, {**ours, kind: theirs[kind]})
        random = asking.request(operation, {**ours, kind: asking.invented(operation)[kind]})
        for role in roles:
            first = await asking.ask(world, world.ours.bearers[role], foreign)
            second = await asking.ask(world, world.ours.bearers[role], random)
            same = asking.without_ids(first, foreign) == asking.without_ids(second, random)
            assert same, (operation.action, role, kind, first.text, second.text)
            assert first.status_code in (200, 403, 404, 409, 422), (operation.action, role, kind, first.text)
    assert await world.changed(before) == []


async def hides_what_is_a_colleagues(world: World, operation: Operation) -> None:
    """To an agent."""
    mine = await asking.made(world, operation, world.ours)
    other = await asking.made(world, operation, world.ours, "supervisor")
    place = next(kind for kind in operation.at.values())
    theirs = asking.request(operation, {**mine, place: other[place]})
    random = asking.request(operation, {**mine, place: asking.invented(operation)[place]})
    before = await world.snapshot(world.ours)
    first = await asking.ask(world, world.ours.bearers["agent"], theirs)
    second = await asking.ask(world, world.ours.bearers["agent"], random)
    assert asking.without_ids(first, theirs) == asking.without_ids(second, random), (operation.action, first.text)
    assert first.status_code == 404
    assert await world.changed(before) == []


CALLS = {"live", "offered", "callback", "ended"}
OTHER_KINDS = {"person": {"user", "person", "pictured", "colleague"}, "callback": CALLS, "ended": CALLS}


async def is_as_invented(world: World, gone: str, kind: str) -> None:
    """Wherever such a thing is named, under whichever of its kinds, what is gone is answered like what never was."""
    alike, tried = OTHER_KINDS.get(kind, {kind}), 0
    for operation in OPERATIONS:
        for place in alike.intersection(asking.kinds(operation) if operation.needs != (OPEN,) else ()):
            ours = await asking.made(world, operation, world.ours)
            after = asking.request(operation, {**ours, place: gone})
            random = asking.request(operation, {**ours, place: asking.invented(operation)[place]})
            bearer = world.ours.bearers[operation.role]
            first, second = await asking.ask(world, bearer, after), await asking.ask(world, bearer, random)
            same = asking.without_ids(first, after) == asking.without_ids(second, random)
            assert same, (operation.action, place, first.text, second.text)
            tried += 1
    assert tried


def lists(operation: Operation) -> bool:
    """Whether it answers with what there is, and is asked for without an id."""
    return operation.needs != (OPEN,) and not asking.kinds(operation) and not leaves_line(operation.action)


async def lists_only_ones_own(world: World, operation: Operation) -> None:
    """Of what is asked for without an id: no id, name or address of the other organisation is in it."""
    bearer = world.ours.bearers[OPERATOR if operation.needs == (OPERATOR,) else "owner"]
    answer = await asking.ask(world, bearer, asking.request(operation, {}))
    people = () if "audit" in operation.path else world.theirs.users.values()  # there is what we asked for ourselves
    for foreign in (world.theirs.tenant.id, *people, *world.theirs.emails.values(), *world.foreign):
        assert foreign not in answer.text, (operation.action, foreign)


async def answers_its_role(world: World, operation: Operation) -> None:
    """So that the refusals mean something; what changes something leaves its line in the audit log."""
    ids = await asking.made(world, operation, world.ours, operation.role if operation.owned else "agent")
    leaving = operation.action == "POST /v1/auth/logout"
    bearer = await world.session("owner") if leaving else world.ours.bearers[operation.role]
    before = await world.last_line()
    answer = await asking.ask(world, bearer, asking.request(operation, ids))
    assert answer.status_code < 400 or answer.status_code in operation.fine, (operation.action, answer.text)
    added = await world.lines_after(before)
    assert [line.action for line in added] == ([operation.action] if leaves_line(operation.action) else [])
    if added:
        assert {ids[kind] for kind in operation.at.values() if kind in ids} <= set(added[0].objects)
        assert added[0].status == answer.status_code and added[0].actor_id in world.ours.users.values()
    if operation.method in ("PUT", "PATCH", "POST") and answer.status_code < 300:
        await names_its_version(world, operation, answer)


async def refuses_none_of(world: World, operation: Operation, roles: list[str]) -> None:
    """The others that may are neither refused; an id that they name is an invented one."""
    for role in roles:
        if role != operation.role and operation.action != "POST /v1/auth/logout":
            asked = asking.request(operation, asking.invented(operation))
            answer = await asking.ask(world, world.ours.bearers[role], asked)
            refused = answer.status_code == 403 and answer.json()["code"] == "forbidden" and not operation.form
            assert answer.status_code != 401 and not refused, (operation.action, role, answer.text)
