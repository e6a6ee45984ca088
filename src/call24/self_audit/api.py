"""Reading results of self-audits. One is made on the machine of the installation: `./call24 audit run`."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends

from call24.http.access import allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.self_audit.answers import SelfAuditAnswer, SelfAuditList
from call24.self_audit.dependencies import SelfAuditsDep
from call24.self_audit.model import SelfAudit
from call24.self_audit.result import shown

router = Router(prefix="/v1/self-audits", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("audit.read"))]


@router.get("", operation_id="audit_list_self_audits")
async def listed(_: Reader, audits: SelfAuditsDep) -> SelfAuditList:
    """Lists the self-audits of the installation, the newest first, and says whether a new one is due.

    The operator runs one by `./call24 audit run`.
    """
    items = [_view(one) for one in await audits.newest()]
    return {"items": items, "next": None, "due": await audits.due()}


@router.get("/{self_audit_id}", operation_id="audit_read_self_audit")
async def read(self_audit_id: str, _: Reader, audits: SelfAuditsDep) -> SelfAuditAnswer:
    """Retrieves the signed result of a self-audit. The key that verifies it is at `/v1/erasure-receipts/key`."""
    return _view(await audits.get(self_audit_id))


def _view(result: SelfAudit) -> SelfAuditAnswer:
    return cast(SelfAuditAnswer, shown(result))
