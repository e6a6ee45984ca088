"""Placing. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class PlaceAnswer(TypedDict):
    id: str


class Consulted(TypedDict):
    """Exactly one of the fields."""

    agent_id: NotRequired[str | None]
    number: NotRequired[str | None]


NewCall = TypedDict(
    "NewCall",
    {
        "to": Consulted,
        "from": NotRequired[str | None],
    },
)


def place(body: NewCall, *, idempotency_key: str | None = None) -> Request[PlaceAnswer]:
    """The agent's own phone rings first and answers by itself; 409 `phone_not_registered` where it could not ring."""
    return Request("POST", "/v1/calls", body=body, headers={"Idempotency-Key": idempotency_key})
