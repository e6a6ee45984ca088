"""Suspected duplicates of the address book, merging, and undoing what was done with a person."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import Field

from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Conflict
from call24.kit.ids import DuplicateId, HistoryEntryId, PersonId
from call24.kit.instants import iso
from call24.people.answers import (
    DuplicatePage,
    HistoryEntryAnswer,
    HistoryEntryPage,
    MergedAnswer,
    UndoneAnswer,
)
from call24.people.api import person_answer
from call24.people.dependencies import DuplicatesDep, PeopleDep, PersonHistoryDep
from call24.people.duplicates import DuplicatePage as Suspected
from call24.people.history import HistoryPage
from call24.people.history_model import HistoryEntry
from call24.people.history_rules import changed_fields
from call24.people.rules import name_of

router = Router(prefix="/v1/people", tags=["people"])

Reader = Annotated[Principal, Depends(allowed("people.read"))]
Writer = Annotated[Principal, Depends(allowed("people.write"))]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]
Chosen = Literal["kept", "other"]


class Take(Body):
    """Whose value stays, of fields that have one. Where nothing is said: the kept person's, or the other's where that
    is empty; notes of both. Lists (numbers, e-mail addresses, addresses, tags, own fields) have all lines of both.
    """

    given: Chosen | None = None
    family: Chosen | None = None
    patronymic: Chosen | None = None
    phonetic: Chosen | None = None
    order: Chosen | None = None
    company: Chosen | None = None
    notes: Chosen | None = None
    picture: Chosen | None = None
    fields: Annotated[Chosen | None, Field(description="Of own fields of one name with two values")] = None


class Merge(Body):
    """Whom to merge into the person, and whose values stay.

    `version`, `other_version`: those that you read; where one is no longer the current one, the answer is 409
    `person_changed`.
    """

    other_id: str = Field(max_length=40)
    version: int | None = Field(None, ge=1)
    other_version: int | None = Field(None, ge=1)
    take: Take = Take()


@router.get("/duplicates", operation_id="people_list_duplicates")
async def list_duplicates(
    principal: Reader, duplicates: DuplicatesDep, limit: Limit = 25, cursor: Cursor = None
) -> DuplicatePage:
    """Lists people who were probably written down twice, with the reasons, the likeliest first.

    Names are compared in Cyrillic and Latin, as written and as they sound; beside them numbers, e-mail addresses,
    birth dates, addresses and own fields. Two people who share a number or a home are not listed for that. A new or
    changed person is compared within seconds; of an import it takes longer. Nobody is merged unless a user does it.
    """
    found = await duplicates.page(principal.tenant_id, principal.user_id, limit=limit, cursor=cursor)
    return _suspected(found)


@router.post("/duplicates/{duplicate_id}/dismiss", status_code=204, operation_id="people_dismiss_duplicate")
async def dismiss(duplicate_id: str, principal: Writer, duplicates: DuplicatesDep) -> None:
    """Says that these are two people. They are not listed again, whatever is changed of them."""
    await duplicates.dismiss(principal.tenant_id, DuplicateId(duplicate_id), principal.user_id)


@router.post("/{person_id}/merge", operation_id="people_merge")
async def merge(
    person_id: str, body: Merge, principal: Writer, people: PeopleDep, past: PersonHistoryDep
) -> MergedAnswer:
    """Merges another person into this one. For 30 days it can be undone, with nothing lost.

    Both are of the organisation, or both private to you (else 409 `not_mergeable`). The other is gone then; calls of
    all their numbers show this one.
    """
    kept = await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    other = await people.get(principal.tenant_id, PersonId(body.other_id), principal.user_id)
    if body.version not in (None, kept.version) or body.other_version not in (None, other.version):
        raise Conflict("Somebody else has changed one of them", code="person_changed")
    person, entry = await past.merge(kept, other, body.take.model_dump(exclude_none=True), principal.user_id)
    return {"person": person_answer(person), "entry": _entry(entry)}


@router.get("/{person_id}/history", operation_id="people_list_history")
async def list_history(
    person_id: str,
    principal: Reader,
    people: PeopleDep,
    past: PersonHistoryDep,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> HistoryEntryPage:
    """Lists what was done with a person in the last 30 days, the newest first: the last 20 changes, and merges.

    Who was deleted is in `GET /v1/people/deleted`.
    """
    whose, reader = PersonId(person_id), principal.user_id
    await people.get(principal.tenant_id, whose, reader)
    return _page(await past.of_person(principal.tenant_id, whose, reader, limit=limit, cursor=cursor))


@router.get("/deleted", operation_id="people_list_deleted")
async def list_deleted(
    principal: Reader, past: PersonHistoryDep, limit: Limit = 25, cursor: Cursor = None
) -> HistoryEntryPage:
    """Lists people who were deleted in the last 30 days and can come back, the newest deletion first.

    Who was erased is not among them.
    """
    return _page(await past.deleted(principal.tenant_id, principal.user_id, limit=limit, cursor=cursor))


@router.post("/history/{entry_id}/undo", operation_id="people_undo")
async def undo(entry_id: str, principal: Writer, past: PersonHistoryDep) -> UndoneAnswer:
    """Undoes a change, a deletion or a merge of a person, within 30 days.

    What was changed or added since stays, with who stayed of a merge; everything else is as it was before, and who was
    deleted or merged is there again as they were. 404 once it is too late or somebody of it was erased; 409
    `already_undone`, and `person_deleted` where that has to be undone first.
    """
    entry = await past.get(principal.tenant_id, HistoryEntryId(entry_id), principal.user_id)
    return {"people": [person_answer(one) for one in await past.undo(entry, principal.user_id)]}


def _suspected(found: Suspected) -> DuplicatePage:
    return {
        "items": [
            {
                "id": pair.id,
                "why": list(pair.why),
                "score": pair.score,
                "people": [person_answer(one), person_answer(other)],
                "found_at": iso(pair.found_at),
            }
            for pair, one, other in found.pairs
        ],
        "next": found.next,
    }


def _page(found: HistoryPage) -> HistoryEntryPage:
    return {"items": [_entry(one) for one in found.entries], "next": found.next}


def _entry(entry: HistoryEntry) -> HistoryEntryAnswer:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "person_id": entry.person_id,
        "name": name_of(entry.before),
        "other_id": entry.other_id,
        "other_name": name_of(entry.other) if entry.other is not None else None,
        "fields": changed_fields(entry.before, entry.after) if entry.after is not None else [],
        "private": entry.private_to is not None,
        "at": iso(entry.at),
        "by": entry.by,
        "undone_at": iso(entry.undone_at) if entry.undone_at is not None else None,
        "until": iso(entry.delete_at),
    }
