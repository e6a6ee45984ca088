"""An organisation's own Pusher application: what it signs with, what its clients may do, where its webhooks go, and
what waits to be told there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    Recipient,
    Until,
    document,
    of_organisation,
    of_user,
)
from call24.kit.ids import ApplicationId, TenantId, WaitingEventId

_SECRET = of_organisation(Category.SECRET, "signs what its sockets hear; sealed")

_TOLD = of_user(
    Category.BEHAVIOR,
    "what the organisation's own server is told of its channels: ids of its users, what clients said",
    recipients=(Recipient.OWN_SERVER,),
)

HookEvent = Literal[
    "channel_occupied",
    "channel_vacated",
    "member_added",
    "member_removed",
    "client_event",
    "cache_miss",
    "subscription_count",
]


class AppWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """`events`: what is told there."""

    url: Annotated[str, SETTING]
    events: Annotated[tuple[HookEvent, ...], SETTING]


@document("applications", tenant=True)
class Application(msgspec.Struct, frozen=True, kw_only=True):
    """`number`: the application's id towards Pusher's libraries, in digits; `member_channels`: how the names of those
    channels begin that the organisation's signed-in users may hear by `/broadcasting/auth`."""

    id: Annotated[ApplicationId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    number: Annotated[str, STATE]
    key: Annotated[str, STATE]
    secret: Annotated[bytes, _SECRET]
    secret_at: Annotated[datetime, TIME]
    name: Annotated[str, SETTING]
    enabled: Annotated[bool, SETTING] = True
    client_events: Annotated[bool, SETTING] = False
    tls_only: Annotated[bool, SETTING] = False
    subscription_counts: Annotated[bool, SETTING] = False
    connections_max: Annotated[int, SETTING] = 1000
    member_channels: Annotated[tuple[str, ...], SETTING] = ()
    webhooks: Annotated[tuple[AppWebhook, ...], SETTING] = ()
    created_at: Annotated[datetime, TIME]


@document("application_events", tenant=True, kept=Until("it was told", latest="two hours"))
class WaitingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`key`: of the application; `number`: counts up, so that events are told in order; `told`: the event as JSON."""

    id: Annotated[WaitingEventId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    key: Annotated[str, STATE]
    url: Annotated[str, SETTING]
    number: Annotated[int, MEASURE]
    told: Annotated[str, _TOLD]
    created_at: Annotated[datetime, TIME]


@dataclass(frozen=True, kw_only=True)
class AppTerms:
    """What the sockets and the HTTP API of one application work by: its settings, with the secret opened.

    `let_in`: whether its organisation is; nothing of one that was disabled is served.
    """

    number: str
    key: str
    secret: str = field(repr=False)
    tenant_id: TenantId
    enabled: bool = True
    let_in: bool = True
    client_events: bool = False
    tls_only: bool = False
    subscription_counts: bool = False
    connections_max: int = 1000
    member_channels: tuple[str, ...] = ()
    webhooks: tuple[AppWebhook, ...] = ()

    @property
    def served(self) -> bool:
        return self.enabled and self.let_in
