"""The stamp of a database: which steps were done in it, and by which version."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import ID, STATE, TIME, WithInstallation, document

STAMP = "stamp"
"""The id of the only one."""


@document("schema", tenant=False, kept=WithInstallation())
class SchemaStamp(msgspec.Struct, frozen=True, kw_only=True):
    """`schema`: the highest number of a step that was begun in the installation; `done`: the database's own steps that
    are finished; `reached`: by a step's number, the id of the last document that it has changed; `version`: of Call24
    that was started on it last, since `at`; `told`: the newest version that all organisations were told of. Another one
    is there while a restore fills the database; `restore` says which (kit/mongo/being_restored.py)."""

    id: Annotated[str, ID] = STAMP
    schema: Annotated[int, STATE] = 0
    version: Annotated[str, STATE] = ""
    done: Annotated[tuple[int, ...], STATE] = ()
    reached: Annotated[dict[str, str], STATE] = msgspec.field(default_factory=dict)
    at: Annotated[datetime | None, TIME] = None
    told: Annotated[str, STATE] = ""
    restore: Annotated[dict[str, str], STATE] = msgspec.field(default_factory=dict)
