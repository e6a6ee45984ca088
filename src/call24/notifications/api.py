"""The current user's notifications and preferences; and unsubscribing from a kind of e-mail, without signing in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse
from pydantic import Field

from call24.branding.dependencies import BrandingsDep
from call24.branding.pages import PLAIN, Masthead, masthead
from call24.http.access import Body
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import NotFound
from call24.kit.ids import NotificationId, TenantId, UserId
from call24.kit.instants import iso
from call24.kit.language import Language
from call24.notifications import rules
from call24.notifications.answers import (
    EmailTrouble,
    KindPreference,
    NotificationAnswer,
    NotificationPage,
    NotificationPreferencesAnswer,
)
from call24.notifications.dependencies import EmailsDep, NotificationsDep, PreferencesDep
from call24.notifications.emails import Emails
from call24.notifications.kinds import KINDS, OFFERED, NotificationChannel, NotificationKind
from call24.notifications.model import EmailRefusal, Notification, NotificationPreferences
from call24.notifications.pages import unsubscribe_page, unsubscribed_page
from call24.notifications.preferences import Preferences, Unsubscribing
from call24.policy.dependencies import PoliciesDep
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1/me", tags=["session"])
public = Router(prefix="/unsubscribe", include_in_schema=False)

_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
Time = Annotated[str, Field(pattern=_TIME, description="HH:MM, in the time zone of the organisation")]


class Brand:
    """What an organisation looks like on the pages of unsubscribing."""

    def __init__(self, tenants: TenantsDep, policies: PoliciesDep, brandings: BrandingsDep) -> None:
        self._tenants, self._policies, self._brandings = tenants, policies, brandings

    async def of(self, tenant_id: TenantId) -> Masthead:
        """Raises: Unavailable."""
        tenant, branding = self._tenants.known(tenant_id), self._brandings.known(tenant_id)
        if tenant is None or branding.is_default:
            return PLAIN
        own = await self._policies.settings(tenant_id)
        return masthead(own.public_id, tenant.name, branding)


BrandDep = Annotated[Brand, Depends(Brand)]


class NotificationChoice(Body):
    """Whether one kind is wanted by one channel."""

    kind: NotificationKind = Field(strict=False)
    channel: NotificationChannel = Field(strict=False)
    on: bool


class PreferencesChange(Body):
    """How the current user wants to be notified. It replaces what was chosen before.

    `choices`: what is wanted by which channel; what is left out is at its default. `quiet_from`,
    `quiet_until`: both, or neither. `in_quiet_hours`: the kinds that are told in quiet hours too; null: those that are
    urgent.
    """

    choices: list[NotificationChoice] = Field(max_length=len(KINDS) * len(NotificationChannel))
    quiet_from: Time | None = None
    quiet_until: Time | None = None
    in_quiet_hours: list[Annotated[NotificationKind, Field(strict=False)]] | None = Field(None, max_length=len(KINDS))
    language: Language = "en"


@router.get("/notifications", operation_id="notifications_list_mine")
async def list_mine(
    principal: InApp,
    notifications: NotificationsDep,
    identity: IdentityDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    unread: bool = False,
) -> NotificationPage:
    """Lists what the current user was notified of, the newest first. `unread` true: only what is not read yet."""
    page = await notifications.page(principal.tenant_id, principal.user_id, limit=limit, cursor=cursor, unread=unread)
    return {"items": [_view(one, identity) for one in page.items], "next": page.next, "unread": page.unread}


@router.put("/notifications/{notification_id}/read", operation_id="notifications_read_mine")
async def read_mine(
    notification_id: str, principal: InApp, notifications: NotificationsDep, identity: IdentityDep
) -> NotificationAnswer:
    """Marks a notification as read, on all of the user's devices."""
    id = NotificationId(notification_id)
    return _view(await notifications.read(principal.tenant_id, principal.user_id, id), identity)


@router.post("/notifications/read", status_code=204, operation_id="notifications_read_all_mine")
async def read_all_mine(principal: InApp, notifications: NotificationsDep) -> None:
    """Marks all notifications of the current user as read."""
    await notifications.read_all(principal.tenant_id, principal.user_id)


@router.get("/notification-preferences", operation_id="notifications_read_my_preferences")
async def read_preferences(
    principal: InApp, preferences: PreferencesDep, emails: EmailsDep, identity: IdentityDep, tenants: TenantsDep
) -> NotificationPreferencesAnswer:
    """Returns how the current user wants to be notified: each kind by each channel, quiet hours, language."""
    found = await preferences.of(principal.tenant_id, principal.user_id)
    return await _preferences(found, principal, emails, identity, tenants)


@router.put("/notification-preferences", operation_id="notifications_set_my_preferences")
async def set_preferences(
    body: PreferencesChange,
    principal: InApp,
    preferences: PreferencesDep,
    emails: EmailsDep,
    identity: IdentityDep,
    tenants: TenantsDep,
) -> NotificationPreferencesAnswer:
    """Replaces how the current user wants to be notified. What must be sent, such as security, stays on."""
    changed = NotificationPreferences(
        id=principal.user_id,
        tenant_id=principal.tenant_id,
        choices=rules.checked([(one.kind, one.channel, one.on) for one in body.choices]),
        quiet_from=_minutes(body.quiet_from),
        quiet_until=_minutes(body.quiet_until),
        urgent=None if body.in_quiet_hours is None else tuple(dict.fromkeys(body.in_quiet_hours)),
        language=body.language,
    )
    return await _preferences(await preferences.put(changed), principal, emails, identity, tenants)


@public.get("/{token}", operation_id="notifications_unsubscribe_page")
async def ask(token: str, preferences: PreferencesDep, identity: IdentityDep, brand: BrandDep) -> HTMLResponse:
    """Asks before anything changes: programs that check links open them too."""
    one = _opened(token, preferences, identity)
    had = await preferences.of(one.tenant_id, one.user_id)
    html = unsubscribe_page(token, one.kind, had.language, await brand.of(one.tenant_id))
    return HTMLResponse(html, headers=_PRIVATE)


@public.post("/{token}", operation_id="notifications_unsubscribe")
async def unsubscribe(token: str, preferences: PreferencesDep, identity: IdentityDep, brand: BrandDep) -> HTMLResponse:
    """The page's button, and what a mail program sends by itself (RFC 8058): it asks for no more than the address."""
    one = _opened(token, preferences, identity)
    await preferences.unsubscribe(one)
    had = await preferences.of(one.tenant_id, one.user_id)
    html = unsubscribed_page(one.kind, had.language, await brand.of(one.tenant_id))
    return HTMLResponse(html, headers=_PRIVATE)


_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def _opened(token: str, preferences: Preferences, identity: IdentityService) -> Unsubscribing:
    """Raises: NotFound, also once the account is deleted: nothing is stored of it again."""
    one = preferences.opened(token)
    if identity.known_user(one.user_id) is None:
        raise NotFound
    return one


def _view(one: Notification, identity: IdentityService) -> NotificationAnswer:
    by = None if one.by is None else identity.known_user(one.by)
    return {
        "id": one.id,
        "kind": one.kind,
        "title": KINDS[one.kind].title,
        "event": one.event,
        "task_id": one.task_id,
        "queue_id": one.queue_id,
        "by": None if by is None else {"id": by.id, "name": by.name},
        "link": one.link,
        "at": iso(one.at),
        "read_at": iso(one.read_at),
    }


async def _preferences(
    found: NotificationPreferences,
    principal: Principal,
    emails: Emails,
    identity: IdentityService,
    tenants: TenantService,
) -> NotificationPreferencesAnswer:
    user = await identity.user(principal.tenant_id, principal.user_id)
    return {
        "kinds": _kinds(found),
        "quiet_from": _clock(found.quiet_from),
        "quiet_until": _clock(found.quiet_until),
        "time_zone": _zone(principal.tenant_id, tenants),
        "language": found.language,
        "email": user.email,
        "email_sends": emails.sends,
        "email_trouble": _trouble(await emails.refusal(principal.tenant_id, UserId(user.id))),
    }


def _kinds(found: NotificationPreferences) -> list[KindPreference]:
    chosen = rules.choices_of(found)
    return [
        {
            "kind": one.kind,
            "title": one.title,
            "says": one.says,
            "channels": [
                {"channel": channel, "rule": one.default(channel), "on": chosen[one.kind][channel]}
                for channel in NotificationChannel
            ],
            "in_quiet_hours": rules.breaks_quiet(found, one.kind),
        }
        for one in OFFERED
    ]


def _zone(tenant_id: TenantId, tenants: TenantService) -> str:
    tenant = tenants.known(tenant_id)
    return "UTC" if tenant is None else tenant.timezone


def _trouble(refusal: EmailRefusal | None) -> EmailTrouble | None:
    if refusal is None:
        return None
    return {"status": refusal.status, "count": refusal.count, "at": iso(refusal.at)}


def _minutes(time: str | None) -> int | None:
    return None if time is None else int(time[:2]) * 60 + int(time[3:])


def _clock(minutes: int | None) -> str | None:
    return None if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"
