"""ETag and If-Match: who read an older version overwrites nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.http.api import Api, Organisation

from call24.kit.ids import UserId, new_id


async def a_queue(api: Api) -> tuple[Organisation, str]:
    acme = await api.organisation()
    queue = await api.services.queues.create(acme.tenant.id, "Support")
    return acme, f"/v1/queues/{queue.id}"


async def rename(acme: Organisation, path: str, name: str, tag: str) -> Any:
    return await acme.call("owner", "PATCH", path, json={"name": name}, headers={"If-Match": tag})


async def name_of(acme: Organisation, path: str) -> str:
    return str((await acme.call("owner", "GET", path)).json()["name"])


async def test_what_is_known_already_is_not_sent_again(api: Api) -> None:
    acme, path = await a_queue(api)
    first = await acme.call("owner", "GET", path)
    tag = first.headers["ETag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = await acme.call("owner", "GET", path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag), known
    assert (await acme.call("owner", "PATCH", path, json={"name": "Sales"})).status_code == 200
    changed = await acme.call("owner", "GET", path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert changed.json()["name"] == "Sales"


async def test_a_change_with_the_version_that_was_read_is_done_and_with_an_older_one_is_not(api: Api) -> None:
    acme, path = await a_queue(api)
    tag = (await acme.call("owner", "GET", path)).headers["ETag"]
    assert (await rename(acme, path, "Sales", tag)).status_code == 200
    late = await rename(acme, path, "Billing", tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert await name_of(acme, path) == "Sales"
    assert (await rename(acme, path, "Billing", late.headers["ETag"])).status_code == 200
    late = await acme.call("owner", "DELETE", path, headers={"If-Match": tag})
    assert late.status_code == 412
    assert await name_of(acme, path) == "Billing"
    assert (await rename(acme, path, "Any", "*")).status_code == 200


async def test_a_change_tells_the_new_version_so_that_the_next_needs_no_reading(api: Api) -> None:
    acme = await api.organisation()
    wish: dict[str, Any] = {"json": {"name": "Support"}, "headers": {"Idempotency-Key": "once"}}
    made = await acme.call("owner", "POST", "/v1/queues", **wish)
    path = made.headers["Content-Location"]
    assert path == made.headers["Location"] == f"/v1/queues/{made.json()['id']}"
    again = await acme.call("owner", "POST", "/v1/queues", **wish)
    assert all(again.headers[name] == made.headers[name] for name in ("ETag", "Content-Location"))
    first = await rename(acme, path, "Sales", made.headers["ETag"])
    assert (first.status_code, first.headers["Content-Location"]) == (200, path)
    second = await rename(acme, path, "Billing", first.headers["ETag"])
    assert second.status_code == 200
    assert (await acme.call("owner", "GET", path)).headers["ETag"] == second.headers["ETag"]
    late = await rename(acme, path, "Any", first.headers["ETag"])
    assert (late.status_code, late.headers["ETag"]) == (412, second.headers["ETag"])
    assert await name_of(acme, path) == "Billing"


async def test_a_change_that_fails_or_answers_with_another_thing_tells_no_version(api: Api) -> None:
    acme, path = await a_queue(api)
    wrong = await acme.call("owner", "PATCH", path, json={"name": ""})
    token = await acme.call("owner", "POST", "/v1/tokens", json={"name": "x", "abilities": ["queues.read"]})
    gone = await acme.call("owner", "DELETE", path)
    assert [one.status_code for one in (wrong, token, gone)] == [422, 201, 204]
    assert all("ETag" not in one.headers and "Content-Location" not in one.headers for one in (wrong, token, gone))


async def test_every_answer_that_has_a_version_is_declared_with_it(api: Api) -> None:
    described = (await api.call("GET", "/openapi.json")).json()
    reading, changing, older = 0, 0, 0
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                headers = answer.get("headers", {})
                json = "application/json" in answer.get("content", {}) and path.startswith("/v1/")
                reading += method == "get" and json and status == "200" and "ETag" in headers
                assert "ETag" in headers or not (method == "get" and json and status == "200"), path
                changing += "Content-Location" in headers and "ETag" in headers and status in ("200", "201")
                older += status == "412" and "ETag" in headers
    assert reading > 50 and changing >= 28 and older > 35, (reading, changing, older)


async def test_of_many_changes_at_once_with_one_version_the_first_is_done(api: Api) -> None:
    acme, path = await a_queue(api)
    tag = (await acme.call("owner", "GET", path)).headers["ETag"]
    answers = await asyncio.gather(*(rename(acme, path, f"Queue {n}", tag) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    [done] = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert await name_of(acme, path) == f"Queue {done}"


async def test_what_cannot_be_read_sounds_as_without_a_condition(api: Api) -> None:
    acme, path = await a_queue(api)
    other = await api.organisation("Other")
    for role, asked in (("owner", f"/v1/queues/{new_id('que')}"), ("agent", path)):
        plain = await acme.call(role, "PATCH", asked, json={"name": "x"})
        conditional = await acme.call(role, "PATCH", asked, json={"name": "x"}, headers={"If-Match": '"any"'})
        assert conditional.json() == plain.json(), asked
    foreign = await rename(other, path, "Mine", '"any"')
    random = await rename(other, f"/v1/queues/{new_id('que')}", "Mine", '"any"')
    assert foreign.status_code == random.status_code == 404
    assert foreign.json() == random.json()
    assert await name_of(acme, path) == "Support"


READ_BY_ID = """
DELETE /v1/tokens/ID, DELETE /v1/me/sessions/ID, DELETE /v1/invitations/ID, PATCH /v1/me/passkeys/ID,
DELETE /v1/me/passkeys/ID, PATCH /v1/applications/ID, DELETE /v1/applications/ID, PATCH /v1/roles/ID,
DELETE /v1/roles/ID, PATCH /v1/pause-reasons/ID, DELETE /v1/pause-reasons/ID, PATCH /v1/dispositions/ID,
DELETE /v1/dispositions/ID, DELETE /v1/prompts/ID, PATCH /v1/trunks/ID, DELETE /v1/trunks/ID, PATCH /v1/numbers/ID,
DELETE /v1/numbers/ID
"""


async def test_a_thing_that_is_read_by_its_id_takes_a_version_and_says_nothing_of_what_is_not_there(
    api: Api,
) -> None:
    acme, _ = await a_queue(api)
    for operation in READ_BY_ID.replace("\n", " ").split(","):
        method, path = operation.split()
        path, body = path.replace("ID", new_id("que")), {} if "numbers" in path else {"name": "x"}
        answer = await acme.call("owner", method, path, json=body, headers={"If-Match": '"any"'})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), operation
        answer = await api.call(method, path, json=body, headers={"If-Match": '"any"'})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), operation


async def test_a_role_that_changed_meanwhile_is_not_overwritten(api: Api) -> None:
    acme, _ = await a_queue(api)
    wish = {"name": "Reader", "permissions": ["queues.read"]}
    path = f"/v1/roles/{(await acme.call('owner', 'POST', '/v1/roles', json=wish)).json()['id']}"
    tag = (await acme.call("owner", "GET", path)).headers["ETag"]
    assert (await rename(acme, path, "Viewer", tag)).status_code == 200
    late = await rename(acme, path, "Any", tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert await name_of(acme, path) == "Viewer"


NO_VERSION = """
PUT /v1/me/device, PUT /v1/me/device/push-subscription, PUT /v1/me/password, PUT /v1/me/email, DELETE /v1/users/ID/mfa,
DELETE /v1/users/ID/provider,
DELETE /v1/me/picture, DELETE /v1/users/ID/picture, PUT /v1/users/ID/role, POST /v1/queues, POST /v1/users/ID/enable,
POST /v1/flows/ID/publish
"""


async def test_where_nothing_can_be_read_a_version_is_refused_once_it_is_known_who_asks(api: Api) -> None:
    acme, _ = await a_queue(api)
    for operation in NO_VERSION.replace("\n", " ").split(","):
        method, path = operation.split()
        path = path.replace("ID", new_id("que"))
        answer = await acme.call("owner", method, path, json={}, headers={"If-Match": '"any"'})
        assert (answer.status_code, answer.json()["code"]) == (412, "no_version"), operation
        answer = await api.call(method, path, json={}, headers={"If-Match": '"any"'})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), operation
        plain = await acme.call("owner", method, path, json={"nonsense": 1})
        star = await acme.call("owner", method, path, json={"nonsense": 1}, headers={"If-Match": "*"})
        assert star.status_code == plain.status_code != 412, (operation, "* asks for nothing but that it is there")


async def test_if_match_is_offered_where_it_can_hold_and_nowhere_else(api: Api) -> None:
    paths = (await api.call("GET", "/openapi.json")).json()["paths"]
    for path, methods in paths.items():
        read = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        for method, operation in methods.items():
            parameters = [one.get("$ref", "") for one in operation.get("parameters", ())]
            offered = "#/components/parameters/IfMatch" in parameters
            can = method in ("put", "patch", "delete") and path.startswith("/v1/") and "application/json" in read
            assert offered == can, (method, path)


async def test_who_may_change_a_thing_and_not_read_it_cannot_compare_its_version(api: Api) -> None:
    acme, path = await a_queue(api)
    role = await acme.call("owner", "POST", "/v1/roles", json={"name": "Blind", "permissions": ["queues.write"]})
    assert role.status_code == 201, role.text
    user = acme.users["agent"]
    moved = await acme.call("owner", "PUT", f"/v1/users/{user}/role", json={"role": role.json()["id"]})
    assert moved.status_code in (200, 204), moved.text
    who = await api.services.identity.user(acme.tenant.id, UserId(user))
    acme.bearers["agent"] = (await api.services.identity.open_session(who, "Again")).bearer
    late = await acme.call("agent", "PATCH", path, json={"name": "Sales"}, headers={"If-Match": '"older"'})
    assert (late.status_code, late.json()["code"]) == (412, "no_version")
    assert await name_of(acme, path) == "Support"
    assert (await acme.call("agent", "PATCH", path, json={"name": "Sales"})).status_code == 200
