"""What somebody looks like, as colleagues are shown it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import PERSON, STATE, TENANT, TIME, Category, WithAccount, document, of_user
from call24.kit.ids import TenantId, UserId

_PICTURE = of_user(Category.PICTURE, "shown to colleagues; until the user deletes it")


@document("pictures", tenant=True, kept=WithAccount())
class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A user's picture, under the user's id: WebP of SIDE by SIDE, drawn again. `tag`: changes with it."""

    id: Annotated[UserId, PERSON]
    tenant_id: Annotated[TenantId, TENANT]
    webp: Annotated[bytes, _PICTURE]
    tag: Annotated[str, STATE]
    changed_at: Annotated[datetime, TIME]


class Tagged(msgspec.Struct, frozen=True, kw_only=True):
    """The part of it that says which one it is."""

    id: UserId
    tag: str
