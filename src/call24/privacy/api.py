"""Users' rights over their data: a file of it, deletion with the account, receipts; the record of processing. For the
operator of the installation, whether what is due is deleted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import IO, Annotated, Literal

from fastapi import Depends, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from call24.audit.dependencies import AuditDep
from call24.audit.service import AuditLog
from call24.data_map import documents
from call24.data_transfers.dependencies import DataTransfersDep
from call24.flows.dependencies import FlowsDep
from call24.http.access import SERIALISED, Body, allowed, check_over, recently_proven
from call24.http.files import a_file
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.kit.ids import TenantId, UserId
from call24.kit.instants import iso
from call24.kit.signed_json import fingerprint
from call24.policy.api import kept_data
from call24.policy.dependencies import PoliciesDep, TypesetterDep
from call24.privacy.answers import (
    AccountErasure,
    ErasureReceiptAnswer,
    OrganisationRetention,
    ProcessingRecord,
    ReceiptKey,
    ReportedAccount,
    RetentionState,
)
from call24.privacy.dependencies import (
    AgreedTimeDep,
    DeletionNoticesDep,
    HeldDep,
    PersonsDep,
    ReceiptsDep,
    RetentionWatchDep,
)
from call24.privacy.model import ErasureReceipt
from call24.privacy.persons import Persons
from call24.privacy.processing_record import RegisteredTransfers, processing_page, processing_paper, processing_record
from call24.privacy.receipt import FORMAT
from call24.privacy.retention_watch import RetentionStatus
from call24.queues.dependencies import QueuesDep
from call24.queues.rules import check_unused
from call24.server.api.operator import OperatorDep
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1", tags=["administration"])
operators = Router(prefix="/v1/internal/retention", tags=["internal"], include_in_schema=False)

_ZIP = "application/zip"
_PIECE = 256 << 10
_HTML = "text/html"
_PDF = "application/pdf"

PrivacyReader = Annotated[Principal, Depends(allowed("privacy.read"))]


class AccountDeletion(Body):
    """Why the account is deleted: the user has left, asked for it, was created by mistake, or another reason."""

    reason: Literal["left", "asked", "mistake", "other"]


@router.post("/users/{user_id}/delete", dependencies=SERIALISED, operation_id="users_delete")
async def delete(
    user_id: str,
    body: AccountDeletion,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    flow_service: FlowsDep,
    persons: PersonsDep,
) -> AccountErasure:
    """Deletes a user's account and all that is kept of the person.

    Their sessions, sockets and phones have ended when this is answered. Call records, the audit log and statistics stay
    for as long as they are kept, with an id that no longer leads to anybody. 403 beyond_own: the user has a permission
    that you lack. 409 last_owner: an organisation keeps an owner. 409 user_on_call. 409 user_in_use: a flow leads to
    the user. `receipt` is signed proof of the deletion; it can be downloaded again by its id.
    """
    await check_over(user_id, principal, identity)
    check_unused(flow_service.users_of(principal.tenant_id, user_id), "user_in_use")
    erasure, receipt = await persons.erase(principal.tenant_id, UserId(user_id), body.reason)
    return {"id": erasure.id, "deleted": erasure.deleted, "receipt": receipt_view(receipt)}


@router.post(
    "/users/{user_id}/report-child", status_code=202, dependencies=SERIALISED, operation_id="users_report_child"
)
async def report_child(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    persons: PersonsDep,
) -> ReportedAccount:
    """Closes an account that is a child's, and deletes it.

    It is closed when this is answered, also in a call, and deleted at once or within a minute of the call's end. No
    reason is asked or kept. A flow that leads to the user rings nobody. 403 beyond_own: the user has a permission that
    you lack. 409 last_owner: an organisation keeps an owner.
    """
    await check_over(user_id, principal, identity)
    return {"id": user_id, "receipt_id": await persons.close_child(principal.tenant_id, UserId(user_id))}


@router.get("/erasure-receipts/key", operation_id="erasure_receipts_read_key")
async def receipt_key(receipts: ReceiptsDep) -> ReceiptKey:
    """Retrieves the public key that verifies this installation's receipts. Anybody may; it never changes."""
    key = receipts.public_key
    return {"algorithm": "Ed25519", "public_key": key.public_bytes_raw().hex(), "installation": fingerprint(key)}


@router.get("/erasure-receipts/{receipt_id}", operation_id="erasure_receipts_read")
async def read_receipt(receipt_id: str, receipts: ReceiptsDep) -> ErasureReceiptAnswer:
    """Downloads the receipt of an erasure.

    Whoever knows its id may: it has no personal data, and the account that asked may be gone.
    """
    return receipt_view(await receipts.get(receipt_id))


@router.get(
    "/me/file", response_class=Response, responses=a_file(_ZIP), tags=["session"], operation_id="users_export_my_data"
)
async def my_file(principal: InApp, tenants: TenantsDep, audit_log: AuditDep, persons: PersonsDep) -> Response:
    """Downloads all that is kept of the current user, as JSON files in a ZIP.

    `manifest.json` says what is in it and what is left out. An organisation packs one file at a time: 429
    too_many_requests while another is packed. 403 mfa_due: step up first.
    """
    recently_proven(principal)
    return await _file(principal.tenant_id, principal.user_id, tenants, audit_log, persons)


@router.get("/users/{user_id}/file", response_class=Response, responses=a_file(_ZIP), operation_id="users_export_data")
async def file(
    user_id: str,
    principal: Annotated[Principal, Depends(allowed("users.export"))],
    tenants: TenantsDep,
    audit_log: AuditDep,
    persons: PersonsDep,
) -> Response:
    """Downloads all that is kept of a user, as JSON files in a ZIP.

    For whoever answers for the organisation's privacy. `manifest.json` says what is in it and what is left out. An
    organisation packs one file at a time: 429 too_many_requests while another is packed.
    """
    return await _file(principal.tenant_id, UserId(user_id), tenants, audit_log, persons)


@router.get("/organisation/processing-record", operation_id="organisation_read_processing_record")
async def read_processing_record(
    principal: PrivacyReader,
    tenants: TenantsDep,
    policies: PoliciesDep,
    held: HeldDep,
    clock: ClockDep,
    register: DataTransfersDep,
) -> ProcessingRecord:
    """Retrieves the record of processing activities (GDPR, article 30).

    It is made from the data map, with what the organisation states in its privacy policy (`/v1/organisation/policy`):
    purposes, categories of persons and data, recipients, retention, security measures. `missing` names what article 30
    asks for and nobody states.
    """
    tenant, stated = await tenants.get(principal.tenant_id), await policies.settings(principal.tenant_id)
    transfers = RegisteredTransfers(await register.told(tenant.id), await register.gaps(tenant.id))
    return processing_record(tenant, stated, documents(), held.holdings, clock.now(), transfers)


@router.get(
    "/organisation/processing-record/page",
    response_class=Response,
    responses=a_file(_HTML),
    operation_id="organisation_download_processing_record",
)
async def download_processing_record(
    principal: PrivacyReader,
    tenants: TenantsDep,
    policies: PoliciesDep,
    held: HeldDep,
    clock: ClockDep,
    register: DataTransfersDep,
) -> Response:
    """Downloads the record of processing activities as an HTML page that can be printed."""
    record = await read_processing_record(principal, tenants, policies, held, clock, register)
    headers = {
        "Content-Disposition": 'attachment; filename="call24-processing-record.html"',
        "Cache-Control": "no-store",
    }
    return Response(processing_page(record), media_type=_HTML, headers=headers)


@router.get(
    "/organisation/processing-record/pdf",
    response_class=Response,
    responses=a_file(_PDF),
    operation_id="organisation_download_processing_record_pdf",
)
async def download_processing_record_pdf(
    principal: PrivacyReader,
    tenants: TenantsDep,
    policies: PoliciesDep,
    held: HeldDep,
    clock: ClockDep,
    register: DataTransfersDep,
    typesetter: TypesetterDep,
) -> Response:
    """Downloads the record of processing activities as a PDF.

    It says what the HTML page says, tagged for screen readers (PDF/UA-1). 429 too_many_attempts: several PDFs of the
    organisation are being made.
    """
    record = await read_processing_record(principal, tenants, policies, held, clock, register)
    headers = {
        "Content-Disposition": 'attachment; filename="call24-processing-record.pdf"',
        "Cache-Control": "no-store",
    }
    made = await typesetter.pdf(principal.tenant_id, processing_paper(record))
    return Response(made, media_type=_PDF, headers=headers)


@router.get("/organisation/retention", operation_id="organisation_read_retention")
async def read_retention(
    principal: PrivacyReader,
    watch: RetentionWatchDep,
    tenants: TenantsDep,
    queues: QueuesDep,
    policies: PoliciesDep,
    notices: DeletionNoticesDep,
) -> OrganisationRetention:
    """Retrieves how long the organisation keeps what, and whether what is due is deleted.

    Days are changed with `PUT /v1/organisation/record-days`, `PATCH /v1/organisation` (of recordings) and `PATCH
    /v1/queues/{queue_id}`.
    """
    tenant, found = await tenants.get(principal.tenant_id), await watch.of(principal.tenant_id)
    told = await notices.of(principal.tenant_id)
    last, status, alarms = found.status.last, found.status, list[Literal["time_disputed", "overdue"]]()
    if last is not None and last.disputed_at is not None:
        alarms.append("time_disputed")
    if status.overdue:
        alarms.append("overdue")
    return {
        "record_days": tenant.record_days,
        "recording_days": tenant.recording_days,
        "recording_days_reason": tenant.recording_days_reason,
        "recording": tenant.recording,
        "queues": [
            {
                "id": queue.id,
                "name": queue.name,
                "recording_days": queue.recording_days,
                "recording_days_reason": queue.recording_days_reason,
            }
            for queue in queues.known_queues(tenant.id)
            if queue.recording_days is not None
        ],
        "kept": [kept_data(row) for row in policies.current().tables.callers],
        "agreed_at": None if last is None else iso(last.at),
        "oldest_call_at": None if found.oldest_call_at is None else iso(found.oldest_call_at),
        "due_soon": found.due_soon,
        "announced": None
        if told is None
        else {
            "at": iso(told.at),
            "begins_at": iso(told.begins_at),
            "record_days": told.record_days,
            "calls": told.calls,
            "recordings": told.recordings,
        },
        "overdue": status.overdue,
        "held": status.held,
        "reviews_due": status.reviews_due,
        "alarms": alarms,
    }


def receipt_view(receipt: ErasureReceipt) -> ErasureReceiptAnswer:
    shown: ErasureReceiptAnswer = {
        "format": FORMAT,
        "id": receipt.id,
        "at": iso(receipt.at),
        "rule": receipt.rule,
        "reason": receipt.reason,
        "subject": receipt.subject,
        "erased": receipt.erased,
        "interrupted": receipt.interrupted,
        "installation": receipt.installation,
        "signature": receipt.signature,
    }
    if receipt.processors:
        shown["processors"] = receipt.processors
    return shown


async def _file(
    tenant_id: TenantId, user_id: UserId, tenants: TenantService, audit_log: AuditLog, persons: Persons
) -> Response:
    """Raises: NotFound, TooMany, Unavailable."""
    tenant = await tenants.get(tenant_id)
    await audit_log.settle()
    packed = await persons.file(tenant_id, user_id, tenant.name)
    headers = {"Content-Disposition": f'attachment; filename="call24-{user_id}.zip"', "Cache-Control": "no-store"}
    headers["Content-Length"] = str(packed.seek(0, io.SEEK_END))
    return StreamingResponse(_pieces(packed), media_type=_ZIP, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


class TodaysDate(Body):
    """`today`: the date, by another clock than this machine's."""

    today: Annotated[date, Field(strict=False)]


@operators.get("")
async def retention(_: OperatorDep, watch: RetentionWatchDep) -> RetentionState:
    """Tells whether what is due is deleted."""
    return _retention(await watch.status())


@operators.post("/confirm-time")
async def confirm_time(
    body: TodaysDate, _: OperatorDep, time: AgreedTimeDep, watch: RetentionWatchDep
) -> RetentionState:
    """Has the server's clock believed, if its date is the one that is said. 422: it is not."""
    await time.confirm(body.today)
    return _retention(await watch.status())


def _retention(status: RetentionStatus) -> RetentionState:
    last = status.last
    return {
        "agreed_at": None if last is None else iso(last.at),
        "disputed": last is not None and last.disputed_at is not None,
        "overdue": status.overdue,
        "held": status.held,
        "reviews_due": status.reviews_due,
        "caught_up_at": None if status.caught_up is None else iso(status.caught_up.at),
        "alarms": status.alarms,
    }
