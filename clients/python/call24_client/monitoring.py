"""Monitoring. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class Monitoring(TypedDict):
    """`listen`: nobody hears the supervisor; `whisper`: the agent alone does; `barge`: all do."""

    mode: Literal["listen", "whisper", "barge"]
    reason: Literal["coaching", "quality", "complaint", "help_asked", "technical"]


class TakeOver(TypedDict):
    reason: Literal["coaching", "quality", "complaint", "help_asked", "technical"]


class End(TypedDict):
    reason: NotRequired[Literal["stuck", "abuse", "technical"]]


def monitor(call_id: str, body: Monitoring, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Rings the supervisor's own phone, which answers by itself. Again with another mode: changes it."""
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/monitor", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def stop(call_id: str) -> Request[dict[str, Any]]:
    """Stop Monitoring."""
    return Request("DELETE", f"/v1/calls/{part(call_id)}/monitor")


def take_over(call_id: str, body: TakeOver, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """The supervisor who is in the call becomes its agent."""
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/take-over", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def end_call(call_id: str, body: End, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Ends a call for all who are in it."""
    return Request("POST", f"/v1/calls/{part(call_id)}/end", body=body, headers={"Idempotency-Key": idempotency_key})
