"""ETag and If-Match: who read an older version overwrites nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.api import Api, Organisation

from call24.kit.ids import new_id


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


async def test_where_nothing_can_be_read_a_condition_is_refused(api: Api) -> None:
    acme, _ = await a_queue(api)
    answer = await acme.call(
        "owner", "PATCH", f"/v1/trunks/{new_id('trk')}", json={"name": "x"}, headers={"If-Match": '"any"'}
    )
    assert (answer.status_code, answer.json()["code"]) == (412, "no_version")
