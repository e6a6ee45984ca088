"""What this room holds of persons: what is on its way between two processes, for minutes."""

from __future__ import annotations

from call24.data_map import (
    STATE,
    AsAgreed,
    Browser,
    Category,
    Closing,
    GivenTo,
    KeptById,
    Memory,
    Place,
    Recipient,
    Trace,
    Until,
    UntilSignOut,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.realtime.cluster.model import NodeMessage
from call24.realtime.hub import Hub
from call24.realtime.ringing import Ringing

HOLDS = Holdings(
    room="realtime",
    places=(
        Place(
            where=Browser("localStorage", "pusherTransport*"),
            what={"how the realtime connection was made last": STATE},
            kept=UntilSignOut(),
            closing=Closing.STAYS,
        ),
        Place(
            where=Memory(Hub),
            what={
                "callers as the board shows them": of_caller(
                    Category.PHONE, "sending again what an app missed while it was disconnected"
                ),
                "what agents do": of_user(Category.WORK, "sending again what an app missed while it was disconnected"),
            },
            kept=Until("two minutes, or 100 more events of the channel", "half an hour, of a cache channel"),
            closing=Closing.STAYS,
            why="for minutes, and its sockets are closed",
            account=KeptById("for minutes"),
            untold="told as it happened",
        ),
        Place(
            where=GivenTo(Recipient.HOSTED_PUSHER),
            what={
                "callers as the board shows them": of_caller(Category.PHONE, "telling the app what happens"),
                "what agents do": of_user(Category.WORK, "telling the app what happens"),
            },
            kept=AsAgreed("the operator's contract with Pusher"),
        ),
    ),
    keepers=(
        Keeper(of=Hub, erase_callers=("realtime_history", Hub.erase_callers)),
        Keeper(of=Ringing, forget_organisation=Ringing.forget_tenant, stage=Stage.READERS),
    ),
    traces=(Trace(struct=NodeMessage, erase=KeptById("two minutes"), untold="on its way between two processes"),),
)
