"""Installation. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class InstallationPart(TypedDict):
    """A part of the installation."""

    name: Literal[
        "server",
        "mongodb",
        "asterisk",
        "calls",
        "trunks",
        "journal",
        "readers",
        "apps",
        "messages",
        "traces",
        "disk",
        "pbx",
        "certificates",
        "retention",
        "self_audit",
        "bans",
        "toll_fraud",
        "backups",
    ]
    state: Literal["ok", "look", "wrong", "unknown"]
    since: str
    seen: str
    figures: dict[str, float]
    advice: str
    advice_code: str
    runbook: str | None


class InstallationStatus(TypedDict):
    """How the installation is: its parts, and what to do about those that are not well. It names no organisation."""

    version: str
    schema: int
    asterisk_version: str
    mongodb_version: str
    started_at: str
    at: str
    state: Literal["ok", "look", "wrong", "unknown"]
    parts: list[InstallationPart]


class Runbook(TypedDict):
    """What to do when a part of the installation is not well. In English, as the documentation."""

    name: str
    text: str


def read_status() -> Request[InstallationStatus]:
    """Returns how each part of the installation is, since when, and what to do about what is not well. For operators
    of the installation alone, whom `./call24 operator add` names. It is what `./call24 status` shows, a few
    seconds old at most.
    """
    return Request("GET", "/v1/installation/status")


def read_runbook(name: str) -> Request[Runbook]:
    """Returns the page that says what to do, by the name in a part's `runbook`."""
    return Request("GET", f"/v1/installation/runbooks/{part(name)}")
