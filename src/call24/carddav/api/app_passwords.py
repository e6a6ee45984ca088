"""The current user's app passwords: what their phones and computers are given to keep a copy of the address book."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.carddav.answers import AppPasswordAnswer, AppPasswordPage, NewAppPasswordAnswer
from call24.carddav.dependencies import AppPasswordsDep
from call24.carddav.model import AppPassword
from call24.http.access import SERIALISED, Body, allowed, recently_proven
from call24.http.pagination import AskedDep, ms
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.kit.ids import AppPasswordId
from call24.kit.instants import iso
from call24.kit.paging import SortKey
from call24.kit.settings import Settings

router = Router(prefix="/v1/me/app-passwords", tags=["session"])

Reader = Annotated[Principal, Depends(allowed("people.read"))]
SettingsDep = Annotated[Settings, provided(Settings)]


class NewAppPasswordBody(Body):
    """A device that is to keep a copy of the address book.

    `name`: of the device, so that it is known again."""

    name: str = Field(min_length=1, max_length=100)


@router.get("", operation_id="app_passwords_list")
async def list_mine(
    principal: InApp, passwords: AppPasswordsDep, identity: IdentityDep, settings: SettingsDep, asked: AskedDep
) -> AppPasswordPage:
    """Lists the current user's app passwords, the oldest first. Their secrets are never answered."""
    theirs = await passwords.of_user(principal.tenant_id, principal.user_id)
    user = await identity.user(principal.tenant_id, principal.user_id)
    page = asked.page(theirs, _view, _made)
    return {**page, "user_name": user.email, "address": address_of(settings)}


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="app_passwords_make")
async def make(
    body: NewAppPasswordBody,
    _: InApp,
    principal: Reader,
    passwords: AppPasswordsDep,
    identity: IdentityDep,
    settings: SettingsDep,
) -> NewAppPasswordAnswer:
    """Creates an app password for a device of the current user.

    With it the device keeps a copy of the address book (CardDAV): the organisation's, and the user's private one. It
    opens nothing else. The secret is shown only here. What the device may do follows the user's role. 403 mfa_due: step
    up first, since nobody asks the device for a second factor. A user has 20 at most (409 too_many).
    """
    recently_proven(principal)
    made = await passwords.make(principal.tenant_id, principal.user_id, body.name)
    user = await identity.user(principal.tenant_id, principal.user_id)
    return {**_view(made.password), "secret": made.secret, "user_name": user.email, "address": address_of(settings)}


@router.get("/{password_id}", operation_id="app_passwords_read")
async def read(password_id: str, principal: InApp, passwords: AppPasswordsDep) -> AppPasswordAnswer:
    """Returns an app password of the current user, without its secret."""
    return _view(await passwords.get(principal.tenant_id, principal.user_id, AppPasswordId(password_id)))


@router.delete("/{password_id}", status_code=204, operation_id="app_passwords_revoke")
async def revoke(password_id: str, principal: InApp, passwords: AppPasswordsDep) -> None:
    """Revokes an app password of the current user. The device is refused from its next request on.

    What it has copied stays on it. 403 mfa_due: step up first.
    """
    recently_proven(principal)
    await passwords.revoke(principal.tenant_id, principal.user_id, AppPasswordId(password_id))


def address_of(settings: Settings) -> str:
    return f"{settings.address.rstrip('/')}/"


def _made(one: AppPassword) -> SortKey:
    return ms(one.created_at), one.id


def _view(one: AppPassword) -> AppPasswordAnswer:
    return {
        "id": one.id,
        "name": one.name,
        "created_at": iso(one.created_at),
        "last_used_at": iso(one.last_used_at),
    }
