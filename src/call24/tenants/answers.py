"""What the API answers about an organisation, its trunks and numbers, and the calls that were refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.tenants.model import RecordingLimit, StoppedRecording, Transport, TrunkKind, TrunkState
from call24.tenants.refused_calls import Reason

Following = Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class Organisation(TypedDict):
    """An organisation and its settings."""

    id: str
    name: str
    region: Annotated[str, Field(description="ISO 3166 code of the country whose national numbers are understood")]
    timezone: Annotated[str, Field(description="An IANA time zone")]
    record_days: Annotated[int, Field(description="Days that call records are kept")]
    recording_days: Annotated[
        int | None,
        Field(description="Days that recordings are kept; null: as long as the call record"),
    ]
    recording_days_reason: Annotated[
        str | None, Field(description="Which law or contract asks for more days than the record's; null: they are not")
    ]
    recording: Annotated[RecordingLimit, Field(description="The most that any queue may record")]
    recording_stop_key: Annotated[
        str | None, Field(description="The key by which a caller stops the recording of the call; null: none does")
    ]
    stopped_recording: Annotated[
        StoppedRecording, Field(description="What becomes of what was recorded until the caller stopped it")
    ]
    monitoring_visible: Annotated[bool, Field(description="Whether agents see who listens to their calls")]
    ring_mobiles: Annotated[
        bool, Field(description="Whether agents may have their mobile number called when none of their phones rings")
    ]
    mfa_required: Annotated[bool, Field(description="Whether everybody needs a second factor")]


class TrunkAnswer(TypedDict):
    """A trunk: how calls reach the organisation and leave it. Its password is never shown."""

    id: str
    name: str
    kind: TrunkKind
    order: Annotated[int, Field(description="Trunks are tried in this order")]
    addresses: Annotated[list[str], Field(description="IP addresses and networks that may send calls")]
    host: Annotated[str | None, Field(description="Where calls go out to; null: none go out")]
    port: Annotated[int | None, Field(description="null: found by DNS, or the transport's usual one")]
    transport: Transport
    username: Annotated[str | None, Field(description="The account at the carrier; null: none")]
    send_as_account: Annotated[bool, Field(description="From has the account's name instead of the caller's number")]
    srtp: Annotated[bool, Field(description="Whether calls without encrypted media are refused")]
    symmetric_rtp: Annotated[bool, Field(description="Media goes to where it comes from, whatever the SDP says")]
    trust_identity: Annotated[bool, Field(description="The caller is taken from P-Asserted-Identity and Privacy")]
    country: Annotated[str, Field(description="ISO 3166 code of where the carrier is; empty: not stated")]
    enabled: bool
    status: Annotated[TrunkState, Field(description="As Asterisk sees it; unknown: not found out yet")]
    since: Annotated[Instant | None, Field(description="When `status` was seen to change; null: it was not")]
    trouble: Annotated[str | None, Field(description="What is wrong with the certificate of `host`; null: nothing")]


class TrunkPage(TypedDict):
    """A page of trunks, in the order in which they are tried."""

    items: list[TrunkAnswer]
    next: Following


class NumberAnswer(TypedDict):
    """A phone number of the organisation, and what answers it: a queue or a flow."""

    id: str
    number: Annotated[str, Field(description="E.164")]
    label: str
    trunk_id: str
    queue_id: Annotated[str | None, Field(description="The queue that answers it; null: a flow does")]
    flow_id: Annotated[str | None, Field(description="The flow that answers it; null: a queue does")]
    greeting: Annotated[
        str | None, Field(description="What is played before the queue: a sound's name or a prompt's id; null: nothing")
    ]
    verified_at: Annotated[
        Instant | None, Field(description="When a call to it first came in by its trunk; null: it cannot be shown yet")
    ]


class NumberPage(TypedDict):
    """A page of phone numbers, the oldest first."""

    items: list[NumberAnswer]
    next: Following


class CallerNumber(TypedDict):
    """A number that called parties may be shown."""

    id: str
    number: Annotated[str, Field(description="E.164")]
    label: str


class CallerNumberPage(TypedDict):
    """A page of the numbers that called parties may be shown. The first is shown where none is chosen."""

    items: list[CallerNumber]
    next: Following


class RefusedCallAnswer(TypedDict):
    """A call that was refused before it reached a queue or a flow, or several alike within an hour."""

    id: str
    reason: Annotated[Reason, Field(description="other_trunk: the call came by none of the addresses of its trunk")]
    number: Annotated[str, Field(description="The caller as the carrier sent it; empty: many, in a flood")]
    dialled: Annotated[str, Field(description="The dialled number as the carrier sent it; empty: many")]
    source: Annotated[str, Field(description="The IP address that sent it; empty: many")]
    trunk_id: str | None
    count: Annotated[int, Field(description="Attempts that were alike")]
    first_at: Instant
    at: Annotated[Instant, Field(description="The last attempt")]


class RefusedCallPage(TypedDict):
    """A page of refused calls, the newest first."""

    items: list[RefusedCallAnswer]
    next: Following
