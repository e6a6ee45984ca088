"""Lists of settings and people, page by page: each thing once, in the list's order, and nothing of anybody else."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from tests.support.http.api import PASSWORD, Api, Organisation

_next = count(1)


def wish(kind: str, org: Organisation, made: dict[str, Any]) -> dict[str, Any]:
    """What to send to make another one."""
    name = f"Thing {next(_next) * 7 % 11:02d}"
    match kind:
        case "users":
            email = f"p{next(_next)}-{org.tenant.id}@example.com"
            return {"email": email, "name": name, "role": "agent", "password": PASSWORD}
        case "invitations":
            return {"email": f"i{next(_next)}@example.com", "name": name, "role": "agent"}
        case "tokens":
            return {"name": name, "abilities": ["*"]}
        case "trunks":
            return {"name": name, "addresses": [f"192.0.2.{next(_next)}"]}
        case _:
            return {"name": f"{name} {next(_next)}"}


KINDS = (
    "users",
    "invitations",
    "tokens",
    "queues",
    "hours",
    "flows",
    "trunks",
    "pause-reasons",
    "dispositions",
    "me/sessions",
)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_pages_of_a_list_are_the_whole_list(api: Api, kind: str) -> None:
    org, other = await api.organisation(), await api.organisation("Other")
    made: dict[str, Any] = {}
    for who in (org, org, org, other, org, org):
        if kind == "me/sessions":
            email, device = who.emails["owner"], {"password": PASSWORD, "device_name": "Other"}
            assert (await api.call("POST", "/v1/auth/login", json={"email": email, **device})).status_code == 200
            continue
        answer = await who.call("owner", "POST", f"/v1/{kind}", json=wish(kind, who, made))
        assert answer.status_code == 201, answer.text
        made[answer.json()["id"]] = who
    whole = (await org.call("owner", "GET", f"/v1/{kind}")).json()
    assert whole["next"] is None and len(whole["items"]) >= 5
    assert {id for id, who in made.items() if who is org} <= {one["id"] for one in whole["items"]}
    paged: list[Any] = []
    cursor: dict[str, str] = {}
    for _ in whole["items"]:
        page = (await org.call("owner", "GET", f"/v1/{kind}", params={"limit": 2, **cursor})).json()
        paged += page["items"]
        if page["next"] is None:
            break
        assert len(page["items"]) == 2
        cursor = {"cursor": page["next"]}
    assert paged == whole["items"]
    theirs = (await other.call("owner", "GET", f"/v1/{kind}", params=cursor)).json()["items"]
    assert not {one["id"] for one in theirs} & {one["id"] for one in whole["items"]}
    wrong = await org.call("owner", "GET", f"/v1/{kind}", params={"cursor": "bm9uc2Vuc2U"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "cursor")


async def test_more_people_than_a_page_has_come_with_the_next(api: Api) -> None:
    org = await api.organisation()
    add = api.services.identity.add_user
    for n in range(100):
        email = f"p{n}-{org.tenant.id}@example.com"
        await add(org.tenant.id, email=email, name=f"P {n:03d}", role="agent", password=PASSWORD)
    first = (await org.call("owner", "GET", "/v1/users")).json()
    rest = (await org.call("owner", "GET", "/v1/users", params={"cursor": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (100, 3, None)
    assert (await org.call("owner", "GET", "/v1/users", params={"limit": 501})).status_code == 422
