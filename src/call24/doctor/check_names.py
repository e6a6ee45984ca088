"""The checks that operators see in the app, as the API names them and in their order. It imports none of them: that
the server does not need."""

from __future__ import annotations

from typing import Literal, get_args

CheckName = Literal[
    "installation", "python", "disk", "clock", "recordings_folder", "server", "database", "asterisk", "pbx",
    "asterisk_modules", "channel_log", "reconciliation", "change_feed", "retention", "register_copy", "self_audit",
    "application", "lines", "web_push", "files_store", "trunk_port", "phones_websocket", "phones", "certificate",
    "keys",
]  # fmt: skip
CHECKS: tuple[CheckName, ...] = get_args(CheckName)
INSTALLATION: CheckName = "installation"
"""The first: whether the settings of the running installation can be read. Without them there are no others."""
ON_THE_PAGE = ("banned addresses", "status")
"""Checks of the command that the page of the app shows by itself."""


def name_of(check: str) -> str:
    """As the API names what the command calls `phones' websocket`."""
    return check.replace("'", "").replace(" ", "_").replace("-", "_")
