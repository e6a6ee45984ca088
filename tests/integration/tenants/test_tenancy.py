"""Two organisations with the same names for everything: neither sees, changes or can tell anything of the other."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.for_each import for_each
from tests.support.http.api import Api, Organisation

from call24.contacts.model import Contact
from call24.identity.model import User
from call24.kit.errors import NotFound
from call24.kit.ids import new_id
from call24.queues.model import Queue
from call24.tenants.model import Number, Trunk


async def furnished(api: Api, number: str) -> tuple[Organisation, dict[str, str]]:
    """An organisation with one of everything, under names that every organisation here uses."""
    acme = await api.organisation("Acme")
    services = api.services
    queue = await services.queues.create(acme.tenant.id, "Support", members=[api_user(acme)])
    trunk = await services.tenants.add_trunk(acme.tenant.id, "Carrier", ["192.0.2.1"])
    added = await services.tenants.add_number(acme.tenant, number, trunk.id, queue.id)
    contact = await services.contacts.remember(acme.tenant.id, "+442079460999", "Jo")
    ids = {"queue": queue.id, "trunk": trunk.id, "number": added.id, "contact": contact.id}
    return acme, ids


def api_user(organisation: Organisation) -> Any:
    return organisation.users["agent"]


async def test_the_same_names_live_side_by_side(api: Api) -> None:
    await furnished(api, "+442079460001")
    await furnished(api, "+442079460002")


async def test_lists_have_only_ones_own(api: Api) -> None:
    one, ids = await furnished(api, "+442079460001")
    other, other_ids = await furnished(api, "+442079460002")
    for path in ("/v1/users", "/v1/queues", "/v1/trunks", "/v1/numbers"):
        mine = await one.call("owner", "GET", path)
        text = mine.text
        assert mine.status_code == 200 and mine.json()["items"]
        for foreign in (*other_ids.values(), *other.users.values(), *other.emails.values(), other.tenant.id):
            assert foreign not in text, path
    assert ids["queue"] in (await one.call("owner", "GET", "/v1/queues")).text


async def test_a_foreign_id_is_answered_exactly_like_one_that_does_not_exist(api: Api) -> None:
    one, ids = await furnished(api, "+442079460001")
    _, foreign = await furnished(api, "+442079460002")

    def number(**change: str) -> dict[str, str]:
        return {"number": "+442079460003", "trunk_id": ids["trunk"], "queue_id": ids["queue"], **change}

    def asked(queue: str, trunk: str, user: str) -> list[tuple[str, str, Any]]:
        return [
            ("PATCH", f"/v1/queues/{queue}", {"name": "Mine now"}),
            ("POST", "/v1/numbers", number(queue_id=queue)),
            ("POST", "/v1/numbers", number(trunk_id=trunk)),
            ("POST", "/v1/queues", {"name": "New", "members": [user]}),
            ("PATCH", f"/v1/queues/{ids['queue']}", {"members": [user]}),
        ]

    users = await api.services.identity.users((await api.services.tenants.all())[1].id)
    with_foreign = asked(foreign["queue"], foreign["trunk"], users[0].id)
    with_random = asked(new_id("que"), new_id("trk"), new_id("usr"))
    for (method, path, body), (_, random_path, random_body) in zip(with_foreign, with_random, strict=True):
        answer = await one.call("owner", method, path, json=body)
        random = await one.call("owner", method, random_path, json=random_body)
        assert (answer.status_code, answer.json()) == (random.status_code, random.json()), path
        assert answer.status_code in (404, 422)
    assert (await api.services.queues.get(users[0].tenant_id, foreign["queue"])).name == "Support"  # type: ignore[arg-type]


async def test_channels_of_others_are_refused_like_channels_that_do_not_exist(api: Api) -> None:
    one, other = await api.organisation("One"), await api.organisation("Other")
    answers = [
        await one.call("agent", "POST", "/broadcasting/auth", data={"socket_id": "1.2", "channel_name": channel})
        for channel in (
            f"private-tenant.{other.tenant.id}.user.{other.users['agent']}",
            f"private-tenant.{one.tenant.id}.user.{other.users['agent']}",
            f"private-tenant.{other.tenant.id}.user.{one.users['agent']}",
            f"private-tenant.{one.tenant.id}.user.{one.users['owner']}",
            f"private-tenant.{one.tenant.id}.user.{new_id('usr')}",
            f"private-tenant.{one.tenant.id}.user.",
            f"private-user.{one.users['agent']}",
            f"private-tenant.{other.tenant.id}",
            f"private-tenant.{new_id('ten')}",
            f"private-tenant.{one.tenant.id} ",
            f"presence-tenant.{one.tenant.id}",
            f"private-tenant.{one.tenant.id}\n",
            "private-tenant.*",
        )
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    assert api.authorised == []


async def test_ones_own_channels_are_signed_for_form_and_json(api: Api) -> None:
    one = await api.organisation()
    told = (await one.call("agent", "GET", "/v1/realtime")).json()
    assert told["channels"] == {
        "user": f"private-tenant.{one.tenant.id}.user.{one.users['agent']}",
        "tenant": f"private-tenant.{one.tenant.id}",
    }
    assert (told["host"], told["port"], told["auth_endpoint"]) == ("call24.test", 8024, "/broadcasting/auth")
    for channel in told["channels"].values():
        body = {"socket_id": "12.34", "channel_name": channel}
        as_form = await one.call("agent", "POST", told["auth_endpoint"], data=body)
        as_json = await one.call("agent", "POST", told["auth_endpoint"], json=body)
        assert as_form.status_code == 200 and as_form.json() == as_json.json()
        assert as_form.json()["auth"].startswith(told["key"] + ":")
    assert {socket for socket, _ in api.authorised} == {"12.34"}


@for_each("socket_id", ["", "1", "1.2.3", "a.b", "1.2:private-tenant.x", "-1.2", "1.2\n", "1" * 42])
async def test_what_is_no_socket_id_is_not_signed(api: Api, socket_id: str) -> None:
    one = await api.organisation()
    body = {"socket_id": socket_id, "channel_name": f"private-tenant.{one.tenant.id}.user.{one.users['agent']}"}
    for kind in ("data", "json"):
        assert (await one.call("agent", "POST", "/broadcasting/auth", **{kind: body})).status_code == 422


async def test_every_collection_answers_a_foreign_scope_with_nothing(api: Api) -> None:
    one, ids = await furnished(api, "+442079460001")
    other, _ = await furnished(api, "+442079460002")
    kinds: dict[type[Any], str] = {
        User: one.users["agent"],
        Queue: ids["queue"],
        Trunk: ids["trunk"],
        Number: ids["number"],
        Contact: ids["contact"],
    }
    for struct, id in kinds.items():
        foreign = api.mongo.tenant(other.tenant.id).collection(struct)
        with pytest.raises(NotFound):
            await foreign.get(id)
        assert not await foreign.update(id, {"name": "stolen"}) and not await foreign.delete(id)
        stored = await api.mongo.tenant(one.tenant.id).collection(struct).get(id)
        with pytest.raises(ValueError, match="another tenant"):
            await foreign.replace(stored, upsert=True)


async def test_one_caller_has_unrelated_ids_in_two_organisations(api: Api) -> None:
    one, ids = await furnished(api, "+442079460001")
    _, other_ids = await furnished(api, "+442079460002")
    assert ids["contact"] != other_ids["contact"]
    assert ids["contact"] == api.services.contacts.id_for(one.tenant.id, "+442079460999")


async def test_a_number_or_address_in_use_elsewhere_is_refused_without_saying_where(api: Api) -> None:
    one, ids = await furnished(api, "+442079460001")
    other, _ = await furnished(api, "+442079460002")
    body = {"trunk_id": ids["trunk"], "queue_id": ids["queue"]}
    own = await one.call("owner", "POST", "/v1/numbers", json={**body, "number": "+442079460001"})
    foreign = await one.call("owner", "POST", "/v1/numbers", json={**body, "number": "+442079460002"})
    assert (own.status_code, own.json()["code"]) == (409, "number_taken")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "number_not_granted")
    user = {"name": "N", "role": "agent", "password": "a good long one"}
    mine = await one.call("owner", "POST", "/v1/users", json={**user, "email": one.emails["agent"]})
    theirs = await one.call("owner", "POST", "/v1/users", json={**user, "email": other.emails["agent"].upper()})
    assert (mine.status_code, mine.json()["code"]) == (409, "email_taken")
    assert (theirs.status_code, theirs.json()["code"]) == (403, "invitation_due")
