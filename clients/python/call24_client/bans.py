"""Bans. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class Ban(TypedDict):
    """An IP address that is kept out for some time."""

    id: str
    address: str
    state: Literal["challenged", "dropped", "refused"]
    until: str
    trunk_ids: list[str]


class BanPage(TypedDict):
    """One page of banned addresses; those that are let in first come first."""

    items: list[Ban]
    next: str | None


def list_bans(*, limit: int | None = None, cursor: str | None = None) -> Request[BanPage]:
    """Lists addresses that are kept out now and concern your organisation; those that are let in first come first.
    They are addresses in the networks of your trunks, and addresses of your people that the phones' port refuses.
    """
    return Request("GET", "/v1/trunks/bans", query={"limit": limit, "cursor": cursor})


def read_ban(ban_id: str) -> Request[Ban]:
    """Returns a ban. 404 for one that is over, or that is not in your organisation's list."""
    return Request("GET", f"/v1/trunks/bans/{part(ban_id)}")


def lift_ban(ban_id: str, *, if_match: str | None = None) -> Request[None]:
    """Lifts a ban: the address is let in again at once. 404 for one that is not in your organisation's list."""
    return Request("DELETE", f"/v1/trunks/bans/{part(ban_id)}", headers={"If-Match": if_match}, answer="nothing")
