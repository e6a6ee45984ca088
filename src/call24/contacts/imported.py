"""What another Call24 kept of a caller, as its file has it. It is shown and given out again, and nothing works with it:
no statistics, history, queue or reconciliation reads this collection.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    document,
    of_caller,
)
from call24.kit.ids import CallerImportId, CallId, ContactId, ImportedDocumentId, RecordingId, TenantId

_WHOSE = of_caller(Category.ID, "whose data was brought along", basis=Basis.LEGAL_OBLIGATION)
_TOLD = of_caller(
    Category.TEXT, "having what another Call24 kept of the caller, at their wish", basis=Basis.LEGAL_OBLIGATION
)


@document(
    "imported_documents",
    tenant=True,
    kept=OnItsDay(
        period="as long as the organisation keeps calls, from its call on; what is of no call, from the import on"
    ),
)
class ImportedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`part`: the collection that it comes from, `vcon` or `calls.csv`; `place`: its line there; `source_id`: its id
    there. `row`: the document as JSON, unchanged but for the caller's own id.

    `call_id`, `recording_id`: ids in this organisation, made from those of the file; of a sound that was brought along
    there is a recording with this id. `counted_from`: from when `days` are counted, which makes `delete_at`.
    """

    id: Annotated[ImportedDocumentId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    contact_id: Annotated[ContactId, _WHOSE]
    import_id: Annotated[CallerImportId, REFERENCE]
    part: Annotated[str, STATE]
    place: Annotated[int, MEASURE]
    source_id: Annotated[str, REFERENCE]
    call_id: Annotated[CallId | None, REFERENCE] = None
    recording_id: Annotated[RecordingId | None, REFERENCE] = None
    row: Annotated[str, _TOLD]
    counted_from: Annotated[datetime, TIME]
    days: Annotated[int, MEASURE]
    delete_at: Annotated[datetime, TIME]
