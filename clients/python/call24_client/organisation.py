"""Organisation. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request


class ReadAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    region: NotRequired[str | None]
    timezone: NotRequired[str | None]
    record_days: NotRequired[float | None]
    recording: NotRequired[str | None]
    monitoring_visible: NotRequired[bool | None]
    mfa_required: NotRequired[bool | None]


class Change(TypedDict):
    """What is not named stays as it is. `recording`: the most that any queue may record: `always` leaves it to the
    queues, `on_demand` lets nothing be recorded by itself, `never` nothing at all. `monitoring_visible`: agents
    see who listens to their calls. `record_days`: of calls from now on. `mfa_required`: everybody needs a second
    proof; who has none may only set one up.
    """

    name: NotRequired[str]
    region: NotRequired[str]
    timezone: NotRequired[str]
    record_days: NotRequired[int]
    recording: NotRequired[Literal["always", "on_demand", "never"]]
    monitoring_visible: NotRequired[bool]
    mfa_required: NotRequired[bool]


def read() -> Request[ReadAnswer]:
    """Read."""
    return Request("GET", "/v1/organisation")


def change(body: Change, *, if_match: str | None = None) -> Request[ReadAnswer]:
    """Calls that go on keep what they began with. `mfa_required` needs the permission sign_in.write too. Set, who
    has no second proof is signed out, and may only set one up at the next sign-in; 409 mfa_off when that is the
    asker.
    """
    return Request("PATCH", "/v1/organisation", body=body, headers={"If-Match": if_match})
