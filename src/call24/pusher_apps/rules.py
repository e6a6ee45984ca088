"""What an application may be called and set to. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args
from urllib.parse import urlsplit

from call24.kit.errors import Invalid
from call24.pusher_apps.model import Application, AppTerms, AppWebhook, HookEvent

APPLICATIONS_MAX = 20
WEBHOOKS_MAX = 5
MEMBER_CHANNELS_MAX = 20
CONNECTIONS_MAX = 10_000
_PREFIX = re.compile(r"(?:private-|presence-)[A-Za-z0-9_\-=@,.;]{0,100}")


def checked(application: Application) -> Application:
    """Raises: Invalid."""
    name = application.name.strip()
    faults = []
    if not 0 < len(name) <= 100 or not name.isprintable():
        faults.append(("name", "1 to 100 characters"))
    if not 1 <= application.connections_max <= CONNECTIONS_MAX:
        faults.append(("connections_max", f"1 to {CONNECTIONS_MAX}"))
    if len(application.member_channels) > MEMBER_CHANNELS_MAX or not all(map(_is_prefix, application.member_channels)):
        faults.append(("member_channels", "how names of private or presence channels begin; encrypted ones are yours"))
    faults += _webhook_faults(application.webhooks)
    if faults:
        raise Invalid(errors=faults)
    return application


def webhook(url: str, events: Sequence[str]) -> AppWebhook:
    """Raises: Invalid for an event that there is not."""
    known = get_args(HookEvent)
    if not events or any(event not in known for event in events):
        raise Invalid(errors=[("webhooks.events", f"some of {', '.join(known)}")])
    return AppWebhook(url=url, events=tuple(event for event in known if event in events))


def terms(application: Application, secret: str, let_in: bool) -> AppTerms:
    return AppTerms(
        number=application.number,
        key=application.key,
        secret=secret,
        tenant_id=application.tenant_id,
        enabled=application.enabled,
        let_in=let_in,
        client_events=application.client_events,
        tls_only=application.tls_only,
        subscription_counts=application.subscription_counts,
        connections_max=application.connections_max,
        member_channels=application.member_channels,
        webhooks=application.webhooks,
    )


def open_to_members(terms: AppTerms, channel: str) -> bool:
    """Whether a signed-in user of the organisation may be signed for this channel."""
    return channel.startswith(terms.member_channels) and not channel.startswith("private-encrypted-")


def _is_prefix(text: str) -> bool:
    return _PREFIX.fullmatch(text) is not None and not text.startswith("private-encrypted-")


def _webhook_faults(webhooks: Sequence[AppWebhook]) -> list[tuple[str, str]]:
    """The address is looked at again whenever it is connected to: here only its form is."""
    if len(webhooks) > WEBHOOKS_MAX:
        return [("webhooks", f"at most {WEBHOOKS_MAX}")]
    for one in webhooks:
        try:
            parts = urlsplit(one.url)
            named = parts.hostname and parts.scheme in ("http", "https") and parts.port != 0
        except ValueError:
            named = None
        if not named or len(one.url) > 500 or parts.username or parts.password or not one.url.isprintable():
            return [("webhooks.url", "an http or https address without a user in it")]
    return []
