"""Bans. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListBansAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    address: NotRequired[str | None]
    state: NotRequired[str | None]
    until: NotRequired[str | None]
    trunk_ids: NotRequired[list[str | None] | None]


class ListBansAnswer(TypedDict):
    items: list[ListBansAnswerItemsItem | None]
    next: NotRequired[Any]


def list_bans(*, limit: int | None = None, cursor: str | None = None) -> Request[ListBansAnswer]:
    """Addresses in the networks of the organisation's trunks that are banned now, and those of its people that the
    phones' port refuses, the first to be let in first. `challenged`: asked for a password like a stranger;
    `dropped`: not answered at all; `refused`: phones cannot connect from there.
    """
    return Request("GET", "/v1/trunks/bans", query={"limit": limit, "cursor": cursor})


def lift_ban(ban_id: str) -> Request[None]:
    """Let the address in again at once. One that is not in the organisation's list is not found."""
    return Request("DELETE", f"/v1/trunks/bans/{part(ban_id)}", answer="nothing")
