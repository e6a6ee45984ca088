"""Reading the audit log, filtered by time, user, action and object; page by page, or as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, Query
from fastapi.responses import StreamingResponse

from call24.agents.api.agent_days import in_calendar
from call24.audit.answers import AuditChangeAnswer, AuditCheck, AuditEntryAnswer, AuditPage
from call24.audit.dependencies import AuditDep
from call24.audit.model import AuditChange, StoredAuditEntry
from call24.audit.store import AuditFilter
from call24.exports.safe_cells import safe_of
from call24.http.access import allowed
from call24.http.files import a_file
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid, TooMany
from call24.kit.ids import TenantId
from call24.kit.instants import iso

router = Router(prefix="/v1/audit", tags=["audit"])

Reader = Annotated[Principal, Depends(allowed("audit.read"))]
Exporter = Annotated[Principal, Depends(allowed("audit.read", "audit.export"))]
Text = Annotated[str | None, Query(max_length=100)]
Instant = Annotated[datetime | None, Query()]

COLUMNS = (
    "seq",
    "at",
    "actor_id",
    "token_id",
    "address",
    "action",
    "objects",
    "fields",
    "why",
    "status",
    "code",
    "changes",
)
PROOF = ("id", "previous", "hash")

_checking: set[TenantId] = set()
"""Organisations whose log is being checked: it reads all of it."""


def wanted(
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
    actor_id: Text = None,
    action: Text = None,
    object_id: Text = None,
) -> AuditFilter:
    """Raises: Invalid for an instant without its offset, or at an end of the calendar."""
    for name, at in (("from", since), ("to", until)):
        if at is not None and (at.tzinfo is None or not in_calendar(at)):
            raise Invalid(errors=[(name, "an instant with its offset, such as 2026-11-24T09:00:00Z")])
    return AuditFilter(since=since, until=until, actor_id=actor_id, action=action, object_id=object_id)


WantedDep = Annotated[AuditFilter, Depends(wanted)]


@router.get("", operation_id="audit_list_entries")
async def read_audit(
    principal: Reader,
    wanted: WantedDep,
    audit_log: AuditDep,
    identity: IdentityDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> AuditPage:
    """Lists the entries of the audit log, the newest first.

    Filter by time (`from` is included, `to` is not), by user (`actor_id`), by `action`, such as
    `PATCH /v1/queues/{queue_id}`, and by the id of what it was done to (`object_id`). Entries are kept for 400 days.
    """
    lines = await audit_log.page(principal.tenant_id, wanted, cursor, limit + 1)
    shown = lines[:limit]
    more = len(lines) > limit
    items = [_view(line, identity, principal) for line in shown]
    return {"items": items, "next": shown[-1].seq if more else None}


@router.get("/check", operation_id="audit_verify")
async def check_audit(principal: Reader, audit_log: AuditDep) -> AuditCheck:
    """Checks that no entry of the audit log was changed and none is missing.

    Verifies the chain of hashes and the signed checkpoint. It reads the whole log, so an organisation runs one check at
    a time: 429 too_many_requests while another one runs.
    """
    if principal.tenant_id in _checking:
        raise TooMany("The log is already being checked: try again when it is done", retry_after_s=10)
    _checking.add(principal.tenant_id)
    try:
        lines, broken = await audit_log.verify(principal.tenant_id)
    finally:
        _checking.discard(principal.tenant_id)
    found = (broken.seq, broken.what) if broken is not None else (None, None)
    return {"lines": lines, "whole": broken is None, "seq": found[0], "what": found[1]}


@router.get(
    "/file",
    response_class=StreamingResponse,
    responses=a_file("text/csv", "application/jsonl"),
    operation_id="audit_download",
)
async def audit_file(
    principal: Exporter, wanted: WantedDep, audit_log: AuditDep, format: Literal["csv", "jsonl"] = "csv"
) -> StreamingResponse:
    """Downloads the entries of the audit log as a file, the oldest first.

    Takes the same filters as the list. JSON Lines (`format=jsonl`) has the hashes too, so that the chain can be checked
    elsewhere; but for entries with values that you may not read, which are left out of them.
    """
    lines = _as_told(audit_log.walk(principal.tenant_id, wanted), principal)
    chunks = _csv(lines) if format == "csv" else _jsonl(lines)
    media = "text/csv; charset=utf-8" if format == "csv" else "application/jsonl"
    headers = {"Content-Disposition": f'attachment; filename="call24-audit.{format}"', "Cache-Control": "no-store"}
    return StreamingResponse(chunks, media_type=media, headers=headers)


READS = {
    "queues": "queues.read",
    "hours": "queues.read",
    "numbers": "numbers.read",
    "trunks": "trunks.read",
    "users": "users.read",
    "roles": "roles.read",
    "organisation": "organisation.read",
    "fence": "fence.read",
}
"""What a route is of -> what one needs to be told the values that were changed by it."""


def told(line: StoredAuditEntry, principal: Principal) -> tuple[AuditChange, ...]:
    """Values are told to whoever may read what has them: the log opens nothing else."""
    permission = READS.get(line.action.partition("/v1/")[2].partition("/")[0])
    return line.changes if permission is not None and permits(principal, permission) else ()


def _view(line: StoredAuditEntry, identity: IdentityService, principal: Principal) -> AuditEntryAnswer:
    user = identity.known_user(line.actor_id)
    return {
        "seq": line.seq,
        "at": iso(line.at),
        "actor_id": line.actor_id,
        "token_id": line.token_id,
        "address": line.address,
        "action": line.action,
        "objects": list(line.objects),
        "fields": list(line.fields),
        "changes": [_change(one) for one in told(line, principal)],
        "why": line.why,
        "status": line.status,
        "code": line.code,
        "actor": user.name if user is not None and user.tenant_id == line.tenant_id else None,
    }


def _change(change: AuditChange) -> AuditChangeAnswer:
    return {
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "added": list(change.added),
        "removed": list(change.removed),
        "more": change.more,
    }


def _in_a_cell(change: AuditChange) -> str:
    if change.added or change.removed:
        listed = [*(f"+{one}" for one in change.added), *(f"-{one}" for one in change.removed)]
        return f"{change.field}: {' '.join(listed)}{' ...' if change.more else ''}"
    return f"{change.field}: {change.before} -> {change.after}"


def _plain(line: StoredAuditEntry, columns: tuple[str, ...]) -> dict[str, Any]:
    """What an entry has not is not in its proof either."""
    made: dict[str, Any] = msgspec.to_builtins(line)
    return {name: made[name] for name in columns if name in made}


async def _as_told(
    pages: AsyncIterator[list[StoredAuditEntry]], principal: Principal
) -> AsyncIterator[list[StoredAuditEntry]]:
    async for lines in pages:
        yield [msgspec.structs.replace(line, changes=told(line, principal)) for line in lines]


async def _csv(pages: AsyncIterator[list[StoredAuditEntry]]) -> AsyncIterator[str]:
    head = ",".join(COLUMNS) + "\r\n"
    async for lines in pages:
        text = io.StringIO(head)
        text.seek(len(head))
        writer = csv.writer(text)
        for line in lines:
            row = _plain(line, COLUMNS) | {"changes": safe_of("; ".join(map(_in_a_cell, line.changes)))}
            writer.writerow([" ".join(x) if isinstance(x, list | tuple) else x for x in row.values()])
        yield text.getvalue()
        head = ""
    yield head


async def _jsonl(pages: AsyncIterator[list[StoredAuditEntry]]) -> AsyncIterator[str]:
    async for lines in pages:
        yield "".join(msgspec.json.encode(_plain(line, COLUMNS + PROOF)).decode() + "\n" for line in lines)
