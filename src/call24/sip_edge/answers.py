"""What the API answers about addresses that are kept out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant, one_of

BanState = Annotated[str, one_of("challenged", "dropped", "refused")]
_State = Annotated[
    BanState,
    Field(
        description="`challenged`: asked for a password like a stranger. `dropped`: not answered at all. "
        "`refused`: phones cannot connect from there"
    ),
]


class Ban(TypedDict):
    """An IP address that is kept out for some time."""

    id: str
    address: str
    state: _State
    until: Instant
    trunk_ids: Annotated[list[str], Field(description="Trunks that name the address")]


class BanPage(TypedDict):
    """One page of banned addresses; those that are let in first come first."""

    items: list[Ban]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class InstallationBan(TypedDict):
    """An IP address that is kept out for some time, as operators of the installation see it."""

    id: str
    address: Annotated[str, Field(description="Of IPv6 a network, where all of it is kept out")]
    state: _State
    since: Annotated[Instant, Field(description="When it was banned")]
    until: Annotated[Instant, Field(description="When it is let in again by itself")]
    in_trunk: Annotated[bool, Field(description="Whether some organisation's trunk names the address: a carrier's?")]


class InstallationBanPage(TypedDict):
    """One page of banned addresses; those that may be a carrier's or agents' come first."""

    items: list[InstallationBan]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]
