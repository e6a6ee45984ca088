"""What this room answers. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import one_of
from call24.kit.ids import LegId

Blamed = Annotated[str, one_of("nothing", "loss", "sent_loss", "jitter", "delay")]


class LegQualityRow(TypedDict):
    """How the sound was between a phone and the PBX, over the whole call."""

    leg_id: LegId
    s: Annotated[float, Field(description="Seconds that were measured")]
    round_trip_ms: Annotated[float | None, Field(description="Null: not known")]
    jitter_ms: float
    lost_received: Annotated[
        float, Field(description="Share of the packets that were lost towards the phone, 0 to 1. 1: none arrived")
    ]
    lost_sent: Annotated[float | None, Field(description="The same from the phone to the PBX. Null: not told")]
    mos: Annotated[float, Field(description="Mean opinion score by the E-model (ITU-T G.107), 1 to 4.41")]
    cause: Annotated[
        Blamed | None,
        Field(description="What made it bad. Null: it was good between this phone and the PBX"),
    ]


class CallQualityAnswer(TypedDict):
    """What phones told of a call. A leg whose phone told nothing is not in it."""

    legs: list[LegQualityRow]
