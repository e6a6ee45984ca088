"""Of each screen that has an address it is known which test uses it in a real browser at the real server.

What stands here is looked for in that test's file, no more.
That each of them opens there on a phone and on a laptop is a test of its own (tests/e2e/test_app_every_screen.py).
"""

from __future__ import annotations

import pytest
from tests.support.app.routes import routes
from tests.support.product.stack import CHECKOUT

FOLDER = CHECKOUT / "tests" / "e2e"
BY = {
    "address-books": ("test_app_every_screen", "#/address-books"),
    "administration": ("test_app_administration", "#/administration"),
    "applications": ("test_app_applications", "#/applications"),
    "audit": ("test_app_audit_sentences", "#/audit"),
    "branding": ("test_app_every_screen", "#/branding"),
    "caller-files": ("test_app_served", "file-make"),
    "caller-imports": ("test_app_served", "#/caller-imports"),
    "calling-limits": ("test_app_calling_limits", "#/calling-limits"),
    "calls": ("test_browser_call", "answer"),
    "close": ("test_app_served", "#/close"),
    "contacts": ("test_app_contacts", "tab-contacts"),
    "data-transfers": ("test_app_privacy", "#/data-transfers"),
    "dial": ("test_browser_hand", "dial-call"),
    "disclosures": ("test_app_every_screen", "#/disclosures/new"),
    "dispositions": ("test_app_reason_codes", "open-dispositions"),
    "erase": ("test_app_every_screen", "contact-erase"),
    "flows": ("test_app_flows", "#/flows"),
    "help": ("test_app_every_screen", "#/help"),
    "history": ("test_app_call_note", "#/history"),
    "hours": ("test_app_hours", "#/hours"),
    "incidents": ("test_app_every_screen", "#/incidents/new"),
    "installation": ("test_app_every_screen", "#/installation"),
    "invitation": ("test_first_call", "invitation-link"),
    "legal-holds": ("test_app_privacy", "#/legal-holds"),
    "live": ("test_app_closer_look", "#/live"),
    "me": ("test_app_privacy", "#/me"),
    "my-data": ("test_app_privacy", "#/my-data"),
    "notifications": ("test_app_queue_alerts", "#/notifications"),
    "numbers": ("test_first_call", "number-save"),
    "pause-reasons": ("test_app_every_screen", "#/pause-reasons"),
    "people": ("test_app_roles", "#/people"),
    "policy": ("test_app_every_screen", "#/policy"),
    "privacy": ("test_app_privacy", "#/privacy"),
    "privacy-requests": ("test_app_privacy", "#/privacy-requests"),
    "processors": ("test_app_privacy", "processor-add"),
    "prompts": ("test_app_prompts", "#/prompts"),
    "provider": ("test_app_administration", "#/provider"),
    "queues": ("test_app_queue_alerts", "#/queues"),
    "reports": ("test_app_every_screen", "#/reports"),
    "restrictions": ("test_app_restrictions", "#/restrictions"),
    "retention": ("test_app_privacy", "#/retention"),
    "roles": ("test_app_roles", "#/roles"),
    "security": ("test_app_every_screen", "#/security"),
    "self-audit": ("test_app_privacy", "audit-result"),
    "setup": ("test_first_call", "#/setup"),
    "sound": ("test_app_every_screen", "#/sound"),
    "staffing": ("test_app_every_screen", "#/staffing"),
    "start": ("test_first_call", "#/start"),
    "task-addresses": ("test_app_task_addresses", "#/task-addresses"),
    "tokens": ("test_app_administration", "#/tokens"),
    "trunks": ("test_first_call", "trunk-save"),
    "unknown": ("test_app_administration", "#/nonsense"),
    "webhooks": ("test_app_every_screen", "#/webhooks"),
    "what-if": ("test_app_every_screen", "#/what-if"),
    "work": ("test_app_every_screen", "#/work"),
}
"""The file in tests/e2e, and what in it belongs to the screen."""
WITHOUT = {
    "crm": "wants another company's server at a public address; tests/screens shows it, tests/telephony runs real CRMs",
    "email": "its link comes in a letter; tests/screens",
    "lost": "its answer is a letter; tests/screens",
    "organisation": "leads to an identity provider; tests/screens/test_app_provider.py",
    "reset": "its link comes in a letter; tests/screens",
}
"""Screens that no browser opens at the real server, with where they are shown instead."""


def test_each_address_of_the_app_has_its_test_or_a_reason() -> None:
    assert routes() == BY.keys() | WITHOUT.keys() and not BY.keys() & WITHOUT.keys()
    assert len(WITHOUT) == 5, "screens without a test at the real server are not to become more"


@pytest.mark.parametrize("route", BY)
def test_its_file_names_the_screen(route: str) -> None:
    file, used = BY[route]
    assert used in (FOLDER / f"{file}.py").read_text()
