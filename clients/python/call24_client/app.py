"""App. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import TypedDict

from call24_client.transport import Request, part


class AppPasswordAnswer(TypedDict):
    """A device's own password for CardDAV. Its secret is not answered."""

    id: str
    name: str
    created_at: str
    last_used_at: str | None


class AppPasswordPage(TypedDict):
    """A page of the current user's app passwords, the oldest first."""

    items: list[AppPasswordAnswer]
    next: str | None
    user_name: str
    address: str


class NewAppPasswordAnswer(TypedDict):
    """A new app password, with its secret: it is shown this once."""

    id: str
    name: str
    created_at: str
    last_used_at: str | None
    secret: str
    user_name: str
    address: str


class NewAppPasswordBody(TypedDict):
    """A device that is to keep a copy of the address book. `name`: of the device, so that it is known again."""

    name: str


def passwords_list(*, limit: int | None = None, cursor: str | None = None) -> Request[AppPasswordPage]:
    """Lists the current user's app passwords, the oldest first. Their secrets are never answered."""
    return Request("GET", "/v1/me/app-passwords", query={"limit": limit, "cursor": cursor})


def passwords_make(body: NewAppPasswordBody, *, idempotency_key: str | None = None) -> Request[NewAppPasswordAnswer]:
    """Creates an app password for a device of the current user. With it the device keeps a copy of the address book
    (CardDAV): the organisation's, and the user's private one. It opens nothing else. The secret is shown only
    here. What the device may do follows the user's role. 403 mfa_due: step up first, since nobody asks the device
    for a second factor. A user has 20 at most (409 too_many).
    """
    return Request("POST", "/v1/me/app-passwords", body=body, headers={"Idempotency-Key": idempotency_key})


def passwords_read(password_id: str) -> Request[AppPasswordAnswer]:
    """Returns an app password of the current user, without its secret."""
    return Request("GET", f"/v1/me/app-passwords/{part(password_id)}")


def passwords_revoke(password_id: str, *, if_match: str | None = None) -> Request[None]:
    """Revokes an app password of the current user. The device is refused from its next request on. What it has
    copied stays on it. 403 mfa_due: step up first.
    """
    return Request(
        "DELETE", f"/v1/me/app-passwords/{part(password_id)}", headers={"If-Match": if_match}, answer="nothing"
    )
