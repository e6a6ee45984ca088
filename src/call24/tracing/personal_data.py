"""What this room has of persons: ids and times of calls and requests, until they are sent and in the collector."""

from __future__ import annotations

from call24.data_map import (
    AsAgreed,
    Basis,
    Category,
    Closing,
    GivenTo,
    KeptById,
    Memory,
    Place,
    Recipient,
    Until,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.tracing.service import Tracing

_WHY = "finding what is slow or fails in calls"
_REQUESTS = {
    "requests: the organisation, the operation, its outcome and time, the request's id and the trace's that a client "
    "named; no id of a user, no address, query or body": of_user(
        Category.BEHAVIOR, "finding what is slow or fails in requests", basis=Basis.LEGITIMATE_INTERESTS
    )
}
"""Of who is signed in: which organisation's operation was asked for and when may tell who asked."""

HOLDS = Holdings(
    room="tracing",
    places=(
        Place(
            where=Memory(Tracing),
            what={
                "ids, times and outcomes of calls that have just ended": of_caller(
                    Category.ID, _WHY, basis=Basis.LEGITIMATE_INTERESTS
                ),
                **_REQUESTS,
            },
            kept=Until("ten minutes are over, or they are sent", "the server is started again"),
            closing=Closing.ROOM,
            account=KeptById("for ten minutes at most, and by the organisation's id alone"),
            untold="in memory alone, and it names no user",
        ),
        Place(
            where=GivenTo(Recipient.TRACE_COLLECTOR),
            what={
                "ids, times and outcomes of calls; no number, no name, no id of a caller or an agent": of_caller(
                    Category.ID, _WHY, basis=Basis.LEGITIMATE_INTERESTS
                ),
                **_REQUESTS,
            },
            kept=AsAgreed("what the operator set in the collector and what stands behind it"),
        ),
    ),
    keepers=(Keeper(of=Tracing, forget_organisation=Tracing.forget_organisation, stage=Stage.READERS),),
)
