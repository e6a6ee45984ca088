"""Screens of signing in, of one's own account, and of administration that no other list of pictures has."""

from __future__ import annotations

from tests.support.app import scene
from tests.support.app.pictures_calls import Act, World, keep, nothing, owner
from tests.support.app.stage import Stage


def officer(stage: Stage) -> None:
    stage.me = {**scene.ME, **scene.allowed("privacy_officer"), "role_name": "Privacy officer"}


SCREENS: dict[str, tuple[str, bool, World, Act]] = {
    "invitation": ("#/invitation/abc", False, keep, nothing),
    "password-lost": ("#/lost", False, keep, nothing),
    "password-new": ("#/reset/abc", False, keep, nothing),
    "organisation-sign-in": ("#/organisation", False, keep, nothing),
    "no-page": ("#/nowhere", True, keep, nothing),
    "not-allowed": ("#/queues", True, keep, nothing),
    "security": ("#/security", True, keep, nothing),
    "tokens": ("#/tokens", True, owner, nothing),
    "address-books": ("#/address-books", True, keep, nothing),
    "numbers": ("#/numbers", True, owner, nothing),
    "hours-open": ("#/hours/hrs_1", True, owner, nothing),
    "prompts": ("#/prompts", True, owner, nothing),
    "prompt-new": ("#/prompts/new", True, owner, nothing),
    "dispositions": ("#/dispositions", True, owner, nothing),
    "pause-reasons": ("#/pause-reasons", True, owner, nothing),
    "calling-limits": ("#/calling-limits", True, owner, nothing),
    "provider": ("#/provider", True, owner, nothing),
    "task-addresses": ("#/task-addresses", True, owner, nothing),
    "applications": ("#/applications", True, owner, nothing),
    "crm": ("#/crm", True, owner, nothing),
    "crm-new": ("#/crm/new", True, owner, nothing),
    "close": ("#/close", True, owner, nothing),
    "queue-new": ("#/queues/new", True, owner, nothing),
    "restrictions": ("#/restrictions", True, officer, nothing),
    "restriction": ("#/restrictions/rst_1", True, officer, nothing),
    "contact-new": ("#/contacts/new", True, keep, nothing),
}
