"""What this room has of persons: masked messages of a call that the operator asked for, in memory, for minutes."""

from __future__ import annotations

from call24.data_map import Basis, Category, Closing, KeptById, Memory, Place, Until, of_caller, of_user
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.sip_traces.service import SipTraces

_WHY = "finding why a call fails"

HOLDS = Holdings(
    room="sip_traces",
    places=(
        Place(
            where=Memory(SipTraces),
            what={
                "numbers in the SIP messages of one call, masked unless the operator asked for whole ones": of_caller(
                    Category.PHONE, _WHY, basis=Basis.LEGITIMATE_INTERESTS
                ),
                "addresses that a carrier writes into its Call-ID, and, for two seconds, whole messages that begin "
                "calls": of_caller(Category.IP_ADDRESS, _WHY, basis=Basis.LEGITIMATE_INTERESTS),
                "ids of the agents' devices that the call rang": of_user(
                    Category.ID, _WHY, basis=Basis.LEGITIMATE_INTERESTS
                ),
            },
            kept=Until("a quarter of an hour after the trace is over", "the server is started again"),
            closing=Closing.ROOM,
            account=KeptById("not at all: the organisation's traces are dropped"),
            untold="in memory alone, for minutes",
        ),
    ),
    keepers=(
        Keeper(
            of=SipTraces,
            forget_person=SipTraces.forget_person,
            forget_organisation=SipTraces.forget_organisation,
            stage=Stage.CALLS,
            erase_calls=("sip_traces", SipTraces.erase_calls),
        ),
    ),
)
