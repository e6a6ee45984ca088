"""The public page for callers, who have no account: `/rights/` and the organisation's public id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args
from urllib.parse import parse_qs

from fastapi import Depends, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, StreamingResponse

from call24.branding.dependencies import BrandingsDep
from call24.branding.pages import Masthead, masthead
from call24.branding.service import Brandings
from call24.call_records.dependencies import HistoryDep
from call24.call_records.kept_calls import KeptCalls
from call24.call_records.model import CallRecord
from call24.caller_files.api import ZIP, name_of
from call24.caller_files.dependencies import CallerFilesDep
from call24.caller_files.service import CallerFiles
from call24.consents.api import AppKeyDep, SettingsDep, controller, json_ld
from call24.consents.dependencies import ConsentsDep
from call24.consents.model import Act
from call24.consents.purposes import of as purposes_of
from call24.consents.service import Consents
from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.corrections.dependencies import CorrectionsDep
from call24.corrections.service import Corrections
from call24.disclosures.dependencies import DisclosuresDep
from call24.disclosures.service import Disclosures
from call24.http.access import client_address
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.service import IdentityService
from call24.kit.errors import Call24Error, Conflict, Invalid, NotFound, TooMany
from call24.kit.ids import RecordingId
from call24.kit.mongo import Mongo
from call24.policy.dependencies import PoliciesDep
from call24.privacy_requests import door_pages as pages
from call24.privacy_requests.dependencies import CallerDoorDep, PrivacyRequestsDep
from call24.privacy_requests.door import SESSION_LASTS, Session
from call24.privacy_requests.model import Kind
from call24.privacy_requests.service import PrivacyRequests
from call24.privacy_requests.store import Wanted
from call24.recordings.dependencies import PlaybacksDep, RecordingsDep
from call24.recordings.playbacks import Playbacks
from call24.recordings.service import Recordings
from call24.restrictions.dependencies import RestrictionsDep
from call24.restrictions.service import Restrictions
from call24.tenants.dependencies import TenantsDep
from call24.tenants.model import Tenant
from call24.tenants.rules import is_open

public = Router(prefix="/rights", include_in_schema=False)

COOKIE = "__Host-call24-rights"
SHOWN = 200
"""The newest calls, and requests, on the page."""
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

MongoDep = Annotated[Mongo, provided(Mongo)]


@dataclass(frozen=True)
class Shown:
    """What the page of a session is made from."""

    requests: PrivacyRequests
    mongo: Mongo
    recordings: Recordings
    playbacks: Playbacks
    files: CallerFiles
    consents: Consents
    disclosures: Disclosures
    corrections: Corrections
    contacts: ContactService
    identity: IdentityService
    restrictions: Restrictions
    brandings: Brandings


def _shown(
    requests: PrivacyRequestsDep,
    mongo: MongoDep,
    recordings: RecordingsDep,
    playbacks: PlaybacksDep,
    files: CallerFilesDep,
    consents: ConsentsDep,
    disclosures: DisclosuresDep,
    corrections: CorrectionsDep,
    contacts: ContactsDep,
    identity: IdentityDep,
    restrictions: RestrictionsDep,
    brandings: BrandingsDep,
) -> Shown:
    return Shown(
        requests,
        mongo,
        recordings,
        playbacks,
        files,
        consents,
        disclosures,
        corrections,
        contacts,
        identity,
        restrictions,
        brandings,
    )


ShownDep = Annotated[Shown, Depends(_shown)]


async def _organisation(public_id: str, policies: PoliciesDep, tenants: TenantsDep) -> Tenant:
    """Raises: NotFound."""
    tenant = await tenants.get(await policies.whose(public_id))
    if not is_open(tenant):
        raise NotFound
    return tenant


TenantDep = Annotated[Tenant, Depends(_organisation)]


async def _brand(public_id: str, tenant: TenantDep, brandings: BrandingsDep) -> Masthead:
    return masthead(public_id, tenant.name, brandings.known(tenant.id))


BrandDep = Annotated[Masthead, Depends(_brand)]


async def _form(request: Request) -> dict[str, str]:
    try:
        found = parse_qs((await request.body()).decode("latin-1"), max_num_fields=10, errors="replace")
    except ValueError:
        raise Invalid(errors=[("body", "a form")]) from None
    return {name: values[0] for name, values in found.items()}


@public.get("/{public_id}", operation_id="rights_page")
async def page(
    public_id: str,
    tenant: TenantDep,
    request: Request,
    door: CallerDoorDep,
    shown: ShownDep,
    brand: BrandDep,
) -> HTMLResponse:
    session = door.session(tenant.id, request.cookies.get(COOKIE, ""))
    if session is None:
        return _html(pages.number_page(public_id, tenant.name, brand=brand))
    return _html(await _data(public_id, tenant, session, shown))


@public.post("/{public_id}/call", operation_id="rights_call")
async def call(
    public_id: str, tenant: TenantDep, request: Request, door: CallerDoorDep, brand: BrandDep
) -> HTMLResponse:
    form = await _form(request)
    try:
        visit = await door.begin(tenant.id, form.get("number", ""), tenant.region, client_address(request))
    except (Invalid, TooMany) as problem:
        return _refused(pages.number_page(public_id, tenant.name, _words(problem), brand=brand), problem)
    return _html(pages.code_page(public_id, visit, brand=brand))


@public.post("/{public_id}/code", operation_id="rights_code")
async def code(public_id: str, tenant: TenantDep, request: Request, door: CallerDoorDep, brand: BrandDep) -> Response:
    form = await _form(request)
    visit = form.get("visit", "")
    try:
        opened = door.enter(tenant.id, visit, form.get("code", ""), client_address(request))
    except TooMany as problem:
        return _refused(pages.code_page(public_id, visit, _words(problem), brand=brand), problem)
    if opened is None:
        return _html(pages.code_page(public_id, visit, "This code is wrong, or not valid any more.", brand=brand), 403)
    back = _back(public_id)
    lasts = round(SESSION_LASTS.total_seconds())
    back.set_cookie(COOKIE, opened, max_age=lasts, path="/", secure=True, httponly=True, samesite="strict")
    return back


@public.post("/{public_id}/request", operation_id="rights_request")
async def ask(
    public_id: str,
    tenant: TenantDep,
    request: Request,
    door: CallerDoorDep,
    shown: ShownDep,
) -> Response:
    session = door.session(tenant.id, request.cookies.get(COOKIE, ""))
    if session is None:
        return _back(public_id)
    form = await _form(request)
    kind: Any = form.get("kind", "")
    if kind not in get_args(Kind):
        raise Invalid(errors=[("kind", f"one of {', '.join(get_args(Kind))}")])
    note = form.get("note", "").strip() if kind == "correction" else ""
    try:
        if kind == "correction" and not 1 <= len(note) <= pages.WRONG_MAX:
            raise Invalid(errors=[("what is wrong", f"1 to {pages.WRONG_MAX} characters")])
        await shown.requests.add(tenant.id, kind, "page", contact_id=session.contact_id, identity="code", note=note)
    except (Conflict, Invalid) as problem:
        return _refused(await _data(public_id, tenant, session, shown, _words(problem)), problem)
    return _back(public_id)


@public.post("/{public_id}/consent", operation_id="rights_consent")
async def consent(
    public_id: str, tenant: TenantDep, request: Request, door: CallerDoorDep, consents: ConsentsDep
) -> Response:
    """Holds at once: no officer has to answer."""
    session = door.session(tenant.id, request.cookies.get(COOKIE, ""))
    if session is None:
        return _back(public_id)
    form = await _form(request)
    declared = next((one for one in purposes_of("caller") if one.purpose == form.get("purpose")), None)
    act = form.get("act", "")
    if declared is None or act not in ("grant", "refuse"):
        raise Invalid(errors=[("purpose", "one of the page, with `act` grant or refuse")])
    said: Act | None = "grant" if act == "grant" else None
    await consents.enter(declared.purpose, said, tenant.id, session.contact_id, "page", seen=form.get("hash"))
    return _back(public_id)


@public.get("/{public_id}/receipts/{entry_id}", operation_id="rights_receipt")
async def consent_receipt(
    public_id: str,
    entry_id: str,
    tenant: TenantDep,
    request: Request,
    door: CallerDoorDep,
    consents: ConsentsDep,
    policies: PoliciesDep,
    tenants: TenantsDep,
    settings: SettingsDep,
    key: AppKeyDep,
) -> Response:
    session = door.session(tenant.id, request.cookies.get(COOKIE, ""))
    if session is None:
        raise NotFound
    entry = await consents.entry("caller", tenant.id, session.contact_id, entry_id)
    return json_ld(entry, await controller("caller", tenant.id, policies, tenants, settings), key)


@public.post("/{public_id}/leave", operation_id="rights_leave")
async def leave(public_id: str, tenant: TenantDep, request: Request, door: CallerDoorDep) -> Response:
    door.leave(request.cookies.get(COOKIE, ""))
    back = _back(public_id)
    back.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return back


@public.get("/{public_id}/recordings/{recording_id}", operation_id="rights_recording")
async def recording(
    public_id: str,
    recording_id: str,
    tenant: TenantDep,
    request: Request,
    door: CallerDoorDep,
    history: HistoryDep,
    recordings: RecordingsDep,
) -> StreamingResponse:
    session = door.session(tenant.id, request.cookies.get(COOKIE, ""))
    if session is None:
        raise NotFound
    found = await recordings.get(tenant.id, RecordingId(recording_id))
    record = await history.whose(tenant.id, found.call_id, None, restricted=True)
    if record.contact_id != session.contact_id:
        raise NotFound
    sound = await recordings.open_audio(tenant.id, found.id)
    await sound.head(1)  # a damaged file is found out before anything is promised
    headers = {
        **_PRIVATE,
        "Content-Disposition": 'attachment; filename="recording.wav"',
        "Content-Length": str(sound.size),
    }
    return StreamingResponse(_all(sound.chunks(0, sound.size - 1)), media_type="audio/wav", headers=headers)


@public.post("/{public_id}/file", operation_id="rights_begin_file")
async def begin_file(
    public_id: str,
    tenant: TenantDep,
    request: Request,
    door: CallerDoorDep,
    shown: ShownDep,
) -> Response:
    session = door.session(tenant.id, request.cookies.get(COOKIE, ""))
    if session is None:
        return _back(public_id)
    try:
        await shown.files.begin(tenant.id, session.contact_id, None)
    except (NotFound, TooMany) as problem:
        return _refused(await _data(public_id, tenant, session, shown, problem.detail), problem)
    return _back(public_id)


@public.get("/{public_id}/file", operation_id="rights_file")
async def file(
    public_id: str, tenant: TenantDep, request: Request, door: CallerDoorDep, files: CallerFilesDep
) -> FileResponse:
    session = door.session(tenant.id, request.cookies.get(COOKIE, ""))
    if session is None or (found := await files.of_caller(tenant.id, session.contact_id)) is None:
        raise NotFound
    path = await files.path(tenant.id, found.id)
    return FileResponse(path, media_type=ZIP, filename=name_of(found), headers=_PRIVATE)


async def _data(public_id: str, tenant: Tenant, session: Session, shown: Shown, problem: str = "") -> str:
    collection = shown.mongo.tenant(tenant.id).collection(CallRecord)
    calls = await collection.find(
        {"contact_id": session.contact_id}, sort=[("arrived_at", -1), ("id", -1)], limit=SHOWN
    )
    there = {one.id for one in calls}
    longer = [
        one
        for one in await KeptCalls(shown.mongo).of_contacts(tenant.id, [session.contact_id], SHOWN)
        if one.id not in there
    ]
    kept = await shown.recordings.of_calls(tenant.id, [*(one.id for one in calls), *(one.id for one in longer)])
    heard = {call_id: await shown.playbacks.of(tenant.id, one.id) for call_id, one in kept.items()}
    roles = {one.id: one.role for one in await shown.identity.users(tenant.id)} if any(heard.values()) else {}
    asked = await shown.requests.page(tenant.id, Wanted(contact_id=session.contact_id), limit=SHOWN, cursor=None)
    purposes = await shown.consents.standings("caller", tenant.id, session.contact_id)
    file = await shown.files.of_caller(tenant.id, session.contact_id)
    known = (await shown.contacts.stored_some(tenant.id, [session.contact_id])).get(session.contact_id)
    corrected = await shown.corrections.of_contact(tenant.id, session.contact_id, limit=SHOWN)
    name = pages.name_part(known.own_name if known is not None else None, corrected.corrections)
    told = [
        f"{one.given_at:%Y-%m-%d}: {one.authority}, {one.legal_basis}, {one.outcome}"
        for one in await shown.disclosures.told(tenant.id, [session.contact_id])
    ]
    return pages.data_page(
        public_id,
        tenant.name,
        name,
        [*calls, *longer],
        kept,
        heard,
        asked.requests,
        purposes,
        file,
        told,
        roles,
        await shown.restrictions.of_contact(tenant.id, session.contact_id),
        problem,
        brand=masthead(public_id, tenant.name, shown.brandings.known(tenant.id)),
    )


def _html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, headers=_PRIVATE)


def _refused(text: str, problem: Call24Error) -> HTMLResponse:
    wait = {} if problem.retry_after_s is None else {"Retry-After": str(problem.retry_after_s)}
    return HTMLResponse(text, problem.status, headers={**_PRIVATE, **wait})


def _words(problem: Call24Error) -> str:
    return "; ".join(f"{field}: {said}" for field, said in problem.errors) or problem.detail


def _back(public_id: str) -> RedirectResponse:
    return RedirectResponse(pages.place(public_id), 303, headers=_PRIVATE)


async def _all(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk
