"""Whoever makes something is told its address."""

from __future__ import annotations

import re

from tests.support.http.api import Api


async def test_what_was_made_is_found_at_the_location_that_its_answer_names(api: Api) -> None:
    acme = await api.organisation()
    for path, body in (
        ("/v1/queues", {"name": "Support"}),
        ("/v1/flows", {"name": "Menu"}),
        ("/v1/roles", {"name": "Blind", "permissions": ["queues.read"]}),
    ):
        keyed = {"Idempotency-Key": f"once {path}".replace(" ", "-")}
        made = await acme.call("owner", "POST", path, json=body, headers=keyed)
        assert made.status_code == 201, made.text
        assert made.headers["Location"] == f"{path}/{made.json()['id']}"
        assert (await acme.call("owner", "GET", made.headers["Location"])).json()["id"] == made.json()["id"]
        again = await acme.call("owner", "POST", path, json=body, headers=keyed)
        assert (again.status_code, again.headers["Location"]) == (201, made.headers["Location"])
        assert "Location" not in (await acme.call("owner", "POST", path, json={})).headers


async def test_every_201_declares_a_location_where_things_are_addressed_below_it(api: Api) -> None:
    paths = (await api.call("GET", "/openapi.json")).json()["paths"]
    declared, addressed = set(), set()
    for path, methods in paths.items():
        made = methods.get("post", {}).get("responses", {}).get("201")
        if made is not None and any(re.fullmatch(re.escape(path) + r"/\{\w+\}", each) for each in paths):
            addressed.add(path)
        if made is not None and "Location" in made["headers"]:
            declared.add(path)
    assert declared == addressed and len(declared) >= 14
