"""Where a caller is found: by the data map's rules, of what is kept with a call, and by what rooms declare. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from call24.call_records.call_record import CallRecord
from call24.data_map import GivenTo, OnItsDay, Place, Subject, WithCall, document_of, documents
from call24.kit.holdings import Held


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """How documents of a collection are found: by a field with the contact's id, or with a call's; neither: by the
    number. `untold`: why they are not in the file; `told`: what of them may be in it; `stays`: why an erasure leaves
    them."""

    struct: type[msgspec.Struct]
    contact: str = ""
    call: str = ""
    untold: str = ""
    stays: str = ""
    told: Callable[[Sequence[Any], str], Sequence[Any]] | None = None

    @property
    def collection(self) -> str:
        return document_of(self.struct).collection

    def fields_untold(self) -> dict[str, str]:
        """Fields of callers that the file has no copy of, and why."""
        facts = document_of(self.struct).facts.items()
        return {} if self.untold else {path: fact.untold for path, fact in facts if fact.untold}


def found_of(held: Held) -> list[Found]:
    """Each collection that has something of a caller, by its name."""
    found = {
        trace.struct: Found(
            struct=trace.struct,
            contact=trace.contact,
            call=trace.call,
            untold=trace.untold,
            stays=trace.stays,
            told=trace.told,
        )
        for trace in held.callers
    }
    for document in documents():
        match document.kept:
            case WithCall(field=field) | OnItsDay(call=str(field)):
                if document.struct is CallRecord:
                    found.setdefault(CallRecord, Found(struct=CallRecord, contact="contact_id"))
                else:
                    found.setdefault(document.struct, Found(struct=document.struct, call=field))
    return sorted(found.values(), key=lambda one: one.collection)


def elsewhere(place: Place) -> dict[str, Any]:
    """What the manifest says of a place outside of MongoDB that has something of callers; else nothing."""
    what = [
        {"what": name, "category": fact.category, "for": fact.purpose}
        for name, fact in place.what.items()
        if fact.subject is Subject.CALLER
    ]
    if not what:
        return {}
    where = "given_to" if isinstance(place.where, GivenTo) else "kept_in"
    return {where: str(place.where), "what": what, "kept": str(place.kept)}
