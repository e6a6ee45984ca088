"""A supervisor ends an offer that is stuck."""

from __future__ import annotations

import pytest
from tests.support.calls.contact_centre import TENANT, open_centre, phone
from tests.support.clock import settle

from call24.agents import machine as agents
from call24.calls import events as e
from call24.engine.desk import SessionRequest
from call24.journal.model import event_of
from call24.kit.errors import Conflict
from call24.kit.ids import CallId, OfferId, UserId

ANN, BOB, SUE = UserId("usr_ann"), UserId("usr_bob"), UserId("usr_sue")


async def test_an_ended_offer_frees_the_agent_and_the_caller_goes_on_to_the_next() -> None:
    async with open_centre("ann", "bob") as centre:
        await centre.available(ANN)
        caller = await centre.dial()
        assert centre.ringing(ANN) == [ANN]
        await centre.available(BOB)
        centre.requests.end_offer(TENANT, SUE, ANN)
        await settle()
        assert centre.ringing(ANN, BOB) == [BOB]
        assert centre.states(ANN) == ["available"]
        ended = [entry for entry in centre.by_call()[centre.call(caller).id] if entry.type == "OfferEnded"]
        said = event_of(ended[0], e.OfferEnded)
        assert (said.outcome, said.by) == ("withdrawn", SUE)
        await centre.hang_up(caller)


async def test_an_offer_that_no_call_knows_of_is_taken_from_the_agent() -> None:
    async with open_centre("ann") as centre:
        await centre.available(ANN)
        desk = centre.engine.desk(TENANT)
        made = agents.OfferMade(at=centre.clock.now(), call_id=CallId("call_gone"), offer_id=OfferId("off_gone"))
        desk.tell(SessionRequest(ANN, made))
        await settle()
        assert centre.states(ANN) == ["offered"]
        centre.requests.end_offer(TENANT, SUE, ANN)
        await settle()
        assert centre.states(ANN) == ["available"]


async def test_there_is_no_offer_to_end_of_an_agent_who_is_not_rung() -> None:
    async with open_centre("ann") as centre:
        await centre.available(ANN)
        with pytest.raises(Conflict) as refused:
            centre.requests.end_offer(TENANT, SUE, ANN)
        assert refused.value.code == "not_offered"
        caller = await centre.dial()
        centre.network.answer(centre.network.ringing(phone(ANN)))  # type: ignore[arg-type]
        await settle()
        with pytest.raises(Conflict):
            centre.requests.end_offer(TENANT, SUE, ANN)
        await centre.hang_up(caller)
