"""Numbers. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class NumberTestStep(TypedDict):
    """A step of a test call."""

    name: Literal["placed", "greeted", "queued", "rang", "answered", "heard"]
    reached_at: str | None


class NumberTestAnswer(TypedDict):
    """A test call to a number of the organisation."""

    state: Literal["never", "running", "passed", "failed"]
    started_at: str | None
    ended_at: str | None
    steps: list[NumberTestStep]
    queue_id: str | None
    rang: list[str]
    answered_by: str | None
    trouble: (
        Literal[
            "asterisk_away",
            "refused",
            "no_line",
            "not_answered",
            "no_sound",
            "no_queue",
            "closed",
            "nobody_available",
            "not_rung",
            "unanswered",
            "nothing_heard",
            "voicemail",
            "outside",
            "hung_up",
            "trouble",
        ]
        | None
    )


class NumberAnswer(TypedDict):
    """A phone number of the organisation, and what answers it: a queue or a flow."""

    id: str
    number: str
    label: str
    trunk_id: str
    queue_id: str | None
    flow_id: str | None
    greeting: str | None
    verified_at: str | None


class NumberPage(TypedDict):
    """A page of phone numbers, the oldest first."""

    items: list[NumberAnswer]
    next: str | None


class NewNumber(TypedDict):
    """A new number, and what answers it: a queue or a flow. `number`: E.164, or as it is dialled in the
    organisation's country.
    """

    trunk_id: str
    queue_id: NotRequired[str | None]
    flow_id: NotRequired[str | None]
    greeting: NotRequired[str | None]
    label: NotRequired[str]
    number: str


class NumberChange(TypedDict):
    """What answers a number. Fields that are left out stay as they are. A `queue_id` removes the `flow_id`, and a
    `flow_id` the `queue_id`. `greeting`: what is played before the queue: a built-in sound's name or a prompt's
    id; null: nothing.
    """

    trunk_id: NotRequired[str]
    queue_id: NotRequired[str | None]
    flow_id: NotRequired[str | None]
    greeting: NotRequired[str | None]
    label: NotRequired[str]


class CallerNumber(TypedDict):
    """A number that called parties may be shown."""

    id: str
    number: str
    label: str


class CallerNumberPage(TypedDict):
    """A page of the numbers that called parties may be shown. The first is shown where none is chosen."""

    items: list[CallerNumber]
    next: str | None


def read_test_call(number_id: str) -> Request[NumberTestAnswer]:
    """Returns what the newest test call to this number has found, also while it goes on. It is kept until a number
    of the organisation is tested again, or until the server is restarted.
    """
    return Request("GET", f"/v1/numbers/{part(number_id)}/test-call")


def place_test_call(number_id: str, *, idempotency_key: str | None = None) -> Request[NumberTestAnswer]:
    """Rings the number from this installation itself, as a caller would, and follows the call until an agent is
    heard. It does not come over the trunk, so it shows nothing of the carrier. Nobody outside is dialled for it,
    it is not recorded, counts in no statistic and is deleted within two minutes. One goes on at a time in an
    organisation: while it does, that one is returned. 429: another number is being tested, or there were 12 test
    calls within the hour.
    """
    return Request("POST", f"/v1/numbers/{part(number_id)}/test-call", headers={"Idempotency-Key": idempotency_key})


def list_numbers(*, limit: int | None = None, cursor: str | None = None) -> Request[NumberPage]:
    """Lists the organisation's phone numbers, the oldest first."""
    return Request("GET", "/v1/numbers", query={"limit": limit, "cursor": cursor})


def add_number(body: NewNumber, *, idempotency_key: str | None = None) -> Request[NumberAnswer]:
    """Adds a phone number to a trunk. The operator must have granted the number to the organisation. A number
    belongs to one organisation at a time.
    """
    return Request("POST", "/v1/numbers", body=body, headers={"Idempotency-Key": idempotency_key})


def read_number(number_id: str) -> Request[NumberAnswer]:
    """Retrieves a phone number and what answers it."""
    return Request("GET", f"/v1/numbers/{part(number_id)}")


def change_number(number_id: str, body: NumberChange, *, if_match: str | None = None) -> Request[NumberAnswer]:
    """Updates what answers a phone number, its trunk or its label. The number itself never changes. Calls that go on
    are not affected. On another trunk the number must be verified again, by an inbound call.
    """
    return Request("PATCH", f"/v1/numbers/{part(number_id)}", body=body, headers={"If-Match": if_match})


def remove_number(number_id: str, *, if_match: str | None = None) -> Request[None]:
    """Removes a phone number. New calls to it are refused; calls that go on are not affected."""
    return Request("DELETE", f"/v1/numbers/{part(number_id)}", headers={"If-Match": if_match}, answer="nothing")


def list_caller_numbers(*, limit: int | None = None, cursor: str | None = None) -> Request[CallerNumberPage]:
    """Lists the numbers that called parties may be shown: the verified ones. The first is shown where none is
    chosen.
    """
    return Request("GET", "/v1/caller-numbers", query={"limit": limit, "cursor": cursor})
