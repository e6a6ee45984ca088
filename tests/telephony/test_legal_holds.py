"""The server as it is composed: what a legal hold names outlives its day, and goes by itself after the release."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.support.product.composed import Composed, composed
from tests.support.product.organisation import Organisation
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.privacy.hold_register import HoldRegister

pytestmark = pytest.mark.shares_stack("server")

AT = "/v1/legal-holds"


@pytest.fixture
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack) as house:
        yield house


async def held(acme: Organisation, house: Composed, **what: Any) -> dict[str, Any]:
    review = (house.clock.now() + timedelta(days=200)).date().isoformat()
    answer = await acme.http.post(AT, json={"reason": "Case 12", "review_on": review, **what})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_held_call_outlives_its_day_in_every_place_and_goes_after_the_release(
    house: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.organisation("Held", record="always") as acme:
        [anna] = await acme.crew("Anna")
        for count in (1, 2):
            (await acme.talk(anna)).call.hang_up()
            calls = await acme.ended(count)
            await anna.becomes("available")
        kept, other = calls[0]["id"], calls[1]["id"]
        hold = await held(acme, house, kind="call", subject_id=kept)
        days = (await acme.http.get("/v1/organisation")).json()["record_days"]
        arrived = datetime.fromisoformat(calls[-1]["at"])
        house.clock.go_to(arrived + timedelta(days=days, hours=1))
        records, journal, recordings = (house.database[name] for name in ("call_records", "journal", "recordings"))
        await wait_until(lambda: records.find_one({"_id": other}) is None, 10)
        await house.swept()
        assert records.find_one({"_id": kept}) is not None
        assert journal.count_documents({"call_id": kept}) > 5 and not journal.count_documents({"call_id": other})
        assert [one["call_id"] for one in recordings.find({"tenant_id": acme.tenant_id})] == [kept]
        assert len(list((house.settings.recordings / acme.tenant_id).iterdir())) == 1

        await house.sign_in_again(acme)
        shown = (await acme.http.get(f"{AT}/{hold['id']}")).json()
        assert (shown["calls_kept"], shown["recordings_kept"], shown["state"]) == (1, 1, "open")
        house.clock.moved += timedelta(days=2)
        await house.sign_in_again(acme)
        status = await house.app.there.get(HoldRegister).read(TenantId(acme.tenant_id))
        assert status[TenantId(acme.tenant_id)].calls == {kept}

        async def unknown(*_: object) -> Any:
            raise Unavailable

        with monkeypatch.context() as broken:
            broken.setattr(HoldRegister, "read", unknown)
            broken.setattr("call24.privacy.holds.LegalHolds.stopped", unknown)
            released = await acme.http.post(f"{AT}/{hold['id']}/release", json={"reason": "The case is closed"})
            assert released.status_code == 503, "it is released, and what it kept is not counted now"
            with pytest.raises(Unavailable):
                await house.app.readers.sweeper.sweep()
            assert records.find_one({"_id": kept}) is not None, "an unreadable register deletes nothing"
        house.sweeps.soon()
        await wait_until(lambda: records.find_one({"_id": kept}) is None, 10)
        late = {"late": {"$gt": 0}, "late_s": {"$gt": 2 * 86_400}}
        await wait_until(lambda: house.database["sweeps"].find_one(late) is not None)
        await house.swept()
        assert not journal.count_documents({"call_id": kept})
        assert list((house.settings.recordings / acme.tenant_id).iterdir()) == []
