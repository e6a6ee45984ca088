"""Who lacks a permission is told which, and nobody is told of what is another organisation's."""

from __future__ import annotations

from tests.support.http.api import Api

from call24.kit.ids import new_id


async def test_a_token_that_was_made_for_less_names_the_scope_that_it_lacks(api: Api) -> None:
    acme = await api.organisation()
    wish = {"name": "Reader", "abilities": ["queues.read"]}
    bearer = (await acme.call("owner", "POST", "/v1/tokens", json=wish)).json()["token"]
    answer = await api.call("POST", "/v1/queues", bearer, json={"name": "Sales"})
    assert (answer.status_code, answer.json()["permission"]) == (403, "queues.write")
    assert answer.json()["detail"] == "An API token can do this only if it was created with the scope queues.write"
    assert (await api.call("GET", "/v1/queues", bearer)).json()["items"] == []


async def test_a_missing_permission_is_said_alike_of_ones_own_things_and_of_others(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    ours = await api.services.queues.create(acme.tenant.id, "Support")
    theirs = await api.services.queues.create(other.tenant.id, "Support")
    answers = [
        (await acme.call("agent", "PATCH", f"/v1/queues/{id}", json={"name": "x"})).json()
        for id in (ours.id, theirs.id, new_id("que"))
    ]
    assert answers[0] == answers[1] == answers[2] and answers[0]["permission"] == "queues.write"
    who_may = await acme.call("owner", "PATCH", f"/v1/queues/{theirs.id}", json={"name": "x"})
    assert who_may.status_code == 404 and "permission" not in who_may.json()


async def test_a_refusal_that_no_permission_would_change_names_none(api: Api) -> None:
    acme = await api.organisation()
    asked = {"socket_id": "1.2", "channel_name": "private-user.somebody"}
    answer = await acme.call("agent", "POST", "/broadcasting/auth", data=asked)
    assert answer.status_code == 403 and "permission" not in answer.json()
