"""What other rooms are told of privacy requests. By ids and states alone."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import PrivacyRequestId
from call24.privacy_requests.model import EntryKind, Kind, PrivacyRequest, State


class PrivacyRequestChanged(msgspec.Struct, frozen=True, kw_only=True):
    """``entry``: what happened last."""

    request_id: PrivacyRequestId
    kind: Kind
    state: State
    version: int
    entry: EntryKind


PRIVACY_REQUEST_CHANGED = EventType(
    name="privacy_request.changed",
    room="privacy_requests",
    body=PrivacyRequestChanged,
    says="A privacy request came in, went on, or is near or past its deadline.",
)
EVENTS: tuple[EventType[Any], ...] = (PRIVACY_REQUEST_CHANGED,)


def changed(request: PrivacyRequest) -> PrivacyRequestChanged:
    return PrivacyRequestChanged(
        request_id=request.id,
        kind=request.kind,
        state=request.state,
        version=request.version,
        entry=request.history[-1].kind,
    )
