"""A person of the address book who is erased is gone everywhere, but for what others have too."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.product.composed import Composed, composed, files_with, held_words
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.telephony.missed import rings_and_hangs_up
from tests.support.wait import wait_until

from call24.privacy.caller_erasure import CallerErasures

pytestmark = pytest.mark.shares_stack("server")

OWN, SHARED, NAME, NOTE = "+442079468191", "+442079468192", "Canarinda", "Allergic to quince"


@pytest.fixture
async def house(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    monkeypatch.setattr("call24.call_records.outcomes.SHORT_S", 0.0)  # no test waits that long
    async with composed(stack) as house:
        yield house


async def missed(acme: Organisation, number: str) -> str:
    """The contact of a call that nobody took."""
    return str((await rings_and_hangs_up(acme, number, NAME))["contact_id"])


async def listed(acme: Organisation, given: str, *numbers: str, **more: Any) -> dict[str, Any]:
    body = {"given": given, "numbers": [{"number": one} for one in numbers], **more}
    return dict(await acme.post("/v1/people", body))


async def test_a_person_is_erased_with_their_own_numbers_and_another_keeps_the_shared_one_with_its_call(
    house: Composed,
) -> None:
    async with house.organisation("Forgetful", record="always") as acme:
        [anna] = await acme.crew("Anna")
        await anna.be("paused")
        own, shared = await missed(acme, OWN), await missed(acme, SHARED)
        person = await listed(acme, NAME, OWN, SHARED, notes=NOTE)
        await listed(acme, "Ben", SHARED)
        plan = (await acme.http.get(f"/v1/people/{person['id']}/erasure-plan")).json()
        assert [(one["number"], one["shared"]) for one in plan["numbers"]] == [(OWN, 0), (SHARED, 1)]
        assert (plan["would_delete"]["call_records"], plan["would_delete"]["people"]) == (1, 1)

        wish = {"reason": "asked", "contact_ids": [own]}
        erased = await acme.http.post(f"/v1/people/{person['id']}/erase", json=wish)
        assert erased.status_code == 200, erased.text
        receipt = erased.json()["receipt"]
        assert (receipt["rule"], receipt["interrupted"]) == ("person_erasure", False)
        assert receipt["subject"] == "sha256:" + hashlib.sha256(person["id"].encode()).hexdigest()
        for name in house.database.list_collection_names():
            found = [one for one in house.database[name].find() if OWN in str(one) or NOTE in str(one)]
            assert not found, (name, found)
        assert files_with(house.settings.data, OWN, NOTE) == set()
        assert held_words(house.app, OWN, NOTE) == set()
        assert [one["contact_id"] for one in await acme.records()] == [shared], "it may be Ben's"
        [contact] = house.database["contacts"].find({"_id": shared})
        assert contact["called"] == ["Ben"]
        assert await missed(acme, OWN) != own and await missed(acme, SHARED) == shared


@pytest.mark.long(
    "integration/privacy/test_person_erasure.py::"
    "test_an_erasure_that_was_cut_off_at_any_step_ends_as_if_it_had_not_been"
)
async def test_the_sweeper_finishes_an_erasure_that_was_cut_off(
    house: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own wiring, from the server's tasks: nobody asks again."""
    async with house.organisation("Cut off") as acme:
        [anna] = await acme.crew("Anna")
        await anna.be("paused")
        own = await missed(acme, OWN)
        person = await listed(acme, NAME, OWN, notes=NOTE)

        async def killed(*_: object) -> None:
            raise OSError("killed")

        with monkeypatch.context() as patched:
            patched.setattr(CallerErasures, "erase_number", killed)
            wish = {"reason": "asked", "contact_ids": [own]}
            assert (await acme.http.post(f"/v1/people/{person['id']}/erase", json=wish)).status_code >= 500
        rule = {"subject": "sha256:" + hashlib.sha256(person["id"].encode()).hexdigest()}
        house.sweeps.soon()
        receipt = await wait_until(lambda: house.database["erasure_receipts"].find_one(rule), 30)
        assert receipt is not None and receipt["interrupted"] is True
        assert house.database["people"].find_one({"_id": person["id"]}) is None
        assert house.database["contacts"].find_one({"_id": own}) is None
