"""How the installation is, for its operators in the app. No role opens it: an organisation's owner is refused."""

from __future__ import annotations

import asyncio
from functools import cache

from call24.http.access import InstallationOperatorDep
from call24.http.router import Router
from call24.installer.paths import SHIPPED
from call24.kit.errors import NotFound
from call24.kit.instants import iso
from call24.metrics.answers import InstallationPart, InstallationStatus, Runbook
from call24.metrics.dependencies import InstallationDep
from call24.metrics.installation import Status
from call24.metrics.status_rules import Part, worst

router = Router(prefix="/v1/installation", tags=["installation"])

RUNBOOKS = SHIPPED / "docs" / "runbooks"


@router.get("/status", operation_id="installation_read_status")
async def read(_: InstallationOperatorDep, installation: InstallationDep) -> InstallationStatus:
    """Returns how each part of the installation is, since when, and what to do about what is not well.

    For operators of the installation alone, whom `./call24 operator add` names. It is what `./call24 status` shows, a
    few seconds old at most.
    """
    return view(await installation.shared())


@router.get("/runbooks/{name}", operation_id="installation_read_runbook")
async def runbook(name: str, _: InstallationOperatorDep) -> Runbook:
    """Returns the page that says what to do, by the name in a part's `runbook`."""
    text = (await asyncio.to_thread(runbooks)).get(name)
    if text is None:
        raise NotFound
    return {"name": name, "text": text}


@cache
def runbooks() -> dict[str, str]:
    """Text by name, as this version came with them. Raises: OSError."""
    pages = RUNBOOKS.glob("*.md")
    return {page.stem: page.read_text(encoding="utf-8") for page in pages if page.stem != "README"}


def view(status: Status, *, on_machine: bool = False) -> InstallationStatus:
    """`on_machine`: for who is on it, who is told where things are too."""
    facts, parts, since = status

    def shown(part: Part) -> InstallationPart:
        return {
            "name": part.name,
            "state": part.state,
            "since": iso(since[part.name]),
            "seen": part.seen + part.where if on_machine else part.seen,
            "figures": dict(part.figures),
            "advice": part.advice,
            "advice_code": part.do,
            "runbook": part.runbook,
        }

    return {
        "version": facts.version,
        "schema": facts.schema,
        "asterisk_version": facts.asterisk,
        "mongodb_version": facts.mongodb,
        "started_at": iso(facts.started_at),
        "at": iso(facts.now),
        "state": worst(parts),
        "parts": [shown(part) for part in parts],
    }
