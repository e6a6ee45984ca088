"""What this room has of persons: ids and times of calls, until they are sent, and what the collector then has."""

from __future__ import annotations

from call24.data_map import AsAgreed, Basis, Category, Closing, GivenTo, Memory, Place, Recipient, Until, of_caller
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.tracing.service import Tracing

_WHY = "finding what is slow or fails in calls"

HOLDS = Holdings(
    room="tracing",
    places=(
        Place(
            where=Memory(Tracing),
            what={
                "ids, times and outcomes of calls that have just ended": of_caller(
                    Category.ID, _WHY, basis=Basis.LEGITIMATE_INTERESTS
                )
            },
            kept=Until("ten minutes are over, or they are sent", "the server is started again"),
            closing=Closing.ROOM,
        ),
        Place(
            where=GivenTo(Recipient.TRACE_COLLECTOR),
            what={
                "ids, times and outcomes of calls; no number, no name, no id of a caller or an agent": of_caller(
                    Category.ID, _WHY, basis=Basis.LEGITIMATE_INTERESTS
                )
            },
            kept=AsAgreed("what the operator set in the collector and what stands behind it"),
        ),
    ),
    keepers=(Keeper(of=Tracing, forget_organisation=Tracing.forget_organisation, stage=Stage.READERS),),
)
