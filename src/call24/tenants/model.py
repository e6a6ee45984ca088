"""Organisations, and how calls reach them: trunks and numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    Recipient,
    WithOrganisation,
    document,
    of_organisation,
)
from call24.kit.ids import FlowId, NumberId, QueueId, TenantId, TrunkId

_NAME = of_organisation(Category.SETTING, "shown to its own users")
_REASON = of_organisation(Category.TEXT, "the legal reason for keeping recordings longer than call records")
_PASSWORD = of_organisation(Category.SECRET, "signs in at the carrier; sealed", recipients=(Recipient.CARRIER,))


RecordingLimit = Literal["always", "on_demand", "never"]
StoppedRecording = Literal["delete", "keep"]


@document("tenants", tenant=False, kept=WithOrganisation(), audited=("name",))
class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation. `region`: ISO 3166 code by which national numbers are read; `record_days`: how long call records
    stay; `recording_days`: how long recordings stay, None: as the record; `recording_days_reason`: the legal reason,
    where that is longer than the record; `recording`: the most that any queue may
    record; `recording_stop_key`: the key by which a caller stops the recording, None: none does; `stopped_recording`:
    what becomes of what was recorded until then; `monitoring_visible`: agents see who listens to their calls;
    `ring_mobiles`: agents may have their mobile number called when none of their phones rings;
    `temporary`: made by the doctor, deleted again; `disabled_at`: since then nobody of it is let in;
    `mfa_required`: a second factor is asked of everybody; who has none may only set one up; `max_calls`: how many calls
    it may have at a time, as the operator said; None: what is usual for this installation; `numbers`, `domains`:
    beginnings of numbers, and e-mail domains, that the operator granted it (grants.py), and `networks`, which its
    trunks may name; None: nothing was said."""

    id: Annotated[TenantId, ID]
    name: Annotated[str, _NAME]
    region: Annotated[str, SETTING]
    timezone: Annotated[str, SETTING]
    record_days: Annotated[int, SETTING] = 90
    recording_days: Annotated[int | None, SETTING] = None
    recording_days_reason: Annotated[str | None, _REASON] = None
    recording: Annotated[RecordingLimit, SETTING] = "always"
    recording_stop_key: Annotated[str | None, SETTING] = None
    stopped_recording: Annotated[StoppedRecording, SETTING] = "delete"
    monitoring_visible: Annotated[bool, SETTING] = True
    ring_mobiles: Annotated[bool, SETTING] = False
    temporary: Annotated[bool, STATE] = False
    mfa_required: Annotated[bool, SETTING] = False
    max_calls: Annotated[int | None, SETTING] = None
    numbers: Annotated[tuple[str, ...] | None, SETTING] = None
    domains: Annotated[tuple[str, ...] | None, SETTING] = None
    networks: Annotated[tuple[str, ...] | None, SETTING] = None
    disabled_at: Annotated[datetime | None, TIME] = None
    created_at: Annotated[datetime, TIME]


TrunkKind = Literal["ip", "registration"]
Transport = Literal["udp", "tcp", "tls"]
TrunkState = Literal[
    "registered", "rejected", "reachable", "unreachable", "inbound_only", "forbidden", "off", "unknown"
]
"""rejected: the carrier answers but does not let us in; reachable: a trunk without registration whose host answers;
inbound_only: it has no way out; forbidden: its host is where no trunk may lead; off: switched off; unknown: Asterisk is
away, or has not found out yet."""


class SealedLogin(msgspec.Struct, frozen=True, kw_only=True):
    """How we sign in at a carrier. `password` is sealed with the app key and never shown again."""

    username: Annotated[str, SETTING]
    password: Annotated[bytes, _PASSWORD]


@document("trunks", tenant=True, audited=())
class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A carrier's way in and out.

    `addresses`: only these (IP or CIDR) may send calls for the numbers on it; a trunk that registers may have none.
    `host`: where calls go out to (a name or an address; None: no way out), in `order` of the organisation's trunks.
    `send_as_account`: the account's name in From, for carriers that ask for it; else the number that is shown.
    `symmetric_rtp`: sound is taken from, and sent to, wherever it comes from, for carriers whose SDP names an address
    that is not theirs. `trust_identity`: who rings is as P-Asserted-Identity says, and hidden where Privacy asks for
    it, for carriers that check it. `transport` tls: SIP goes out by TLS alone, to who has a certificate for `host`, and
    no call comes in by anything else; `srtp`: nor does one without encrypted sound. `country`: ISO 3166
    code of where the carrier is; empty: not stated.
    """

    id: Annotated[TrunkId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    kind: Annotated[TrunkKind, SETTING] = "ip"
    order: Annotated[int, SETTING] = 1
    addresses: Annotated[tuple[str, ...], SETTING] = ()
    host: Annotated[str | None, SETTING] = None
    port: Annotated[int | None, SETTING] = None
    transport: Annotated[Transport, SETTING] = "udp"
    login: Annotated[SealedLogin | None, SETTING] = None
    send_as_account: Annotated[bool, SETTING] = False
    srtp: Annotated[bool, SETTING] = False
    symmetric_rtp: Annotated[bool, SETTING] = False
    trust_identity: Annotated[bool, SETTING] = False
    country: Annotated[str, SETTING] = ""
    enabled: Annotated[bool, SETTING] = True
    created_at: Annotated[datetime, TIME]


@document("numbers", tenant=True, audited=())
class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A dialled number (E.164, unique over all organisations) and what answers it: a queue, or a flow.

    `greeting`: for a number with a queue, the name of the sound played first, or None for none. `verified_at`: since
    when it is known to be the organisation's, since a call to it came in by its trunk. Only then may it be shown.
    """

    id: Annotated[NumberId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    e164: Annotated[str, SETTING]
    trunk_id: Annotated[TrunkId, REFERENCE]
    queue_id: Annotated[QueueId | None, REFERENCE] = None
    flow_id: Annotated[FlowId | None, REFERENCE] = None
    greeting: Annotated[str | None, SETTING] = "greeting"
    label: Annotated[str, SETTING] = ""
    verified_at: Annotated[datetime | None, TIME] = None
    created_at: Annotated[datetime, TIME]
