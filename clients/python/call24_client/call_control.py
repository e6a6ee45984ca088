"""Call control. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request, part


class CallCommandAccepted(TypedDict):
    """The command was accepted and is being carried out; what comes of it is told by realtime events. Always empty."""


class Digits(TypedDict):
    """The tones to send."""

    digits: str


class Target(TypedDict):
    """Where the call goes: exactly one of the fields."""

    agent_id: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    flow_id: NotRequired[str | None]
    number: NotRequired[str | None]


class Transfer(TypedDict):
    """Where to transfer the call."""

    to: Target


class Consulted(TypedDict):
    """Who is called: exactly one of the fields. `number`: as a person writes it, best in international form."""

    agent_id: NotRequired[str | None]
    number: NotRequired[str | None]


class Consult(TypedDict):
    """Whom to consult."""

    to: Consulted


def decline(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Declines a call that rings. The call goes to the next agent, and the caller keeps the place in the queue. A
    consultation is refused. 409 where the call does not ring for you.
    """
    return Request("POST", f"/v1/calls/{part(call_id)}/decline", headers={"Idempotency-Key": idempotency_key})


def hang_up(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Ends the call for everybody in it. With a consult party in the call, the customer stays with that party. The
    consult party itself only leaves.
    """
    return Request("POST", f"/v1/calls/{part(call_id)}/hangup", headers={"Idempotency-Key": idempotency_key})


def hold(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Puts the customer on hold, with music, until `resume`. 409 where the call is not connected."""
    return Request("POST", f"/v1/calls/{part(call_id)}/hold", headers={"Idempotency-Key": idempotency_key})


def resume(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Takes the customer back from hold. 409 where the call is not on hold."""
    return Request("POST", f"/v1/calls/{part(call_id)}/resume", headers={"Idempotency-Key": idempotency_key})


def mute(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Mutes the agent until `unmute`: nobody hears the agent, and neither does the recording."""
    return Request("POST", f"/v1/calls/{part(call_id)}/mute", headers={"Idempotency-Key": idempotency_key})


def unmute(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Ends `mute`: the agent is heard again."""
    return Request("POST", f"/v1/calls/{part(call_id)}/unmute", headers={"Idempotency-Key": idempotency_key})


def send_digits(call_id: str, body: Digits, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Sends DTMF tones to the party that the agent talks to, such as another company's IVR."""
    return Request("POST", f"/v1/calls/{part(call_id)}/digits", body=body, headers={"Idempotency-Key": idempotency_key})


def transfer(call_id: str, body: Transfer, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Transfers the call to another agent, queue, flow or number, without asking first (a blind transfer). You are
    out of the call at once. Where nobody answers, the customer comes back to you. 409 `customer_in_call` for the
    number of the call's own customer.
    """
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/transfer", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def consult(call_id: str, body: Consult, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Calls a colleague or an outside number while the customer hears music. Go on with `swap`, `complete`, `cancel`
    or `conference`. A colleague who is paused is rung: pauses keep away only calls of queues. 409
    `colleague_offline`, `colleague_busy` or `colleague_no_phone` where the colleague cannot be rung, and
    `customer_in_call` for the number of the call's own customer.
    """
    return Request(
        "POST", f"/v1/calls/{part(call_id)}/consult", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def swap(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Switches between the customer and the consult party; the other one hears music."""
    return Request("POST", f"/v1/calls/{part(call_id)}/swap", headers={"Idempotency-Key": idempotency_key})


def complete_transfer(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Completes the transfer: leaves the customer with the consult party, also while that party still rings."""
    return Request("POST", f"/v1/calls/{part(call_id)}/complete", headers={"Idempotency-Key": idempotency_key})


def cancel_consult(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Ends the consultation: drops the consult party and returns to the customer."""
    return Request("POST", f"/v1/calls/{part(call_id)}/cancel", headers={"Idempotency-Key": idempotency_key})


def conference(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Joins the customer, the agent and the consult party in a conference."""
    return Request("POST", f"/v1/calls/{part(call_id)}/conference", headers={"Idempotency-Key": idempotency_key})


def drop_party(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Removes the consult party from the conference."""
    return Request("POST", f"/v1/calls/{part(call_id)}/drop", headers={"Idempotency-Key": idempotency_key})


def start_recording(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Starts recording the call, where the queue records on demand."""
    return Request("POST", f"/v1/calls/{part(call_id)}/recording/start", headers={"Idempotency-Key": idempotency_key})


def pause_recording(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Pauses the recording, for card numbers or health data: it has silence until it is resumed. It goes on by
    itself after the queue's `auto_resume_s`.
    """
    return Request("POST", f"/v1/calls/{part(call_id)}/recording/pause", headers={"Idempotency-Key": idempotency_key})


def resume_recording(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Resumes a paused recording."""
    return Request("POST", f"/v1/calls/{part(call_id)}/recording/resume", headers={"Idempotency-Key": idempotency_key})


def reattach(call_id: str, *, idempotency_key: str | None = None) -> Request[CallCommandAccepted]:
    """Rings this device again after the app was reloaded during a call; the device answers by itself."""
    return Request("POST", f"/v1/calls/{part(call_id)}/reattach", headers={"Idempotency-Key": idempotency_key})
