"""The server as it is composed tells webhooks of people: from the change over the API to the delivered, signed request.

Ids and times alone, each change once; nothing of private entries, of who objected and of who is restricted or gone.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import Webhook as Official
from tests.support.product.composed import Composed, composed
from tests.support.product.organisation import Organisation
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

pytestmark = pytest.mark.shares_stack("server")

KINDS = ["person.created", "person.updated", "person.merged", "person.unmerged", "person.deleted"]
WORDS = ("Saskia", "Quillfeather", "Allergic", "Marmalade", "4420794", "quill@")


class There:
    """A receiver. `takes` False: it refuses, so that messages wait."""

    def __init__(self) -> None:
        self.url, self.takes = "", True
        self.took: list[tuple[dict[str, str], str]] = []

    async def take(self, request: web.Request) -> web.Response:
        if not self.takes:
            return web.Response(status=503)
        self.took.append(({name.lower(): value for name, value in request.headers.items()}, await request.text()))
        return web.Response(status=204)

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.took]

    async def was_told(self, *expected: tuple[str, str]) -> None:
        await wait_until(lambda: all(one in self.of(one[1]) for one in expected), 20)

    def of(self, *ids: str) -> list[tuple[str, str]]:
        """Kind and person of what was told of these; the order of messages is not promised."""
        found = [(one["type"], one["data"]["person_id"]) for one in self.told()]
        return sorted(one for one in found if one[1] in ids)


@pytest.fixture
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack, replace(stack.settings, webhooks_private=True)) as house:
        yield house


@contextlib.asynccontextmanager
async def receiver() -> AsyncIterator[There]:
    there, app = There(), web.Application()
    app.router.add_post("/hook", there.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield there
    finally:
        await runner.cleanup()


async def person(acme: Organisation, given: str, *numbers: str, **more: Any) -> dict[str, Any]:
    body = {"given": given, "numbers": [{"number": one} for one in numbers], **more}
    return dict(await acme.post("/v1/people", body))


async def test_what_is_done_with_people_is_told_signed_each_once_and_by_ids_alone(house: Composed) -> None:
    async with house.organisation("Tells") as acme, receiver() as there:
        made = await acme.post("/v1/webhooks", {"url": there.url, "kinds": KINDS})
        mail = [{"address": "quill@example.com", "label": "work"}]
        kept = await person(acme, "Saskia", "+442079461101", notes="Allergic to quince", emails=mail)
        other = await person(acme, "Quillfeather", "+442079461102")
        hers = await person(acme, "Marmalade", "+442079461103", private=True)
        changed = await acme.http.patch(f"/v1/people/{kept['id']}", json={"company": "Marmalade Ltd"})
        assert changed.status_code == 200, changed.text
        await there.was_told(("person.created", kept["id"]), ("person.created", other["id"]))
        await there.was_told(("person.updated", kept["id"]))
        merged = await acme.http.post(f"/v1/people/{kept['id']}/merge", json={"other_id": other["id"]})
        assert merged.status_code == 200, merged.text
        await there.was_told(("person.merged", kept["id"]), ("person.deleted", other["id"]))
        undone = await acme.http.post(f"/v1/people/history/{merged.json()['entry']['id']}/undo")
        assert undone.status_code == 200, undone.text
        await there.was_told(("person.unmerged", kept["id"]))
        await wait_until(lambda: there.of(other["id"]).count(("person.created", other["id"])) == 2)
        wish = {"reason": "asked", "contact_ids": [one["contact_id"] for one in kept["numbers"]]}
        erased = await acme.http.post(f"/v1/people/{kept['id']}/erase", json=wish)
        assert erased.status_code == 200, erased.text
        await there.was_told(("person.deleted", kept["id"]))

        both, told = {kept["id"], other["id"]}, there.told()
        for headers, body in there.took:
            assert Official(made["secret"]).verify(body, headers)
            assert not any(word in body for word in WORDS), body
        assert hers["id"] not in str(told), "a private entry is its user's alone"
        assert len({headers["webhook-id"] for headers, _ in there.took}) == len(told), "each once"
        assert there.of(kept["id"]) == [
            ("person.created", kept["id"]),
            ("person.deleted", kept["id"]),
            ("person.merged", kept["id"]),
            ("person.unmerged", kept["id"]),
            *[("person.updated", kept["id"])] * 3,
        ]
        assert {one["data"]["person_id"] for one in told} == both
        [merge] = [one["data"] for one in told if one["type"] == "person.merged"]
        assert (merge["person_id"], merge["merged_person_id"]) == (kept["id"], other["id"])
        assert set(merge) == {"person_id", "merged_person_id", "merged_at"}
        for one in told:
            assert [name for name in one["data"] if not name.endswith(("_at", "person_id"))] == []


async def test_of_who_objected_or_is_deleted_nothing_that_waits_is_sent_but_the_deletion(house: Composed) -> None:
    async with house.organisation("Objects") as acme, receiver() as there:
        there.takes = False
        made = await acme.post("/v1/webhooks", {"url": there.url, "kinds": KINDS})
        objects = await person(acme, "Saskia", "+442079461111")
        gone = await person(acme, "Quillfeather", "+442079461112")
        stays = await person(acme, "Marmalade", "+442079461113")

        async def waiting() -> list[tuple[str, str]]:
            found = house.database["webhook_deliveries"].find({"webhook_id": made["id"]})
            bodies = [json.loads(one["body"]) for one in found]
            return sorted((one["type"], one["data"]["person_id"]) for one in bodies)

        async def is_waiting(*expected: tuple[str, str]) -> None:
            async def so() -> bool:
                return await waiting() == sorted(expected)

            await wait_until(so, 20)

        created = [("person.created", one["id"]) for one in (objects, gone, stays)]
        await is_waiting(*created)
        contact = objects["numbers"][0]["contact_id"]
        said = {"purpose": "crm_sync", "act": "object"}
        assert (await acme.http.post(f"/v1/contacts/{contact}/consents", json=said)).status_code == 201
        await is_waiting(*created[1:])
        assert (await acme.http.delete(f"/v1/people/{gone['id']}")).status_code in (200, 204)
        await is_waiting(created[2], ("person.deleted", gone["id"]))
        changed = await acme.http.patch(f"/v1/people/{objects['id']}", json={"company": "Else"})
        assert changed.status_code == 200, changed.text
        changed = await acme.http.patch(f"/v1/people/{stays['id']}", json={"company": "Else"})
        assert changed.status_code == 200, changed.text
        await is_waiting(created[2], ("person.deleted", gone["id"]), ("person.updated", stays["id"]))
        assert (await acme.http.delete(f"/v1/people/{objects['id']}")).status_code in (200, 204)
        await is_waiting(
            created[2],
            ("person.deleted", gone["id"]),
            ("person.updated", stays["id"]),
            ("person.deleted", objects["id"]),
        )
