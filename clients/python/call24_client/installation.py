"""Installation. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class CheckFinding(TypedDict):
    """What one check found."""

    name: Literal[
        "installation",
        "python",
        "disk",
        "clock",
        "recordings_folder",
        "server",
        "database",
        "asterisk",
        "pbx",
        "asterisk_modules",
        "channel_log",
        "reconciliation",
        "change_feed",
        "retention",
        "register_copy",
        "self_audit",
        "application",
        "lines",
        "web_push",
        "files_store",
        "trunk_port",
        "phones_websocket",
        "phones",
        "certificate",
        "keys",
    ]
    state: Literal["pass", "warn", "fail"]
    seen: str
    advice: str
    took_s: float


class InstallationChecks(TypedDict):
    """The newest run of the doctor's checks. It names no organisation."""

    state: Literal["never", "running", "done", "cut_off", "failed"]
    started_at: str | None
    ended_at: str | None
    at_work: (
        Literal[
            "installation",
            "python",
            "disk",
            "clock",
            "recordings_folder",
            "server",
            "database",
            "asterisk",
            "pbx",
            "asterisk_modules",
            "channel_log",
            "reconciliation",
            "change_feed",
            "retention",
            "register_copy",
            "self_audit",
            "application",
            "lines",
            "web_push",
            "files_store",
            "trunk_port",
            "phones_websocket",
            "phones",
            "certificate",
            "keys",
        ]
        | None
    )
    checks: int
    findings: list[CheckFinding]


class InstallationBan(TypedDict):
    """An IP address that is kept out for some time, as operators of the installation see it."""

    id: str
    address: str
    state: Literal["challenged", "dropped", "refused"]
    since: str
    until: str
    in_trunk: bool


class InstallationBanPage(TypedDict):
    """One page of banned addresses; those that may be a carrier's or agents' come first."""

    items: list[InstallationBan]
    next: str | None


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
        "machine",
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


def read_checks() -> Request[InstallationChecks]:
    """Returns what the newest run of the checks has found, also while it goes on. For operators of the installation
    alone. It is kept until the next run, or until the server is restarted.
    """
    return Request("GET", "/v1/installation/checks")


def run_checks(*, idempotency_key: str | None = None) -> Request[InstallationChecks]:
    """Starts the checks of `./call24 doctor`, but for its test call. They change nothing, and end after two minutes.
    One run goes on at a time on the whole installation: while it does, that one is returned, whoever started it.
    """
    return Request("POST", "/v1/installation/checks", headers={"Idempotency-Key": idempotency_key})


def list_bans(*, limit: int | None = None, cursor: str | None = None) -> Request[InstallationBanPage]:
    """Lists all addresses that the installation keeps out now. It names no organisation. For operators of the
    installation alone. Addresses that a trunk names, and those that the phones' port refuses, come first; then
    those that are let in first.
    """
    return Request("GET", "/v1/installation/bans", query={"limit": limit, "cursor": cursor})


def lift_ban(ban_id: str) -> Request[None]:
    """Lifts a ban: the address is let in again at once. 404 for one that is over, or was lifted meanwhile."""
    return Request("DELETE", f"/v1/installation/bans/{part(ban_id)}", answer="nothing")


def read_status() -> Request[InstallationStatus]:
    """Returns how each part of the installation is, since when, and what to do about what is not well. For operators
    of the installation alone, whom `./call24 operator add` names. It is what `./call24 status` shows, a few
    seconds old at most.
    """
    return Request("GET", "/v1/installation/status")


def read_runbook(name: str) -> Request[Runbook]:
    """Returns the page that says what to do, by the name in a part's `runbook`."""
    return Request("GET", f"/v1/installation/runbooks/{part(name)}")
