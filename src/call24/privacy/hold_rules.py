"""What legal holds keep back, as filters of MongoDB. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from call24.call_records.history_row import besides
from call24.call_records.kept_calls import KeptCall
from call24.contacts.model import Contact
from call24.data_map import OnItsDay, WithCall, document_of
from call24.kit.ids import TenantId
from call24.privacy.hold_model import LegalHold

Filter = dict[str, Any]
_PERSON_FIELDS = ("user_id", "agent_id")


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Of one organisation. `whole`: all that it has. `calls`: also those of held contacts, users and queues."""

    whole: bool = False
    calls: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()


NOTHING = HeldBack()


def clause_of(hold: LegalHold) -> Filter:
    """The call records that a hold keeps. Each part is answered from an index."""
    match hold.kind:
        case "call":
            return {"_id": hold.subject_id}
        case "contact":
            return {"contact_id": hold.subject_id}
        case "user":
            return _found(hold.subject_id or "", "agent_id", {})
        case "queue":
            return _found(hold.subject_id or "", "queue_id", {"arrived_at": {"$gte": hold.since, "$lt": hold.until}})
        case "organisation":
            return {}


def kept_clause_of(hold: LegalHold) -> Filter:
    """The reduced records that a hold keeps, with the recordings of their calls."""
    match hold.kind:
        case "call":
            return {"_id": hold.subject_id}
        case "contact":
            return {"contact_id": hold.subject_id}
        case "user":
            return {"agents": hold.subject_id}
        case "queue":
            when = {"arrived_at": {"$gte": hold.since, "$lt": hold.until}}
            return {"$or": [{"queue_id": hold.subject_id, **when}, {"queues": hold.subject_id, **when}]}
        case "organisation":
            return {}


def _found(id: str, field: str, when: Filter) -> Filter:
    """By the lists of an ended call; one that goes on is in none."""
    return {"$or": [{"found_in": {"$in": [id, besides(id)]}, **when}, {"ended_at": None, field: id, **when}]}


def subjects(holds: Iterable[LegalHold], kind: str) -> frozenset[str]:
    return frozenset(hold.subject_id for hold in holds if hold.kind == kind and hold.subject_id is not None)


def but_held(struct: type[msgspec.Struct], held: Mapping[TenantId, HeldBack]) -> Filter:
    """To be added to a filter over all organisations: documents of this kind that no hold keeps."""
    if "tenant_id" not in struct.__struct_fields__:
        return {}
    fields = _fields(struct)
    nor: list[Filter] = []
    if whole := [tenant_id for tenant_id, one in held.items() if one.whole]:
        nor.append({"tenant_id": {"$in": whole}})
    for tenant_id, one in held.items():
        for field, ids in () if one.whole else fields.items():
            if kept := sorted(getattr(one, ids)):
                nor.append({"tenant_id": tenant_id, field: {"$in": kept}})
    return {"$nor": nor} if nor else {}


def but_held_of_one(struct: type[msgspec.Struct], held: HeldBack) -> Filter:
    """The same for a filter within one organisation."""
    if held.whole:
        return {"_id": {"$in": []}}
    kept = [(field, sorted(getattr(held, ids))) for field, ids in _fields(struct).items()]
    nor = [{field: {"$in": ids}} for field, ids in kept if ids]
    return {"$nor": nor} if nor else {}


def _fields(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Which field of such a document names a call, a contact, or a user."""
    names = struct.__struct_fields__
    found = {field: "users" for field in _PERSON_FIELDS if field in names}
    if "contact_id" in names:
        found["contact_id"] = "contacts"
    if "contact_ids" in names:
        found["contact_ids"] = "contacts"
    if struct is Contact:
        found["_id"] = "contacts"
    if struct is KeptCall:
        found["_id"] = "calls"
    match document_of(struct).kept:
        case WithCall(field=field) | OnItsDay(call=str(field)):
            found["_id" if field == "id" else field] = "calls"
        case _ if "call_id" in names:
            found["call_id"] = "calls"
    return found
