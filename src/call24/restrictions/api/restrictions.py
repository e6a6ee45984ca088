"""Restrictions as officers see them, and the one door to restricted recordings: with a reason, which is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from call24.call_records.kept_calls import KeptCalls
from call24.call_records.labels import named
from call24.call_records.model import CallRecord
from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.http.access import Body, allowed
from call24.http.files import a_file
from call24.http.pagination import AskedDep
from call24.http.provided import provided
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import NotFound
from call24.kit.ids import CallId, ContactId, RecordingId, TenantId, UserId
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.recordings.api import play
from call24.recordings.dependencies import PlaybacksDep, RecordingsDep
from call24.restrictions.api.answers import RestrictedRecordingList, RestrictionAnswer, RestrictionPageAnswer
from call24.restrictions.dependencies import RestrictionsDep
from call24.restrictions.model import Restriction, UseGround
from call24.restrictions.rules import NOTE_MAX

router = Router(prefix="/v1/restrictions", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("restrictions.read"))]
Opener = Annotated[Principal, Depends(allowed("restrictions.open"))]
MongoDep = Annotated[Mongo, provided(Mongo)]
CALLS_MAX = 200


class RestrictionOpening(Body):
    """Why restricted data is used all the same. Source: GDPR, article 18(2)."""

    ground: UseGround
    reason: str = Field(max_length=NOTE_MAX)


@router.get("", operation_id="restrictions_list")
async def list_restrictions(
    principal: Reader,
    restrictions: RestrictionsDep,
    contacts: ContactsDep,
    identity: IdentityDep,
    asked: AskedDep,
    active: Annotated[bool | None, Query(description="Only those that hold, or only those that were lifted")] = None,
) -> RestrictionPageAnswer:
    """Lists whose data is restricted, the newest first."""
    page = await restrictions.page(principal.tenant_id, active=active, limit=asked.limit, cursor=asked.cursor)
    items = [await _view(one, contacts, identity, principal.user_id) for one in page.restrictions]
    return {"items": items, "next": page.next}


@router.get("/{restriction_id}", operation_id="restrictions_read")
async def read(
    restriction_id: str, principal: Reader, restrictions: RestrictionsDep, contacts: ContactsDep, identity: IdentityDep
) -> RestrictionAnswer:
    """Retrieves a restriction with its history."""
    found = await restrictions.get(principal.tenant_id, restriction_id)
    return await _view(found, contacts, identity, principal.user_id)


@router.post("/{restriction_id}/openings", operation_id="restrictions_open")
async def open_restriction(
    restriction_id: str,
    body: RestrictionOpening,
    principal: Opener,
    restrictions: RestrictionsDep,
    contacts: ContactsDep,
    identity: IdentityDep,
) -> RestrictionAnswer:
    """Opens the recordings of a restricted caller to you, for half an hour. The reason is kept in the history.

    409 restriction_lifted: nothing is restricted any more.
    """
    after = await restrictions.open(principal.tenant_id, restriction_id, principal.user_id, body.ground, body.reason)
    restrictions.learn(after)
    return await _view(after, contacts, identity, principal.user_id)


@router.get("/{restriction_id}/recordings", operation_id="restrictions_list_recordings")
async def list_recordings(
    restriction_id: str,
    principal: Opener,
    restrictions: RestrictionsDep,
    recordings: RecordingsDep,
    mongo: MongoDep,
) -> RestrictedRecordingList:
    """Lists the recordings of the newest 200 calls. 409 restriction_not_opened: open it first, with the reason."""
    found = await restrictions.check_open(principal.tenant_id, restriction_id, principal.user_id)
    calls = await _calls(principal.tenant_id, found.contact_ids, mongo)
    kept = await recordings.all_of_calls(principal.tenant_id, calls)
    every = [one for some in kept.values() for one in some]
    return {
        "items": [
            {
                "id": one.id,
                "call_id": one.call_id,
                "kind": one.kind,
                "started_at": iso(one.started_at),
                "duration_s": one.duration_s,
            }
            for one in sorted(every, key=lambda one: one.started_at, reverse=True)
        ]
    }


@router.get(
    "/{restriction_id}/recordings/{recording_id}/audio",
    response_class=Response,
    responses=a_file("audio/wav", ranges=True),
    operation_id="restrictions_read_audio",
)
async def audio(
    restriction_id: str,
    recording_id: str,
    principal: Opener,
    restrictions: RestrictionsDep,
    recordings: RecordingsDep,
    playbacks: PlaybacksDep,
    mongo: MongoDep,
    request: Request,
) -> Response:
    """Downloads the audio of a restricted recording, as `GET /v1/recordings/{recording_id}/audio` does of others.

    409 restriction_not_opened: open it first, with the reason. Each playback is logged.
    """
    found = await restrictions.check_open(principal.tenant_id, restriction_id, principal.user_id)
    recording = await recordings.get(principal.tenant_id, RecordingId(recording_id))
    if recording.call_id not in await _calls(principal.tenant_id, found.contact_ids, mongo, recording.call_id):
        raise NotFound
    return await play(recording, principal, recordings, playbacks, request)


async def _calls(
    tenant_id: TenantId, contact_ids: tuple[ContactId, ...], mongo: Mongo, one: CallId | None = None
) -> list[CallId]:
    """The newest calls of these callers; or this one, if it is theirs."""
    theirs: dict[str, object] = {"contact_id": {"$in": list(contact_ids)}}
    records = mongo.tenant(tenant_id).collection(CallRecord)
    rule = theirs if one is None else {**theirs, "id": one}
    found = [record.id for record in await records.find(rule, sort=[("arrived_at", -1)], limit=CALLS_MAX)]
    kept = await KeptCalls(mongo).of_contacts(tenant_id, list(contact_ids), CALLS_MAX)
    return list(dict.fromkeys([*found, *(call.id for call in kept)]))


async def _view(
    restriction: Restriction, contacts: ContactService, identity: IdentityService, reader: UserId
) -> RestrictionAnswer:
    known = await contacts.stored_some(restriction.tenant_id, list(restriction.contact_ids))
    return {
        "id": restriction.id,
        "numbers": [
            {
                "contact_id": one,
                "number": known[one].number if one in known else None,
                "name": known[one].shown_name if one in known else None,
            }
            for one in restriction.contact_ids
        ],
        "person_id": restriction.person_id,
        "request_id": restriction.request_id,
        "ground": restriction.ground,
        "set_at": iso(restriction.set_at),
        "told_at": iso(restriction.told_at),
        "lifted_at": iso(restriction.lifted_at),
        "open_until": iso(restriction.open_until(reader)),
        "history": [
            {
                "at": iso(line.at),
                "by": named(line.by, _names(identity)),
                "action": line.action,
                "note": line.note,
                "ground": line.ground,
                "until": iso(line.until),
            }
            for line in restriction.history
        ],
    }


def _names(identity: IdentityService) -> Callable[[UserId | None], str]:
    def name(user_id: UserId | None) -> str:
        user = identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"

    return name
