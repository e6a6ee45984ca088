"""Monitoring. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class CallCommandAccepted(TypedDict):
    """The command was accepted and is being carried out; what comes of it is told by realtime events. Always empty."""


class Monitoring(TypedDict):
    """How to take part, and why. `listen`: nobody hears the supervisor; `whisper`: the agent alone does; `barge`:
    everybody does.
    """

    mode: Literal["listen", "whisper", "barge"]
    reason: Literal["coaching", "quality", "complaint", "help_asked", "technical"]


class TakeOver(TypedDict):
    """Why the call is taken over."""

    reason: Literal["coaching", "quality", "complaint", "help_asked", "technical"]


class End(TypedDict):
    """Why the call is ended."""

    reason: NotRequired[Literal["stuck", "abuse", "technical"]]


def monitor(call_id: str, body: Monitoring, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Joins a call as a supervisor, or changes how you take part. Your own phone rings and answers by itself.
    Calling it again with another `mode` changes the mode.
    """
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/monitor", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def stop(call_id: str) -> Request[CallCommandAccepted]:
    """Leaves the call that you monitor."""
    return Request("DELETE", f"/v1/calls/{part(call_id)}/monitor")


def take_over(call_id: str, body: TakeOver, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Takes over the call that you monitor: you become its agent, and the agent who had it is out."""
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/take-over", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def end_call(call_id: str, body: End, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Ends a call for everybody in it."""
    return Request("POST", f"/v1/calls/{part(call_id)}/end", body=body, headers={"Idempotency-Key": idempotency_key})
