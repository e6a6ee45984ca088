"""Call control. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class Digits(TypedDict):
    digits: str


class Target(TypedDict):
    """Exactly one of the fields."""

    agent_id: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    flow_id: NotRequired[str | None]
    number: NotRequired[str | None]


class Transfer(TypedDict):
    to: Target


class Consulted(TypedDict):
    """Exactly one of the fields."""

    agent_id: NotRequired[str | None]
    number: NotRequired[str | None]


class Consult(TypedDict):
    to: Consulted


def decline(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Not this call: it goes to the next agent, and the caller keeps its place. A consultation is refused."""
    return Request("POST", f"/v1/calls/{part(call_id)}/decline", headers={"Idempotency-Key": idempotency_key})


def hang_up(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """The call is over for all; with a third in it, the customer stays with the third; the third itself only leaves."""
    return Request("POST", f"/v1/calls/{part(call_id)}/hangup", headers={"Idempotency-Key": idempotency_key})


def hold(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """The customer hears music until `resume`."""
    return Request("POST", f"/v1/calls/{part(call_id)}/hold", headers={"Idempotency-Key": idempotency_key})


def resume(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Resume."""
    return Request("POST", f"/v1/calls/{part(call_id)}/resume", headers={"Idempotency-Key": idempotency_key})


def mute(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Nobody hears the agent, and the recording does not either, until `unmute`."""
    return Request("POST", f"/v1/calls/{part(call_id)}/mute", headers={"Idempotency-Key": idempotency_key})


def unmute(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Unmute."""
    return Request("POST", f"/v1/calls/{part(call_id)}/unmute", headers={"Idempotency-Key": idempotency_key})


def send_digits(call_id: str, body: Digits, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Tones for whom the agent talks to (another company's menu)."""
    return Request("POST", f"/v1/calls/{part(call_id)}/digits", body=body, headers={"Idempotency-Key": idempotency_key})


def transfer(call_id: str, body: Transfer, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Blind: the agent is out at once. Where nobody answers, the customer comes back to it."""
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/transfer", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def consult(call_id: str, body: Consult, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Ring a third while the customer hears music; then `swap`, `complete`, `cancel` or `conference`. A colleague
    who is paused is rung: pauses keep queues' calls away. One who is offline, busy or without a phone is not: 409
    `colleague_offline`, `colleague_busy`, `colleague_no_phone`.
    """
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/consult", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def swap(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Talk to the other of the two; who is left hears music."""
    return Request("POST", f"/v1/calls/{part(call_id)}/swap", headers={"Idempotency-Key": idempotency_key})


def complete_transfer(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Leave the customer with the third, also while it still rings."""
    return Request("POST", f"/v1/calls/{part(call_id)}/complete", headers={"Idempotency-Key": idempotency_key})


def cancel_consult(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Let the third go, back to the customer."""
    return Request("POST", f"/v1/calls/{part(call_id)}/cancel", headers={"Idempotency-Key": idempotency_key})


def conference(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """All three talk."""
    return Request("POST", f"/v1/calls/{part(call_id)}/conference", headers={"Idempotency-Key": idempotency_key})


def drop_party(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """The third is out of the conference."""
    return Request("POST", f"/v1/calls/{part(call_id)}/drop", headers={"Idempotency-Key": idempotency_key})


def start_recording(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Where the queue records on demand."""
    return Request("POST", f"/v1/calls/{part(call_id)}/recording/start", headers={"Idempotency-Key": idempotency_key})


def pause_recording(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Silence in the recording (card numbers, health) until `recording/resume`, or for as long as the queue allows."""
    return Request("POST", f"/v1/calls/{part(call_id)}/recording/pause", headers={"Idempotency-Key": idempotency_key})


def resume_recording(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """Resume Recording."""
    return Request("POST", f"/v1/calls/{part(call_id)}/recording/resume", headers={"Idempotency-Key": idempotency_key})


def reattach(call_id: str, *, idempotency_key: str | None = None) -> Request[dict[str, Any]]:
    """The app was loaded anew during the call: ring this device again; it answers by itself."""
    return Request("POST", f"/v1/calls/{part(call_id)}/reattach", headers={"Idempotency-Key": idempotency_key})
